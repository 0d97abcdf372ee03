"""What became of a text, word by word: kept, taken out, put in. Pure.

Marks say it, colour only repeats it: ``[-taken out-]`` and ``{+put in+}``, as in a diff of words."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from textual.content import Content

from console.i18n import gettext as _
from desk.text import clean_text

Fate: TypeAlias = Literal["kept", "out", "in"]

MOST_WORDS = 3_000
"""Longer texts are compared line by line: comparing takes the square of their number at worst."""

_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\s+|\w+|[^\w\s]")
STYLES: dict[Fate, str] = {"kept": "", "out": "strike $error", "in": "bold $success"}
MARKS: dict[Fate, tuple[str, str]] = {"kept": ("", ""), "out": ("[-", "-]"), "in": ("{+", "+}")}


class Piece(NamedTuple):
    """A stretch of text with one fate."""

    fate: Fate
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces in reading order; those kept and those put in make up ``new``, those kept and taken out ``old``."""
    from difflib import SequenceMatcher  # 4 ms, when the first change is looked at

    was, is_now = _words(old), _words(new)
    if max(len(was), len(is_now)) > MOST_WORDS:
        was, is_now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("kept", "".join(was[a:b])))
            continue
        found += [Piece("out", "".join(was[a:b]))] if b > a else []
        found += [Piece("in", "".join(is_now[c:d]))] if d > c else []
    return list(_joined(found))


def diff_content(old: str, new: str) -> Content:
    """The change as it is shown."""
    parts = [Content("")]
    for fate, text in word_diff(clean_text(old), clean_text(new)):
        before, behind = MARKS[fate]
        parts.append(Content.styled(f"{before}{text}{behind}", STYLES[fate]))
    return Content("").join(parts)


def legend() -> str:
    """What the marks mean."""
    words: tuple[tuple[Fate, str], ...] = (("out", _("taken out")), ("in", _("put in")))
    return " ".join(f"{MARKS[fate][0]}{word}{MARKS[fate][1]}" for fate, word in words)


def _words(text: str) -> list[str]:
    """Words, stretches of white space, signs, and Chinese characters one by one."""
    return _WORD.findall(text)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Changes with only a space between them read as one: what was taken out, then what came for it."""
    out = into = ""
    for number, (fate, text) in enumerate(pieces):
        last = number == len(pieces) - 1
        if fate == "kept" and (last or text.strip() or not (out and into)):
            yield from _change(out, into)
            out = into = ""
            yield Piece("kept", text)
            continue
        out += text if fate != "in" else ""
        into += text if fate != "out" else ""
    yield from _change(out, into)


def _change(out: str, into: str) -> Iterator[Piece]:
    if out:
        yield Piece("out", out)
    if into:
        yield Piece("in", into)
