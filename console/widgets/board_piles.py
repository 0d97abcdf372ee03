"""What lies about on the board: piles that nobody or everybody answers for, and the teams they are in."""

from dataclasses import dataclass

from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.board_columns import NOT_COUNTED
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.load import TeamLoad
from desk.records import Team
from desk.text import clean_name, width

_COUNT_AT = 22
_HINT_AT = 24


@dataclass(frozen=True, slots=True)
class Pile:
    """Tickets with something in common. ``count`` is None until they were counted, ``query`` finds them at the desk,
    ``hint`` says in a few words what they are."""

    id: str
    label: str
    hint: str
    query: str
    count: int | None = None
    alarming: bool = False


class PileList(LineList[Pile]):
    """The piles, the worst first; a pile is chosen to see its tickets."""

    KEY_CONTEXTS = ("list", "board")

    def paint(self, row: Pile, width_: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Name, count, and what it is."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        line = Line(width_, ground).add("▌" if selected else " ", inks.key)
        alarms = row.alarming and row.count
        line.add("! " if alarms else "  ", inks.breaching).add(row.label, inks.strong if alarms else inks.text, 14)
        count = NOT_COUNTED if row.count is None else f"{row.count:,}"
        line.to(_COUNT_AT - width(count), inks.text)
        line.add(count, inks.breaching if alarms else inks.text if row.count else inks.faint)
        return [line.to(_HINT_AT, inks.text).add(row.hint, inks.dim).strip(inks.text)]


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team: its piles (None: not counted yet), how many of its people can be given work now, and of how many."""

    team: Team
    load: TeamLoad | None
    present: int
    people: int
    is_filter: bool = False


_TEAM_RIGHT = (22, 28, 34, 43)
"""Where the figures of a team end: unassigned, due, escalated, people here."""


class TeamHead(Bar):
    """The headings of the teams."""

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line."""
        line = Line(width_, inks.bar).add("   ", inks.dim).add(_("Team"), inks.dim)
        for heading, right_at in zip((_("Free"), _("Due"), _("Esc."), _("Here")), _TEAM_RIGHT, strict=True):
            line.to(right_at - width(heading), inks.dim).add(heading, inks.dim)
        return [line.strip(inks.dim)]


class TeamList(LineList[TeamLine]):
    """The teams; one is chosen to see its people alone."""

    KEY_CONTEXTS = ("list", "board")

    def paint(self, row: TeamLine, width_: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Name, unassigned, due and unassigned, escalated, people here; and whether new tickets are routed."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        line = Line(width_, ground).add("▌" if selected else " ", inks.key)
        line.add("▸ " if row.is_filter else "  ", inks.key)
        line.add(clean_name(row.team.name), inks.strong if row.is_filter else inks.text, _TEAM_RIGHT[0] - 9)
        load = row.load
        figures = (load.unassigned, load.at_risk, load.escalated) if load is not None else (None, None, None)
        for figure, right_at, ink in zip(figures, _TEAM_RIGHT, (inks.text, inks.breaching, inks.text), strict=False):
            text = NOT_COUNTED if figure is None else f"{figure:,}"
            line.to(right_at - width(text), inks.text).add(text, ink if figure else inks.faint)
        here = f"{row.present}/{row.people}"
        line.to(_TEAM_RIGHT[3] - width(here), inks.text).add(here, inks.fine if row.present else inks.breaching)
        if row.team.auto_route:
            line.add(" " + _("auto"), inks.desk)
        return [line.strip(inks.text)]
