"""Text as search sees it: one spelling for all ways to write a thing, and words where Chinese writes none.

Every full-text table of the project (tickets and articles, console and backend) is an FTS5 table tokenized by
:data:`TOKENIZER`, filled with :func:`segment` and asked with :func:`match_expression`. A run of Chinese characters is
stored as its overlapping pairs, then its last character alone: ``助记词`` becomes ``助记 记词 词``. A phrase of pairs
then finds exactly the texts that contain the characters, and one character is a prefix.
"""

import re
import sys
import unicodedata
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""The FTS5 tokenizer for text prepared by :func:`segment`."""

HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The inside of a regular-expression class: characters of scripts written without spaces (with Japanese kana)."""

_BEFORE_HAN = "\u3004"

_UNSEEN = re.compile("[\x00\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Characters that nobody sees or types, and halves of characters that no file can hold."""

_SUFFIXES = (
    *("ation", "ications", "ings", "eds", "ions", "ies", "ers", "ors", "als", "ances", "ences", "ments", "ables"),
    *("ibles", "ants", "ents", "ities", "ives", "izations", "izers", "fulness", "nesses", "ousness", "iveness", "ally"),
)
_SUFFIX_BEGINNINGS = frozenset(suffix[:end] for suffix in _SUFFIXES for end in range(1, len(suffix) + 1))
_MIN_STEM = 4


@cache
def _han_run() -> re.Pattern[str]:
    """A run of Chinese characters. Compiled when first needed: 4 ms that no first frame has to wait for."""
    return re.compile(f"[{HAN}]+")


@cache
def _word() -> re.Pattern[str]:
    """A word, or a run of Chinese characters."""
    return re.compile(f"(?P<han>[{HAN}]+)|[^\\W_{HAN}]+")


@cache
def simplified_characters() -> dict[int, str]:
    """Code points of traditional characters, each with its simplified form.

    Read from OpenCC's table, without importing OpenCC: this is on the path of ``console kb search`` (2 ms, once).
    """
    spec = PathFinder.find_spec("opencc", sys.path)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("opencc is not installed; install the package agent-console again", name="opencc")
    table = Path(spec.submodule_search_locations[0], "dictionary", "TSCharacters.txt")
    rows = (line.split("\t") for line in table.read_text("utf-8").splitlines() if line)
    simple_of = {row[0]: row[1].split(" ", 1)[0] for row in rows}
    once_more = ((traditional, simple_of.get(simple, simple)) for traditional, simple in simple_of.items())
    return {ord(traditional): simple for traditional, simple in once_more if traditional != simple}


@cache
def _traditional_characters() -> frozenset[str]:
    return frozenset(map(chr, simplified_characters()))


def fold(text: str) -> str:
    """One spelling: compatibility forms (full width, half width) unified, case folded, traditional made simplified,
    unseen characters dropped. Idempotent, linear; the length may change."""
    if text.isascii():
        return text.lower().replace("\x00", "")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold())
    if _han_run().search(folded) and not _traditional_characters().isdisjoint(folded):
        folded = folded.translate(simplified_characters())
    return folded


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _run_tokens(run: re.Match[str]) -> str:
    characters = run[0]
    return f" {' '.join((*_pairs(characters), characters[-1]))} "


def segment(text: str) -> str:
    """Text for an FTS5 table: folded, with every run of Chinese characters as overlapping pairs and its last one."""
    folded = fold(text)
    return folded if folded.isascii() else _han_run().sub(_run_tokens, folded)


def words(text: str) -> list[str]:
    """The folded Latin words, numbers and Chinese runs of a text, in order."""
    return [match[0] for match in _word().finditer(fold(text))]


def is_han(word: str) -> bool:
    """Whether a word given by :func:`words` is a run of Chinese characters."""
    return word > _BEFORE_HAN and _han_run().match(word) is not None


def run_phrase(run: str) -> str:
    """An FTS5 phrase that finds exactly the texts containing this folded run of Chinese characters."""
    return f'"{run}"*' if len(run) == 1 else f'"{" ".join(_pairs(run))}"'


def prefix_phrase(word: str) -> str:
    """An FTS5 expression for a Latin word that is still being typed.

    The tables hold stems: ``withdrawal`` is in them as ``withdraw``, which does not begin with ``withdrawa``. So what
    remains without the beginning of a suffix is looked for as well.
    """
    stems = (word[:end] for end in range(_MIN_STEM, len(word)) if word[end:] in _SUFFIX_BEGINNINGS)
    alternatives = [f'"{word}"*', *(f'"{stem}"' for stem in stems)]
    return alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})"


def match_expression(query: str) -> str:
    """A safe FTS5 expression for what somebody types: every word must be there, the last one may be unfinished.

    Chinese runs match as they stand. Empty when the query holds no word; a caller then has nothing to ask.
    """
    found = words(query)
    phrases = [run_phrase(word) if is_han(word) else f'"{word}"' for word in found]
    if found and not is_han(found[-1]) and not query[-1:].isspace():
        phrases[-1] = prefix_phrase(found[-1])
    return " AND ".join(phrases)
