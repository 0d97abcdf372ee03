"""The article search of local.db: its tables, how they are filled, and the queries :mod:`console.kb` asks.

``article_entry`` has what ranking and a list of hits need of each published article; ``article_body`` the plain text
for snippets (and for taking an article out of the index again, which holds no text itself); ``article_word`` every
Latin word as written, for completion and for forgiving typing errors.

Whoever changes these tables, :mod:`console.store.article_terms`, :data:`desk.folding.TOKENIZER`,
:func:`desk.folding.segment` or :mod:`console.store.article_text` raises
:data:`console.store.versions.ARTICLE_SEARCH_FORMAT`; files of another format are then indexed anew.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from desk.folding import TOKENIZER, fold, is_han, segment, words

if TYPE_CHECKING:
    from console.store.article_text import ArticleText
    from desk.records import Article

Reader: TypeAlias = sqlite3.Connection
"""What :mod:`console.kb` hands back to these functions, and looks no further into."""

_OPENING_CHARS = 160
_MAX_WORD = 40
"""Longer words are keys and addresses: found when typed or pasted exactly, never suggested."""

_WEIGHTS = "bm25(8.0, 3.0, 1.0, 0.2, 0.1, 0.0)"

_TABLES = (
    "CREATE TABLE article_entry (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL,"
    " group_id TEXT NOT NULL, lang TEXT NOT NULL, title TEXT NOT NULL, opening TEXT NOT NULL, length INTEGER NOT NULL,"
    " terms BLOB NOT NULL)",
    "CREATE INDEX article_entry_group ON article_entry(group_id) WHERE group_id <> ''",
    "CREATE TABLE article_body (n INTEGER PRIMARY KEY, body TEXT NOT NULL, headings TEXT NOT NULL,"
    " aside TEXT NOT NULL)",
    "CREATE TABLE article_word (word TEXT PRIMARY KEY, backwards TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX article_word_backwards ON article_word(backwards)",
    "CREATE TABLE article_total (lang TEXT PRIMARY KEY, articles INTEGER NOT NULL, length INTEGER NOT NULL)"
    " WITHOUT ROWID",
    "CREATE VIRTUAL TABLE article_fts USING fts5(title, headings, body, aside, characters, lang,"
    f" content='', tokenize='{TOKENIZER}', prefix='1 2 3')",
    "CREATE VIRTUAL TABLE article_vocabulary USING fts5vocab(article_fts, row)",
)
_NAMES = ("article_vocabulary", "article_fts", "article_total", "article_word", "article_body", "article_entry")


class Candidate(Struct, frozen=True):
    """An article that matches, with what ranking needs. ``match`` is the index's own score, higher for better;
    ``length`` counts words and Chinese characters; ``opening`` is the folded beginning of the text."""

    n: int
    id: str
    source_id: str
    lang: str
    title: str
    opening: str
    length: int
    terms: bytes
    match: float


class Totals(Struct, frozen=True):
    """How many articles there are, and their mean length by language."""

    articles: int
    mean_length: dict[str, float]


def create_article_search(connection: sqlite3.Connection) -> None:
    """Create the tables, empty, replacing any of an older format."""
    for name in _NAMES:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in _TABLES:
        connection.execute(statement)


def index_articles(connection: sqlite3.Connection, articles: Iterable["Article"]) -> None:
    """Put articles into the search, replacing what was there under the same ids; drafts are left out.

    Costs about 1 ms for every 2,000 characters. Within the caller's transaction.
    """
    from console.store.article_text import article_text  # with records 12 ms that a search does without
    from desk.records import ArticleState

    latest = {article.id: article for article in articles}
    drop_articles(connection, latest)
    for article in latest.values():
        if article.state is ArticleState.PUBLISHED:
            _index(connection, article, article_text(article.body_md))


def _index(connection: sqlite3.Connection, article: "Article", text: "ArticleText") -> None:
    from console.store.article_terms import count_terms, pack_terms, term_places

    body = words(text.body)
    spoken = [Counter(part) for part in (words(article.title), words(text.headings), body)]
    length = sum(count * (len(word) if is_han(word) else 1) for word, count in spoken[2].items()) or 1
    title, headings, counted = map(count_terms, spoken)
    pack = pack_terms(title, headings, counted, term_places(body))
    opening = fold(text.body[:_OPENING_CHARS])
    n = connection.execute(
        "INSERT INTO article_entry(id, source_id, group_id, lang, title, opening, length, terms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (article.id, article.source_id, article.group_id, article.lang, article.title, opening, length, pack),
    ).lastrowid
    assert n is not None
    connection.execute("INSERT INTO article_body VALUES (?, ?, ?, ?)", (n, text.body, text.headings, text.aside))
    connection.execute(
        "INSERT INTO article_fts(rowid, title, headings, body, aside, characters, lang) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (n, *_columns(article.title, article.lang, text)),
    )
    connection.execute(
        "INSERT INTO article_total VALUES (?, 1, ?)"
        " ON CONFLICT (lang) DO UPDATE SET articles = articles + 1, length = length + excluded.length",
        (article.lang, length),
    )
    seen = (word for word in spoken[0] | spoken[2] if not is_han(word) and len(word) <= _MAX_WORD)
    rows = [(word, word[::-1]) for word in sorted(seen)]
    connection.executemany("INSERT OR IGNORE INTO article_word VALUES (?, ?)", rows)


def _columns(title: str, lang: str, text: "ArticleText") -> tuple[str, ...]:
    written = (segment(title), segment(text.headings), segment(text.body), segment(text.aside))
    han = sorted(letter for letter in set(fold(f"{title}{text.body}")) if is_han(letter))
    return (*written, " ".join(han), lang)


def drop_articles(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Take articles out of the search; an id that is not there is no error."""
    from console.store.article_text import ArticleText

    for article_id in ids:
        found = connection.execute(
            "SELECT n, title, lang, length, body, headings, aside FROM article_entry JOIN article_body USING (n)"
            " WHERE id = ?",
            (article_id,),
        ).fetchone()
        if found is None:
            continue
        n, title, lang, length, body, headings, aside = found
        columns = _columns(title, lang, ArticleText(body, headings, aside))
        connection.execute(
            "INSERT INTO article_fts(article_fts, rowid, title, headings, body, aside, characters, lang)"
            " VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)",
            (n, *columns),
        )
        connection.execute("DELETE FROM article_entry WHERE n = ?", (n,))
        connection.execute("DELETE FROM article_body WHERE n = ?", (n,))
        connection.execute(
            "UPDATE article_total SET articles = articles - 1, length = length - ? WHERE lang = ?", (length, lang)
        )


