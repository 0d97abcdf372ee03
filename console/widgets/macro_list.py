"""Macros as lines of a list: what each is called, for whom it is, how often it is used, and whether it can be."""

from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.frozen import Frozen
from desk.text import width as cells

_EDGE = 2
_SHORTCUT, _SHARING, _USES, _CHANGED, _STATE, _CONDITION = 16, 14, 7, 12, 14, 34
_ROOMY = 120
"""From this width on there is room for the condition."""


class MacroRow(Frozen, frozen=True, kw_only=True):
    """One macro as it is listed; every text is clean. ``state`` is what keeps it from being offered (empty: nothing),
    and ``alarming`` tells whether that is a mistake."""

    id: str
    shortcut: str
    title: str
    sharing: str
    uses: str = ""
    changed: str = ""
    state: str = ""
    alarming: bool = False
    condition: str = ""


class MacroColumns(Bar):
    """The names of the columns, above the list."""

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line."""
        names = MacroRow(
            id="",
            shortcut=_("Shortcut"),
            title=_("Title"),
            sharing=_("For"),
            uses=_("Uses"),
            changed=_("Changed"),
            condition=_("Offered when"),
        )
        line = Line(width_)
        _columns(line, names, " ", width_, inks, heading=True)
        return [line.strip(inks.dim)]


class MacroList(LineList[MacroRow]):
    """Paints the rows."""

    def paint(self, row: MacroRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """One line in columns."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        line = Line(width, ground)
        _columns(line, row, "▌" if selected else " ", width, inks)
        return [line.strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """How there come to be some."""
        return [Line(width).add("   ", inks.dim).add(_("No macros yet; a writes one."), inks.dim).strip(inks.text)]


def _columns(line: Line, row: MacroRow, edge: str, width: int, inks: Inks, *, heading: bool = False) -> None:
    """Put the cells of a row at their columns."""
    text = inks.dim if heading else inks.text
    roomy = width >= _ROOMY
    at = width - _SHARING - _USES - _CHANGED - (_STATE + _CONDITION if roomy else 0)
    line.add(edge, inks.key).to(_EDGE, text)
    line.add(row.shortcut, text if heading else inks.key, _SHORTCUT - 1).to(_EDGE + _SHORTCUT, text)
    if row.state and not roomy:
        line.add(f"{row.state} ", inks.breaching if row.alarming else inks.dim)
    line.add(row.title, inks.dim if row.state else text, at - line.cells - 1).to(at, text)
    line.add(row.sharing, inks.dim, _SHARING - 1).to(at + _SHARING, text)
    line.to(at + _SHARING + _USES - 1 - cells(row.uses), text).add(row.uses, inks.dim)
    line.to(at + _SHARING + _USES + 1, text).add(row.changed, inks.dim, _CHANGED - 2)
    if roomy:
        place = at + _SHARING + _USES + _CHANGED
        line.to(place, text).add(row.state, inks.breaching if row.alarming else inks.dim, _STATE - 1)
        line.to(place + _STATE, text).add(row.condition, inks.dim, _CONDITION - 1)
