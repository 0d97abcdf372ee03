"""Breaks styled text into lines of a width, between words and between Chinese characters. Linear; pure."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeVar

from rich.style import Style

from desk.text import width

S = TypeVar("S")
Run = tuple[str, Style]


@cache
def _word() -> re.Pattern[str]:
    """Spaces, words, or one wide character with the punctuation that may not begin a line.

    Compiled when first needed: 3 ms that no first frame has to wait for.
    """
    return re.compile(
        r"\n| +|[^ \n\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]+"
        r"|[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60][、。，．：；！？）】」』”’]*"
    )


def wrap(runs: Iterable[tuple[str, S]], cells: int) -> list[list[tuple[str, S]]]:
    """The runs in lines of at most ``cells`` cells. A run with ``\\n`` begins a new line there."""
    cells = max(1, cells)
    lines: list[list[tuple[str, S]]] = [[]]
    used = 0
    for piece, style in _words(runs):
        word = piece
        if word == "\n":
            lines.append([])
            used = 0
            continue
        size = width(word)
        if used + size > cells and used:
            if word.isspace():
                continue
            lines.append([])
            used = 0
        while size > cells:
            head, word = _split(word, cells)
            lines[-1].append((head, style))
            lines.append([])
            size = width(word)
        lines[-1].append((word, style))
        used += size
    return [_joined(line) for line in lines]


def _words(runs: Iterable[tuple[str, S]]) -> Iterator[tuple[str, S]]:
    """The runs cut where a line may break. A chip (it begins with a space) stays whole."""
    for text, style in runs:
        if text.startswith(" ") and text.endswith(" ") and "\n" not in text and len(text) < 40:
            yield text, style
            continue
        for match in _word().finditer(text):
            yield match.group(), style


def _split(word: str, cells: int) -> tuple[str, str]:
    """A word that is longer than a line, cut after ``cells`` cells (at least one character)."""
    if word.isascii():
        return word[:cells], word[cells:]
    used = 0
    for index, character in enumerate(word):
        used += width(character)
        if used > cells:
            cut = max(1, index)
            return word[:cut], word[cut:]
    return word, ""


def _joined(line: list[tuple[str, S]]) -> list[tuple[str, S]]:
    """Neighbours of one style as one run: fewer segments to paint."""
    joined: list[tuple[str, S]] = []
    for text, style in line:
        if joined and joined[-1][1] is style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined
