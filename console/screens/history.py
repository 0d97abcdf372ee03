"""Who changed what, from what to what: of one ticket for whoever sees it, or searched by a lead.

The audit lives on the backend, not in the replica. Without it a ticket still shows the lines that the system wrote into
its conversation, and says that there is more.
"""

import asyncio
import re
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from console.client_errors import ClientError
from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import bindings, in_context
from console.screens.choices import Choice
from console.screens.history_words import action_word, event_row, history_row
from console.screens.picker import Picker
from console.styles import FOLDER
from console.sync.engine import NotRunning
from console.widgets.history_list import HistoryList, HistoryRow
from console.widgets.key_line import KeyLine
from console.widgets.line_list import LineList, Rows
from console.workplace import Workplace
from desk.ids import TicketId
from desk.records import MessageKind, Ticket
from desk.text import clean_name
from desk.wire import AuditPage

REST_S = 0.3
AHEAD = 20
"""So many rows before the end the next page is asked for."""
_REF = re.compile(r"[A-Za-z]+-\d+")
KINDS = (
    "reply", "note", "assign", "take", "status", "severity", "tags", "team", "snooze", "macro", "escalate",
    "escalation_accept", "escalation_return", "review_decide", "merge", "unmerge", "split", "link", "incident_join",
    "incident_save", "incident_update", "incident_close", "article_save", "article_publish", "article_return",
    "article_retire", "macro_save", "procedure_save", "customer_save", "customer_verify", "customer_merge",
    "agent_save", "team_save", "search", "audit-search", "sign-in", "sign-out",
)  # fmt: skip
"""Kinds of change that can be filtered by."""


