"""The stems under which words stand in the full-text tables, from SQLite's own stemmer.

Ranking counts words itself and must spell them as the tables do. Instead of a second implementation of the stemmer,
words are put into a scratch table in memory and its vocabulary is read back.
"""

import sqlite3
from collections.abc import Iterable
from functools import cache
from threading import Lock

from desk.folding import TOKENIZER

_ENOUGH = 50_000
"""Remembered words after which remembering starts anew."""


class Stemmer:
    """Stems of folded Latin words; remembers those it was asked for. Any thread may ask."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._lock = Lock()
        self._scratch = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._scratch.execute(f"CREATE VIRTUAL TABLE scratch USING fts5(word, content='', tokenize='{TOKENIZER}')")
        self._scratch.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(scratch, instance)")

    def stems(self, words: Iterable[str]) -> dict[str, str]:
        """Each word with its stem. A word that holds nothing searchable is its own stem."""
        wanted = set(words)
        with self._lock:
            if len(self._known) > _ENOUGH:
                self._known.clear()
            self._learn([word for word in wanted if word not in self._known])
            return {word: self._known[word] for word in wanted}

    def _learn(self, words: list[str]) -> None:
        if not words:
            return
        self._known.update(zip(words, words, strict=True))
        self._scratch.executemany("INSERT INTO scratch(rowid, word) VALUES (?, ?)", enumerate(words))
        for number, stem in self._scratch.execute("SELECT doc, term FROM vocabulary"):
            self._known[words[number]] = stem
        self._scratch.execute("INSERT INTO scratch(scratch) VALUES ('delete-all')")


@cache
def stemmer() -> Stemmer:
    """The process's stemmer (0.5 ms, once)."""
    return Stemmer()
