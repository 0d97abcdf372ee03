"""The board's table: one line a person under the headings of the columns in sight."""

from collections.abc import Hashable

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.board_columns import Person, Placed, placed
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.ids import Instant
from desk.text import truncate, width


class BoardHead(Bar):
    """The headings; the column that is sorted by has an arrow."""

    first: reactive[int] = reactive(0, repaint=False)
    sort: reactive[str] = reactive("", repaint=False)
    turned: reactive[bool] = reactive(False, repaint=False)

    def watch_first(self) -> None:
        """Other columns."""
        self.changed()

    def watch_sort(self) -> None:
        """Another order."""
        self.changed()

    def watch_turned(self) -> None:
        """The other way round."""
        self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line."""
        line = Line(width_, inks.bar)
        places = placed(width_, self.first)
        for place in places:
            one = place.column
            is_sorted = one.id == self.sort
            falls = one.is_number != self.turned
            heading = _(one.heading) + (("▼" if falls else "▲") if is_sorted else "")
            _put(line, place, heading, inks.strong if is_sorted else inks.dim, inks)
        return [line.strip(inks.dim)]


class BoardTable(LineList[Person]):
    """The people. ``now`` is what "last action" counts from, ``empty`` the sentence where nobody is."""

    KEY_CONTEXTS = ("list", "board")

    first: reactive[int] = reactive(0, repaint=False)
    now: Instant = 0
    empty: str = ""

    def watch_first(self) -> None:
        """Other columns: every line is painted anew."""
        self._painted.clear()
        self._frame_key = ()
        self.refresh()

    def stamp(self, row: Person) -> Hashable:
        """The age of the last action grows, and who it is counted for says so."""
        return "" if row.last_at is None else (self.now - row.last_at) // 60_000

    def paint(self, row: Person, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """One line."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        line = Line(width, ground).add("▌" if selected else " ", inks.key)
        for place in placed(width, self.first):
            _put(line, place, place.column.text(row, self.now), place.column.ink(row, inks), inks)
        return [line.strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """Nobody."""
        return [Line(width).add("  ", inks.dim).add(self.empty, inks.dim).strip(inks.text)]


def _put(line: Line, place: Placed, text: str, ink: Style, inks: Inks) -> None:
    """A cell's text at its place, numbers on its right side."""
    shown = truncate(text, place.cells)
    at = place.at + (place.cells - width(shown) if place.column.is_number else 0)
    line.to(at, inks.text).add(shown, ink)
