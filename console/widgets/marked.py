"""Snippets with their hits marked: U+0002 … U+0003 in the data, underlined on the screen."""

from textual.content import Content

from desk.text import clean_text

HIT_START, HIT_END = "\x02", "\x03"


def marked(snippet: str, style: str = "bold underline") -> Content:
    """The snippet on one line, cleaned piece by piece, hits underlined so that no colour is needed to see them."""
    pieces = []
    for i, piece in enumerate(snippet.split(HIT_START)):
        hit, end, rest = piece.partition(HIT_END) if i else ("", "", piece)
        if i and not end:
            hit, rest = "", piece
        pieces.append(Content.styled(clean_text(hit, newlines=False), style))
        pieces.append(Content(clean_text(rest, newlines=False)))
    return Content("").join(pieces)
