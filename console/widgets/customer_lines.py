"""What the customer pane says, as lines: who, contacts, earlier tickets, accounts, transfers, notes. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from textual.content import Content

from console.i18n import gettext as _
from console.i18n import ngettext
from console.widgets.when import day
from console.wording import (
    ACCOUNT_KIND,
    ACCOUNT_STATUS,
    CHANNEL,
    LANGUAGE,
    STATUS,
    TIER,
    TRANSFER_KIND,
    TRANSFER_STATUS,
    word,
)
from desk.records import Account, Contact, Customer, CustomerNote, Ticket, Transfer
from desk.text import clean_name, clean_text

LineKind: TypeAlias = Literal["head", "text", "ticket", "copy"]
_END_CHARS = 6


@dataclass(frozen=True, slots=True)
class CustomerRecords:
    """All that the pane shows of one customer; ``tickets`` newest first, ``shown`` the ticket now open.

    ``merged`` are the other records of the same person; tickets, accounts and transfers are those of all of them."""

    customer: Customer
    tickets: Sequence[Ticket] = ()
    accounts: Sequence[Account] = ()
    transfers: Sequence[Transfer] = ()
    shown: Ticket | None = None
    merged: Sequence[Customer] = ()

    @property
    def records(self) -> tuple[Customer, ...]:
        """All records of the person, the one of the open ticket first."""
        return (self.customer, *self.merged)

    @property
    def notes(self) -> list[CustomerNote]:
        """What is remembered of the person, the newest first."""
        notes = (note for record in self.records for note in record.notes)
        return sorted(notes, key=lambda note: note.at, reverse=True)


@dataclass(frozen=True, slots=True)
class PaneLine:
    """One line. ``target`` is the ticket's id of a ``ticket`` line and the whole text of a ``copy`` line."""

    content: Content
    kind: LineKind = "text"
    target: str = ""


def pane_lines(records: CustomerRecords) -> list[PaneLine]:
    """The whole pane, section after section; empty sections are left out."""
    return [
        *_who(records.customer),
        *_contacts(contact for record in records.records for contact in record.contacts),
        *_section(_("The same person"), map(_record, records.merged)),
        *_section(_notes_heading(records.notes), map(_note, records.notes)),
        *_section(_tickets_heading(records.tickets), (_ticket(t, records.shown) for t in records.tickets)),
        *_section(_("Transfers and orders"), (line for t in records.transfers for line in _transfer(t))),
        *_section(_("Accounts and wallets"), (line for a in records.accounts for line in _account(a))),
    ]


def shortened(text: str) -> str:
    """A long id with both ends and the middle left out, so that neither end can be faked unseen."""
    clean = clean_name(text)
    return clean if len(clean) <= 2 * _END_CHARS + 1 else f"{clean[:_END_CHARS]}…{clean[-_END_CHARS:]}"


def _section(heading: str, lines: Iterable[PaneLine]) -> Iterator[PaneLine]:
    """A heading and its lines, or nothing when there are none."""
    body = list(lines)
    if body:
        yield PaneLine(Content.styled(heading, "bold"), "head")
        yield from body


def _who(customer: Customer) -> Iterator[PaneLine]:
    """Name; tier, language, country; the identity check; since when."""
    yield PaneLine(Content.styled(clean_name(customer.name), "bold"), "copy", clean_name(customer.name))
    facts = [word(TIER, customer.tier), word(LANGUAGE, customer.language), clean_name(customer.country)]
    yield PaneLine(Content(" · ".join(filter(None, facts))))
    if customer.do_not_contact:
        yield PaneLine(Content.styled(_("! Do not contact: answer only when they write"), "bold"))
    check = _verified(customer.verified_how, customer.verified_at)
    yield PaneLine(Content(_("Identity: {check}").format(check=check)))
    if customer.created_at:
        yield PaneLine(Content.styled(_("Customer since {day}").format(day=day(customer.created_at)), "dim"))


def _record(customer: Customer) -> PaneLine:
    """Another record of the person: name, tier, language, identity check."""
    facts = [word(TIER, customer.tier), word(LANGUAGE, customer.language)]
    facts += [_("do not contact")] if customer.do_not_contact else []
    facts.append(_verified(customer.verified_how, customer.verified_at))
    line = Content(f"  {clean_name(customer.name)} ") + Content.styled(" · ".join(facts), "dim")
    return PaneLine(line, "copy", clean_name(customer.name))


