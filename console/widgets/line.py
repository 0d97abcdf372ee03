"""One painted line: pieces of text put side by side, counted in cells, ending in a strip of exact width."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from desk.text import truncate, width


class Line:
    """A line under construction. Text must be clean (:func:`desk.text.clean_text`) and without newlines."""

    __slots__ = ("_ground", "cells", "limit", "pieces")

    def __init__(self, limit: int, ground: Style | None = None) -> None:
        self.limit = limit
        self.cells = 0
        self.pieces: list[tuple[str, Style]] = []
        self._ground = ground

    @property
    def left(self) -> int:
        """Cells that are still free."""
        return self.limit - self.cells

    def add(self, text: str, style: Style, most: int | None = None) -> "Line":
        """Put ``text`` at the end, cut to what is free and to ``most`` cells."""
        room = self.left if most is None else min(most, self.left)
        if room > 0 and text:
            text = truncate(text, room)
            self.cells += width(text)
            self.pieces.append((text, style))
        return self

    def to(self, column: int, style: Style) -> "Line":
        """Go on at ``column``, with spaces in between; nothing when the line is already there."""
        gap = min(column, self.limit) - self.cells
        if gap > 0:
            self.pieces.append((" " * gap, style))
            self.cells += gap
        return self

    def strip(self, style: Style) -> Strip:
        """The finished line, filled up with spaces."""
        self.to(self.limit, style)
        ground = self._ground
        segments = [Segment(text, ink + ground if ground else ink) for text, ink in self.pieces]
        return Strip(segments, self.cells)
