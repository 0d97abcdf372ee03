"""Search in 10,000 articles while somebody types, against the bare bm25 query; what it finds, against a substring."""

import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench.knowledge_data import made_up_articles
from bench.measure import ROUNDS, Measure, percentile, seconds
from console.kb.search import search
from console.store.articles import articles_in_memory
from desk.folding import fold, is_han, match_expression, words
from desk.records import Article

ARTICLES = 10_000
TITLES = 40
LETTERS = 24
SUBSTRINGS = 300
SHOWN = 10

_BARE = "SELECT rowid, bm25(article_fts) FROM article_fts WHERE article_fts MATCH ? ORDER BY rank LIMIT 10"


@dataclass(frozen=True)
class Replica:
    """What search needs of a store."""

    connection: sqlite3.Connection

    def reader(self) -> sqlite3.Connection:
        """The connection."""
        return self.connection


def run() -> Iterable[Measure]:
    """Speed, then recall."""
    articles = list(made_up_articles(ARTICLES))
    replica = Replica(articles_in_memory(articles))
    typed = as_typed(articles)
    ours: list[float] = []
    ratios: list[float] = []
    bare: list[float] = []
    for _round in range(ROUNDS):
        mine = percentile([seconds(lambda q=q: search(replica, q, limit=SHOWN)) for q in typed], 95)  # type: ignore[misc]
        floor = percentile([seconds(lambda q=q: _bare(replica.connection, q)) for q in typed], 95)  # type: ignore[misc]
        ours.append(mine * 1e3)
        bare.append(floor * 1e3)
        ratios.append(mine / floor)
    detail = f"p95 {median(ours):.2f} ms, bare {median(bare):.2f} ms, {len(typed)} queries"
    yield Measure("knowledge as you type, p95 against bare bm25", median(ratios), 5.0, detail)
    yield Measure("knowledge as you type, p95", median(ours), 10.0, "", unit="ms")
    yield recall(replica, articles)


def as_typed(articles: list[Article]) -> list[str]:
    """Titles, letter by letter."""
    chance = random.Random(3)
    titles = [article.title for article in chance.sample(articles, TITLES)]
    return [title[:end] for title in titles for end in range(1, min(len(title), LETTERS) + 1) if words(title[:end])]


def _bare(connection: sqlite3.Connection, query: str) -> list[tuple[int, float]]:
    return connection.execute(_BARE, (match_expression(query),)).fetchall()


def recall(replica: Replica, articles: list[Article]) -> Measure:
    """Of the articles that contain 1–6 Chinese characters, how many are found."""
    chance = random.Random(5)
    texts = {article.id: fold(f"{article.title}\n{article.body_md}") for article in articles}
    chinese = [text for text in texts.values() if any(map(is_han, text))]
    wanted = found = asked = 0
    while asked < SUBSTRINGS:
        text = chance.choice(chinese)
        at, length = chance.randrange(len(text)), chance.randint(1, 6)
        query = text[at : at + length]
        if len(query) == length and all(map(is_han, query)):
            asked += 1
            right = {name for name, other in texts.items() if query in other}
            hits = {str(hit.id) for hit in search(replica, query, limit=ARTICLES)}
            wanted += len(right)
            found += len(right & hits)
    return Measure("recall against substring search", found / wanted, 1.0, f"{asked} queries", at_least=True, unit="")
