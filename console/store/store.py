"""The store: everything the console reads and keeps on this machine, behind one class.

Small reads answer in well under 5 ms and may be made from the interface's thread; writing, loading and searching belong
in workers. Every writing method is one transaction, on the disk when it returns. The work itself is in the modules
beside.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from console.store import (
    applying,
    article_index,
    attention,
    counts,
    drafts,
    facts,
    moved,
    outbox,
    overlay,
    reading,
    selection,
    text_index,
)
from console.store.applying import ScopeChange
from console.store.conditions import Asker, condition
from console.store.database import Database
from console.store.opening import open_database
from console.store.pages import Applied, changes_page, snapshot_page
from console.store.queue import QueueSource
from console.store.queue_rows import pending_by_lane, rows_by_number
from console.store.threads import ThreadSource
from desk.commands import Envelope
from desk.folding import fold
from desk.ids import (
    AgentId,
    ArticleId,
    CommandId,
    CustomerId,
    GapId,
    IncidentId,
    Instant,
    MacroId,
    ProcedureId,
    TeamId,
    TicketId,
)
from desk.outbox import NEEDS_ATTENTION, OutboxEntry, SendState
from desk.query import Roster, TicketQuery
from desk.records import (
    Account,
    Agent,
    Article,
    Customer,
    Gap,
    Incident,
    Macro,
    Policy,
    Procedure,
    Team,
    Ticket,
    Transfer,
)
from desk.rows import Draft, QueueRow, SearchHit
from desk.views import VIEWS
from desk.wire import Changes, CommandOutcome, Session, Snapshot

if TYPE_CHECKING:
    from console.store.bulks import Bulks
    from console.store.joined_thread import JoinedThread
    from desk.fit import Knows
    from desk.load import Load
    from desk.outcome import Outcome, Refusal

MESSAGES_PER_ARTICLE = 40
"""What indexing an article costs, in messages."""

NOBODY = Agent(id=AgentId(""), v=0, handle="", name="")
"""Who asks before the first sign-in."""


class Store:
    """One opened replica. Safe to use from any thread."""

    def __init__(self, database: Database, notice: str = "") -> None:
        self._database = database
        self.notice = notice
        """One sentence for the agent about the state of the file; empty when all is well."""

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> "Store":
        """Open the file, making it when it is missing. Raises :exc:`console.store.errors.StoreError`."""
        return cls(*open_database(path, read_only=read_only))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._database.path

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return self._database.read_only

    def reader(self) -> sqlite3.Connection:
        """This thread's connection for reading; for the knowledge base."""
        return self._database.reader()

    def data_version(self) -> int:
        """A number that changes whenever any thread or process wrote."""
        return self._database.data_version()

    # who and how

    def me(self) -> Agent | None:
        """Who is signed in."""
        return facts.own_agent(self.reader())

    def policy(self) -> Policy:
        """How the desk is run."""
        return reading.policy(self.reader())

    def agents(self) -> dict[AgentId, Agent]:
        """Everybody at the desk."""
        return reading.agents(self.reader())

    def teams(self) -> dict[TeamId, Team]:
        """All teams."""
        return reading.teams(self.reader())

    def macros(self) -> list[Macro]:
        """All macros by shortcut."""
        return reading.macros(self.reader())

    def macro(self, macro_id: MacroId) -> Macro | None:
        """A macro with my unfinished changes on top."""
        return reading.shown_record(self.reader(), "macro", macro_id, Macro)

    def procedures(self) -> list[Procedure]:
        """All procedures, archived ones too, with my unfinished changes on top."""
        return reading.procedures(self.reader())

    def procedure(self, procedure_id: ProcedureId) -> Procedure | None:
        """A procedure with my unfinished changes on top."""
        return reading.shown_record(self.reader(), "procedure", procedure_id, Procedure)

    def incidents(self) -> list[Incident]:
        """All incidents, the last opened first."""
        return reading.incidents(self.reader())

    def incident(self, incident_id: IncidentId) -> Incident | None:
        """An incident as shown."""
        return reading.shown_record(self.reader(), "incident", incident_id, Incident)

    def incident_sizes(self) -> dict[IncidentId, tuple[int, int]]:
        """How many tickets of each incident are open, and how many are solved."""
        from console.store import incident_tickets  # not needed for the first frame

        return incident_tickets.sizes(self.reader())

    def incident_tickets(self, incident_id: IncidentId) -> list[Ticket]:
        """The tickets of an incident, the first that joined first."""
        from console.store import incident_tickets

        return incident_tickets.tickets(self.reader(), incident_id)

    def answering(self, queries: Iterable[TicketQuery], now: Instant, limit: int = 5_000) -> list[TicketId]:
        """Active tickets in no incident that answer one of the queries, each once, the first query's first."""
        from console.store import incident_tickets

        return incident_tickets.answering(self.reader(), queries, self._asker(now), limit)

    def meta(self, key: str) -> str | None:
        """A fact about the replica itself."""
        return facts.meta(self.reader(), key)

    def set_meta(self, key: str, value: str | None) -> None:
        """Remember a fact about the replica; None forgets it."""
        with self._database.writing() as writer:
            facts.set_meta(writer, key, value)

    def setting(self, key: str) -> str | None:
        """A setting of the agent's."""
        return facts.setting(self.reader(), key)

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting."""
        with self._database.writing() as writer:
            facts.set_setting(writer, key, value)

    def saved_views(self) -> list[facts.SavedView]:
        """The agent's own views in order."""
        return facts.saved_views(self.reader())

    def save_view(self, name: str, query_text: str) -> None:
        """Keep a query under a name."""
        with self._database.writing() as writer:
            facts.save_view(writer, name, query_text)

    def drop_view(self, name: str) -> None:
        """Forget a saved view."""
        with self._database.writing() as writer:
            facts.drop_view(writer, name)

    def sync_log(self, limit: int = facts.LOG_LENGTH) -> list[tuple[Instant, str]]:
        """What the sync did, newest first."""
        return facts.logged(self.reader(), limit)

    def log(self, at: Instant, what: str) -> None:
        """Note what the sync did."""
        with self._database.writing() as writer:
            facts.log(writer, at, what)

    # tickets and people

    def queue(self, query: TicketQuery, now: Instant) -> QueueSource:
        """The tickets a query asks for, in order of urgency."""
        return QueueSource(self.reader, condition(query, self._asker(now)))

    def counts(self, now: Instant) -> dict[str, int]:
        """How many tickets each built-in view shows."""
        return counts.counts(self.reader(), VIEWS, self._asker(now))

    def count(self, query: TicketQuery, now: Instant) -> int:
        """How many tickets a query finds."""
        return counts.count(self.reader(), condition(query, self._asker(now)))

    def tickets_answering(self, query: TicketQuery, now: Instant, most: int) -> list[Ticket]:
        """The tickets of a query, whole, the most urgent first, at most so many; for a worker."""
        from console.store import balancing

        return balancing.answering(self.reader(), condition(query, self._asker(now)), most)

    def misplaced(
        self, team_ids: Sequence[TeamId], agent_ids: Sequence[AgentId], now: Instant, most: int
    ) -> list[Ticket]:
        """The active tickets of some teams that nobody has, that these agents have, or that are about to breach."""
        from console.store import balancing

        return balancing.misplaced(self.reader(), team_ids, agent_ids, now, most)

    def knows(self, customer_ids: Collection[CustomerId]) -> "Knows":
        """How many settled tickets of each customer each agent had."""
        from console.store import balancing

        return balancing.knows(self.reader(), customer_ids)

    def load(self, now: Instant) -> "Load":
        """What every agent holds and what lies in every team's piles."""
        from console.store.load import load  # for leads, not for the first frame

        return load(self.reader(), now)

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """A ticket as shown."""
        return reading.shown_ticket(self.reader(), ticket_id)

    def ticket_by_ref(self, ref: str) -> Ticket | None:
        """A ticket by its reference."""
        return reading.ticket_by_ref(self.reader(), ref)

    def row(self, ticket_id: TicketId) -> QueueRow | None:
        """A ticket's queue row as shown."""
        reader = self.reader()
        for table in ("overlay_ticket", "ticket"):
            found = reader.execute(f"SELECT row FROM {table} WHERE id = ?", (ticket_id,)).fetchone()
            if found:
                return rows_by_number(reader, [found[0]], pending_by_lane(reader)).get(found[0])
        return None

    def moved_ticket(self, id_or_ref: str, now: Instant) -> moved.MovedTicket | None:
        """What is known of a ticket that went to a team out of sight since yesterday."""
        return moved.moved_ticket(self.reader(), id_or_ref, now)

    def missing(self, ticket_ids: Sequence[TicketId]) -> list[TicketId]:
        """Those of the tickets that are not on this machine any more."""
        return selection.missing(self.reader(), ticket_ids)

    def languages(self, ticket_ids: Sequence[TicketId]) -> dict[str, int]:
        """How many of the tickets are in which language, the most frequent first."""
        return selection.languages(self.reader(), ticket_ids)

    def thread(self, ticket_id: TicketId) -> ThreadSource:
        """A ticket's conversation, my unconfirmed lines last."""
        return ThreadSource(self.reader, ticket_id)

    def joined_thread(self, ticket: Ticket, unfolded: Iterable[TicketId]) -> "JoinedThread":
        """A ticket's conversation with those of some tickets merged into it."""
        from console.store.joined_thread import JoinedThread  # not needed for the first frame

        sources = (one for one in map(self.ticket, unfolded) if one is not None)
        return JoinedThread(self.thread(ticket.id), {one.id: (one.ref, self.thread(one.id)) for one in sources})

    def read_n(self, ticket_id: TicketId) -> int:
        """How far I have read a ticket."""
        found = self.reader().execute("SELECT n FROM read_mark WHERE ticket_id = ?", (ticket_id,)).fetchone()
        return int(found[0]) if found else 0

    def customer(self, customer_id: CustomerId) -> Customer | None:
        """A customer as shown."""
        return reading.shown_customer(self.reader(), customer_id)

    def person(self, customer_id: CustomerId) -> list[Customer]:
        """The records of a customer's person, the one that stands for them first; empty when they are not here."""
        return reading.person(self.reader(), customer_id)

    def customers_named(self, prefix: str, limit: int = 20) -> list[Customer]:
        """Customers by part of a name, those that begin with it first."""
        return reading.customers_named(self.reader(), fold(prefix), limit)

    def accounts(self, customer_id: CustomerId) -> list[Account]:
        """A customer's accounts and wallets."""
        return reading.accounts(self.reader(), customer_id)

    def transfers(self, customer_id: CustomerId) -> list[Transfer]:
        """A customer's transfers and orders, newest first."""
        return reading.transfers(self.reader(), customer_id)

    def tickets_of(self, customer_id: CustomerId) -> list[Ticket]:
        """A customer's tickets, newest first."""
        return reading.tickets_of(self.reader(), customer_id)

    def article(self, article_id: ArticleId) -> Article | None:
        """An article as shown."""
        return reading.shown_article(self.reader(), article_id)

    def articles(self) -> list[Article]:
        """All articles, in every state, by title; read them in a thread."""
        return reading.articles(self.reader())

    def gaps(self) -> list[Gap]:
        """What the knowledge base lacks, open ones first, the most wanted first."""
        return reading.gaps(self.reader())

    def gap(self, gap_id: GapId) -> Gap | None:
        """One gap as shown."""
        return reading.shown_record(self.reader(), "gap", gap_id, Gap)

    def article_by_source(self, source_id: str) -> Article | None:
        """The article imported under that id."""
        return reading.article_by_source(self.reader(), source_id)

    # what I say

    @cached_property
    def bulks(self) -> "Bulks":
        """What was asked of many tickets at once."""
        from console.store.bulks import Bulks  # not needed for the first frame

        return Bulks(self._database)

    def forecast(self, envelopes: Iterable[Envelope]) -> "Iterator[tuple[Ticket | None, Outcome | Refusal]]":
        """What would become of commands about tickets, on the tickets as shown: each ticket and its verdict."""
        return overlay.forecast(self.reader(), envelopes)

    def enqueue(
        self,
        envelope: Envelope,
        *,
        undo_s: float = 0,
        replaces: CommandId | None = None,
        clear_draft: tuple[str, str] | None = None,
    ) -> OutboxEntry:
        """Say it: durable when this returns, its effect shown. Clears the draft it came from (lane, slot)."""
        with self._database.writing() as writer:
            entry = outbox.enqueue(writer, envelope, undo_s=undo_s, replaces=replaces)
            if clear_draft is not None:
                drafts.drop(writer, *clear_draft)
            return entry

    def undo(self, command_id: CommandId) -> Envelope | None:
        """Take a command back; None when sending has begun."""
        with self._database.writing() as writer:
            return outbox.undo(writer, command_id)

    def outbox(self, states: Iterable[SendState] | None = None) -> list[OutboxEntry]:
        """Entries, oldest first; all of them, or those in some states."""
        if states is None:
            return outbox.entries(self.reader())
        return outbox.in_states(self.reader(), states)

    def outbox_alone(self) -> list[OutboxEntry]:
        """Entries, oldest first, without those of bulks."""
        return outbox.alone(self.reader())

    def outbox_entry(self, command_id: CommandId) -> OutboxEntry | None:
        """One entry."""
        return outbox.entry(self.reader(), command_id)

    def outbox_count(self) -> int:
        """How many commands are not confirmed yet."""
        return outbox.unfinished_count(self.reader())

    def attention(self) -> list[OutboxEntry]:
        """What waits for the agent's decision."""
        return outbox.in_states(self.reader(), NEEDS_ATTENTION)

    def due(self, now: Instant, limit: int = 50) -> list[OutboxEntry]:
        """What may be sent now: the first of each lane. Asks the author first about what waited over seven days."""
        if outbox.has_stale(self.reader(), now):
            with self._database.writing() as writer:
                outbox.set_aside_stale(writer, now)
        return outbox.due(self.reader(), now, limit)

    def next_due_at(self) -> Instant | None:
        """When the next queued command may go."""
        return outbox.next_due_at(self.reader())

    def mark_sending(self, ids: Iterable[CommandId]) -> list[CommandId]:
        """Begin to send; only the commands returned may be sent (others were taken back)."""
        with self._database.writing() as writer:
            return outbox.mark_sending(writer, ids)

    def record_outcome(self, outcome: CommandOutcome, now: Instant) -> OutboxEntry | None:
        """Keep the backend's answer to a command."""
        with self._database.writing() as writer:
            return outbox.record_outcome(writer, outcome, now)

    def record_outcomes(self, outcomes: Iterable[CommandOutcome], now: Instant) -> None:
        """Keep the backend's answers to several commands, in one transaction."""
        with self._database.writing() as writer:
            for outcome in outcomes:
                outbox.record_outcome(writer, outcome, now)

    def reschedule(self, command_id: CommandId, next_at: Instant, attempts: int | None = None) -> None:
        """Try a command again later."""
        with self._database.writing() as writer:
            outbox.reschedule(writer, command_id, next_at, attempts)

    def recover(self) -> int:
        """After a crash: queue again what was being sent. For the console that syncs, once, before it sends."""
        with self._database.writing() as writer:
            return outbox.recover(writer)

    def resolve(
        self,
        command_id: CommandId,
        how: Literal["on_top", "edit", "note", "discard"],
        new_id: CommandId | None = None,
        now: Instant = 0,
    ) -> OutboxEntry | Draft | None:
        """Decide about a refused command. ``on_top`` and ``note`` give the entry that goes out under ``new_id``,
        ``edit`` the draft that holds the text, ``discard`` None."""
        with self._database.writing() as writer:
            return attention.resolve(writer, command_id, how, new_id, now)

    def trash(self) -> list[OutboxEntry]:
        """What was discarded in the last 30 days, newest first."""
        return attention.trash(self.reader())

    # drafts

    def draft(self, lane: str, slot: str) -> Draft | None:
        """The draft in a slot of a lane."""
        return drafts.draft(self.reader(), lane, slot)

    def drafts(self) -> list[Draft]:
        """All drafts, the last saved first."""
        return drafts.drafts(self.reader())

    def save_draft(
        self, lane: str, slot: str, body: str, rev: int, now: Instant, attachments: tuple[str, ...] = ()
    ) -> Draft:
        """Save over revision ``rev`` (0: none). After a lost race the returned draft names another slot."""
        with self._database.writing() as writer:
            return drafts.save(writer, lane, slot, body, rev, now, attachments)

    def drop_draft(self, lane: str, slot: str, rev: int | None = None) -> bool:
        """Forget a draft; with ``rev``, only when nobody saved since."""
        with self._database.writing() as writer:
            return drafts.drop(writer, lane, slot, rev)

    # what the backend says

    def apply_page(self, page: bytes | Changes, *, confirmed: bool = False) -> Applied:
        """Store a page of changes. Raises :exc:`console.store.errors.SuspiciousEviction` for one that would take most
        tickets away, until a second session call has ``confirmed`` it."""
        decoded = changes_page(page)
        with self._database.writing() as writer:
            return applying.apply_changes(writer, decoded, confirmed=confirmed)

    def apply_snapshot(self, page: bytes | Snapshot, scope: str) -> Applied:
        """Store a page of a scope's snapshot."""
        decoded = snapshot_page(page)
        with self._database.writing() as writer:
            return applying.apply_snapshot(writer, decoded, scope)

    def apply_session(self, session: Session) -> ScopeChange:
        """Remember who I am; says which scopes to fetch and to drop."""
        with self._database.writing() as writer:
            return applying.apply_session(writer, session)

    def drop_scopes(self, scopes: Iterable[str]) -> Applied:
        """Take away what was here for these scopes alone."""
        with self._database.writing() as writer:
            return applying.drop_scopes(writer, scopes)

    def begin_rebuild(self) -> None:
        """Start to fetch everything anew, beside what is shown."""
        with self._database.writing() as writer:
            applying.begin_rebuild(writer)

    def finish_rebuild(self) -> None:
        """Show what was fetched anew. Outbox, drafts and read marks are as before."""
        with self._database.writing() as writer:
            applying.finish_rebuild(writer)

    def index_pending(self, limit: int = 2_000) -> int:
        """Make up to ``limit`` messages, or a few articles, searchable; returns how many records still wait. Also
        erases from the file what was purged."""
        reader = self.reader()
        if facts.meta(reader, text_index.PURGED):
            with self._database.writing() as writer:
                text_index.erase_purged(writer)
            self._database.checkpoint()
        articles, tickets = article_index.waiting_count(reader), text_index.waiting_count(reader)
        if not articles + tickets:
            return 0
        with self._database.writing() as writer:
            if articles:
                return article_index.index_pending(writer, max(limit // MESSAGES_PER_ARTICLE, 1)) + tickets
            return text_index.index_pending(writer, limit)

    def put_articles(self, articles: Iterable[Article]) -> int:
        """Keep articles that no backend knows of, under a scope of their own, and make them searchable; returns how
        many were new or changed."""
        with self._database.writing() as writer:
            changed = applying.put_local_articles(writer, articles)
        while article_index.waiting_count(self.reader()):
            self.index_pending()
        return changed

    def search(self, query: TicketQuery, now: Instant, limit: int = 200) -> list[SearchHit]:
        """Tickets by filters and by words anywhere in their conversation, best first."""
        from console.store.search import search  # not needed for the first frame

        return search(self.reader(), query, self._asker(now), limit)

    def _asker(self, now: Instant) -> Asker:
        agents, teams = self.agents(), self.teams()
        roster = Roster(
            agents={agent.handle.casefold(): agent.id for agent in agents.values()},
            teams={team.name.casefold(): team.id for team in teams.values()},
        )
        return Asker(me=self.me() or NOBODY, now=now, roster=roster)
