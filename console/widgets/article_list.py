"""Articles and gaps as lines of a list: what each is, how it stands, and how it does."""

from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.frozen import Frozen
from desk.text import width as cells

_EDGE = 2
LANG, STATE, WIDE_STATE, VOTES, USES, UPDATED, AUTHOR = 6, 20, 32, 10, 6, 12, 14
"""Columns from the right end; a wider state, updated and author only where there is room."""
ROOMY = 116


class ArticleRow(Frozen, frozen=True, kw_only=True):
    """One article (or gap) as it is listed; every text is clean. ``mark`` is what it needs: ``out of date``,
    ``revision``. Of a gap, ``votes`` says how many asked for it and ``uses`` how often it was searched."""

    id: str
    is_gap: bool
    title: str
    lang: str
    state: str
    mark: str = ""
    votes: str = ""
    uses: str = ""
    updated: str = ""
    author: str = ""


def heading_line(width: int, inks: Inks, *, gaps: bool) -> Strip:
    """The names of the columns."""
    names = ArticleRow(
        id="",
        is_gap=gaps,
        title=_("Searched for") if gaps else _("Title"),
        lang=_("Lang"),
        state=_("State"),
        votes=_("Asked") if gaps else _("Helped"),
        uses=_("Times") if gaps else _("Uses"),
        updated=_("Last") if gaps else _("Updated"),
        author="" if gaps else _("Author"),
    )
    line = Line(width)
    _columns(line, names, " ", width, inks, dim=True)
    return line.strip(inks.dim)


class ArticleList(LineList[ArticleRow]):
    """Paints the rows."""

    nothing: var[str] = var("")
    """What an empty list says."""

    def paint(self, row: ArticleRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """One line in columns."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        line = Line(width, ground)
        _columns(line, row, "▌" if selected else " ", width, inks, dim=False)
        return [line.strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """Why there is nothing, and what to do."""
        return [Line(width).add("   ", inks.dim).add(self.nothing, inks.dim).strip(inks.text)]


def _columns(line: Line, row: ArticleRow, edge: str, width: int, inks: Inks, *, dim: bool) -> None:
    """Put the cells of a row at their columns."""
    text = inks.dim if dim else inks.text
    roomy = width >= ROOMY
    state = WIDE_STATE if roomy else STATE
    at = width - LANG - state - VOTES - USES - (UPDATED + AUTHOR if roomy else 0)
    line.add(edge, inks.key).to(_EDGE, text).add(row.title, text, at - _EDGE - 1).to(at, text)
    line.add(row.lang, inks.dim, LANG - 1).to(at + LANG, text)
    line.add(row.state, inks.dim if dim else text, state - 1)
    if row.mark:
        line.add(" · " if row.state else "", inks.dim)
        line.add(row.mark, inks.breaching, at + LANG + state - 1 - line.cells)
    line.to(at + LANG + state, text)
    _right(line, row.votes, VOTES - 2, inks.dim)
    line.to(at + LANG + state + VOTES, text)
    _right(line, row.uses, USES - 1, inks.dim)
    if roomy:
        line.to(width - UPDATED - AUTHOR, text).add(" ", text).add(row.updated, inks.dim, UPDATED - 1)
        line.to(width - AUTHOR, text).add(row.author, inks.dim, AUTHOR - 1)


def _right(line: Line, text: str, most: int, ink: Style) -> None:
    """A figure at the right end of its column."""
    line.to(line.cells + max(0, most - cells(text)), ink).add(text, ink, most)
