"""Incidents: many tickets with one cause. The list, how the one under the cursor burns down, what its customers were
told, and its tickets. Dismissed with a ticket to go on with at the desk, or None.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static

from console.i18n import gettext as _
from console.i18n import language, ngettext
from console.keys import Context, bindings, in_context
from console.screens.incident_acting import IncidentActing
from console.store.queue import QueueSource
from console.styles import FOLDER
from console.widgets.burn_down import BurnDown, Burning
from console.widgets.incident_list import IncidentHead, IncidentList, IncidentRow
from console.widgets.inks import Inks
from console.widgets.key_line import KeyLine
from console.widgets.line_list import LineList, Rows
from console.widgets.queue_list import QueueList
from console.widgets.selecting_list import SelectingList
from console.widgets.when import moment
from console.workplace import Workplace
from desk.ids import IncidentId, Instant, TicketId
from desk.incidents import Member, member_of, text_for, title_for
from desk.query import Filter, TicketQuery
from desk.records import Incident
from desk.rows import QueueRow
from desk.text import clean_name, clean_text

_LOOK_EVERY_S = 0.5
_REST = 4.0
"""Between two readings passes at least this many times what one takes: an incident may have thousands of tickets."""
_ASK_EVERY_S = 15.0
"""The tickets that answer the rules are counted so seldom: that is a search."""
_WIDE = 140


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the replica found. ``waiting`` is how many active tickets answer the rules and are not in."""

    incidents: list[Incident]
    sizes: dict[IncidentId, tuple[int, int]]
    chosen: Incident | None
    members: tuple[Member, ...] = ()
    source: QueueSource | None = None
    waiting: int = 0
    now: Instant = 0


@dataclass(slots=True)
class _Waiting:
    """The last count of the tickets that answer an incident's rules."""

    key: tuple[object, ...] = ()
    at: float = field(default=float("-inf"))
    count: int = 0


