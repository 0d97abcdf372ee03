"""Commands that make one ticket of two, or two of one, or link them."""

from desk.commands import DismissDuplicate, LinkTickets, Merge, Split, Unmerge
from desk.decisions.case import Case, Verdict
from desk.records import Ticket


def merge(case: Case, command: Merge, ticket: Ticket) -> Verdict:
    """Close another ticket into this one."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def unmerge(case: Case, command: Unmerge, ticket: Ticket) -> Verdict:
    """Bring it back."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def split(case: Case, command: Split, ticket: Ticket) -> Verdict:
    """Start a new ticket from some messages."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def link(case: Case, command: LinkTickets, ticket: Ticket) -> Verdict:
    """Link two tickets."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def dismiss_duplicate(case: Case, command: DismissDuplicate, ticket: Ticket) -> Verdict:
    """It is no duplicate."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
