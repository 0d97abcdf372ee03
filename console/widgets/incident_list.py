"""The list of incidents: what each is, how many tickets it has, how long ago its customers were told something."""

from dataclasses import dataclass

from textual.reactive import reactive
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from console.widgets.when import age
from desk.ids import MS_PER_S, IncidentId, Instant
from desk.text import clean_name, width

_OPEN_AT, _SOLVED_AT, _TOLD_AT = 20, 12, 10
"""How far from the right the figures end, and the age of the last update begins."""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident as listed. ``told_at`` is its last update (None: nobody was told anything yet)."""

    id: IncidentId
    title: str
    open: int
    solved: int
    told_at: Instant | None
    closed_at: Instant | None = None


class IncidentHead(Bar):
    """The headings of the list."""

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line."""
        line = Line(width_, inks.bar).add("   ", inks.dim).add(_("Incident"), inks.dim)
        for heading, from_right in ((_("Open"), _OPEN_AT), (_("Solved"), _SOLVED_AT)):
            line.to(width_ - from_right - width(heading), inks.dim).add(heading, inks.dim)
        return [line.to(width_ - _TOLD_AT, inks.dim).add(_("Told"), inks.dim).strip(inks.dim)]


class IncidentList(LineList[IncidentRow]):
    """Incidents, those that go on first."""

    KEY_CONTEXTS = ("list", "incidents")

    now: reactive[Instant] = reactive(0, repaint=False)

    def stamp(self, row: IncidentRow) -> str:
        """The age of the last update."""
        if row.closed_at is not None:
            return _("closed")
        if row.told_at is None:
            return _("never")
        return age(max(0, self.now - row.told_at) // MS_PER_S)

    def paint(self, row: IncidentRow, width_: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Title, open, solved, age of the last update; one that is closed is quieter and says so."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        closed = row.closed_at is not None
        line = Line(width_, ground).add("▌" if selected else " ", inks.key)
        line.add("  " if closed else "● ", inks.breaching)
        line.add(clean_name(row.title), inks.dim if closed else inks.strong, width_ - _OPEN_AT - 10)
        for figure, from_right, ink in ((row.open, _OPEN_AT, inks.text), (row.solved, _SOLVED_AT, inks.fine)):
            text = f"{figure:,}"
            line.to(width_ - from_right - width(text), inks.text).add(text, ink if figure else inks.faint)
        line.to(width_ - _TOLD_AT, inks.text)
        alarming = not closed and row.told_at is None
        return [line.add(self.stamp(row), inks.breaching if alarming else inks.dim).strip(inks.text)]

    def empty_lines(self, width_: int, inks: Inks) -> list[Strip]:
        """One sentence instead of rows."""
        return [Line(width_).add("   ", inks.dim).add(_("No incident yet; a opens one."), inks.dim).strip(inks.text)]
