"""How good the order of search results is on real articles: MRR@10 against plain BM25 on the same queries."""

import os
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Measure
from console.kb.evaluation import evaluate

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"

PLAIN_BM25 = {
    ("title_to_body", "en"): 0.658,
    ("title_to_body", "zh"): 0.691,
    ("question_to_answer", "en"): 0.490,
    ("question_to_answer", "zh"): 0.676,
    ("traditional_to_simplified", "zh"): 0.481,
}
"""MRR@10 of the index's own ranking."""


def run() -> Iterable[Measure]:
    """One line a type and language; nothing where the real data is absent."""
    queries = Path(os.environ.get("AGENT_CONSOLE_SHARED", _BESIDE_THE_CHECKOUT), "kb_relevance", "queries.jsonl")
    if not queries.is_file():
        return
    for result in evaluate(queries):
        bare = PLAIN_BM25.get((result.type, result.lang), 0.0)
        detail = f"hit@1 {result.hit_at_1:.3f}, hit@5 {result.hit_at_5:.3f}, {result.queries} queries"
        what = (
            f"MRR@10 {result.type} {result.lang}, above plain BM25" if bare else f"MRR@10 {result.type} {result.lang}"
        )
        yield Measure(what, round(result.mrr_at_10, 3), bare, detail, at_least=True, unit="")
