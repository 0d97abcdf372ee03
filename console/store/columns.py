"""From records to the rows that hold them: the values of the columns beside ``doc``, and the statements that store
them."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias

from console.store.schema import ASLEEP, KIND_COLUMNS, SEPARATOR, TICKET_COLUMNS
from desk.folding import fold
from desk.picking import pick_of
from desk.records import Account, Article, Customer, Frozen, Ticket, Transfer
from desk.ticket_parts import ReviewState
from desk.urgency import SETTLED

Value: TypeAlias = str | int | bytes | None
"""Documents are bound as bytes and stored as text: SQLite converts faster than Python."""


def ticket_values(ticket: Ticket, doc: bytes) -> tuple[Value, ...]:
    """A row of ``ticket`` in the order of :data:`console.store.schema.TICKET_COLUMNS`."""
    return (
        ticket.id,
        ticket.v,
        ticket.ref,
        ticket.team_id,
        ticket.assignee_id,
        ticket.customer_id,
        ticket.status,
        ticket.severity,
        ticket.channel,
        ticket.lang.casefold().split("-")[0],
        ticket.tier,
        ticket.created_at,
        ticket.updated_at,
        ticket.urgency_at,
        ticket.due_at,
        ASLEEP if ticket.snoozed_until_answer else ticket.snoozed_until or 0,
        ticket.escalated_at,
        ticket.last_n,
        0 if ticket.status in SETTLED else 1,
        _listed(ticket.tags) if ticket.tags else "",
        _people(ticket) if ticket.followers or ticket.mentioned else "",
        ticket.unanswered,
        ticket.follow_up.at if ticket.follow_up else None,
        1 if ticket.review is not None and ticket.review.state is ReviewState.ASKED else 0,
        1 if ticket.duplicate is not None else 0,
        ticket.incident_id,
        _listed(ticket.networks) if ticket.networks else "",
        ticket.last_agent_at,
        *(_pick(ticket) if ticket.passed_over else _NOT_PICKED),
        doc,
    )


_NOT_PICKED: tuple[Value, ...] = (None, None, None)


def _pick(ticket: Ticket) -> tuple[Value, ...]:
    pick = pick_of(ticket)
    return (pick.by, pick.at, pick.urgency_at) if pick is not None else _NOT_PICKED


def _people(ticket: Ticket) -> str:
    return _listed([*(f"f:{agent}" for agent in ticket.followers), *(f"m:{agent}" for agent in ticket.mentioned)])


def _listed(items: Sequence[str]) -> str:
    return f"{SEPARATOR}{SEPARATOR.join(items)}{SEPARATOR}"


def _customer(customer: Any) -> tuple[Value, ...]:
    assert isinstance(customer, Customer)
    return customer.name, fold(customer.name)


def _account(account: Any) -> tuple[Value, ...]:
    assert isinstance(account, Account)
    return (account.customer_id,)


def _transfer(transfer: Any) -> tuple[Value, ...]:
    assert isinstance(transfer, Transfer)
    return transfer.customer_id, transfer.at


def _article(article: Any) -> tuple[Value, ...]:
    assert isinstance(article, Article)
    return article.lang, article.source_id, article.state


_OWN_VALUES: dict[str, Callable[[Any], tuple[Value, ...]]] = {
    "customer": _customer,
    "account": _account,
    "transfer": _transfer,
    "article": _article,
}


def record_values(kind: str, record: Frozen, doc: bytes) -> tuple[Value, ...]:
    """A row of a kind's table, in the order of :func:`record_columns`."""
    if isinstance(record, Ticket):
        return ticket_values(record, doc)
    own = _OWN_VALUES.get(kind)
    named: Any = record
    return (named.id, named.v, *(own(record) if own else ()), doc)


def record_columns(kind: str) -> tuple[str, ...]:
    """The columns of a kind's table but ``row``."""
    return TICKET_COLUMNS if kind == "ticket" else ("id", "v", *KIND_COLUMNS[kind], "doc")


@cache
def upsert(kind: str, prefix: str = "") -> str:
    """Store a row unless the one that is there is as new."""
    columns = record_columns(kind)
    updates = ", ".join(f"{name}=excluded.{name}" for name in columns if name != "id")
    return (
        f"INSERT INTO {prefix}{kind} ({', '.join(columns)}) VALUES ({'?, ' * (len(columns) - 1)}CAST(? AS TEXT)) "
        f"ON CONFLICT (id) DO UPDATE SET {updates} WHERE excluded.v > {prefix}{kind}.v"
    )
