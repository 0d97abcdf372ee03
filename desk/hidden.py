"""Makes characters visible that are meant to be unseen: bidirectional controls, zero-width characters, tag characters,
variation selectors, fillers and piles of combining marks. :func:`desk.text.clean_text` is the door.

A hidden character becomes a token such as ``⟨RLO⟩``; a run of one kind is counted, ``⟨ZWSP×3⟩``; tag characters,
which can
carry a whole unseen sentence, are spelled out, ``⟨TAG hello⟩``. Joiners and variation selectors that hold an emoji
together stay.
"""

import re
import unicodedata
from itertools import groupby

MAX_MARKS = 4
"""Combining marks a base may carry."""

ZWJ = "\u200d"

_NAMES = {
    0x00AD: "SHY",
    0x034F: "CGJ",
    0x061C: "ALM",
    0x115F: "FILLER",
    0x1160: "FILLER",
    0x180E: "MVS",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0x2800: "BLANK",
    0x3164: "FILLER",
    0xFEFF: "BOM",
    0xFFA0: "FILLER",
}

_TAGS = "\U000e0020-\U000e007e"
_HIDDEN = (
    "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Unicode's default-ignorable code points, the other format controls that draw nothing, and the blank braille cell."""

_PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
_PART = f"[{_PICTURE}](?:[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff]\ufe0f?)?"
_KEPT = (
    # the three flags that are spelled with tag characters
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|"
    "\U000e0077\U000e006c\U000e0073)\U000e007f"
    f"|{_PART}(?:{ZWJ}{_PART}){{0,3}}"
    "|[0-9#*]\ufe0f(?=\u20e3)"
)
_FIND = re.compile(f"(?P<kept>{_KEPT})|(?P<tags>[{_TAGS}]+)|[{_HIDDEN}]+")
_ANY_HIDDEN = re.compile(f"[{_HIDDEN}]")
_TOKEN = re.compile(r"⟨(?:TAG (?P<tag>[^⟨⟩]*)|[A-Z]+[0-9A-F]*(?:×(?P<count>\d{1,9}))?)⟩")

_MAYBE_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{5,}")
_LEADING_MARK = re.compile(r"(?:\A|(?<=\n))(?=[^\w\s\x00-\u02ff])")
_DOTTED_CIRCLE = "◌"


def show_hidden(text: str) -> str:
    """The text with every hidden character as a visible token, and piles of marks cut and counted."""
    if _ANY_HIDDEN.search(text):
        text = _FIND.sub(_shown, text)
    text = _MAYBE_MARKS.sub(lambda run: _thin_marks(run[0]), text)
    return _LEADING_MARK.sub(lambda at: _DOTTED_CIRCLE if _is_mark(text[at.end()]) else "", text)


def count_hidden(text: str) -> int:
    """How many hidden characters a text has, or had before :func:`show_hidden`."""
    tokens = sum(len(found["tag"] or "") or int(found["count"] or 1) for found in _TOKEN.finditer(text))
    return tokens + sum(0 if found["kept"] else len(found[0]) for found in _FIND.finditer(text))


def _shown(found: re.Match[str]) -> str:
    if found["kept"]:
        return found[0]
    if found["tags"]:
        spelled = "".join(chr(ord(tag) - 0xE0000) for tag in found[0])
        return f"⟨TAG {spelled}⟩"
    return "".join(_token(name, len(list(run))) for name, run in groupby(map(_name, found[0])))


def _token(name: str, count: int) -> str:
    return f"⟨{name}⟩" if count == 1 else f"⟨{name}×{count}⟩"


def _name(character: str) -> str:
    code = ord(character)
    if 0xFE00 <= code <= 0xFE0F:
        return f"VS{code - 0xFE00 + 1}"
    return _NAMES.get(code, f"U{code:04X}")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def _thin_marks(run: str) -> str:
    """Keeps the first :data:`MAX_MARKS` of each pile of marks and counts the others."""
    thinned: list[str] = []
    for is_mark, group in groupby(run, _is_mark):
        characters = list(group)
        if is_mark and len(characters) > MAX_MARKS:
            thinned += [*characters[:MAX_MARKS], _token("MARK", len(characters) - MAX_MARKS)]
        else:
            thinned += characters
    return "".join(thinned)
