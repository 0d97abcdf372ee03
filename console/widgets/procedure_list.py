"""Procedures as lines of a list: what each is called, in which languages, how long, and whether it can be run."""

from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.frozen import Frozen
from desk.text import width as cells

_EDGE = 2
_LANGS, _STEPS, _CHANGED, _STATE = 10, 7, 12, 14


class ProcedureRow(Frozen, frozen=True, kw_only=True):
    """One procedure as it is listed; every text is clean. ``state`` is what keeps it from being run (empty: nothing),
    and ``alarming`` tells whether that is a mistake."""

    id: str
    name: str
    langs: str
    steps: str = ""
    changed: str = ""
    state: str = ""
    alarming: bool = False


class ProcedureColumns(Bar):
    """The names of the columns, above the list."""

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line."""
        names = ProcedureRow(
            id="", name=_("Procedure"), langs=_("In"), steps=_("Steps"), changed=_("Changed"), state=_("State")
        )
        line = Line(width_)
        _columns(line, names, " ", width_, inks, heading=True)
        return [line.strip(inks.dim)]


class ProcedureList(LineList[ProcedureRow]):
    """Paints the rows."""

    def paint(self, row: ProcedureRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """One line in columns."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        line = Line(width, ground)
        _columns(line, row, "▌" if selected else " ", width, inks)
        return [line.strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """How there come to be some."""
        said = _("No procedures yet; a lead writes one with a.")
        return [Line(width).add("   ", inks.dim).add(said, inks.dim).strip(inks.text)]


def _columns(line: Line, row: ProcedureRow, edge: str, width: int, inks: Inks, *, heading: bool = False) -> None:
    """Put the cells of a row at their columns."""
    text = inks.dim if heading else inks.text
    at = width - _LANGS - _STEPS - _CHANGED - _STATE
    line.add(edge, inks.key).to(_EDGE, text)
    line.add(row.name, inks.dim if row.state and not heading else text, at - _EDGE - 1).to(at, text)
    line.add(row.langs, inks.dim, _LANGS - 1)
    line.to(at + _LANGS + _STEPS - 1 - cells(row.steps), text).add(row.steps, inks.dim)
    line.to(at + _LANGS + _STEPS + 1, text).add(row.changed, inks.dim, _CHANGED - 2)
    line.to(at + _LANGS + _STEPS + _CHANGED, text)
    line.add(row.state, inks.breaching if row.alarming else inks.dim, _STATE - 1)
