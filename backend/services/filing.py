"""Writes records and tells the feed, in every scope they live in, what changed.

Together with :mod:`backend.services.tickets` the one door for changes: commands, customers' messages, imports and the
demo all file through here, so no row changes without a feed row.
"""

from typing import TypeAlias

from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from backend import tables
from backend.prepared import Prepared
from backend.rows import KIND_OF, TABLES, Row, row_of, to_json
from backend.scopes import ORG, macro_scope, team_scope, user_scope
from backend.services.lookup import macro_by_id
from backend.services.persons import keep_alias, records_of_person
from backend.transaction import Transaction
from desk.ids import AgentId, CustomerId
from desk.records import (
    Account,
    Article,
    Customer,
    Gap,
    Incident,
    Macro,
    Policy,
    Procedure,
    ReadMark,
    Team,
    Transfer,
)
from desk.wire import Op

OrgRecord: TypeAlias = Team | Article | Policy | Incident | Procedure | Gap


def upsert(table: Table) -> Prepared:
    """An insert that replaces the row with the same primary key."""
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    values = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=values))


UPSERT = {kind: upsert(table) for kind, table in TABLES.items()}
_READ_MARK = upsert(tables.read_mark)
_TEAMS_OF_CUSTOMER = (
    select(tables.ticket.c.team_id).where(tables.ticket.c.customer_id == bindparam("customer_id")).distinct()
)
_AGENTS_OF_CUSTOMER = (
    select(tables.interest.c.agent_id)
    .join(tables.ticket, tables.ticket.c.id == tables.interest.c.ticket_id)
    .where(tables.ticket.c.customer_id == bindparam("customer_id"))
    .distinct()
)
_OF_CUSTOMER = {
    "customer": select(tables.customer.c.id, tables.customer.c.v).where(tables.customer.c.id == bindparam("customer")),
    "account": select(tables.account.c.id, tables.account.c.v).where(
        tables.account.c.customer_id == bindparam("customer")
    ),
    "transfer": select(tables.transfer.c.id, tables.transfer.c.v).where(
        tables.transfer.c.customer_id == bindparam("customer")
    ),
}
"""A customer's record and what is theirs."""


def file_org(tx: Transaction, record: OrgRecord) -> None:
    """Write what everybody at the desk sees."""
    kind = KIND_OF[type(record)]
    UPSERT[kind].run(tx.conn, row_of(record))
    tx.tell(ORG, kind, record.id, v=record.v)


def file_macro(tx: Transaction, macro: Macro) -> None:
    """Write a macro, and tell it where it is shared; where it was shared before it leaves."""
    earlier = macro_by_id(tx.conn, macro.id)
    UPSERT["macro"].run(tx.conn, row_of(macro))
    scope = macro_scope(macro)
    if earlier is not None and (left := macro_scope(earlier)) != scope:
        tx.tell(left, "macro", macro.id, "leave", v=macro.v)
    tx.tell(scope, "macro", macro.id, v=macro.v)


def file_customer(tx: Transaction, customer: Customer) -> None:
    """Write a customer, and tell it in the scopes of their tickets. One that was merged, or is no longer, brings all
    records of the person into the scopes of all their tickets, or takes them out again."""
    before = {record: customer_scopes(tx, record) for record in records_of_person(tx.conn, customer.id)}
    if customer.merged_into is not None:
        of_person = records_of_person(tx.conn, customer.merged_into)
        before |= {record: customer_scopes(tx, record) for record in of_person}
    UPSERT["customer"].run(tx.conn, row_of(customer))
    keep_alias(tx.conn, customer)
    for scope in sorted(customer_scopes(tx, customer.id)):
        tx.tell(scope, "customer", customer.id, v=customer.v)
    if len(before) == 1:
        return
    for record, was in before.items():
        now = customer_scopes(tx, record)
        tell_record(tx, record, was - now, "leave")
        tell_record(tx, record, now - was, "put")


def tell_person(tx: Transaction, customer_id: CustomerId, scopes: set[str], op: Op) -> None:
    """Append the feed rows of all records of a customer's person, which follow a ticket in or out of scopes."""
    for record in records_of_person(tx.conn, customer_id) if scopes else ():
        tell_record(tx, record, scopes, op)


def tell_record(tx: Transaction, customer_id: CustomerId, scopes: set[str], op: Op) -> None:
    """Append the feed rows of a customer's record with the accounts and transfers of it."""
    if not scopes:
        return
    for kind, statement in _OF_CUSTOMER.items():
        for record_id, v in tx.conn.execute(statement, {"customer": customer_id}).all():
            for scope in sorted(scopes):
                tx.tell(scope, kind, str(record_id), op, v=int(v))


def file_holding(tx: Transaction, holding: Account | Transfer) -> None:
    """Write an account or a transfer, and tell it in the scopes of the customer's tickets."""
    kind = KIND_OF[type(holding)]
    UPSERT[kind].run(tx.conn, row_of(holding))
    for scope in sorted(customer_scopes(tx, holding.customer_id)):
        tx.tell(scope, kind, holding.id, v=holding.v)


def file_read_mark(tx: Transaction, agent_id: AgentId, mark: ReadMark) -> None:
    """Write how far an agent has read a ticket; only they are told."""
    row: Row = {"agent_id": agent_id, "ticket_id": mark.ticket_id, "v": mark.v, "doc": to_json(mark)}
    _READ_MARK.run(tx.conn, row)
    tx.tell(user_scope(agent_id), "read_mark", mark.ticket_id, v=mark.v)


def customer_scopes(tx: Transaction, customer_id: CustomerId) -> set[str]:
    """The scopes in which a customer has a ticket, under any record of theirs."""
    return scopes_with_customer(tx.conn, customer_id)


def scopes_with_customer(conn: Connection, customer_id: CustomerId) -> set[str]:
    """The same for a reader."""
    scopes: set[str] = set()
    for record in records_of_person(conn, customer_id):
        key = {"customer_id": record}
        scopes |= {team_scope(str(t)) for t in conn.execute(_TEAMS_OF_CUSTOMER, key).scalars()}
        scopes |= {user_scope(str(a)) for a in conn.execute(_AGENTS_OF_CUSTOMER, key).scalars()}
    return scopes
