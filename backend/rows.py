"""Records to rows and back: the columns beside ``doc``, and cached decoding of what is read all the time."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

import msgspec
from sqlalchemy import Table

from backend import tables
from desk.records import (
    Account,
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
    ReadMark,
    Team,
    Ticket,
    Transfer,
)
from desk.urgency import SETTLED

Row: TypeAlias = dict[str, Any]
"""One row as SQLAlchemy takes it; the values are str, int, bool or None."""

RecordT = TypeVar("RecordT", bound=Frozen)

_encode = msgspec.json.Encoder().encode

TABLES: dict[str, Table] = {
    "ticket": tables.ticket,
    "customer": tables.customer,
    "account": tables.account,
    "transfer": tables.transfer,
    "agent": tables.agent,
    "team": tables.team,
    "macro": tables.macro,
    "article": tables.article,
    "policy": tables.policy,
    "incident": tables.incident,
    "procedure": tables.procedure,
    "gap": tables.gap,
}
"""The table of each kind that has rows of its own by ``id``."""

_COLUMNS: dict[type[Frozen], tuple[str, ...]] = {
    Ticket: ("id", "v", "ref", "team_id", "customer_id", "updated_at", "source_id"),
    Customer: ("id", "v", "name", "source_id"),
    Account: ("id", "v", "customer_id"),
    Transfer: ("id", "v", "customer_id"),
    Agent: ("id", "v", "handle"),
    Team: ("id", "v"),
    Macro: ("id", "v"),
    Policy: ("id", "v"),
    Incident: ("id", "v"),
    Procedure: ("id", "v"),
    Gap: ("id", "v"),
    Article: ("id", "v", "updated_at", "source_id"),
}

KIND_OF: dict[type[Frozen], str] = {
    Ticket: "ticket",
    Customer: "customer",
    Account: "account",
    Transfer: "transfer",
    Agent: "agent",
    Team: "team",
    Macro: "macro",
    Article: "article",
    Policy: "policy",
    Incident: "incident",
    Procedure: "procedure",
    Gap: "gap",
    ReadMark: "read_mark",
}


def to_json(record: Frozen) -> str:
    """The record as it is stored and sent."""
    return _encode(record).decode()


def row_of(record: Frozen) -> Row:
    """The row of any record in :data:`TABLES`."""
    row = {name: getattr(record, name) for name in _COLUMNS[type(record)]}
    if isinstance(record, Ticket):
        is_active = record.status not in SETTLED
        row["unassigned_at"] = record.urgency_at if is_active and record.assignee_id is None else None
        row["held_by"] = record.assignee_id if is_active else None
    row["doc"] = to_json(record)
    return row


def message_row(message: Message) -> Row:
    """The row of a message; ``seq`` is given by the database."""
    return {
        "ticket_id": message.ticket_id,
        "n": message.n,
        "command_id": message.command_id,
        "doc": to_json(message),
    }


def reader_of(kind: type[RecordT], cached: int = 0) -> Callable[[str], RecordT]:
    """A function from ``doc`` to the record; with ``cached`` the last so many distinct docs are decoded once."""
    decode = msgspec.json.Decoder(kind).decode
    return lru_cache(cached)(decode) if cached else decode


read_ticket = reader_of(Ticket)
read_message = reader_of(Message)
read_customer = reader_of(Customer)
read_account = reader_of(Account)
read_transfer = reader_of(Transfer)
read_article = reader_of(Article)
read_mark = reader_of(ReadMark)
read_agent = reader_of(Agent, 1024)
read_team = reader_of(Team, 256)
read_macro = reader_of(Macro, 256)
read_policy = reader_of(Policy, 4)
read_incident = reader_of(Incident, 64)
read_procedure = reader_of(Procedure, 32)
read_gap = reader_of(Gap)
