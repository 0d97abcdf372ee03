"""Loads many records at once: the door of imports and of the sample desk.

What :mod:`backend.services` does for one change, this does for thousands: rows through ``executemany``, feed rows in
few steps, interests and clock events alike. Only new records come this way; changes to existing ones are filed singly.
"""

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Table, insert, select
from sqlalchemy.dialects import sqlite

from backend import tables
from backend.rows import KIND_OF, TABLES, Row, message_row, row_of, to_json
from backend.scopes import ORG, macro_scope, standing_agents, team_scope, user_scope
from backend.services.filing import OrgRecord, customer_scopes
from backend.services.people import file_agent
from backend.services.persons import persons_of
from backend.transaction import Transaction
from desk.ids import AgentId, CustomerId
from desk.records import (
    Account,
    Agent,
    ClockEvent,
    Customer,
    Macro,
    Message,
    Policy,
    ReadMark,
    Ticket,
    Transfer,
)

BATCH = 5_000
"""Rows gathered before they are written."""

_HOLDINGS = ("customer", "account", "transfer")


class Conversation(Struct, frozen=True, kw_only=True):
    """A ticket that is not in the database yet, with everything said and every clock event so far."""

    ticket: Ticket
    messages: tuple[Message, ...]
    clock_events: tuple[ClockEvent, ...] = ()


class _Batch:
    """Rows of one table on their way."""

    def __init__(self, table: Table) -> None:
        statement = insert(table)
        if table is tables.message or table is tables.clock_event:
            statement = statement.values({c.name: None for c in table.columns if c.name != "seq"})
        if table is tables.blob_use:  # one file may come with several messages of a ticket
            statement = statement.prefix_with("OR IGNORE")
        compiled = statement.compile(dialect=sqlite.dialect())
        self.sql = str(compiled)
        self.columns = tuple(compiled.positiontup or ())
        self.rows: list[tuple[object, ...]] = []

    def write(self, tx: Transaction) -> None:
        """Send what has gathered to the database."""
        if self.rows:
            tx.conn.exec_driver_sql(self.sql, self.rows)
            self.rows = []


class BulkLoader:
    """Gathers records and writes them in batches within one transaction; :meth:`finish` writes the rest."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.loaded: dict[str, int] = {}
        self._batches: dict[str, _Batch] = {}
        self._gathered = 0
        self._known: dict[CustomerId, set[str]] = {}
        self._entered: dict[CustomerId, list[str]] = {}

    def org(self, records: Iterable[OrgRecord | Macro | Agent]) -> None:
        """What everybody at the desk sees. The policy replaces the one that is there."""
        for record in records:
            if isinstance(record, Agent):
                file_agent(self.tx, record)
                self._count("agent")
                continue
            kind = KIND_OF[type(record)]
            if isinstance(record, Policy):
                self.tx.conn.execute(tables.policy.delete())
            self._add(kind, row_of(record))
            scope = macro_scope(record) if isinstance(record, Macro) else ORG
            self.tx.tell(scope, kind, record.id, v=record.v)

    def customers(self, records: Iterable[Customer | Account | Transfer]) -> None:
        """Customers and what is theirs. They are told to those who get a ticket of theirs."""
        for record in records:
            self._add(KIND_OF[type(record)], row_of(record))
            if isinstance(record, Customer) and record.merged_into is not None:
                self._add("customer_alias", {"customer_id": record.id, "person_id": record.merged_into})

    def conversations(self, conversations: Iterable[Conversation]) -> None:
        """New tickets with their messages, in one step of the feed: pass a few hundred at a time. Their customers must
        have been loaded."""
        with self.tx.unit():
            self._gather(conversations)
            self.flush()
            self._tell_customers()

    def _gather(self, conversations: Iterable[Conversation]) -> None:
        for conversation in conversations:
            ticket = conversation.ticket
            self._add("ticket", row_of(ticket))
            for message in conversation.messages:
                self._add("message", message_row(message))
                for file in message.attachments:
                    self._add("blob_use", {"sha256": file.sha256, "ticket_id": ticket.id})
            for tx_id in dict.fromkeys(ticket.tx_ids):
                self._add("ticket_tx", {"tx_id": tx_id, "ticket_id": ticket.id})
            for event in conversation.clock_events:
                row: Row = {
                    "ticket_id": ticket.id,
                    "clock": event.clock.value,
                    "action": event.action.value,
                    "at": event.at,
                }
                self._add("clock_event", row)
            self._tell_ticket(ticket)

    def read_marks(self, agent_id: AgentId, marks: Iterable[ReadMark]) -> None:
        """How far an agent has read tickets they had no mark on."""
        for mark in marks:
            row = {"agent_id": agent_id, "ticket_id": mark.ticket_id, "v": mark.v, "doc": to_json(mark)}
            self._add("read_mark", row)
            self.tx.tell(user_scope(agent_id), "read_mark", mark.ticket_id, v=mark.v)

    def finish(self) -> dict[str, int]:
        """Write what is left; returns how many rows of each kind were loaded."""
        self.flush()
        return self.loaded

    def flush(self) -> None:
        """Write what has gathered so far."""
        for batch in self._batches.values():
            batch.write(self.tx)
        self.tx.flush()
        self._gathered = 0

    def _count(self, kind: str) -> None:
        self.loaded[kind] = self.loaded.get(kind, 0) + 1

    def _add(self, kind: str, row: Row) -> None:
        batch = self._batches.get(kind)
        if batch is None:
            batch = self._batches[kind] = _Batch(TABLES.get(kind, tables.metadata.tables[kind]))
        batch.rows.append(tuple(row[name] for name in batch.columns))
        self._count(kind)
        self._gathered += 1
        if self._gathered >= BATCH:
            self.flush()

    def _tell_ticket(self, ticket: Ticket) -> None:
        scopes = [team_scope(ticket.team_id)]
        for agent_id in sorted(standing_agents(ticket)):
            scopes.append(user_scope(agent_id))
            self._add(
                "interest",
                {"agent_id": agent_id, "ticket_id": ticket.id, "standing": True, "watched_until": None},
            )
        known = self._known.get(ticket.customer_id)
        if known is None:
            known = self._known[ticket.customer_id] = customer_scopes(self.tx, ticket.customer_id)
        for scope in scopes:
            self.tx.tell(scope, "ticket", ticket.id, v=ticket.v, n_from=min(1, ticket.last_n), n_to=ticket.last_n)
            if scope not in known:
                known.add(scope)
                self._entered.setdefault(ticket.customer_id, []).append(scope)

    def _tell_customers(self) -> None:
        """Tell each scope the customers it did not know before, with what is theirs."""
        entered: dict[str, list[str]] = {}
        persons = persons_of(self.tx.conn, self._entered)
        for customer_id, scopes in self._entered.items():
            for record in persons.get(customer_id, (customer_id,)):
                entered.setdefault(record, []).extend(scopes)
        concerned = sorted(entered)
        for kind in _HOLDINGS:
            table = TABLES[kind]
            owner = table.c.id if kind == "customer" else table.c.customer_id
            found = self.tx.conn.execute(select(table.c.id, table.c.v, owner).where(owner.in_(concerned))).all()
            for record_id, v, customer_id in found:
                for scope in dict.fromkeys(entered[customer_id]):
                    self.tx.tell(scope, kind, str(record_id), v=int(v))
        self._entered.clear()
