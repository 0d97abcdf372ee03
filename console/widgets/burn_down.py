"""How an incident burns down: a column for each step of time, the open tickets in full, the solved ones shaded on top.

Painted with block characters, which every terminal draws at any size; the figures stand beside them.
"""

from dataclasses import dataclass

from textual.reactive import reactive
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.when import moment
from desk.ids import Instant
from desk.incidents import BurnPoint, Member, burn_down
from desk.text import width

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_SHADE = "░"
_LEFT = 7
"""Cells of the axis at the left."""


@dataclass(frozen=True, slots=True)
class Burning:
    """The tickets of an incident, from its beginning to its end (or to now)."""

    members: tuple[Member, ...]
    begin: Instant
    end: Instant
    now: Instant
    over: bool = False


class BurnDown(Bar):
    """Draws it as high and as wide as there is room."""

    shown: reactive[Burning | None] = reactive(None, repaint=False)

    def watch_shown(self) -> None:
        """Other tickets, or the same later."""
        self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """A line of figures, the columns, the axis of time."""
        burning, height = self.shown, self.size.height
        if burning is None:
            return []
        points = burn_down(burning.members, burning.begin, burning.end, max(2, width_ - _LEFT - 1))
        if not points:
            sentence = _("No ticket is in it yet: + adds those that answer its rules, I on the desk any other.")
            return [Line(width_).add(" ", inks.dim).add(sentence, inks.dim).strip(inks.text)]
        lines = [self._figures(points[-1], width_, inks)]
        rows = max(1, height - 2)
        lines += [self._row(points, row, rows, width_, inks) for row in reversed(range(rows))]
        return [*lines, self._times(burning, width_, inks)]

    def _figures(self, last: BurnPoint, width_: int, inks: Inks) -> Strip:
        """What the shades mean, and how many there are of each."""
        line = Line(width_).add(" █ ", inks.breaching).add(_("{n} open").format(n=f"{last.open:,}"), inks.strong)
        line.add(f"   {_SHADE} ", inks.fine).add(_("{n} solved").format(n=f"{last.solved:,}"), inks.text)
        joined = _("{n} joined in all").format(n=f"{last.joined:,}")
        return line.add(f"   {joined}", inks.dim).strip(inks.text)

    def _row(self, points: tuple[BurnPoint, ...], row: int, rows: int, width_: int, inks: Inks) -> Strip:
        """One line of the columns; ``row`` 0 is the lowest."""
        most = max(1, points[-1].joined)
        label = f"{most:,}" if row == rows - 1 else "0" if row == 0 else ""
        line = Line(width_).to(_LEFT - 2 - width(label), inks.dim).add(label, inks.dim).to(_LEFT - 2, inks.dim)
        line.add(" │", inks.faint)
        run, ink = "", inks.text
        for point in points:
            mark, is_open = _cell(point, row, rows, most)
            wanted = inks.breaching if is_open else inks.fine
            if wanted is not ink and run:
                line.add(run, ink)
                run = ""
            run, ink = run + mark, wanted
        return line.add(run, ink).strip(inks.text)

    def _times(self, burning: Burning, width_: int, inks: Inks) -> Strip:
        """When it began, and when it ended or that it goes on."""
        left = moment(burning.begin, burning.now)
        right = moment(burning.end, burning.now) if burning.over else _("now")
        line = Line(width_).to(_LEFT, inks.dim).add(left, inks.dim)
        return line.to(width_ - 1 - width(right), inks.dim).add(right, inks.dim).strip(inks.text)


def _cell(point: BurnPoint, row: int, rows: int, most: int) -> tuple[str, bool]:
    """The character of a column at a height, and whether it stands for open tickets."""
    below = row * 8
    still = _height(point.open, rows, most) - below
    if still >= 8:
        return _EIGHTHS[8], True
    if still > 0:
        return _EIGHTHS[still], True
    return (_SHADE if _height(point.joined, rows, most) > below else " "), False


def _height(count: int, rows: int, most: int) -> int:
    """A count in eighths of a line; one ticket is always to be seen."""
    return max(1, round(count * rows * 8 / most)) if count else 0
