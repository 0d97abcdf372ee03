"""Tickets with their conversations from JSON Lines."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from backend import tables
from backend.bulk import BulkLoader, Conversation
from backend.database import Database
from backend.importing.batches import in_batches
from backend.importing.desk_of_import import Receiving, receiving
from backend.importing.identity import id_for
from backend.importing.instants import BadInstant, instant_of
from backend.importing.lines import BadLine, Item, read_items
from backend.importing.report import Report
from backend.meta import ref_of, take_refs
from backend.transaction import Transaction
from desk.ids import CustomerId, Instant, MessageId, TicketId
from desk.intake import Incoming, NewTicket, begin
from desk.records import Author, Channel, Contact, Customer, MessageKind, Severity, Status, Ticket, Tier
from desk.text import clean_name, clean_text

BATCH = 200
MAX_SUBJECT_FROM_BODY = 80
_STEP_MS = 60_000
"""Between messages of which only the ticket's time is known."""


class ContactLine(Struct, frozen=True):
    """One way to reach a customer."""

    address: str
    channel: Channel = Channel.EMAIL


class CustomerLine(Struct, frozen=True):
    """Who it is about; a contact may be just its address."""

    id: str = ""
    name: str = ""
    tier: Tier = Tier.STANDARD
    language: str = ""
    contacts: tuple[ContactLine | str, ...] = ()


class MessageLine(Struct, frozen=True):
    """One thing that was said."""

    body: str
    author: Literal["customer", "agent", "bot"] = "customer"
    name: str = ""
    kind: Literal["reply", "note"] = "reply"
    created_at: str | float | None = None


class TicketLine(Struct, frozen=True):
    """One line of a tickets file; what is not listed here is ignored."""

    id: str
    messages: tuple[MessageLine, ...]
    subject: str = ""
    lang: str = ""
    channel: Channel = Channel.EMAIL
    severity: Severity = Severity.NORMAL
    status: Status | None = None
    tags: tuple[str, ...] = ()
    created_at: str | float | None = None
    customer: CustomerLine = CustomerLine()


class _Prepared(Struct, frozen=True):
    """A line that is sound."""

    source_id: str
    customer: Customer
    start: NewTicket
    messages: tuple[Incoming, ...]
    status: Status | None


def import_tickets(database: Database, paths: Iterable[Path], now: Instant, report: Report, *, team: str) -> None:
    """Load tickets into a team; one whose source id is known is left alone."""
    with database.write(now) as tx:
        side = receiving(tx, team)
    found = (item for path in paths for item in read_items(path, TicketLine))
    for batch in in_batches(_checked(found, side, now, report), BATCH):
        with database.write(now) as tx:
            _load(tx, batch, side, report)
        report.show_progress()


def _checked(
    found: Iterable[Item[TicketLine] | BadLine], side: Receiving, now: Instant, report: Report
) -> Iterator[_Prepared]:
    for item in found:
        if isinstance(item, BadLine):
            report.bad_line(item.place, item.reason)
            continue
        try:
            prepared = _prepared(item.value, side, now)
        except BadInstant as error:
            report.bad_line(item.place, str(error))
            continue
        if isinstance(prepared, str):
            report.bad_line(item.place, prepared)
        else:
            yield prepared


def _prepared(line: TicketLine, side: Receiving, now: Instant) -> _Prepared | str:
    """The line as records, or why it cannot be."""
    source_id = clean_name(line.id)
    if not source_id:
        return "the id is empty"
    spoken = [message for message in line.messages if clean_text(message.body).strip()]
    if not spoken:
        return "there is no message with a text"
    customer = _customer(line, source_id, now)
    began_at = now - (len(spoken) - 1) * _STEP_MS  # so that messages without a time do not lie in the future
    created_at = instant_of(line.created_at) or instant_of(spoken[0].created_at) or began_at
    messages = tuple(_messages(spoken, source_id, customer, side, created_at))
    subject = clean_name(line.subject) or clean_name(clean_text(spoken[0].body).strip(), limit=MAX_SUBJECT_FROM_BODY)
    start = NewTicket(
        id=TicketId(id_for("ticket", source_id)),
        ref="",
        subject=subject,
        customer_id=customer.id,
        customer_name=customer.name,
        team_id=side.team_id,
        channel=line.channel,
        created_at=min(created_at, messages[0].at),
        lang=line.lang or line.customer.language or "en",
        tier=customer.tier,
        severity=line.severity,
        tags=line.tags,
        source_id=source_id,
    )
    return _Prepared(source_id, customer, start, messages, line.status)


