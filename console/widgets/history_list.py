"""Who changed what: two lines for each change, newest first."""

from textual.reactive import var
from textual.strip import Strip

from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.frozen import Frozen

WHEN, WHO = 18, 20


class HistoryRow(Frozen, frozen=True, kw_only=True):
    """One change in words. ``entity_id`` is the ticket it was about (empty: something else); ``facts`` are small ones
    such as the device."""

    seq: int
    entity_id: str
    when: str
    who: str
    what: str
    on: str
    changes: str
    facts: str


class HistoryList(LineList[HistoryRow]):
    """Paints the rows."""

    nothing: var[str] = var("")
    """What an empty list says."""

    def on_mount(self) -> None:
        """Two lines a row."""
        self.row_height = 2

    def paint(self, row: HistoryRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """When, who, what, on what; below it from what to what."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        edge = "▌" if selected else " "
        first = Line(width, ground).add(edge, inks.key).add(row.when, inks.dim, WHEN - 2).to(WHEN, inks.dim)
        first.add(row.who, inks.strong, WHO - 1).to(WHEN + WHO, inks.dim).add(row.what, inks.text)
        if row.on:
            first.add("  ", inks.dim).add(row.on, inks.key)
        if row.facts and first.left > 12:
            first.add("  ", inks.dim).add(row.facts, inks.dim)
        second = Line(width, ground).add(edge, inks.key).to(WHEN, inks.dim).add(row.changes, inks.dim)
        return [first.strip(inks.text), second.strip(inks.dim)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """Nothing there, or nothing yet."""
        return [Line(width).add("   ", inks.dim).add(self.nothing, inks.dim).strip(inks.text)]
