"""Shown state = confirmed rows + replay of unfinished commands through :func:`desk.decide.decide`.

The overlay of a record is thrown away and made anew, in the transaction that changed the record or its commands.
Nothing is ever undone step by step. A replay asks no clock: a command is decided at the instant it was composed.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

import msgspec

from console.store import reading
from console.store.columns import ticket_values
from console.store.facts import own_agent
from console.store.messages import last_number, messages_after
from console.store.schema import TICKET_COLUMNS
from desk.calendars import ALWAYS
from desk.commands import (
    AnyCommand,
    ApplyMacro,
    AskReview,
    Assign,
    DecideReview,
    Envelope,
    MoveTeam,
    OpenTicket,
    Reply,
    ReportGap,
    ReturnEscalation,
    SaveMacro,
    Seen,
    Take,
    lane_of,
)
from desk.ids import AgentId, TeamId, TicketId
from desk.outbox import UNFINISHED
from desk.outcome import Outcome, Refusal, View
from desk.records import (
    KINDS,
    Agent,
    Article,
    Customer,
    Frozen,
    Gap,
    Incident,
    Macro,
    Message,
    Policy,
    Procedure,
    Team,
    Ticket,
)

Target: TypeAlias = tuple[str, str]
"""The kind and id of the record a command changes."""

Verdict: TypeAlias = Outcome | Refusal

_KINDS = {
    "ticket_id": "ticket",
    "customer_id": "customer",
    "article_id": "article",
    "incident_id": "incident",
    "macro_id": "macro",
    "procedure_id": "procedure",
    "gap_id": "gap",
    "agent_id": "agent",
    "team_id": "team",
}
"""The kind of record that each field names which may be a command's lane."""

UNFINISHED_SQL = ", ".join(f"'{state}'" for state in sorted(UNFINISHED))
_KIND_OF = {of: kind for kind, of in KINDS.items()}
_encode = msgspec.json.encode
_envelopes = msgspec.json.Decoder(Envelope)


def target_of(command: AnyCommand) -> Target:
    """The record a command changes. ``seen`` changes none that is shown from the base: read marks are my own."""
    if isinstance(command, Seen):
        return ("", command.ticket_id)
    lane = lane_of(command)
    for field, kind in _KINDS.items():
        if getattr(command, field, None) == lane:
            return (kind, lane)
    raise AssertionError(f"{type(command).__name__} changes nothing")


def pending_targets(connection: sqlite3.Connection) -> set[Target]:
    """The records that have unfinished commands."""
    return set(
        connection.execute(f"SELECT DISTINCT target_kind, target_id FROM outbox WHERE state IN ({UNFINISHED_SQL})")
    )


def rebuild(writer: sqlite3.Connection, targets: Iterable[Target]) -> None:
    """Make the overlay of these records anew."""
    me = own_agent(writer)
    facts = _Facts(writer)
    for kind, record_id in targets:
        if not kind:
            continue
        _clear(writer, kind, record_id)
        envelopes = _unfinished(writer, kind, record_id)
        if me is not None and envelopes:
            _Replay(writer, me, facts, kind, record_id).run(envelopes)


def forecast(reader: sqlite3.Connection, envelopes: Iterable[Envelope]) -> Iterator[tuple[Ticket | None, Verdict]]:
    """What would become of commands about tickets, each given by me at the instant it was composed on the ticket as
    shown (None: not here). Of several commands in a row about one ticket, each is decided on what the one before makes
    of it."""
    from desk.decide import decide

    me = own_agent(reader)
    facts = _Facts(reader)
    replay: _Replay | None = None
    for envelope in envelopes:
        ticket_id = TicketId(lane_of(envelope.command))
        if replay is None or replay.ticket is None or replay.ticket.id != ticket_id:
            replay = _Replay(reader, me or _NOBODY, facts, "ticket", ticket_id)
            replay.begin_with(reading.shown_ticket(reader, ticket_id))
        before = replay.ticket
        verdict = decide(envelope, replay.view(envelope), me or _NOBODY, envelope.composed_at)
        if isinstance(verdict, Outcome):
            replay.take(verdict)
        yield before, verdict


