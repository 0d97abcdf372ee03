"""Mail from mbox files: a thread becomes a ticket, its first outside sender the customer, its files attachments.

Two passes, so that a file of any size takes little memory: the headers first, to find what belongs together, then one
thread after the other. A mail's files are kept before the thread is written; one that nothing came of is found again
by its digest the next time.
"""

import mailbox
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from backend import tables
from backend.bulk import BulkLoader, Conversation
from backend.database import Database
from backend.files import folder_beside
from backend.importing.desk_of_import import Receiving, receiving
from backend.importing.identity import id_for
from backend.importing.mail_files import keep_files
from backend.importing.mail_text import Mail, read_mail
from backend.importing.mail_threads import remember_mails, ticket_of_mails, tickets_of_mails
from backend.importing.report import Report
from backend.importing.threads import Threads
from backend.meta import ref_of, take_refs
from backend.rows import read_message
from backend.services.blobs import note_blob
from backend.services.tickets import file_ticket
from backend.transaction import Transaction
from desk.folding import fold
from desk.ids import CustomerId, Instant, MessageId, TicketId
from desk.intake import Incoming, NewTicket, begin, receive
from desk.records import Attachment, Author, Channel, Contact, Customer, Ticket
from desk.wire import BlobStored

MAX_MAIL_BYTES = 50 * 1024 * 1024
"""A file of 25 MB and a third more, which is what mail makes of it, with room for others."""
_HAN_SHARE = 0.1
_STEP_MS = 60_000


class _Arrived(Struct, frozen=True):
    """A mail whose files are kept; those that could not be are named in ``missing``, with why."""

    mail: Mail
    attachments: tuple[Attachment, ...]
    missing: tuple[str, ...]


class _Place(Struct, frozen=True):
    """Where a mail stands: which file, which key in it, which number to call it by."""

    path: Path
    key: str
    number: int


def import_mail(
    database: Database, paths: Iterable[Path], now: Instant, report: Report, *, team: str, ours: tuple[str, ...] = ()
) -> None:
    """Load mails; those that are known are left alone, new ones of a known thread are added to its ticket. ``ours``
    are domains whose senders are the desk, besides the policy's own."""
    with database.write(now) as tx:
        side = receiving(tx, team)
    domains = tuple(domain.casefold().lstrip("@") for domain in (*ours, *side.policy.company_domains))
    boxes = {path: mailbox.mbox(path, create=False) for path in paths}
    try:
        for places in _threads(boxes, report):
            mails = _readable(places, boxes, folder_beside(database.path), report)
            if mails:
                with database.write(now) as tx:
                    _load_thread(tx, mails, side, domains, report)
            report.show_progress()
    finally:
        for box in boxes.values():
            box.close()


def _threads(boxes: dict[Path, mailbox.mbox], report: Report) -> list[list[_Place]]:
    threads: Threads[_Place] = Threads()
    for path, box in boxes.items():
        for number, key in enumerate(box.iterkeys(), 1):
            with box.get_file(key) as file:
                head = file.read(256 * 1024).replace(b"\r\n", b"\n").partition(b"\n\n")[0]
            mail = read_mail(head + b"\n\n")
            no_id = mail.id.endswith("@no-message-id>")
            name = f"{path}#{number}" if no_id else mail.id
            if not threads.add(name, mail.refers_to, _Place(path, key, number)):
                report.unchanged += 1
        if not len(box) and path.stat().st_size:
            report.bad_line(path.name, "this is not an mbox file: it does not begin with a line “From …”")
    return threads.in_order()


def _readable(places: list[_Place], boxes: dict[Path, mailbox.mbox], folder: Path, report: Report) -> list[_Arrived]:
    """The mails of a thread that have something to show, their files kept in ``folder``."""
    mails = []
    for place in places:
        where = f"{place.path.name}: message {place.number}"
        raw = boxes[place.path].get_bytes(place.key)
        if len(raw) > MAX_MAIL_BYTES:
            report.bad_line(where, f"the mail is larger than {MAX_MAIL_BYTES // 2**20} MiB")
            continue
        mail = read_mail(raw)
        if not mail.text and not mail.subject and not mail.files:
            report.bad_line(where, "the mail has neither a subject nor a text")
            continue
        kept = keep_files(folder, mail.files)
        mails.append(_Arrived(replace(mail, files=()), kept.attachments, kept.missing))
    return mails


