"""How often and where each term occurs in an article, packed so that ranking can look up a few without decoding all.

A term is a stem, a pair of Chinese characters or a single one. The pack is three arrays of 32-bit numbers: the terms'
checksums in ascending order, then the counts and the places in the same order. It never leaves this machine.

The places are one bit for each of 32 stretches of the text. The first stretches are always 25 words (or Chinese
characters) long, the others as long as the text needs: terms with neighbouring bits stand near each other.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from zlib import crc32

from console.store.stems import stemmer
from desk.folding import is_han

_BODY_BITS = 16
_HEADING_BITS = 8
_MOST_IN_BODY = (1 << _BODY_BITS) - 1
_MOST_IN_HEADINGS = (1 << _HEADING_BITS) - 1
"""Also of a title."""

_STRETCHES = 32
_STRETCH_WORDS = 25
_OPENING_STRETCHES = 2
OPENING_PLACES = (1 << _OPENING_STRETCHES) - 1
"""The bits of a text's first 50 words."""
EVERYWHERE = (1 << _STRETCHES) - 1


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


def term_places(words: Sequence[str]) -> dict[str, int]:
    """The stretches of a text that hold each term, as bits; ``words`` are all of its words in order."""
    sizes = [len(word) if is_han(word) else 1 for word in words]
    opening = _OPENING_STRETCHES * _STRETCH_WORDS
    stretch = max(_STRETCH_WORDS, -(-(sum(sizes) - opening) // (_STRETCHES - _OPENING_STRETCHES)))
    bits: dict[str, int] = {}
    at = 0
    for word, size in zip(words, sizes, strict=True):
        number = at // _STRETCH_WORDS if at < opening else _OPENING_STRETCHES + (at - opening) // stretch
        bits[word] = bits.get(word, 0) | 1 << number
        at += size
    stems = stemmer().stems(word for word in bits if not is_han(word))
    places: dict[str, int] = {}
    for word, places_of_word in bits.items():
        for term in (stems[word],) if word in stems else terms_of(word):
            places[term] = places.get(term, 0) | places_of_word
    return places


def term_key(term: str) -> int:
    """The number a term has in a pack."""
    return crc32(term.encode())


def pack_terms(title: Counter[str], headings: Counter[str], body: Counter[str], places: Mapping[str, int]) -> bytes:
    """Pack the counts of an article's terms, and their places in its body; the body includes the headings."""
    packed = {term_key(term): min(count, _MOST_IN_BODY) for term, count in body.items()}
    for shift, counts in ((_BODY_BITS, headings), (_BODY_BITS + _HEADING_BITS, title)):
        for term, count in counts.items():
            key = term_key(term)
            packed[key] = packed.get(key, 0) | min(count, _MOST_IN_HEADINGS) << shift
    placed = {term_key(term): bits for term, bits in places.items()}
    keys = sorted(packed)
    columns = (keys, [packed[key] for key in keys], [placed.get(key, 0) for key in keys])
    return b"".join(array("I", column).tobytes() for column in columns)


class PackedTerms:
    """Looks terms up in a pack."""

    __slots__ = ("_numbers", "_size")

    def __init__(self, pack: bytes) -> None:
        self._numbers = memoryview(pack).cast("I")
        self._size = len(self._numbers) // 3

    def find(self, key: int) -> tuple[int, int, int, int] | None:
        """How often the term with that key occurs in title, headings and body (headings included), and its places;
        None when it does not occur."""
        at = bisect_left(self._numbers, key, 0, self._size)
        if at == self._size or self._numbers[at] != key:
            return None
        count, places = self._numbers[self._size + at], self._numbers[2 * self._size + at]
        in_headings = count >> _BODY_BITS & _MOST_IN_HEADINGS
        return count >> (_BODY_BITS + _HEADING_BITS), in_headings, count & _MOST_IN_BODY, places
