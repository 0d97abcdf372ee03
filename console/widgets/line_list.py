"""The base of every long list: a window over a row source, painted line by line.

A million rows cost what the visible ones cost. Painted rows are kept by (row, stamp, selected), the whole frame until
something in it changes; ``render_lines`` is overridden to hand that frame out, so these widgets have no border, padding
or line filter.
"""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.keys import bindings
from console.widgets.inks import InkPot, Inks
from desk.rows import RowSource

Row = TypeVar("Row", bound=Hashable)

KEPT_ROWS = 2048
"""Painted rows kept before the cache starts again."""


class Rows(Generic[Row]):
    """A row source over a sequence that is already in memory."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._rows = rows

    def count(self) -> int:
        """How many there are."""
        return len(self._rows)

    def window(self, first: int, n: int) -> Sequence[Row]:
        """Rows ``first`` … ``first + n - 1``, fewer at the end."""
        return self._rows[first : first + n]


class LineList(ScrollView, Generic[Row], can_focus=True):
    """A list with a cursor. Subclasses say how a row is painted; who owns the list gives it a ``source``."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("list")
    DEFAULT_CSS = "LineList { overflow: hidden hidden; scrollbar-size: 0 0; }"

    cursor: reactive[int] = reactive(0, repaint=False)
    row_height: reactive[int] = reactive(1, repaint=False)

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        list: "LineList[Hashable]"
        index: int

    @dataclass
    class Chosen(Message):
        """A row was chosen with Enter or a click on the row that had the cursor."""

        list: "LineList[Hashable]"
        index: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._source: RowSource[Row] = Rows[Row]()
        self._count = 0
        self._generation = 0
        self._painted: dict[tuple[Row, Hashable, bool, bool], list[Strip]] = {}
        self._painted_width = 0
        self._frame: list[Strip] = []
        self._frame_key: tuple[Hashable, ...] = ()
        self._ink_pot = InkPot()

    # What a subclass says

    @abstractmethod
    def paint(self, row: Row, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """``row_height`` strips, each exactly ``width`` cells."""

    def stamp(self, row: Row) -> Hashable:
        """What a painted row depends on besides the row itself, such as its countdown."""
        return None

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """What an empty list shows."""
        return []

    # What the owner does

    @property
    def source(self) -> RowSource[Row]:
        """The rows shown."""
        return self._source

    def show(self, source: RowSource[Row], *, cursor: int | None = None) -> None:
        """Show other rows (or the same after a change), with the cursor where it was or at ``cursor``."""
        self._source = source
        self._count = source.count()
        self._generation += 1
        self.virtual_size = Size(self.size.width, self._count * self.row_height)
        self.cursor = self.cursor if cursor is None else cursor
        self._keep_cursor_visible()
        self.refresh()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        rows = self._source.window(self.cursor, 1) if self._count else ()
        return rows[0] if rows else None

    def visible_rows(self) -> tuple[int, Sequence[Row]]:
        """The index of the first painted row, and the painted rows."""
        first = self.scroll_offset.y // self.row_height
        return first, self._source.window(first, self.size.height // self.row_height + 2)

    def repaint_stamped(self) -> None:
        """Repaint the rows whose stamp changed since they were painted, and nothing else."""
        first, rows = self.visible_rows()
        for index, row in enumerate(rows, first):
            if self._look(row, index) not in self._painted:
                self._frame_key = ()
                self.refresh_lines(index * self.row_height, self.row_height)

    # Moving

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, self._count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows concerned, scroll when needed, and tell."""
        if not self.is_mounted:
            return
        height = self.row_height
        self.refresh_lines(old * height, height)
        self.refresh_lines(new * height, height)
        self._keep_cursor_visible()
        self.post_message(self.Moved(self, new))  # type: ignore[arg-type]  # Row is hashable, the message does not say which

    def watch_row_height(self) -> None:
        """Lay the rows out again."""
        self._painted.clear()
        self.show(self._source)

    def _keep_cursor_visible(self) -> None:
        """Scroll as little as brings the whole row of the cursor into view."""
        height, row_height = self.size.height, self.row_height
        if height <= 0:
            return
        top, y = self.scroll_offset.y, self.cursor * row_height
        wanted = y if y < top else max(top, y + row_height - height)
        wanted = max(0, min(wanted, self._count * row_height - height))
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many pages."""
        self.cursor += pages * max(1, self.size.height // self.row_height - 1)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.cursor = self._count - 1

    def action_open(self) -> None:
        """Choose the row under the cursor."""
        if self._count:
            self.post_message(self.Chosen(self, self.cursor))  # type: ignore[arg-type]  # as in watch_cursor

    async def _on_click(self, event: events.Click) -> None:
        """Move to the row clicked; choose it when the cursor was there."""
        index = (self.scroll_offset.y + event.y) // self.row_height
        if not 0 <= index < self._count:
            return
        if index == self.cursor:
            self.action_open()
        self.cursor = index

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.cursor += 3

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.cursor -= 3

    def _on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(event.size.width, self._count * self.row_height)
        self._keep_cursor_visible()

    def _on_focus(self, event: events.Focus) -> None:
        super()._on_focus(event)
        self.refresh_lines(self.cursor * self.row_height, self.row_height)

    def _on_blur(self, event: events.Blur) -> None:
        super()._on_blur(event)
        self.refresh_lines(self.cursor * self.row_height, self.row_height)

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines. The frame is kept while nothing in it changed."""
        inks, changed = self._ink_pot.inks(self.app)
        width, height = self.size
        if changed or width != self._painted_width or len(self._painted) > KEPT_ROWS:
            self._painted.clear()
            self._painted_width = width
            self._frame_key = ()
        key = (self._generation, self.scroll_offset.y, self.cursor, self.has_focus, width, height)
        if key != self._frame_key:
            self._frame, self._frame_key = self._paint_frame(width, height, inks), key
        lines = self._frame
        if crop.size == self.size:
            return lines
        x, right = crop.column_span
        return [line.crop(x, right) for line in lines[crop.y : crop.bottom]]

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        return self.render_lines(Region(0, 0, *self.size))[y]

    def _paint_frame(self, width: int, height: int, inks: Inks) -> list[Strip]:
        """All visible lines, from rows painted before where they still hold."""
        lines = self.empty_lines(width, inks) if not self._count else self._paint_rows(width, height, inks)
        blank = Strip.blank(width, inks.text)
        return (lines + [blank] * (height - len(lines)))[:height]

    def _paint_rows(self, width: int, height: int, inks: Inks) -> list[Strip]:
        """The lines of the rows in view."""
        top, row_height = self.scroll_offset.y, self.row_height
        first = top // row_height
        painted = self._painted
        lines: list[Strip] = []
        for index, row in enumerate(self._source.window(first, height // row_height + 2), first):
            look = self._look(row, index)
            strips = painted.get(look)
            if strips is None:
                strips = painted[look] = self.paint(row, width, inks, selected=look[2])
            lines.extend(strips)
        return lines[top % row_height :]

    def _look(self, row: Row, index: int) -> tuple[Row, Hashable, bool, bool]:
        """All that a painted row depends on but the width and the theme."""
        selected = index == self.cursor
        return row, self.stamp(row), selected, selected and self.has_focus
