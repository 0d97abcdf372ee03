"""What the people of a plan carry before and after it: a bar of letters and the numbers, one line each."""

from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.ids import AgentId
from desk.records import Frozen
from desk.text import clean_name

_NAME_CELLS, _NUMBER_CELLS = 12, 16
_LEAST_BAR, _MOST_BAR = 8, 40


class LoadRow(Frozen, frozen=True, kw_only=True):
    """One person: what they hold before and after, of ``capacity``, and a word such as ``away``."""

    agent_id: AgentId
    handle: str
    before: int
    after: int
    capacity: int
    word: str = ""


class LoadList(LineList[LoadRow]):
    """Shows who gives and who gets."""

    KEY_CONTEXTS = ("balance", "list")

    def paint(self, row: LoadRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Handle, ``31/25 → 25/25``, the bar, a word."""
        line = Line(width, inks.cursor if selected and self.has_focus else None)
        line.add("▌" if selected and self.has_focus else " ", inks.key)
        line.add(f"@{clean_name(row.handle)}", inks.text, _NAME_CELLS - 1).to(1 + _NAME_CELLS, inks.dim)
        over = row.after > row.capacity
        numbers = f"{row.before} → {row.after}" if row.before != row.after else str(row.before)
        line.add(f"{numbers} / {row.capacity}", inks.breaching if over else inks.strong, _NUMBER_CELLS - 1)
        at = 1 + _NAME_CELLS + _NUMBER_CELLS
        words = " ".join(filter(None, (_("over") if over else "", clean_name(row.word))))
        cells = max(_LEAST_BAR, min(_MOST_BAR, width - at - (len(words) * 2 + 2 if words else 1)))
        line.to(at, inks.dim)
        self._bar(line, row, cells, inks)
        return [line.add(f" {words}" if words else "", inks.dim).strip(inks.text)]

    def _bar(self, line: Line, row: LoadRow, cells: int, inks: Inks) -> None:
        """``█`` stays, ``+`` comes, ``-`` goes, ``·`` is free; the bar is as long as the most there ever is."""
        whole = max(row.before, row.after, row.capacity, 1)
        kept, top = min(row.before, row.after), max(row.before, row.after)
        solid, end = cells * kept // whole, -(-cells * top // whole)
        line.add("█" * solid, inks.breaching if row.after > row.capacity else inks.fine)
        moving = "+" if row.after > row.before else "-"
        line.add(moving * (end - solid if row.after != row.before else 0), inks.key)
        shown = solid + (end - solid if row.after != row.before else 0)
        line.add("·" * (cells - shown), inks.faint)

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """Nobody gives or gets anything."""
        return [Line(width).add(" ", inks.dim).add(_("Nobody's load changes."), inks.dim).strip(inks.text)]
