"""Words that mean the same, in one language and across both: so that a Chinese ticket finds an English article.

Two sources: ``glossary.txt`` beside this file, written for this desk, and OpenCC's table of words that differ between
the mainland and Taiwan. Both are read at first use (1 ms).
"""

import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

from msgspec import Struct

from desk.folding import fold, is_han, words

_MOST_WORDS = 4
_MOST_CHARACTERS = 7
_SHORTEST_REGIONAL = 2


class Concept(Struct, frozen=True):
    """One meaning: the folded words for it, English and Chinese."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]


@cache
def _by_word() -> dict[str, list[Concept]]:
    found: dict[str, list[Concept]] = {}
    for line in Path(__file__).with_name("glossary.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        english, chinese = (tuple(fold(word.strip()) for word in side.split(",")) for side in line.split("="))
        for word in english + chinese:
            found.setdefault(word, []).append(Concept(english, chinese))
    return found


@cache
def _regional() -> dict[str, tuple[str, ...]]:
    spec = PathFinder.find_spec("opencc", sys.path)
    assert spec is not None and spec.submodule_search_locations
    table = Path(spec.submodule_search_locations[0], "dictionary", "TWPhrasesRev.txt")
    found: dict[str, set[str]] = {}
    for line in table.read_text("utf-8").splitlines():
        taiwan, _, mainland = (fold(side) for side in line.partition("\t"))
        for word in mainland.split():
            if word != taiwan and len(word) >= _SHORTEST_REGIONAL and is_han(word) and is_han(taiwan):
                found.setdefault(taiwan, set()).add(word)
                found.setdefault(word, set()).add(taiwan)
    return {word: tuple(sorted(others)) for word, others in found.items()}


def _spans(found: list[str]) -> list[str]:
    """Pieces of a text that may be in the glossary, the longest first, none inside another that is in it."""
    glossary = _by_word()
    pieces: list[str] = []
    at = 0
    while at < len(found):
        if is_han(found[at]):
            pieces += _han_pieces(found[at])
            at += 1
            continue
        for size in range(min(_MOST_WORDS, len(found) - at), 0, -1):
            piece = " ".join(found[at : at + size])
            known = next(
                (form for form in (piece, piece.removesuffix("s"), piece.removesuffix("es")) if form in glossary), ""
            )
            if known:
                pieces.append(known)
                at += size - 1
                break
        at += 1
    return pieces


def _han_pieces(run: str) -> list[str]:
    glossary, regional = _by_word(), _regional()
    pieces: list[str] = []
    at = 0
    while at < len(run):
        sizes = range(min(_MOST_CHARACTERS, len(run) - at), 0, -1)
        size = next((size for size in sizes if run[at : at + size] in glossary or run[at : at + size] in regional), 0)
        if size:
            pieces.append(run[at : at + size])
        at += size or 1
    return pieces


class Related(Struct, frozen=True):
    """Other words for what a text says: ``same`` in the language of the word they stand for, ``other`` in the other
    language, ``regional`` the mainland's word for Taiwan's and back. ``said`` are the words the text has itself."""

    said: tuple[str, ...]
    same: tuple[str, ...]
    other: tuple[str, ...]
    regional: tuple[str, ...]


def related(text: str) -> Related:
    """Other words for what a text says, none twice and none it says itself."""
    same: dict[str, None] = {}
    other: dict[str, None] = {}
    regional: dict[str, None] = {}
    pieces = _spans(words(text))
    for piece in pieces:
        for concept in _by_word().get(piece, ()):
            here, there = (concept.chinese, concept.english) if is_han(piece) else (concept.english, concept.chinese)
            same.update(dict.fromkeys(here))
            other.update(dict.fromkeys(there))
        regional.update(dict.fromkeys(_regional().get(piece, ())))
    said = dict.fromkeys(pieces)
    others = (tuple(word for word in found if word not in said) for found in (same, other, regional))
    return Related(tuple(said), *others)