class HistoryScreen(Screen[TicketId | None]):
    """Dismissed with the ticket to be opened, or None. Without a ticket it is the leads' search."""

    CSS_PATH = str(FOLDER / "history.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("history")
    KEY_CONTEXTS = ("history", "list")

    def __init__(self, workplace: Workplace, ticket: Ticket | None = None) -> None:
        super().__init__()
        self._workplace = workplace
        self._ticket = ticket
        self._rows: list[HistoryRow] = []
        self._next: int | None = None
        self._asked = 0
        self._answered = 0
        self._loading = False
        self._actor = ""
        self._action = ""
        store = workplace.store
        names = {str(agent.id): agent.name for agent in store.agents().values()}
        self._names = names | {str(team.id): team.name for team in store.teams().values()}

    def compose(self) -> ComposeResult:
        """Title, what is searched for, the list, the whole of one row, the keys."""
        yield Static("", id="history-heading", markup=False)
        if self._ticket is None:
            words = _("a ticket's number, or words of what changed")
            yield Input(placeholder=words, id="history-query", compact=True)
            yield Static("", id="history-filters", markup=False)
        yield HistoryList(id="history-list")
        yield Static("", id="history-detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Ask for the newest."""
        keys = [key for key in in_context("history", "list") if key.hint]
        of_search = ("history.query", "history.person", "history.kind")
        self.query_one(KeyLine).keys = [key for key in keys if self._ticket is None or key.id not in of_search]
        self._list.focus()
        self._ask_anew()

    @property
    def _list(self) -> HistoryList:
        return self.query_one(HistoryList)

    # Asking

    def _ask_anew(self) -> None:
        """Forget what is shown and ask for the newest."""
        self._asked += 1
        self._rows, self._next = [], None
        self._list.nothing = _("Asking the backend…")
        self._tell_heading()
        self._load(self._asked)

    @work(exit_on_error=False, group="history")
    async def _load(self, asked: int, *, rest_s: float = 0.0, more: bool = False) -> None:
        """Ask for the first page, or for one ``more`` behind what is there; an answer to an older question is
        dropped."""
        if rest_s:
            await asyncio.sleep(rest_s)
        if asked != self._asked or self._loading or (self._answered == asked and not more):
            return
        self._loading = True
        try:
            page = await self._page()
        except (ClientError, NotRunning) as error:
            if asked == self._asked:
                self._without_backend(error.sentence)
            return
        finally:
            self._loading = False
        if asked == self._asked:
            self._take(page)
        else:
            self._load(self._asked)

    async def _page(self) -> AuditPage:
        engine = self._workplace.engine
        if engine is None:
            raise NotRunning
        if self._ticket is not None:
            return await asyncio.wrap_future(engine.audit(self._ticket.id, {}, self._next))
        text = self.query_one(Input).value.strip()
        by = {"entity": text} if _REF.fullmatch(text) else {"q": text}
        wanted = {**by, "actor": self._actor, "action": self._action}
        return await asyncio.wrap_future(engine.audit(None, wanted, self._next))

    def _take(self, page: AuditPage) -> None:
        now = self._workplace.clock()
        of_ticket = self._ticket is not None
        first, self._answered = not self._rows, self._asked
        self._rows += [history_row(entry, self._names, now, of_ticket=of_ticket) for entry in page.items]
        self._next = page.next
        self._list.nothing = _("Nothing was changed yet.") if of_ticket else _("Nothing fits.")
        self._list.show(Rows(tuple(self._rows)), cursor=0 if first else None)
        self._tell_heading()
        self._tell_detail()
        if not page.items and page.next is not None:  # a page in which nothing was ours to see
            self._load(self._asked, more=True)

    def _without_backend(self, why: str) -> None:
        """What the conversation itself tells, and that the rest is elsewhere."""
        if self._rows:
            self.query_one(KeyLine).say(why, "warning")
            return
        if self._ticket is None:
            self._list.nothing = why
            self._list.show(Rows[HistoryRow]())
            return
        thread = self._workplace.store.thread(self._ticket.id)
        now = self._workplace.clock()
        lines = [line.message for line in thread.window(0, thread.count())]
        events_ = [event_row(message, self._names, now) for message in lines if message.kind is MessageKind.EVENT]
        self._rows = events_[::-1]
        self._list.nothing = _("The conversation here tells of no change.")
        self._list.show(Rows(tuple(self._rows)), cursor=0)
        self._tell_heading(offline=True)
        self.query_one("#history-detail", Static).update(
            Content(_("These are the lines in the conversation; the whole history needs the server."))
        )
        self.query_one(KeyLine).say(why, "warning")

    # Showing

    def _tell_heading(self, *, offline: bool = False) -> None:
        n = len(self._rows)
        count = f"{n:,}{'+' if self._next is not None else ''}"
        if self._ticket is None:
            title = _("Audit · who changed what in your teams")
        else:
            title = _("History of {ref} · {subject}").format(ref=self._ticket.ref, subject=self._ticket.subject)
        counted = ngettext("{n} change", "{n} changes", n).format(n=count)
        state = _("offline: only what the conversation tells") if offline else ""
        heading = " · ".join(part for part in (title, counted if n else "", state) if part)
        self.query_one("#history-heading", Static).update(Content(clean_name(heading)))
        if self._ticket is None:
            person = self._names.get(self._actor, "") or _("everybody")
            kind = action_word(self._action) if self._action else _("everything")
            filters = _("Person: {person} · Kind: {kind}").format(person=person, kind=kind)
            self.query_one("#history-filters", Static).update(Content(clean_name(filters)))

    @on(LineList.Moved)
    def _tell_detail(self) -> None:
        """The whole of the row under the cursor; near the end, more."""
        row = self._list.current
        words = ""
        if row is not None:
            head = "  ".join(part for part in (row.when, row.who, row.what, row.on, row.facts) if part)
            words = f"{head}\n{row.changes.replace(' · ', chr(10))}"
        self.query_one("#history-detail", Static).update(Content(words))
        if self._next is not None and self._list.cursor >= len(self._rows) - AHEAD:
            self._load(self._asked, more=True)

    # Keys

    @on(Input.Changed)
    def _typed(self) -> None:
        """Ask when the typing rests."""
        self._asked += 1
        self._rows, self._next = [], None
        self._load(self._asked, rest_s=REST_S)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._list.focus()

    def on_key(self, event: events.Key) -> None:
        """Down leaves the line for the list."""
        if event.key == "down" and isinstance(self.focused, Input):
            event.stop()
            self._list.focus()

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open the ticket the row is about."""
        row = self._list.current
        if self._ticket is None and row is not None and row.entity_id:
            self.dismiss(TicketId(row.entity_id))
        elif self._ticket is None and row is not None:
            self.query_one(KeyLine).say(_("This change is not about a ticket."))

    def action_query(self) -> None:
        """Type what to look for."""
        if self._ticket is None:
            self.query_one(Input).focus()

    @work(exit_on_error=False, group="filter")
    async def action_person(self) -> None:
        """Only what one person did."""
        if self._ticket is not None:
            return
        people = sorted(self._workplace.store.agents().values(), key=lambda agent: agent.handle)
        choices = [Choice("", _("everybody")), *(Choice(str(a.id), f"{a.name} @{a.handle}") for a in people)]
        picked = await self.app.push_screen_wait(Picker(_("Changes of"), choices))
        if picked and picked.values:
            self._actor = picked.values[0]
            self._ask_anew()

    @work(exit_on_error=False, group="filter")
    async def action_kind(self) -> None:
        """Only one kind of change."""
        if self._ticket is not None:
            return
        choices = [Choice("", _("everything")), *(Choice(kind, action_word(kind)) for kind in KINDS)]
        picked = await self.app.push_screen_wait(Picker(_("Kind of change"), choices))
        if picked and picked.values:
            self._action = picked.values[0]
            self._ask_anew()

    def action_close(self) -> None:
        """Back; from the line to the list first."""
        if isinstance(self.focused, Input):
            self._list.focus()
        else:
            self.dismiss(None)
