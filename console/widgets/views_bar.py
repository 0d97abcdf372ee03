"""The views with their exact counts, and which one is shown: ``1 Mine 4  2 Unassigned 12  …``."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from desk.text import clean_name, width

NUMBERED = 9
"""So many views have a number key."""


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One view: its stable ``name``, what it is called here, how many tickets are in it (None: not counted yet)."""

    name: str
    label: str
    count: int | None = None
    alarming: bool = False


class ViewsBar(Bar):
    """Shows the views; the one shown is always in sight, however narrow it is."""

    tabs: reactive[Sequence[ViewTab]] = reactive((), repaint=False)
    shown: reactive[str] = reactive("", repaint=False)

    @dataclass
    class Picked(Message):
        """A view was clicked."""

        name: str

    def watch_tabs(self) -> None:
        """Other counts."""
        self.changed()

    def watch_shown(self) -> None:
        """Another view."""
        self.changed()

    def paint(self, width: int, inks: Inks) -> list[Strip]:
        """One line; views before the shown one give way when there is no room for all."""
        line = Line(width, inks.bar)
        for tab in self._in_sight(width):
            number = next((i for i, other in enumerate(self.tabs, 1) if other is tab and i <= NUMBERED), None)
            current = tab.name == self.shown
            ground = inks.cursor if current else inks.bar
            line.add("▌" if current else " ", inks.key + ground)
            line.add(f"{number} " if number else "", inks.dim + ground)
            line.add(clean_name(tab.label), (inks.strong if current else inks.text) + ground)
            line.add(f" {_count(tab)} ", self._count_ink(tab, inks) + ground)
        return [line.strip(inks.dim)]

    @staticmethod
    def _count_ink(tab: ViewTab, inks: Inks) -> Style:
        return inks.breaching if tab.alarming and tab.count else inks.dim

    def _in_sight(self, cells: int) -> Sequence[ViewTab]:
        """The tabs from the first that lets the shown one end within ``cells``."""
        tabs = list(self.tabs)
        shown = next((i for i, tab in enumerate(tabs) if tab.name == self.shown), 0)
        first = 0
        while first < shown and sum(_cells(tab) for tab in tabs[first : shown + 1]) > cells:
            first += 1
        return tabs[first:]

    async def _on_click(self, event: events.Click) -> None:
        x = 0
        for tab in self._in_sight(self.size.width):
            x += _cells(tab)
            if event.x < x:
                self.post_message(self.Picked(tab.name))
                return


def _count(tab: ViewTab) -> str:
    return "·" if tab.count is None else f"{tab.count:,}"


def _cells(tab: ViewTab) -> int:
    return 1 + 2 + width(tab.label) + 2 + len(_count(tab))