def _verified(how: str, at: int | None) -> str:
    """How and when something was verified, or that it was not."""
    if at is None:
        return _("not verified")
    return _("✓ {how} {day}").format(how=clean_name(how), day=day(at)) if how else _("✓ {day}").format(day=day(at))


def _contacts(contacts: Iterable[Contact]) -> Iterator[PaneLine]:
    """Each way to reach the customer, and whether it is known to be theirs."""
    for contact in contacts:
        address = clean_name(contact.address)
        check = _verified(contact.verified_how, contact.verified_at)
        line = Content(f"{word(CHANNEL, contact.channel)} {address} ") + Content.styled(check, "dim")
        yield PaneLine(line, "copy", address)


def _tickets_heading(tickets: Sequence[Ticket]) -> str:
    """How many tickets, and how many of them came back."""
    count = ngettext("{n} ticket", "{n} tickets", len(tickets)).format(n=len(tickets))
    reopened = sum(1 for ticket in tickets if ticket.reopened)
    return f"{count} · " + _("{n} reopened").format(n=reopened) if reopened else count


def _ticket(ticket: Ticket, shown: Ticket | None) -> PaneLine:
    """One earlier ticket: reference, day, outcome, subject; the open one is pointed out."""
    here = shown is not None and ticket.id == shown.id
    outcome = word(STATUS, ticket.status)
    if ticket.reopened:
        outcome += " · " + _("reopened ×{n}").format(n=ticket.reopened)
    head = Content(f"{'▸' if here else ' '} {clean_name(ticket.ref) or '…'} {day(ticket.created_at)} ")
    subject = Content(f"\n  {clean_name(ticket.subject)}")
    return PaneLine(head + Content.styled(outcome, "dim") + subject, "ticket", ticket.id)


def _transfer(transfer: Transfer) -> Iterator[PaneLine]:
    """One transfer: what and how much, how far it is; then its transaction with both ends."""
    status = word(TRANSFER_STATUS, transfer.status)
    if transfer.confirmations_needed and transfer.status in ("pending", "confirming"):
        status += f" {transfer.confirmations}/{transfer.confirmations_needed}"
    kind = word(TRANSFER_KIND, transfer.kind)
    head = f"  {day(transfer.at)} {kind} {clean_name(transfer.amount)} {clean_name(transfer.asset)} "
    yield PaneLine(Content(head) + Content.styled(status, "bold"))
    where = clean_name(transfer.network)
    if transfer.tx_id:
        line = f"    tx {shortened(transfer.tx_id)} {where}"
        yield PaneLine(Content.styled(line, "dim"), "copy", clean_name(transfer.tx_id))
    if transfer.address:
        memo = _(" memo {memo}").format(memo=clean_name(transfer.memo)) if transfer.memo else ""
        line = _("    to {address}").format(address=shortened(transfer.address)) + memo
        yield PaneLine(Content.styled(line, "dim"), "copy", clean_name(transfer.address))
    if transfer.detail:
        yield PaneLine(Content.styled(f"    {clean_name(transfer.detail)}", "dim"))


def _account(account: Account) -> Iterator[PaneLine]:
    """One account or wallet: label, kind and status; then its address with both ends."""
    status = word(ACCOUNT_STATUS, account.status)
    kind = word(ACCOUNT_KIND, account.kind)
    yield PaneLine(Content(f"  {clean_name(account.label)} · {kind} · {status}"))
    if account.address:
        line = f"    {shortened(account.address)} {clean_name(account.network)}"
        yield PaneLine(Content.styled(line, "dim"), "copy", clean_name(account.address))


def _notes_heading(notes: Sequence[CustomerNote]) -> str:
    """How many notes there are."""
    return ngettext("{n} note", "{n} notes", len(notes)).format(n=len(notes))


def _note(note: CustomerNote) -> PaneLine:
    """One note, whole, with who wrote it when."""
    head = Content.styled(f"  {clean_name(note.author_name)} {day(note.at)} ", "dim")
    return PaneLine(head + Content(clean_text(note.text)), "copy", clean_text(note.text))