def _clear(writer: sqlite3.Connection, kind: str, record_id: str) -> None:
    if kind == "ticket":
        writer.execute("DELETE FROM overlay_ticket WHERE id = ?", (record_id,))
        writer.execute("DELETE FROM overlay_message WHERE ticket_id = ?", (record_id,))
    else:
        writer.execute("DELETE FROM overlay WHERE kind = ? AND id = ?", (kind, record_id))


def _unfinished(writer: sqlite3.Connection, kind: str, record_id: str) -> list[Envelope]:
    select = (
        "SELECT envelope FROM outbox WHERE target_kind = ? AND target_id = ? "
        f"AND state IN ({UNFINISHED_SQL}) ORDER BY seq"
    )
    return [_envelopes.decode(text) for (text,) in writer.execute(select, (kind, record_id))]


_NOBODY = Agent(id=AgentId(""), v=0, handle="", name="", active=False)


class _Facts:
    """What many decisions look at alike, read once for all of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @cached_property
    def policy(self) -> Policy:
        """How the desk is run."""
        return reading.policy(self._connection)

    @cached_property
    def agents(self) -> dict[AgentId, Agent]:
        """Everybody at the desk."""
        return reading.agents(self._connection)

    @cached_property
    def teams(self) -> dict[TeamId, Team]:
        """All teams."""
        return reading.teams(self._connection)


class _Replay:
    """One record with its commands being applied."""

    def __init__(self, writer: sqlite3.Connection, me: Agent, facts: _Facts, kind: str, record_id: str) -> None:
        self._writer = writer
        self._me = me
        self._facts = facts
        self._kind = kind
        self._id = record_id
        self._record: Frozen | None = None
        self._messages: list[Message] = []

    @property
    def ticket(self) -> Ticket | None:
        """The ticket as it is by now."""
        return self._record if isinstance(self._record, Ticket) else None

    def begin_with(self, record: Frozen | None) -> None:
        """The record before the commands."""
        self._record = record

    def run(self, envelopes: list[Envelope]) -> None:
        from desk.decide import decide  # 9 ms, and the first frame replays nothing

        changed = False
        self.begin_with(reading.base_record(self._writer, self._kind, self._id))
        for envelope in envelopes:
            outcome = decide(envelope, self.view(envelope), self._me, envelope.composed_at)
            if isinstance(outcome, Outcome):
                self.take(outcome)
                changed = True
        if changed:
            self._store()

    def take(self, outcome: Outcome) -> None:
        """Go on from what a command made of the record."""
        for record in outcome.changes:
            if _kind_of(record) == self._kind and getattr(record, "id", "") == self._id:
                self._record = record
        self._messages += outcome.messages

    def view(self, envelope: Envelope) -> View:
        """What a command is decided on."""
        command = envelope.command
        record = self._record
        return View(
            policy=self._facts.policy,
            ticket=record if isinstance(record, Ticket) else self._ticket_of_gap(command),
            customer=self._customer(command),
            article=record if isinstance(record, Article) else None,
            unseen=self._unseen(envelope.seen_n),
            macro=record if isinstance(record, Macro) else self._macro(command),
            assignee_ok=self._assignee_ok(command),
            team_ok=self._team_ok(command),
            calendar=self._calendar(command),
            incident=record if isinstance(record, Incident) else self._incident(command),
            procedure=record if isinstance(record, Procedure) else self._procedure(command),
            gap=record if isinstance(record, Gap) else None,
            agent=record if isinstance(record, Agent) else None,
            team=record if isinstance(record, Team) else None,
            base_article=self._base_article(command),
            passed_over=self._passed_over(command),
        )

    def _ticket_of_gap(self, command: AnyCommand) -> Ticket | None:
        """The ticket in which something was missed."""
        if not isinstance(command, ReportGap) or not command.ticket_id:
            return None
        return reading.shown_ticket(self._writer, command.ticket_id)

    def _unseen(self, seen_n: int | None) -> tuple[Message, ...]:
        if seen_n is None or self._kind != "ticket":
            return ()
        pending = (message for message in self._messages if message.n > seen_n)
        return (*messages_after(self._writer, self._id, seen_n), *pending)

    def _customer(self, command: AnyCommand) -> Customer | None:
        if isinstance(self._record, Customer):
            return self._record
        if isinstance(command, OpenTicket):
            return reading.shown_customer(self._writer, command.customer_id)
        if isinstance(command, Reply | AskReview | DecideReview) and isinstance(self._record, Ticket):
            return reading.shown_customer(self._writer, self._record.customer_id)
        return None

    def _macro(self, command: AnyCommand) -> Macro | None:
        macro_id = getattr(command, "macro_id", None)
        return reading.shown_record(self._writer, "macro", macro_id, Macro) if macro_id else None

    def _incident(self, command: AnyCommand) -> Incident | None:
        incident_id = getattr(command, "into_id", None)
        return reading.shown_record(self._writer, "incident", incident_id, Incident) if incident_id else None

    def _procedure(self, command: AnyCommand) -> Procedure | None:
        procedure_id = getattr(command, "procedure_id", None)
        return reading.shown_record(self._writer, "procedure", procedure_id, Procedure) if procedure_id else None

    def _base_article(self, command: AnyCommand) -> Article | None:
        article_id = getattr(command, "base_id", None)
        found = reading.base_record(self._writer, "article", article_id) if article_id else None
        return found if isinstance(found, Article) else None

    def _passed_over(self, command: AnyCommand) -> int:
        if not isinstance(command, Take) or not isinstance(self._record, Ticket):
            return 0
        return reading.more_urgent(self._writer, self._record.team_id, self._record.urgency_at)

    def _assignee_ok(self, command: AnyCommand) -> bool:
        if not isinstance(self._record, Ticket):
            return True
        agent_id = command.assignee_id if isinstance(command, Assign) else None
        if isinstance(command, ReturnEscalation) and self._record.escalation is not None:
            agent_id = self._record.escalation.by
        if agent_id is None:
            return True
        agent = self._facts.agents.get(AgentId(agent_id))
        return agent is not None and agent.active and self._record.team_id in agent.team_ids

    def _team_ok(self, command: AnyCommand) -> bool:
        if isinstance(command, SaveMacro):
            named = {team_id for team_id in (command.team_id, command.shared_with) if team_id}
            return named <= reading.teams(self._writer).keys()
        if not isinstance(command, MoveTeam | OpenTicket):
            return True
        return TeamId(command.team_id) in self._facts.teams

    def _calendar(self, command: AnyCommand) -> str:
        """The calendar of the team that has the ticket after the command."""
        if isinstance(command, MoveTeam | OpenTicket):
            team_id = command.team_id
        elif isinstance(self._record, Ticket):
            macro = self._macro(command) if isinstance(command, ApplyMacro) else None
            team_id = (macro.team_id if macro is not None else None) or self._record.team_id
        else:
            return ALWAYS
        team = self._facts.teams.get(team_id)
        return team.calendar if team is not None else ALWAYS

    def _store(self) -> None:
        record = self._record
        if isinstance(record, Ticket):
            self._store_ticket(record)
        elif record is not None:
            self._writer.execute(
                "INSERT INTO overlay (kind, id, doc) VALUES (?, ?, ?)", (self._kind, self._id, _json(record))
            )

    def _store_ticket(self, ticket: Ticket) -> None:
        found = self._writer.execute("SELECT row FROM ticket WHERE id = ?", (self._id,)).fetchone()
        row = (
            found[0]
            if found
            else self._writer.execute("SELECT min(0, coalesce(min(row), 0)) - 1 FROM overlay_ticket").fetchone()[0]
        )
        values = (row, *ticket_values(ticket, _encode(ticket)))
        columns = ", ".join(("row", *TICKET_COLUMNS))
        self._writer.execute(
            f"INSERT INTO overlay_ticket ({columns}) VALUES ({'?, ' * (len(values) - 1)}CAST(? AS TEXT))", values
        )
        first = last_number(self._writer, self._id) + 1
        for n, message in enumerate(self._messages, first):
            self._writer.execute(
                "INSERT INTO overlay_message (ticket_id, n, command_id, doc) VALUES (?, ?, ?, ?)",
                (self._id, n, message.command_id or "", _json(message)),
            )


def _kind_of(record: Frozen) -> str:
    return _KIND_OF.get(type(record), "")


def _json(record: Frozen) -> str:
    return _encode(record).decode()
