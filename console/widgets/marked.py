"""Snippets with their hits marked: U+0002 … U+0003 in the data, underlined on the screen."""

from collections.abc import Iterator

from textual.content import Content

from console.widgets.wrapping import wrap
from desk.text import clean_text

HIT_START, HIT_END = "\x02", "\x03"


HIT = "bold underline"
"""Hits are underlined, so that no colour is needed to see them."""


def marked(snippet: str, cells: int, lines: int) -> list[Content]:
    """The snippet, cleaned piece by piece, on at most so many lines of so many cells."""
    broken = wrap(_pieces(snippet), cells)
    return [Content("").join(Content.styled(text, style) for text, style in line) for line in broken[:lines]]


def _pieces(snippet: str) -> Iterator[tuple[str, str]]:
    """Clean text on one line, each piece with its style."""
    for i, piece in enumerate(snippet.split(HIT_START)):
        hit, end, rest = piece.partition(HIT_END) if i else ("", "", piece)
        if i and not end:
            hit, rest = "", piece
        yield clean_text(hit, newlines=False), HIT
        yield clean_text(rest, newlines=False), ""
