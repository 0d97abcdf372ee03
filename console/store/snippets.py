"""The piece of a text around what was searched for, with the hits between U+0002 and U+0003."""

import re
from collections.abc import Sequence

from desk.folding import fold

HIT, END = "\x02", "\x03"
BEFORE, LENGTH = 24, 120
_SHORTEST_STEM = 4
_MOST_READ = 200_000


def snippet(text: str, needles: Sequence[str]) -> str:
    """One line of about :data:`LENGTH` characters around the first hit; the start of the text where none is found, as
    when only a stem agreed. ``needles`` are folded."""
    text = text[:_MOST_READ]
    folded, origins = _folded_with_origins(text)
    spans = _spans(folded, needles)
    begin = max(origins[spans[0][0]] - BEFORE, 0) if spans else 0
    end = min(begin + LENGTH, len(text))
    pieces, at = [], begin
    for low, high in spans:
        first, last = origins[low], origins[high - 1] + 1
        if first < at or last > end:
            continue
        pieces += [text[at:first], HIT, text[first:last], END]
        at = last
    pieces.append(text[at:end])
    line = " ".join("".join(pieces).split())
    return f"{'…' if begin else ''}{line}{'…' if end < len(text) else ''}"


def _spans(folded: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """Where any needle stands, in order, without overlaps."""
    found = [_pattern(needle, folded) for needle in needles if needle]
    alternatives = "|".join(sorted((one for one in found if one), key=len, reverse=True))
    return [match.span() for match in re.finditer(alternatives, folded)] if alternatives else []


def _pattern(needle: str, folded: str) -> str:
    """The needle, or, where the text holds another form of the word, its beginning."""
    shortest = min(_SHORTEST_STEM, len(needle)) if needle.isascii() else len(needle)
    for length in range(len(needle), shortest - 1, -1):
        begins = r"(?<![a-z0-9])" if needle.isascii() else ""
        pattern = begins + re.escape(needle[:length])
        if re.search(pattern, folded):
            return pattern
    return ""


def _folded_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place it came from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, range(len(text))
    pieces, origins = [], []
    for place, character in enumerate(text):
        piece = fold(character)
        pieces.append(piece)
        origins += [place] * len(piece)
    return "".join(pieces), origins
