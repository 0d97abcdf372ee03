"""How good search is, on a set of queries whose right answers are known.

A query file has one JSON object a line: ``type``, ``base`` (the folder beside the file's folder whose articles are
searched), ``lang``, ``query``, ``relevant`` (article ids) and ``exclude``. For some types the title is the query and
is left out of the articles; for others the articles are in another language than the query.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import DecodeError, Struct, json

from console.kb.importing import BadLine, read_articles
from console.kb.query import read_query
from console.kb.search import find
from console.store.articles import articles_in_memory
from desk.records import Article

_WITHOUT_TITLE = frozenset({"title_to_body", "question_to_answer"})
_RELATIVE = 10
_ARTICLE_FILES = ("articles.jsonl", "articles.jsonl.gz", "qa.jsonl", "qa.jsonl.gz")


class EvaluationError(Exception):
    """The query file or the articles it names cannot be used. ``sentence`` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class JudgedQuery(Struct, frozen=True):
    """One line of a query file."""

    type: str
    base: str
    lang: str
    query: str
    relevant: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    qid: str = ""


class Result(Struct, frozen=True):
    """How search did on one type of queries in one language."""

    type: str
    lang: str
    queries: int
    hit_at_1: float
    hit_at_5: float
    mrr_at_10: float


def evaluate(path: Path) -> list[Result]:
    """Run every query of a file; results by type and language (``zh`` or ``en``), in that order.

    Raises :class:`EvaluationError` when the file or a folder it names cannot be read.
    """
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pool, queries in _by_pool(read_queries(path)).items():
        base, langs, titles = pool
        connection = articles_in_memory(_articles(path.parent.parent / base, langs, titles))
        for query in queries:
            ranked = find(connection, read_query(connection, query.query), limit=_RELATIVE + len(query.exclude))
            found = [place.candidate.source_id for place in ranked if place.candidate.source_id not in query.exclude]
            places[query.type, query.lang.partition("-")[0]].append(_place(found[:_RELATIVE], query.relevant))
        connection.close()
    return [_result(kind, lang, found) for (kind, lang), found in sorted(places.items())]


def read_queries(path: Path) -> list[JudgedQuery]:
    """The queries of a file."""
    queries: list[JudgedQuery] = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror}.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                queries.append(json.decode(line, type=JudgedQuery))
            except DecodeError as error:
                raise EvaluationError(f"{path}, line {number}: {error}.") from None
    if not queries:
        raise EvaluationError(f"{path} holds no queries.")
    return queries


def _by_pool(queries: Iterable[JudgedQuery]) -> dict[tuple[str, tuple[str, ...], bool], list[JudgedQuery]]:
    """Queries by what is searched: folder, languages of the right answers' articles, with titles or without."""
    pools: dict[tuple[str, tuple[str, ...], bool], list[JudgedQuery]] = defaultdict(list)
    for query in queries:
        langs = tuple(sorted({name.rpartition(":")[2] for name in query.relevant}))
        pools[query.base, langs, query.type not in _WITHOUT_TITLE].append(query)
    return pools


def _articles(folder: Path, langs: tuple[str, ...], titles: bool) -> Iterator[Article]:
    from msgspec.structs import replace

    files = [folder / name for name in _ARTICLE_FILES if (folder / name).is_file()]
    if not files:
        raise EvaluationError(f"There are no articles at {folder}.")
    articles = [article for article in read_articles(files) if not isinstance(article, BadLine)]
    spoken = {article.lang for article in articles}
    for article in articles:
        if article.lang in langs or not spoken.intersection(langs):
            yield article if titles else replace(article, title="")


def _place(found: list[str], relevant: tuple[str, ...]) -> int:
    """The first right answer's place from 1; 0 when there is none."""
    return next((place for place, name in enumerate(found, 1) if name in relevant), 0)


def _result(kind: str, lang: str, places: list[int]) -> Result:
    return Result(
        type=kind,
        lang=lang,
        queries=len(places),
        hit_at_1=sum(place == 1 for place in places) / len(places),
        hit_at_5=sum(1 <= place <= 5 for place in places) / len(places),
        mrr_at_10=sum(1 / place for place in places if place) / len(places),
    )
