"""The queue: tickets by urgency, with countdowns that tick without repainting the rows that did not change."""

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.keys import Context, bindings
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.queue_row import Stamp, paint_row, stamp
from console.widgets.selecting_list import SelectingList
from desk.ids import AgentId, Instant, TicketId
from desk.rows import QueueRow

TICK_S = 1.0


class QueueList(SelectingList[QueueRow]):
    """Shows the rows of a view. ``names`` are the agents' handles, ``presence`` what others do on which ticket."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("queue")
    KEY_CONTEXTS: tuple[Context, ...] = ("queue", "list", "desk")

    names: reactive[Mapping[AgentId, str]] = reactive(dict, repaint=False)
    presence: reactive[Mapping[TicketId, str]] = reactive(dict, repaint=False)
    empty_sentence: reactive[str] = reactive("", repaint=False)

    def __init__(self, *, clock: Clock = system_clock, one_line: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._now: Instant = clock()
        self.set_reactive(QueueList.row_height, 1 if one_line else 2)

    def on_mount(self) -> None:
        """Let the countdowns tick."""
        self.set_interval(TICK_S, self._tick)

    def _tick(self) -> None:
        """Repaint the rows whose countdown reads differently now."""
        self._now = self._clock()
        self.repaint_stamped()

    def watch_names(self) -> None:
        """Names are part of the rows."""
        self._refresh_stamps()

    def watch_presence(self) -> None:
        """Presence is part of the rows."""
        self._refresh_stamps()

    def _refresh_stamps(self) -> None:
        if self.is_mounted:
            self.repaint_stamped()

    def action_density(self) -> None:
        """Show a ticket on one line instead of two, or back."""
        self.row_height = 1 if self.row_height == 2 else 2

    def stamp(self, row: QueueRow) -> Stamp:
        """The countdown, the assignee's handle, who is there, and whether it is selected."""
        assignee = self.names.get(row.assignee_id, "?") if row.assignee_id else ""
        return stamp(row, self._now, assignee, self.presence.get(row.id, ""), chosen=self.is_picked(row))

    def ticket_of(self, row: QueueRow) -> TicketId:
        """The ticket itself."""
        return row.id

    def paint(self, row: QueueRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """The row on one or two lines."""
        ground = (inks.cursor if self.has_focus else inks.cursor_blurred) if selected else None
        return paint_row(row, self.stamp(row), width, inks, ground=ground, lines=self.row_height)

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """One sentence instead of rows."""
        sentence = self.empty_sentence or _("No tickets in this view.")
        blank = Line(width).strip(inks.text)
        return [blank, Line(width).add("  ", inks.dim).add(sentence, inks.dim).strip(inks.text)]
