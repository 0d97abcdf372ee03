"""The ticket on the desk: its conversation opened at the newest unread, what was read, who else is there.

While the queue has the focus, the conversation follows its cursor, once that rests; nothing is marked read by that.
Opening a ticket (Enter) moves the focus into the conversation; from then on what was on the screen counts as read.
"""

import asyncio
from typing import Literal

from textual import on
from textual.timer import Timer

from console.envelopes import envelope
from console.i18n import gettext as _
from console.screens.desk_queue import QueueKeeping
from console.screens.docks import WritingChanged
from console.screens.moved_words import moved_words
from console.widgets.conversation import Conversation
from console.widgets.line_list import LineList
from console.widgets.ticket_header import TicketShown
from desk.commands import Seen
from desk.ids import CommandId, TicketId
from desk.outbox import NEEDS_ATTENTION
from desk.records import Ticket
from desk.wire import Conflict, Held, Presence, Rejected, Viewer

REST_S = 0.15
"""The cursor rests when it did not move for this long."""


class TicketShowing(QueueKeeping):
    """The part that owns the ticket shown."""

    _rest: Timer | None = None
    _reached_n = 0
    _presence = Presence()
    _opened = False
    _unfolded: frozenset[TicketId] = frozenset()
    """The merged tickets whose conversations are shown within the one shown."""
    _writing: Literal["", "reply", "note"] = ""
    _gone_id: TicketId | None = None

    @on(LineList.Moved)
    def _cursor_moved(self, message: LineList.Moved) -> None:
        """Follow the cursor when it rests, unless a ticket is held open by what is written."""
        if message.list is not self.queue:
            return
        if self._rest is None:
            self._rest = self.set_timer(REST_S, self._cursor_rests)
        else:
            self._rest.reset()

    def _cursor_rests(self) -> None:
        self._rest = None
        self.follow_cursor()

    def follow_cursor(self) -> None:
        """Show the ticket under the cursor, without opening it."""
        row = self.queue.current
        if self.queue.has_focus and self.conversation_is_visible() and not self.is_writing():
            self.show_ticket(row.id if row else None)

    def conversation_is_visible(self) -> bool:
        """Whether there is a conversation pane beside the queue."""
        return self.conversation.region.area > 0

    def is_writing(self) -> bool:
        """Whether a composer has text in it."""
        return bool(self._writing)

    def ticket_changed(self, ticket: Ticket | None) -> None:
        """Tell the docks; a part that has docks does."""

    def show_ticket(self, ticket_id: TicketId | None) -> None:
        """Put a ticket into the conversation pane (None: empty it)."""
        if ticket_id == self.shown_id:
            return
        ticket = self.store.ticket(ticket_id) if ticket_id else None
        self.shown_id = ticket.id if ticket else None
        self._gone_id = None
        self._reached_n = 0
        self._opened = False
        self._unfolded = frozenset()
        if ticket is None:
            self.conversation.clear()
        else:
            thread = self.store.thread(ticket.id)
            self.conversation.refusals = self._refusals()
            self.conversation.open(thread, thread.first_unread())
        self._show_header(ticket)
        self.ticket_changed(ticket)

    def open_ticket(self, ticket_id: TicketId) -> None:
        """Show a ticket and move into its conversation."""
        self.show_ticket(ticket_id)
        if self.shown_id is None:
            self.say(_("This ticket is not on this machine."), "warning")
            return
        self._opened = True
        self._filling = False
        self.conversation.focus()
        self.tell_presence()
        self._mark_seen()

    @on(LineList.Chosen)
    def _row_chosen(self, message: LineList.Chosen) -> None:
        if message.list is self.queue and (row := self.queue.current):
            self.open_ticket(row.id)

    def refresh_ticket(self) -> None:
        """Show what changed of the ticket shown."""
        if self.shown_id is None:
            return
        ticket = self.store.ticket(self.shown_id)
        if ticket is not None:
            self.conversation.refusals = self._refusals()
            self._reload_thread(ticket)
        else:
            self._tell_where_it_went(self.shown_id)
        self._show_header(ticket)
        self.ticket_changed(ticket)

    def _tell_where_it_went(self, ticket_id: TicketId) -> None:
        """The ticket shown is out of sight, which is said once; what was being written about it stays."""
        if self._gone_id == ticket_id:
            return
        self._gone_id = ticket_id
        moved = self.store.moved_ticket(ticket_id, self.workplace.clock())
        sentence = moved_words(moved, self.agents, self.teams) if moved else _("This ticket is out of your sight now.")
        self.conversation.clear()
        self.say(sentence, "warning")

    def incident_title(self, ticket: Ticket) -> str:
        """What the incident is called that the ticket is in; a part that knows incidents says so."""
        return ""

    def run_words(self, ticket: Ticket) -> str:
        """The procedure under way in a ticket, in words; a part that runs procedures knows."""
        return ""

    def _show_header(self, ticket: Ticket | None) -> None:
        if ticket is None:
            self.header.shown = None
            return
        team = self.teams.get(ticket.team_id)
        self.header.shown = TicketShown(
            ticket,
            self.handle_of(ticket.assignee_id),
            team.name if team else "",
            self._presence_words(ticket.id),
            self.run_words(ticket),
            self.incident_title(ticket),
        )

    def _reload_thread(self, ticket: Ticket) -> None:
        """Show the conversation after a change, with the merged tickets that are unfolded."""
        unfolded = self._unfolded.intersection(ticket.merged_ids)
        thread = self.store.joined_thread(ticket, unfolded) if unfolded else self.store.thread(ticket.id)
        self.conversation.reload(thread)

    async def fetch_ticket(self, ticket_id: TicketId) -> None:
        """Ask for a ticket that the replica does not hold; it comes with the next changes."""
        engine = self.workplace.engine
        if engine is None or not engine.live:
            self.say(_("This ticket is not on this machine."), "warning")
            return
        from console.client_errors import ClientError
        from console.sync.engine import NotRunning

        try:
            await asyncio.wrap_future(engine.fetch_ticket(ticket_id))
        except (ClientError, NotRunning) as error:
            self.say(error.sentence, "warning")
            return
        self.say(_("It was not on this machine and is being fetched; press the key again in a moment."))

    @on(Conversation.MergeToggled)
    def _merge_toggled(self, message: Conversation.MergeToggled) -> None:
        """Show the conversation of a ticket that was merged in, below the line that tells of it, or fold it."""
        ticket = self.store.ticket(self.shown_id) if self.shown_id else None
        if ticket is None:
            return
        if message.source_id not in ticket.merged_ids:
            self.say(_("It was taken out again; L lists what is linked."))
        elif self.store.ticket(message.source_id) is None:
            self.attempt(self.fetch_ticket(message.source_id))
        else:
            self._unfolded ^= {message.source_id}
            self._reload_thread(ticket)

    def _refusals(self) -> dict[CommandId, str]:
        """Why commands on this ticket were not accepted, in words, by their id."""
        words: dict[CommandId, str] = {}
        for entry in self.store.attention():
            if entry.lane != self.shown_id or entry.state not in NEEDS_ATTENTION:
                continue
            match entry.outcome:
                case Conflict(messages=messages) if messages:
                    words[entry.id] = _("{name} wrote first").format(name=messages[-1].author_name)
                case Conflict():
                    words[entry.id] = _("the ticket moved on")
                case Held():
                    words[entry.id] = _("it holds what must not go out")
                case Rejected(why=why):
                    words[entry.id] = why
                case _:
                    words[entry.id] = _("it waited too long")
        return words

    # What was read

    @on(Conversation.ReachedMessage)
    def _reached(self, message: Conversation.ReachedMessage) -> None:
        self._reached_n = max(self._reached_n, message.n)
        if self._opened:
            self._mark_seen()

    def _mark_seen(self) -> None:
        ticket_id, n = self.shown_id, self._reached_n
        if (
            ticket_id is not None
            and self.me is not None
            and not self.store.read_only
            and n > self.store.read_n(ticket_id)
        ):
            self.attempt(self._enqueue_seen(ticket_id, n), group="seen")

    async def _enqueue_seen(self, ticket_id: TicketId, n: int) -> None:
        seen = envelope(Seen(ticket_id=ticket_id, n=n), self.workplace.clock())
        await self.in_thread(self.store.enqueue, seen)
        self.nudge()

    def nudge(self) -> None:
        """Something was done here: send it, and show it."""
        if self.workplace.engine is not None:
            self.workplace.engine.nudge()
        self.status_line.outbox = self.store.outbox_count()
        self.refresh_ticket()
        self.reload_queue()

    # Who else is there

    @on(WritingChanged)
    def _writing_changed(self, message: WritingChanged) -> None:
        self._writing = message.writing
        self.tell_presence()

    def tell_presence(self) -> None:
        """Tell the others what is open here."""
        if self.workplace.engine is not None:
            self.workplace.engine.looking_at(self.shown_id if self._opened else None, self._writing)

    def show_presence(self, presence: Presence) -> None:
        """Others came, went, began to write."""
        self._presence = presence
        self.queue.presence = {
            viewer.ticket_id: self._presence_words(viewer.ticket_id)
            for viewer in presence.viewers
            if self._is_other(viewer)
        }
        if self.shown_id is not None:
            self._show_header(self.store.ticket(self.shown_id))

    def _is_other(self, viewer: Viewer) -> bool:
        return self.me is None or viewer.agent_id != self.me.id

    def _presence_words(self, ticket_id: TicketId) -> str:
        """Who else has the ticket open; those who write come first."""
        there = [
            viewer for viewer in self._presence.viewers if viewer.ticket_id == ticket_id and self._is_other(viewer)
        ]
        if not there:
            return ""
        first = max(there, key=lambda viewer: bool(viewer.writing))
        words = {
            "reply": _("{name} is replying"),
            "note": _("{name} is writing a note"),
            "": _("{name} is here"),
        }[first.writing].format(name=self.handle_of(first.agent_id) if first.agent_id in self.agents else first.name)
        return words if len(there) == 1 else f"{words} +{len(there) - 1}"
