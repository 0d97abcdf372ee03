"""Single records and short lists, as shown: overlay in front of base."""

import sqlite3
from typing import TypeVar

import msgspec

from desk.ids import AgentId, ArticleId, CustomerId, Instant, TeamId, TicketId
from desk.records import (
    KINDS,
    Account,
    Agent,
    Article,
    Customer,
    Frozen,
    Gap,
    Incident,
    Macro,
    Policy,
    Procedure,
    Team,
    Ticket,
    Transfer,
)

Record = TypeVar("Record", bound=Frozen)

_DECODERS: dict[type[Frozen], msgspec.json.Decoder[Frozen]] = {}


def decode(doc: str, of: type[Record]) -> Record:
    """A record from its document."""
    decoder = _DECODERS.get(of)
    if decoder is None:
        decoder = _DECODERS[of] = msgspec.json.Decoder(of)
    record = decoder.decode(doc)
    assert isinstance(record, of)
    return record


def base_record(reader: sqlite3.Connection, kind: str, record_id: str) -> Frozen | None:
    """A confirmed record."""
    found = reader.execute(f"SELECT doc FROM {kind} WHERE id = ?", (record_id,)).fetchone()
    return decode(found[0], KINDS[kind]) if found else None


def shown_ticket(reader: sqlite3.Connection, ticket_id: TicketId) -> Ticket | None:
    """A ticket with my unfinished commands on top."""
    for table in ("overlay_ticket", "ticket"):
        found = reader.execute(f"SELECT doc FROM {table} WHERE id = ?", (ticket_id,)).fetchone()
        if found:
            return decode(found[0], Ticket)
    return None


def ticket_by_ref(reader: sqlite3.Connection, ref: str) -> Ticket | None:
    """The ticket with that reference, however its letters are cased."""
    found = reader.execute("SELECT id FROM ticket WHERE ref IN (?, ?)", (ref, ref.upper())).fetchone()
    return shown_ticket(reader, found[0]) if found else None


def shown_customer(reader: sqlite3.Connection, customer_id: CustomerId) -> Customer | None:
    """A customer with my unfinished notes on top."""
    doc = _overlaid(reader, "customer", customer_id)
    return decode(doc, Customer) if doc else None


def person(reader: sqlite3.Connection, customer_id: CustomerId) -> list[Customer]:
    """The records of a customer's person, the one that stands for them first; of merged ones those that are here."""
    customer = shown_customer(reader, customer_id)
    if customer is None:
        return []
    stands = shown_customer(reader, customer.merged_into) if customer.merged_into else customer
    if stands is None:
        return [customer]
    merged = (shown_customer(reader, alias) for alias in stands.alias_ids)
    return [stands, *(one for one in merged if one is not None)]


def shown_article(reader: sqlite3.Connection, article_id: ArticleId) -> Article | None:
    """An article with my unfinished edits on top."""
    doc = _overlaid(reader, "article", article_id)
    return decode(doc, Article) if doc else None


