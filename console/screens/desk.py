"""The desk: the queue, the conversation beside it, the customer or knowledge beside that, and the keys of it all.

How the parts fit: :mod:`console.screens.desk_frame` lists the parts this screen is put together from. Composer,
knowledge panel and customer pane are *docks* (:mod:`console.screens.docks` says what they are given and may say); the
desk mounts each when it is first wanted. A dock's widget names the contexts of its keys in ``KEY_CONTEXTS``; the last
line shows their hints while it has the focus. The app hands what the engine tells to :meth:`DeskScreen.take`.
"""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from console.i18n import gettext as _
from console.keys import bindings
from console.screens.desk_curating import Curating
from console.screens.desk_escalating import Escalating
from console.screens.desk_files import Saving
from console.screens.desk_incidents import IncidentJoining
from console.screens.desk_joining import Joining
from console.screens.desk_leading import Leading
from console.screens.desk_procedures import Proceeding
from console.screens.desk_reviewing import Reviewing
from console.screens.desk_selecting import Selecting
from console.sync.events import (
    BulkMoved,
    Notified,
    OutboxChanged,
    PresenceChanged,
    RowsChanged,
    StateChanged,
    SyncEvent,
)
from console.widgets.status_line import SyncShown
from console.widgets.too_small import TooSmall
from console.wording import ROLE, word

COVERING = frozenset({"board"})
"""Places that are opened in front of the desk before it is drawn, when they are what is begun with."""
PEOPLE = frozenset({"agent", "team", "policy", "macro"})


