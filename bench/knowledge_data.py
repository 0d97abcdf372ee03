"""Ten thousand articles in Chinese and English, made of paragraphs of real ones: the words and their frequencies are
real, the articles are not. Without the folder of real data the demo's own articles are taken."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

from console.kb.importing import BadLine, read_articles
from desk.ids import ArticleId
from desk.records import Article

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"
_FOLDERS = (
    "kb_mycrypto",
    "kb_electrum",
    "kb_wasabi",
    "kb_bitcoin_org",
    "kb_ethereum_org",
    "kb_neo",
    "kb_status",
    "qa_optech",
)
_MIN_PARAGRAPH = 20
_MAX_PARAGRAPH = 1_500
_PARAGRAPHS = (2, 7)


def real_articles() -> list[Article]:
    """What the made-up articles are made of."""
    folder = Path(os.environ.get("AGENT_CONSOLE_SHARED", _BESIDE_THE_CHECKOUT))
    files = [
        file
        for name in _FOLDERS
        for pattern in ("articles.jsonl*", "qa.jsonl")
        for file in (folder / name).glob(pattern)
    ]
    if files:
        return [article for article in read_articles(files) if not isinstance(article, BadLine)]
    from backend.demo.knowledge import articles

    return articles(0, 1)


def made_up_articles(count: int, seed: int = 7) -> Iterator[Article]:
    """So many articles, half of them Chinese; the same ones for the same seed."""
    chance = random.Random(seed)
    real = real_articles()
    pools = []
    for language in ("zh", "en"):
        spoken = [article for article in real if article.lang.startswith(language)]
        paragraphs = [part.strip() for article in spoken for part in article.body_md.split("\n\n")]
        telling = [part for part in paragraphs if _MIN_PARAGRAPH <= len(part) <= _MAX_PARAGRAPH]
        pools.append((language, [article.title for article in spoken], telling))
    for number in range(count):
        language, titles, paragraphs = pools[number % 2]
        body = "\n\n".join(chance.sample(paragraphs, chance.randint(*_PARAGRAPHS)))
        name = f"made-up-{number}"
        title = f"{chance.choice(titles)} {number}"
        yield Article(id=ArticleId(name), v=1, lang=language, title=title, body_md=body, source_id=name)
