"""What text from outside must pass before it is stored, sent on or shown: :func:`clean_text` makes a :data:`SafeText`.

A customer's text reaches the terminal as it is: an escape sequence in it could write the clipboard, retitle the window
or draw a false line of ours. So it is cleaned when it comes in, when a replica takes it over, and when it is drawn;
cleaning twice changes nothing. Widgets accept only :data:`SafeText`.
"""

import re
from typing import NewType

from desk import cells as _cells
from desk.escapes import strip_controls
from desk.hidden import ZWJ, count_hidden, show_hidden

__all__ = [
    "MAX_NAME",
    "MAX_TEXT",
    "SafeText",
    "clean_name",
    "clean_text",
    "count_hidden",
    "is_harmless",
    "truncate",
    "width",
]

SafeText = NewType("SafeText", str)
"""Text without control sequences and without anything unseen; the only way to get one is :func:`clean_text`."""

MAX_TEXT = 1_000_000
MAX_NAME = 300
TAB = "    "

_HARMLESS = re.compile(
    "[\n\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205f\u20a0-\u20cf\u2100-\u27ff"
    "\u2900-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\U0001f000-\U0001faff]*"
)
"""Most texts in most languages, found out at 1 ns a character: nothing here needs a second look."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF_JOINED = ZWJ + "".join(map(chr, range(0xE0020, 0xE007F)))
_LINE_SEPARATOR = re.compile("[\u2028\u2029]")


def is_harmless(text: str) -> bool:
    """Whether every character is one that is never changed, whatever stands beside it. False says nothing."""
    return _HARMLESS.fullmatch(text) is not None


def clean_text(text: str, *, limit: int = MAX_TEXT, newlines: bool = True) -> SafeText:
    """The text as it may be stored and shown: at most ``limit`` characters, on one line unless ``newlines``.

    Control sequences go whole, an unterminated one with the rest of its line; control characters go, but newline stays
    and a tab becomes spaces; hidden characters become visible tokens; at most four marks stay on a base. Linear and
    idempotent.
    """
    if not _HARMLESS.fullmatch(text):
        text = _LINE_SEPARATOR.sub("\n", strip_controls(text)).replace("\t", TAB)
        text = show_hidden(_SURROGATE.sub("\ufffd", text))
    if not newlines and "\n" in text:
        text = " ".join(text.split("\n"))
    return SafeText(text if len(text) <= limit else _cut(text, limit))


def clean_name(text: str, *, limit: int = MAX_NAME) -> SafeText:
    """A name, subject or label: cleaned, on one line, without white space at its ends."""
    return clean_text(clean_text(text, newlines=False).strip(), limit=limit, newlines=False)


def width(text: str) -> int:
    """Cells a text takes on one line of the terminal."""
    return _cells.width(text)


def truncate(text: str, cells: int) -> SafeText:
    """The text in at most ``cells`` cells of one line, cut between graphemes, with ``…`` when something was cut off."""
    return SafeText(_cells.fit(clean_text(text, newlines=False), cells))


def _cut(text: str, limit: int) -> str:
    """The start of a text and an ellipsis; an emoji is not left with half a join."""
    return text[: limit - 1].rstrip(_HALF_JOINED) + _cells.ELLIPSIS if limit > 0 else ""
