"""Commands about a customer: what is known of them, how they were verified, and which records are one person's.

Merged records stay as they are, each with its tickets, accounts and notes: only who stands for whom is kept, so that
taking it back leaves no trace. One record stands for a person and the others point at it, so there is never a chain.
"""

import re

from msgspec.structs import replace

from desk.commands import MergeCustomers, NoteCustomer, SaveCustomer, UnmergeCustomers, VerifyCustomer
from desk.decisions.case import NOTHING, Case, Verdict
from desk.outcome import Outcome, Refusal
from desk.permissions import may
from desk.records import Customer, CustomerNote
from desk.text import clean_name, clean_text

MAX_NOTE = 4_000
MAX_HOW = 200
MAX_ALIASES = 50
"""Characters of a note and of how somebody was verified, and records merged into one, at most."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


def note_customer(case: Case, command: NoteCustomer) -> Verdict:
    """Remember something about a customer; the same note twice is one note."""
    customer = _named(case, command, "You may not write about customers.")
    if isinstance(customer, Refusal):
        return customer
    if any(note.id == command.note_id for note in customer.notes):
        return NOTHING
    text = clean_text(command.text).strip()
    if not text:
        return case.refuse("empty", "Write something first.")
    if len(text) > MAX_NOTE:
        return case.refuse("too-long", f"A note has at most {MAX_NOTE} characters; this has {len(text)}.")
    note = CustomerNote(
        id=command.note_id, author_id=case.actor.id, author_name=case.actor.name, text=text, at=case.now
    )
    return _changed(replace(customer, notes=(*customer.notes, note)))


def save(case: Case, command: SaveCustomer) -> Verdict:
    """Change what is known of a customer."""
    customer = _named(case, command, "A customer's tier, and whom we do not contact, are a senior's to say.")
    if isinstance(customer, Refusal):
        return customer
    language = customer.language if command.language is None else clean_name(command.language)
    if not _LANGUAGE.fullmatch(language) and command.language is not None:
        return case.refuse("bad-value", "A language is written as a code such as en or zh-TW.")
    after = replace(
        customer,
        tier=customer.tier if command.tier is None else command.tier,
        language=language,
        do_not_contact=customer.do_not_contact if command.do_not_contact is None else command.do_not_contact,
    )
    return case.refuse("no-change", "The customer is kept that way already.") if after == customer else _changed(after)


def verify(case: Case, command: VerifyCustomer) -> Verdict:
    """Keep how and when a customer, or one of their contacts, was verified; an empty how takes it back."""
    customer = _named(case, command, "You may not say who a customer is.")
    if isinstance(customer, Refusal):
        return customer
    how = clean_name(command.how, limit=MAX_HOW + 1)
    if len(how) > MAX_HOW:
        return case.refuse("too-long", f"How they were verified has at most {MAX_HOW} characters.")
    mark = {"verified_how": how, "verified_at": case.now if how else None}
    if not command.address:
        after = replace(customer, **mark)
    elif any(contact.address == command.address for contact in customer.contacts):
        contacts = (replace(one, **mark) if one.address == command.address else one for one in customer.contacts)
        after = replace(customer, contacts=tuple(contacts))
    else:
        return case.refuse("not-found", "The customer has no such address any more; look again.")
    return case.refuse("no-change", "Nobody was verified there.") if after == customer else _changed(after)


def merge(case: Case, command: MergeCustomers) -> Verdict:
    """Two records are of one person; the first one stands for them."""
    customer = _named(case, command, "Who is the same person is a senior's to say.")
    if isinstance(customer, Refusal):
        return customer
    source = case.view.other_customer
    if command.source_id == customer.id:
        return case.refuse("merged", "This is one record already; choose another customer.")
    if source is None or source.id != command.source_id:
        return case.refuse("unknown-customer", "The other customer is not there, or not in your sight.")
    if customer.merged_into is not None:
        return case.refuse("merged", "This record stands for nobody: it was merged into another; merge with that one.")
    if source.merged_into == customer.id:
        return case.refuse("no-change", "The two records are merged already.")
    if source.merged_into is not None:
        return case.refuse("merged", "The other record was merged with somebody else; take that back first.")
    if source.alias_ids:
        why = "Other records were merged into that one; merge this one into it, or take those back first."
        return case.refuse("merged", why)
    if len(customer.alias_ids) >= MAX_ALIASES:
        return case.refuse("bad-value", f"At most {MAX_ALIASES} records are merged into one.")
    target = replace(customer, v=customer.v + 1, alias_ids=(*customer.alias_ids, source.id))
    return Outcome(changes=(target, replace(source, v=source.v + 1, merged_into=customer.id)))


def unmerge(case: Case, command: UnmergeCustomers) -> Verdict:
    """Two persons after all."""
    customer = _named(case, command, "Who is the same person is a senior's to say.")
    if isinstance(customer, Refusal):
        return customer
    source = case.view.other_customer
    if source is None or source.id != command.source_id:
        return case.refuse("unknown-customer", "The other customer is not there, or not in your sight.")
    if source.merged_into != customer.id:
        return case.refuse("no-change", "That record is not merged into this one.")
    rest = tuple(one for one in customer.alias_ids if one != source.id)
    target = replace(customer, v=customer.v + 1, alias_ids=rest)
    return Outcome(changes=(target, replace(source, v=source.v + 1, merged_into=None)))


def _named(
    case: Case,
    command: NoteCustomer | SaveCustomer | VerifyCustomer | MergeCustomers | UnmergeCustomers,
    may_not: str,
) -> Customer | Refusal:
    """The customer a command is about, if they are there and the actor may."""
    customer = case.view.customer
    if customer is None or customer.id != command.customer_id:
        return case.refuse("unknown-customer", "There is no such customer.")
    return customer if may(case.actor, command, customer) else case.refuse("not-allowed", may_not)


def _changed(customer: Customer) -> Outcome:
    return Outcome(changes=(replace(customer, v=customer.v + 1),))