def search_articles(connection: sqlite3.Connection, expression: str, limit: int, *, lang: str = "") -> list[Candidate]:
    """Articles that match an FTS5 expression, best first by weighted BM25; ``lang`` (``zh``, ``en``) restricts."""
    if lang:
        expression = f'({expression}) AND lang : "{lang}"'
    rows = connection.execute(
        "SELECT n, id, source_id, article_entry.lang, article_entry.title, opening, length, terms, -found.rank"
        " FROM (SELECT rowid, rank FROM article_fts WHERE article_fts MATCH ? AND rank MATCH ? ORDER BY rank LIMIT ?)"
        " AS found CROSS JOIN article_entry ON n = found.rowid",
        (expression, _WEIGHTS, limit),
    )
    return [Candidate(*row) for row in rows]


def article_totals(connection: sqlite3.Connection) -> Totals:
    """How many articles are searched, and how long they are."""
    rows = connection.execute("SELECT lang, articles, length FROM article_total WHERE articles > 0").fetchall()
    return Totals(sum(row[1] for row in rows), {lang: length / articles for lang, articles, length in rows})


def article_counts(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """In how many articles each term occurs; 0 for unknown ones."""
    counts = dict.fromkeys(terms, 0)
    for term in counts:
        found = connection.execute("SELECT doc FROM article_vocabulary WHERE term = ?", (term,)).fetchone()
        counts[term] = found[0] if found else 0
    return counts


def article_bodies(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The plain texts of articles, by :attr:`Candidate.n`."""
    marks = ",".join("?" * len(numbers))
    return dict(connection.execute(f"SELECT n, body FROM article_body WHERE n IN ({marks})", list(numbers)))


def translations(connection: sqlite3.Connection, group_id: str) -> dict[str, str]:
    """The published articles of a group: id by language."""
    rows = connection.execute("SELECT lang, id FROM article_entry WHERE group_id = ? AND group_id <> ''", (group_id,))
    return dict(rows)


def words_beginning(connection: sqlite3.Connection, beginning: str, limit: int) -> list[str]:
    """Words of the articles that begin so, in alphabetical order."""
    rows = connection.execute(
        "SELECT word FROM article_word WHERE word >= ? AND word < ? LIMIT ?",
        (beginning, f"{beginning}\U0010ffff", limit),
    )
    return [row[0] for row in rows]


def words_ending(connection: sqlite3.Connection, ending: str, limit: int) -> list[str]:
    """Words of the articles that end so."""
    backwards = ending[::-1]
    rows = connection.execute(
        "SELECT word FROM article_word WHERE backwards >= ? AND backwards < ? LIMIT ?",
        (backwards, f"{backwards}\U0010ffff", limit),
    )
    return [row[0] for row in rows]


def articles_in_memory(articles: Iterable["Article"]) -> sqlite3.Connection:
    """A search of its own over these articles, for evaluation and benches."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    create_article_search(connection)
    connection.execute("BEGIN")
    index_articles(connection, articles)
    connection.execute("COMMIT")
    return connection
