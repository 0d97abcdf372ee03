"""How often each term occurs in an article, packed so that ranking can look up a few terms without decoding all.

A term is a stem, a pair of Chinese characters or a single one. The pack is two arrays of 32-bit numbers: the terms'
checksums in ascending order, then the counts in the same order. It never leaves this machine.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from zlib import crc32

from console.store.stems import stemmer
from desk.folding import is_han

_BODY_BITS = 16
_HEADING_BITS = 8
_MOST_IN_BODY = (1 << _BODY_BITS) - 1
_MOST_IN_HEADINGS = (1 << _HEADING_BITS) - 1
"""Also of a title."""


def terms_of(word: str) -> list[str]:
    """The terms of one folded word as :func:`desk.folding.words` gives it, each as often as it occurs."""
    if not is_han(word):
        return [stemmer().stems((word,))[word]]
    return [*word, *(word[at : at + 2] for at in range(len(word) - 1))]


def count_terms(words: Counter[str]) -> Counter[str]:
    """The terms of counted words."""
    stems = stemmer().stems(word for word in words if not is_han(word))
    terms: Counter[str] = Counter()
    for word, count in words.items():
        if word in stems:
            terms[stems[word]] += count
        elif count == 1:
            terms.update(terms_of(word))
        else:
            for term in terms_of(word):
                terms[term] += count
    return terms


def term_key(term: str) -> int:
    """The number a term has in a pack."""
    return crc32(term.encode())


def pack_terms(title: Counter[str], headings: Counter[str], body: Counter[str]) -> bytes:
    """Pack the counts of an article's terms; those of the body include its headings."""
    packed = {term_key(term): min(count, _MOST_IN_BODY) for term, count in body.items()}
    for shift, counts in ((_BODY_BITS, headings), (_BODY_BITS + _HEADING_BITS, title)):
        for term, count in counts.items():
            key = term_key(term)
            packed[key] = packed.get(key, 0) | min(count, _MOST_IN_HEADINGS) << shift
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