class IncidentTickets(QueueList):
    """The tickets of an incident, as in the queue but for the mark that says they are in one."""

    KEY_CONTEXTS: tuple[Context, ...] = ("list", "incidents")

    def paint(self, row: QueueRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """The row, without what all of them have."""
        return super().paint(msgspec.structs.replace(row, in_incident=False), width, inks, selected=selected)


class IncidentsScreen(IncidentActing):
    """The list and the one under its cursor."""

    CSS_PATH = str(FOLDER / "incidents.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("incidents")
    KEY_CONTEXTS = ("list", "incidents")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012  # Textual declares it on the instance

    def __init__(self, workplace: Workplace, incident_id: IncidentId | None = None) -> None:
        super().__init__(workplace)
        self._wanted = incident_id
        self._incidents: list[Incident] = []
        self._shown_id: IncidentId | None = None
        self._version = -1
        self._looked_at = self._look_took_s = 0.0
        self._waiting = _Waiting()
        self.list = IncidentList(id="incidents-list")
        self.burn = BurnDown(id="incidents-burn")
        self.tickets = IncidentTickets(clock=workplace.clock, one_line=True, id="incidents-tickets")

    def compose(self) -> ComposeResult:
        """Heading; the list and what was told; how it burns down, and its tickets; the keys."""
        yield Static("", id="incidents-heading", markup=False)
        with Horizontal(id="incidents-panes"):
            with Vertical(id="incidents-left"):
                yield IncidentHead(id="incidents-head")
                yield self.list
                yield Static("", id="incidents-told", markup=False)
            with Vertical(id="incidents-right"):
                yield self.burn
                yield Static("", id="incidents-tickets-head", markup=False)
                yield self.tickets
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Read, and look again while the engine works."""
        self.query_one(KeyLine).keys = [key for key in in_context("incidents") if key.hint]
        agents = self.workplace.store.agents()
        self.tickets.names = {agent_id: agent.handle for agent_id, agent in agents.items()}
        self.list.focus()
        self.look()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)

    def on_resize(self, event: events.Resize) -> None:
        """Two lines a ticket where there is room."""
        self.tickets.row_height = 2 if event.size.width >= _WIDE else 1

    # Reading

    def _look_if_changed(self) -> None:
        """Read again when somebody wrote to the replica, with time left for keys."""
        rested = time.monotonic() - self._looked_at > _REST * self._look_took_s
        if self.is_current and rested and self.workplace.store.data_version() != self._version:
            self.look()

    def look(self, incident_id: IncidentId | None = None) -> None:
        """Read everything again; with an id, the cursor goes to that incident."""
        self._wanted = incident_id or self._wanted
        self._look(self._wanted or self._under_cursor())

    def _under_cursor(self) -> IncidentId | None:
        row = self.list.current
        return row.id if row is not None else None

    @work(exit_on_error=False, exclusive=True, group="look")
    async def _look(self, incident_id: IncidentId | None) -> None:
        """Read in a thread; the newest reading wins."""
        self._version, begun = self.workplace.store.data_version(), time.monotonic()
        reading = await asyncio.to_thread(self._read, incident_id)
        self._looked_at = time.monotonic()
        self._look_took_s = self._looked_at - begun
        self._wanted = None
        self._show(reading)

    def _read(self, incident_id: IncidentId | None) -> Reading:
        store, now = self.workplace.store, self.workplace.clock()
        incidents = sorted(store.incidents(), key=lambda one: one.closed_at is not None)
        sizes = store.incident_sizes()
        chosen = next((one for one in incidents if one.id == incident_id), incidents[0] if incidents else None)
        if chosen is None:
            return Reading(incidents, sizes, None, now=now)
        members = tuple(map(member_of, store.incident_tickets(chosen.id)))
        source = store.queue(TicketQuery(filters=(Filter(field="incident", values=(chosen.id,)),)), now)
        source.load()
        return Reading(incidents, sizes, chosen, members, source, self._count_waiting(chosen), now)

    def _count_waiting(self, incident: Incident) -> int:
        """How many tickets outside answer the rules; counted anew when the rules changed, or now and then."""
        key = (incident.id, incident.rules, incident.closed_at)
        if key != self._waiting.key or time.monotonic() - self._waiting.at > _ASK_EVERY_S:
            self._waiting = _Waiting(key, time.monotonic(), len(self.answering(incident)))
        return self._waiting.count

    # Showing

    def _show(self, reading: Reading) -> None:
        """Put everything in place; the cursor stays on its incident."""
        self._incidents = reading.incidents
        self.list.now = reading.now
        rows = [_row(one, reading.sizes) for one in reading.incidents]
        at = next((n for n, one in enumerate(reading.incidents) if one == reading.chosen), 0)
        self.list.show(Rows(rows), cursor=at)
        going = sum(one.closed_at is None for one in reading.incidents)
        words = ngettext("Incidents · {n} goes on", "Incidents · {n} go on", going)
        self.query_one("#incidents-heading", Static).update(Content(words.format(n=going)))
        self._show_chosen(reading)

    def _show_chosen(self, reading: Reading) -> None:
        """The one under the cursor: its curve, what was told, its tickets."""
        incident = reading.chosen
        self._shown_id = incident.id if incident is not None else None
        told = self.query_one("#incidents-told", Static)
        head = self.query_one("#incidents-tickets-head", Static)
        if incident is None or reading.source is None:
            told.update(Content(_("An incident groups the tickets of one cause, so that all are told at once.")))
            head.update(Content(""))
            self.burn.shown = None
            self.tickets.show(Rows())
            return
        over = incident.closed_at is not None
        begin = min([incident.opened_at, *(member.joined_at for member in reading.members)])
        end = incident.closed_at or reading.now
        self.burn.shown = Burning(reading.members, begin, end, reading.now, over)
        told.update(Content(self._told_words(incident, reading.now)))
        head.update(Content(self._tickets_words(reading)))
        self.tickets.empty_sentence = _("No ticket is in it.")
        self.tickets.show(reading.source)

    def _told_words(self, incident: Incident, now: Instant) -> str:
        """The rules, then the updates, the newest first."""
        rules = "  |  ".join(incident.rules) or _("none; tickets are put in by hand")
        lines = [_("Rules: {rules}").format(rules=clean_name(rules))]
        if not incident.updates:
            lines.append(_("Nobody was told anything yet: u writes an update."))
        agents = self.workplace.store.agents()
        for update in reversed(incident.updates):
            agent = agents.get(update.by)
            who = f"{moment(update.at, now)} {agent.handle if agent else '?'}"
            body = clean_text(text_for(update, language()), newlines=self.size.width >= _WIDE)
            lines.append(_("Told {who}: {text}").format(who=clean_name(who), text=body))
        return ("\n\n" if self.size.width >= _WIDE else "\n").join(lines)

    def _tickets_words(self, reading: Reading) -> str:
        """How many tickets there are, and how many more answer the rules."""
        n = len(reading.members)
        words = ngettext("{n} ticket", "{n} tickets", n).format(n=f"{n:,}")
        if reading.waiting:
            more = ngettext("{n} more answers its rules: + adds it", "{n} more answer its rules: + adds them",
                            reading.waiting)  # fmt: skip
            words = f"{words} · {more.format(n=f'{reading.waiting:,}')}"
        return words

    @on(LineList.Moved)
    def _moved(self, message: LineList.Moved) -> None:
        """Another incident is under the cursor: the tickets selected were those of the one before."""
        if message.list is self.list and self._under_cursor() != self._shown_id:
            self.tickets.pick_none()
            self.look()

    @on(SelectingList.Picked)
    def _picked(self, message: SelectingList.Picked) -> None:
        """Say before the keys how many are selected."""
        words = ngettext("{n} selected · : act", "{n} selected · : act", message.count)
        self.query_one(KeyLine).lead = words.format(n=f"{message.count:,}") if message.count else ""

    # What the keys are about

    def incident(self) -> Incident | None:
        """The incident under the cursor."""
        wanted = self._under_cursor()
        return next((one for one in self._incidents if one.id == wanted), None)

    def tickets_meant(self) -> tuple[TicketId, ...]:
        """The tickets selected, else the one under the cursor while their list has the focus."""
        if self.tickets.picked_count:
            return self.tickets.picked
        row = self.tickets.current if self.tickets.has_focus else None
        return (row.id,) if row is not None else ()

    def action_pane(self) -> None:
        """From the incidents to the tickets, and back."""
        (self.tickets if self.list.has_focus else self.list).focus()

    @on(LineList.Chosen)
    def _chosen_row(self, message: LineList.Chosen) -> None:
        """Enter on an incident goes to its tickets, on a ticket opens it."""
        if message.list is self.list:
            self.tickets.focus()
        elif (row := self.tickets.current) is not None:
            self.dismiss(row.id)

    def action_open(self) -> None:
        """As Enter in the list that has the focus."""
        (self.tickets if self.tickets.has_focus else self.list).action_open()

    def action_select(self) -> None:
        """Select the ticket under the cursor, or no longer."""
        self._in_tickets(self.tickets.toggle)

    def action_select_range(self) -> None:
        """Select from the last one selected to here."""
        self._in_tickets(self.tickets.pick_range)

    def action_select_all(self) -> None:
        """Select every ticket of the incident."""
        self.tickets.focus()
        self.tickets.pick_all()

    def _in_tickets(self, doing: Callable[[], None]) -> None:
        if self.tickets.has_focus:
            doing()
        else:
            self.say(_("Tab goes to the tickets first."), "warning")

    def action_close(self) -> None:
        """From a selection to none, from the tickets to the incidents, from there to the desk."""
        if self.tickets.picked_count:
            self.tickets.pick_none()
        elif self.tickets.has_focus:
            self.list.focus()
        else:
            self.dismiss(None)


def _row(incident: Incident, sizes: dict[IncidentId, tuple[int, int]]) -> IncidentRow:
    still, over = sizes.get(incident.id, (0, 0))
    told_at = incident.updates[-1].at if incident.updates else None
    return IncidentRow(incident.id, title_for(incident, language()), still, over, told_at, incident.closed_at)
