"""How often each term occurs in an article, packed so that ranking can look up a few terms without decoding all.

A term is a stem, a pair of Chinese characters or a single one. The pack is two arrays of 32-bit numbers: the terms'
checksums in ascending order, then the counts in the same order. It never leaves this machine.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from zlib import crc32

from console.store.stems import stemmer
from desk.folding import is_han, words

_BODY_BITS = 16
_HEADING_BITS = 8
_MOST_IN_BODY = (1 << _BODY_BITS) - 1
_MOST_IN_HEADINGS = (1 << _HEADING_BITS) - 1
_MOST_IN_TITLE = _MOST_IN_HEADINGS


def terms_of(text: str) -> list[str]:
    """The terms of a text, in order, each as often as it occurs."""
    found = words(text)
    stems = stemmer().stems(word for word in found if not is_han(word))
    terms: list[str] = []
    for word in found:
        if word in stems:
            terms.append(stems[word])
        else:
            terms += word
            terms += [word[at : at + 2] for at in range(len(word) - 1)]
    return terms


def term_key(term: str) -> int:
    """The number a term has in a pack."""
    return crc32(term.encode())


def pack_terms(title: Counter[str], headings: Counter[str], body: Counter[str]) -> bytes:
    """Pack the counts of an article's terms."""
    packed: dict[int, int] = {}
    for term in title.keys() | headings.keys() | body.keys():
        count = min(body[term], _MOST_IN_BODY)
        count |= min(headings[term], _MOST_IN_HEADINGS) << _BODY_BITS
        count |= min(title[term], _MOST_IN_TITLE) << (_BODY_BITS + _HEADING_BITS)
        packed[term_key(term)] = count
    keys = sorted(packed)
    return array("I", keys).tobytes() + array("I", [packed[key] for key in keys]).tobytes()


class PackedTerms:
    """Looks terms up in a pack."""

    __slots__ = ("_numbers", "_size")

    def __init__(self, pack: bytes) -> None:
        self._numbers = memoryview(pack).cast("I")
        self._size = len(self._numbers) // 2

    def count(self, key: int) -> tuple[int, int, int]:
        """How often the term with that key occurs in title, headings and body (headings included)."""
        at = bisect_left(self._numbers, key, 0, self._size)
        if at == self._size or self._numbers[at] != key:
            return 0, 0, 0
        packed = self._numbers[self._size + at]
        return packed >> (_BODY_BITS + _HEADING_BITS), packed >> _BODY_BITS & _MOST_IN_HEADINGS, packed & _MOST_IN_BODY