def _customer(line: TicketLine, ticket_source_id: str, now: Instant) -> Customer:
    who = line.customer
    contacts = [ContactLine(contact, line.channel) if isinstance(contact, str) else contact for contact in who.contacts]
    addresses = [clean_name(contact.address) for contact in contacts]
    # Without an id the first address tells who it is, and without that the ticket has a customer of its own.
    source_id = clean_name(who.id) or (addresses[0].casefold() if addresses else "") or f"ticket:{ticket_source_id}"
    return Customer(
        id=CustomerId(id_for("customer", source_id)),
        v=1,
        name=clean_name(who.name) or (addresses[0] if addresses else "") or clean_name(who.id) or "Unknown customer",
        language=clean_name(who.language or line.lang, limit=20) or "en",
        tier=who.tier,
        contacts=tuple(
            Contact(channel=contact.channel, address=address)
            for contact, address in zip(contacts, addresses, strict=True)
            if address
        ),
        created_at=instant_of(line.created_at) or now,
        source_id=source_id,
    )


def _messages(
    spoken: list[MessageLine], source_id: str, customer: Customer, side: Receiving, created_at: Instant
) -> Iterator[Incoming]:
    """The messages in their order; one without a time comes a minute after the one before, and none goes back."""
    at = created_at - _STEP_MS
    for number, message in enumerate(spoken, 1):
        at = max(instant_of(message.created_at) or at + _STEP_MS, at)
        author = Author(message.author)
        name = clean_name(message.name)
        author_id = side.agents.get(name.casefold(), "") if author is Author.AGENT else ""
        yield Incoming(
            id=MessageId(id_for("message", f"{source_id}\x1f{number}")),
            body=message.body,
            at=at,
            author=author,
            author_id=customer.id if author is Author.CUSTOMER else author_id,
            author_name=name or (customer.name if author is Author.CUSTOMER else author.value.title()),
            kind=MessageKind(message.kind),
        )


def _load(tx: Transaction, batch: list[_Prepared], side: Receiving, report: Report) -> None:
    by_source = {prepared.source_id: prepared for prepared in batch}
    ticket, customer = tables.ticket.c, tables.customer.c
    known = set(tx.conn.execute(select(ticket.source_id).where(ticket.source_id.in_(by_source))).scalars())
    new = [prepared for source_id, prepared in by_source.items() if source_id not in known]
    people = {prepared.customer.id: prepared.customer for prepared in new}
    there = set(tx.conn.execute(select(customer.id).where(customer.id.in_(people))).scalars())
    loader = BulkLoader(tx)
    loader.customers(person for person_id, person in people.items() if person_id not in there)
    first_ref = take_refs(tx.conn, len(new)) if new else 0
    loader.conversations(_conversation(each, side, ref_of(first_ref + i), tx.now) for i, each in enumerate(new))
    loader.finish()
    report.added += len(new)
    report.unchanged += len(batch) - len(new)


def _conversation(prepared: _Prepared, side: Receiving, ref: str, now: Instant) -> Conversation:
    start, last_at = replace(prepared.start, ref=ref), min(prepared.messages[-1].at, now)
    outcome = begin(start, prepared.messages, side.policy, last_at, side.calendar, status=prepared.status)
    ticket = next(change for change in outcome.changes if isinstance(change, Ticket))
    return Conversation(ticket=ticket, messages=outcome.messages, clock_events=outcome.clock_events)
