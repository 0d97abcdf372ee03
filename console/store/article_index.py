"""Keeps the article search in step with the articles, behind the sync: a page notes which articles wait, and
:func:`index_pending` hands them to :mod:`console.store.articles`. Indexing one costs about a millisecond.
"""

import sqlite3
from collections.abc import Iterable

from console.store.reading import decode
from desk.records import Article


def note_waiting(writer: sqlite3.Connection, prefix: str, ids: Iterable[str]) -> None:
    """Note articles that are new or changed."""
    writer.executemany(f"INSERT OR IGNORE INTO {prefix}article_waiting (id) VALUES (?)", [(one,) for one in ids])


def waiting_count(connection: sqlite3.Connection) -> int:
    """How many articles wait to be indexed."""
    return int(connection.execute("SELECT count(*) FROM article_waiting").fetchone()[0])


def index_pending(writer: sqlite3.Connection, limit: int) -> int:
    """Index up to ``limit`` waiting articles; returns how many still wait."""
    from console.store.articles import index_articles  # brings in ranking's tables; the first frame indexes nothing

    found = writer.execute(
        "SELECT w.id, a.doc FROM article_waiting w LEFT JOIN article a ON a.id = w.id LIMIT ?", (limit,)
    ).fetchall()
    index_articles(writer, [decode(doc, Article) for _id, doc in found if doc is not None])
    writer.executemany("DELETE FROM article_waiting WHERE id = ?", [(one,) for one, _doc in found])
    return waiting_count(writer)


def forget(writer: sqlite3.Connection, prefix: str, article_id: str) -> None:
    """Take an article out of the search that is about to go."""
    from console.store.articles import drop_articles  # as above

    writer.execute(f"DELETE FROM {prefix}article_waiting WHERE id = ?", (article_id,))
    if not prefix:
        drop_articles(writer, [article_id])
