"""The desk's three panes: queue, middle (the conversation), side (customer or knowledge).

From 160 columns all are in sight, from 110 the queue gives way to the side, below that one shows and Tab goes round.
Which are in sight is said by classes on the screen; the style sheet does the rest.
"""

from typing import Literal, TypeAlias

from textual.reactive import var
from textual.widget import Widget

from console.screens.desk_frame import DeskFrame
from console.widgets.panes import Divider, PaneColumn, PaneRow
from console.widgets.too_small import LEAST_COLUMNS, LEAST_ROWS
from console.workplace import Workplace

PaneName: TypeAlias = Literal["queue", "middle", "side"]
PANES: tuple[PaneName, ...] = ("queue", "middle", "side")


class Panes(DeskFrame):
    """The part that knows where the focus is and what is in sight."""

    BLANK = True

    # Textual declares these two on the instance, so they cannot be ClassVar.
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (LEAST_COLUMNS, "-one"), (110, "-two"), (160, "-three")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST_ROWS, "-tall")]  # noqa: RUF012

    pane: var[PaneName] = var[PaneName]("queue", init=False)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.add_class("-pane-queue", update=False)
        self.middle = PaneColumn(self.header, self.conversation, id="middle")
        self.side = PaneColumn(id="side")
        dividers = Divider(id="before-middle"), Divider(id="before-side")
        self.panes = PaneRow(self.queue, dividers[0], self.middle, dividers[1], self.side, id="panes")

    def watch_pane(self, pane: PaneName) -> None:
        """Say it to the style sheet."""
        for name in PANES:
            self.set_class(name == pane, f"-pane-{name}")

    def reveal(self, pane: PaneName) -> None:
        """Bring a pane into sight, where not all are."""
        self._show_side(self.side.display or pane == "side")
        self.pane = pane

    def hide_side(self) -> None:
        """Take the side away until it is wanted again."""
        if self.pane == "side":
            self.show_pane("middle" if self.shown_id else "queue")
        self._show_side(False)

    def _show_side(self, shown: bool) -> None:
        self.side.display = shown
        self.set_class(not shown, "-no-side")

    def show_pane(self, pane: PaneName) -> None:
        """Bring a pane into sight and the focus into it."""
        self.reveal(pane)
        self.call_after_refresh(self._focus_in, pane)

    def _focus_in(self, pane: PaneName) -> None:
        widget = self._first_focusable(pane)
        if widget is not None:
            widget.focus()

    def _first_focusable(self, pane: PaneName) -> Widget | None:
        if pane == "queue":
            return self.queue
        if pane == "middle":
            return self.conversation
        return next((child for child in self.side.query(Widget) if child.focusable), None)

    def pane_of(self, widget: Widget | None) -> PaneName:
        """The pane a widget is in."""
        if widget is not None and self.side in widget.ancestors:
            return "side"
        return "middle" if widget is not None and self.middle in widget.ancestors else "queue"

    def action_pane(self, step: int) -> None:
        """Go to the next pane that has something to focus."""
        here = PANES.index(self.pane_of(self.focused))
        for distance in range(1, len(PANES)):
            pane = PANES[(here + step * distance) % len(PANES)]
            if self._first_focusable(pane) is not None:
                self.show_pane(pane)
                return

    def action_back(self) -> None:
        """From the side to the conversation, from there to the queue."""
        here = self.pane_of(self.focused)
        self.show_pane("middle" if here == "side" and self.shown_id else "queue")