class DeskScreen(
    Escalating,
    Reviewing,
    Joining,
    IncidentJoining,
    Selecting,
    Proceeding,
    Leading,
    Curating,
    Saving,
):
    """The main screen."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("desk")

    begins_at = "desk"
    """The place to begin at, set before the first frame."""
    _begun = False

    def compose(self) -> ComposeResult:
        """What the first frame shows."""
        yield self.status_line
        yield self.views_bar
        yield self.panes
        yield self.key_line
        yield TooSmall(id="too-small")

    def on_mount(self) -> None:
        """The first frame: rows from the replica, nothing else; not even those while another place is begun with."""
        self._learn_people()
        if self.begins_at in COVERING:
            self.go_to(self.begins_at)
        if not self.is_covered():
            self._begin()

    def _begin(self) -> None:
        """Show the queue."""
        self._begun = True
        if not self.view:
            self.begin_queue()
        self.queue.focus()
        self.show_keys()
        self.call_after_refresh(self._after_first_frame)

    def on_screen_resume(self) -> None:
        """In sight for the first time, after the place that was begun with."""
        if not self._begun and self.begins_at in COVERING and not self.is_covered():
            self._begin()

    def _after_first_frame(self) -> None:
        """What may wait: counts, the ticket under the cursor, the customer beside it."""
        self.begin_counting()
        self.learn_incidents()
        self.follow_cursor()
        if self.has_class("-three"):
            self.show_customer()
        if self.store.notice:
            self.say(self.store.notice, "warning")
        self._count_outbox()

    def _learn_people(self) -> None:
        """Who works here, as the replica knows it."""
        self.me = self.workplace.me()
        self.agents, self.teams = self.store.agents(), self.store.teams()
        self.queue.names = {agent_id: agent.handle for agent_id, agent in self.agents.items()}
        names = {str(agent_id): agent.name for agent_id, agent in self.agents.items()}
        self.conversation.names = names | {str(team_id): team.name for team_id, team in self.teams.items()}
        me = self.me
        self.conversation.me = me.id if me else ""
        self._name_me()

    def _name_me(self) -> None:
        """Say who works here; until the backend said so, nobody knows."""
        if self.me is not None:
            self.status_line.who = f"{self.me.handle} · {word(ROLE, self.me.role)}"
        else:
            signed_out = self.status_line.sync.state == "signed-out"
            self.status_line.who = _("nobody is signed in") if signed_out else ""

    def on_resize(self, event: events.Resize) -> None:
        """A window that grew to three panes shows the customer too."""
        if event.size.width >= 160 and self.is_mounted and not self.side_shows() and self.key_line.keys:
            self.call_after_refresh(self.show_customer)

    def on_descendant_focus(self) -> None:
        """Show the keys of the place that has the focus now."""
        self.pane = self.pane_of(self.focused)
        self.show_keys()

    def action_go(self, place: str) -> None:
        """Go to a place, by the second key of a sequence."""
        match place:
            case "first":
                self._go_first()
            case "queue":
                self.show_pane("queue")
            case "knowledge":
                self.show_knowledge()
            case "customer":
                self.call_later(self.enter_customer)
            case "outbox":
                self.open_outbox()
            case "new_ticket":
                self.open_new_ticket()
            case "board":
                self.open_board()
            case "escalations":
                self.open_escalations()
            case "review":
                self.open_review()
            case "follow_ups":
                self.open_follow_ups()
            case "incidents":
                self.open_incidents()
            case "bulk":
                self.open_bulk()
            case "balance":
                self.open_balance()
            case "articles":
                self.open_articles()
            case "procedures":
                self.open_procedures()
            case "macros":
                self.open_macros()
            case "history":
                self.open_history()

    def go_to(self, screen: str) -> None:
        """Begin at another place than the queue, by its name."""
        match screen:
            case "conversation" | "ticket":
                if (row := self.queue.current) is not None:
                    self.open_ticket(row.id)
                    self.reveal("middle")
            case "composer" | "reply":
                self.call_later(self.action_reply)
            case "hand_over":
                self.call_later(self.action_escalate)
            case "search":
                self.action_search()
            case "bulk":
                self.preview_sample()
            case "escalations" | "review" | "follow_ups":
                self.show_view({"escalations": "escalated", "follow_ups": "followup"}.get(screen, screen))
                self.call_later(self._open_first, screen)
            case "help" | "palette" | "keys":
                self.call_later(self.app.run_action, screen)
            case _:
                self.action_go(screen)

    def _open_first(self, place: str) -> None:
        """Open the first ticket of the place, and what it waits for."""
        if (row := self.queue.current) is not None:
            self.open_ticket(row.id)
            self.reveal("middle")
            if place == "review":
                self.call_later(self.action_review)

    def _go_first(self) -> None:
        if self.focused is not None and hasattr(self.focused, "action_first"):
            self.focused.action_first()

    # What the engine found

    def take(self, event: SyncEvent) -> None:
        """Show what the engine tells."""
        match event:
            case StateChanged():
                self._show_state(event)
            case RowsChanged():
                self._show_rows_changed(event)
            case PresenceChanged(presence=presence):
                self.show_presence(presence)
            case OutboxChanged(unfinished=unfinished, attention=attention):
                self.status_line.outbox, self.status_line.attention = unfinished, attention
                if not self.status_line.bulk[1]:  # then most of what moves is in other tickets; those shown are named
                    self.refresh_ticket()
            case BulkMoved(done=done, total=total):
                self.status_line.bulk = (done, total)
            case Notified():
                pass  # the app's: it may be shown on any screen

    def _show_state(self, event: StateChanged) -> None:
        self.status_line.sync = SyncShown(event.state, event.since, event.done, event.total)
        if self.me is None:
            self._learn_people()
            if self.me is not None:
                self.reload_queue()
        if event.sentence and event.state in ("signed-out", "refused"):
            self.say(event.sentence, "warning")

    def _show_rows_changed(self, event: RowsChanged) -> None:
        kinds = {kind for kind, _id in event.ids}
        if not event.ids or kinds & PEOPLE:
            self._learn_people()
        if not event.ids or kinds & (PEOPLE | {"incident"}):
            self.learn_incidents()
        if not event.ids or kinds - PEOPLE:
            self.reload_queue()
        if not event.ids or self.shown_id in {id_ for _kind, id_ in event.ids} or kinds & {"customer", "transfer"}:
            self.refresh_ticket()

    def _count_outbox(self) -> None:
        self.status_line.outbox = self.store.outbox_count()
        self.status_line.attention = len(self.store.attention())
