"""A line of an article's text around what was searched, with the hits marked."""

import re
from collections.abc import Iterable, Sequence

from desk.folding import fold, is_han

HIT_BEGINS = "\x02"
HIT_ENDS = "\x03"

_CHARS = 120
_LEAD = 30
_WIDE_FROM = "\u2e80"
"""From here on nearly every character takes two cells."""
_SCANNED = 60_000
_LINE_ENDS = re.compile(r"(?<![.。!！?？:：;；,，、\s])\s*\n\s*")
_BETWEEN_LINES = " · "
"""Between lines that do not end as sentences do, such as headings and items: an excerpt is one flowing line."""
_SPACES = re.compile(r"\s+")


def snippet(body: str, marks: Sequence[str], chars: int = _CHARS) -> str:
    """About ``chars`` characters of ``body`` (half as many Chinese ones: they are twice as wide) where most of
    ``marks`` (folded words) stand, each wrapped in U+0002 and U+0003. The beginning of the text when none does."""
    scanned = body[:_SCANNED]
    folded = fold(scanned)
    pattern = _pattern(marks)
    spans = [match.span() for match in pattern.finditer(folded)] if pattern else []
    if spans and len(folded) != len(scanned):
        scanned, spans = _unfolded(scanned, pattern, spans)
    hit = _densest(spans, chars)
    lead = _LEAD if hit >= len(scanned) or scanned[hit] < _WIDE_FROM else _LEAD // 2
    start, end = _window(scanned, max(0, hit - lead), hit, chars)
    return _marked(scanned, start, end, spans)


def _pattern(marks: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(marks, key=len, reverse=True)
    parts = [re.escape(mark) if is_han(mark) else rf"\b{re.escape(_root(mark))}\w*" for mark in longest_first]
    return re.compile("|".join(parts)) if parts else None


def _root(word: str) -> str:
    """What a word shares with its inflections."""
    for ending in ("ations", "ation", "ings", "ing", "ed", "es", "s", "al"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _unfolded(
    text: str, pattern: re.Pattern[str] | None, spans: list[tuple[int, int]]
) -> tuple[str, list[tuple[int, int]]]:
    """Spans of the original text, where folding changed its length: fold letter by letter to know what became what."""
    origin: list[int] = []
    pieces: list[str] = []
    for at, letter in enumerate(text):
        piece = fold(letter)
        pieces.append(piece)
        origin += [at] * len(piece)
    origin.append(len(text))
    if pattern is None:
        return text, spans
    found = (match.span() for match in pattern.finditer("".join(pieces)))
    return text, [(origin[begin], origin[end - 1] + 1) for begin, end in found]


def _densest(spans: list[tuple[int, int]], chars: int) -> int:
    """Where the stretch of ``chars`` characters begins that has the most hits."""
    best = best_at = first = 0
    for last, (_, end) in enumerate(spans):
        while end - spans[first][0] > chars - _LEAD and first < last:
            first += 1
        if last - first + 1 > best:
            best, best_at = last - first + 1, spans[first][0]
    return best_at


def _window(text: str, start: int, hit: int, chars: int) -> tuple[int, int]:
    """Begin at a line or word, not in the middle of one, and never behind the hit."""
    line = text.rfind("\n", start, hit) if start else -1
    if line >= 0:
        start = line + 1
    elif start:
        gap = next((at for at in range(start, min(start + 12, hit)) if not text[at].isalnum()), start - 1)
        start = gap + 1
    end, cells = start, 0
    while end < len(text) and cells < chars:
        cells += len(_BETWEEN_LINES) if text[end] == "\n" else 1 + (text[end] >= _WIDE_FROM)
        end += 1
    return start, end


def _marked(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    parts = ["…"] if start else []
    at = start
    for begin, stop in spans:
        if begin >= at and stop <= end:
            parts += (text[at:begin], HIT_BEGINS, text[begin:stop], HIT_ENDS)
            at = stop
    parts.append(text[at:end].rstrip())
    if end < len(text):
        parts.append("…")
    return _SPACES.sub(" ", _LINE_ENDS.sub(_BETWEEN_LINES, "".join(parts).strip()))