def _overlaid(reader: sqlite3.Connection, kind: str, record_id: str) -> str | None:
    found = reader.execute("SELECT doc FROM overlay WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
    found = found or reader.execute(f"SELECT doc FROM {kind} WHERE id = ?", (record_id,)).fetchone()
    return found[0] if found else None


def article_by_source(reader: sqlite3.Connection, source_id: str) -> Article | None:
    """The article imported under that id."""
    found = reader.execute("SELECT id FROM article WHERE source_id = ?", (source_id,)).fetchone()
    return shown_article(reader, found[0]) if found else None


def customers_named(reader: sqlite3.Connection, folded: str, limit: int) -> list[Customer]:
    """Customers whose folded name begins with, then those whose name contains, what was typed."""
    ranked = (
        "SELECT doc FROM customer WHERE instr(folded_name, ?1) > 0 "
        "ORDER BY instr(folded_name, ?1) > 1, folded_name, id LIMIT ?2"
    )
    return [decode(doc, Customer) for (doc,) in reader.execute(ranked, (folded, limit))]


def accounts(reader: sqlite3.Connection, customer_id: CustomerId) -> list[Account]:
    """A customer's accounts and wallets, oldest first."""
    rows = reader.execute("SELECT doc FROM account WHERE customer_id = ? ORDER BY id", (customer_id,))
    return sorted((decode(doc, Account) for (doc,) in rows), key=lambda account: (account.opened_at, account.id))


def transfers(reader: sqlite3.Connection, customer_id: CustomerId) -> list[Transfer]:
    """A customer's transfers and orders, newest first."""
    rows = reader.execute("SELECT doc FROM transfer WHERE customer_id = ? ORDER BY at DESC, id DESC", (customer_id,))
    return [decode(doc, Transfer) for (doc,) in rows]


def tickets_of(reader: sqlite3.Connection, customer_id: CustomerId) -> list[Ticket]:
    """A customer's tickets, newest first."""
    rows = reader.execute(
        "SELECT doc FROM overlay_ticket WHERE customer_id = ?1 UNION ALL SELECT doc FROM ticket "
        "WHERE customer_id = ?1 AND id NOT IN (SELECT id FROM overlay_ticket)",
        (customer_id,),
    )
    found = [decode(doc, Ticket) for (doc,) in rows]
    return sorted(found, key=lambda ticket: (ticket.created_at, ticket.id), reverse=True)


def agents(reader: sqlite3.Connection) -> dict[AgentId, Agent]:
    """Everybody at the desk that I know of."""
    return {agent.id: agent for agent in _shown(reader, "agent", Agent)}


def teams(reader: sqlite3.Connection) -> dict[TeamId, Team]:
    """All teams that I know of."""
    return {team.id: team for team in _shown(reader, "team", Team)}


def macros(reader: sqlite3.Connection) -> list[Macro]:
    """All macros by shortcut."""
    return sorted(_shown(reader, "macro", Macro), key=lambda macro: (macro.shortcut, macro.id))


def more_urgent(reader: sqlite3.Connection, team_id: TeamId, urgency_at: Instant) -> int:
    """How many active tickets of a team that nobody has are more urgent than an instant."""
    select = (
        "SELECT count(*) FROM ticket WHERE active=1 AND assignee_id IS NULL AND urgency_at < ? AND team_id = ? "
        "AND id NOT IN (SELECT id FROM overlay_ticket WHERE assignee_id IS NOT NULL)"
    )
    return int(reader.execute(select, (urgency_at, team_id)).fetchone()[0])


def incidents(reader: sqlite3.Connection) -> list[Incident]:
    """All incidents, the last opened first, with my unfinished changes on top."""
    return sorted(_shown(reader, "incident", Incident), key=lambda one: (one.opened_at, one.id), reverse=True)


def procedures(reader: sqlite3.Connection) -> list[Procedure]:
    """All procedures, archived ones too."""
    return sorted(_shown(reader, "procedure", Procedure), key=lambda one: one.id)


def articles(reader: sqlite3.Connection) -> list[Article]:
    """All articles, in every state, by title; costs 10 µs each."""
    return sorted(_shown(reader, "article", Article), key=lambda article: (article.title.casefold(), article.id))


def gaps(reader: sqlite3.Connection) -> list[Gap]:
    """What the knowledge base lacks, the most wanted first."""
    return sorted(
        _shown(reader, "gap", Gap), key=lambda gap: (gap.closed_at is not None, -len(gap.wanted), -gap.searches, gap.id)
    )


def shown_record(reader: sqlite3.Connection, kind: str, record_id: str, of: type[Record]) -> Record | None:
    """A record of any kind but tickets, with my unfinished changes on top."""
    doc = _overlaid(reader, kind, record_id)
    return decode(doc, of) if doc else None


def _shown(reader: sqlite3.Connection, kind: str, of: type[Record]) -> list[Record]:
    select = (
        "SELECT doc FROM overlay WHERE kind = ?1 UNION ALL "
        f"SELECT doc FROM {kind} WHERE id NOT IN (SELECT id FROM overlay WHERE kind = ?1)"
    )
    return [decode(doc, of) for (doc,) in reader.execute(select, (kind,))]


def policy(reader: sqlite3.Connection) -> Policy:
    """How the desk is run; the defaults until the backend has said."""
    found = reader.execute("SELECT doc FROM policy WHERE id = 'policy'").fetchone()
    return decode(found[0], Policy) if found else Policy()