def _load_thread(
    tx: Transaction, arrived: list[_Arrived], side: Receiving, domains: tuple[str, ...], report: Report
) -> None:
    mails = [each.mail for each in arrived]
    source_id = f"mail:{mails[0].refers_to[0] if mails[0].refers_to else mails[0].id}"
    messages = tuple(_incoming(arrived, domains, side, tx.now))
    for file in (file for each in arrived for file in each.attachments):
        note_blob(tx, BlobStored(sha256=file.sha256, size_bytes=file.size_bytes, media_type=file.media_type))
    found = ticket_of_mails(tx.conn, mails, source_id)
    if found is None:
        ticket_id = _start(tx, source_id, mails, messages, side)
        report.added += len(mails)
    else:
        ticket_id = found.id
        _go_on(tx, found, tickets_of_mails(tx.conn, mails), messages, side, report)
    remember_mails(tx.conn, mails, ticket_id)


def _start(
    tx: Transaction, source_id: str, mails: list[Mail], messages: tuple[Incoming, ...], side: Receiving
) -> TicketId:
    asking = next((m for m, i in zip(mails, messages, strict=True) if i.author is Author.CUSTOMER), mails[0])
    customer = _customer(asking, source_id, messages[0].at)
    start = NewTicket(
        id=TicketId(id_for("ticket", source_id)),
        ref=ref_of(take_refs(tx.conn)),
        subject=mails[0].subject or messages[0].body[:80],
        customer_id=customer.id,
        customer_name=customer.name,
        team_id=side.team_id,
        channel=Channel.EMAIL,
        created_at=messages[0].at,
        lang=customer.language,
        source_id=source_id,
    )
    outcome = begin(start, messages, side.policy, messages[-1].at, side.calendar)
    ticket = next(change for change in outcome.changes if isinstance(change, Ticket))
    loader = BulkLoader(tx)
    there = tx.conn.execute(select(tables.customer.c.id).where(tables.customer.c.id == customer.id)).scalar()
    if there is None:
        loader.customers([customer])
    loader.conversations([Conversation(ticket=ticket, messages=outcome.messages, clock_events=outcome.clock_events)])
    loader.finish()
    return ticket.id


def _go_on(
    tx: Transaction,
    ticket: Ticket,
    others: set[TicketId],
    messages: tuple[Incoming, ...],
    side: Receiving,
    report: Report,
) -> None:
    """Add to a known ticket what neither it nor another ticket of these mails has yet."""
    column = tables.message.c
    docs = tx.conn.execute(select(column.doc).where(column.ticket_id.in_({*others, ticket.id}))).scalars()
    known = {read_message(str(doc)).id for doc in docs}
    for message in messages:
        if message.id in known:
            report.unchanged += 1
            continue
        outcome = receive(ticket, message, side.policy, tx.now, side.calendar)
        ticket = next(change for change in outcome.changes if isinstance(change, Ticket))
        with tx.unit():
            file_ticket(tx, ticket, outcome.messages, outcome.clock_events)
        report.added += 1


def _incoming(arrived: list[_Arrived], domains: tuple[str, ...], side: Receiving, now: Instant) -> Iterator[Incoming]:
    """The mails as messages, never going back in time."""
    at = 0
    for each in arrived:
        mail = each.mail
        at = max(min(mail.at or at + _STEP_MS, now), at) if at or mail.at else now
        host = mail.address.casefold().rpartition("@")[2]
        is_ours = any(host == domain or host.endswith("." + domain) for domain in domains)
        missing = "".join(f"\n[not attached: {remark}]" for remark in each.missing)
        customer_id = id_for("customer", mail.address.casefold()) if mail.address else ""
        yield Incoming(
            id=MessageId(id_for("message", mail.id)),
            body=(mail.text + ("\n" if mail.text and missing else "") + missing).strip() or mail.subject,
            at=at,
            author=Author.AGENT if is_ours else Author.CUSTOMER,
            author_id=side.agents.get(mail.name.casefold(), "") if is_ours else customer_id,
            author_name=mail.name or mail.address or "Unknown sender",
            attachments=each.attachments,
        )


def _customer(mail: Mail, source_id: str, at: Instant) -> Customer:
    identity = mail.address.casefold() or source_id
    han = sum("\u4e00" <= c <= "\u9fff" for c in fold(mail.text[:2_000]))
    return Customer(
        id=CustomerId(id_for("customer", identity)),
        v=1,
        name=mail.name or mail.address or "Unknown sender",
        language="zh" if han > _HAN_SHARE * max(len(mail.text[:2_000]), 1) else "en",
        contacts=(Contact(channel=Channel.EMAIL, address=mail.address),) if mail.address else (),
        created_at=at,
        source_id=identity,
    )
