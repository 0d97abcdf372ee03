"""Commands about a customer."""

from msgspec.structs import replace

from desk.commands import MergeCustomers, NoteCustomer, SaveCustomer, UnmergeCustomers, VerifyCustomer
from desk.decisions.case import NOTHING, Case, Verdict
from desk.outcome import Outcome
from desk.permissions import may
from desk.records import CustomerNote
from desk.text import clean_text

MAX_NOTE = 4_000


def note_customer(case: Case, command: NoteCustomer) -> Verdict:
    """Remember something about a customer; the same note twice is one note."""
    customer = case.view.customer
    if customer is None or customer.id != command.customer_id:
        return case.refuse("unknown-customer", "There is no such customer.")
    if not may(case.actor, command, customer):
        return case.refuse("not-allowed", "You may not write about customers.")
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
    return Outcome(changes=(replace(customer, v=customer.v + 1, notes=(*customer.notes, note)),))


def save(case: Case, command: SaveCustomer) -> Verdict:
    """Change what is known of a customer."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def verify(case: Case, command: VerifyCustomer) -> Verdict:
    """Keep how somebody was verified."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def merge(case: Case, command: MergeCustomers) -> Verdict:
    """Two records of one person."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def unmerge(case: Case, command: UnmergeCustomers) -> Verdict:
    """Two persons after all."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
