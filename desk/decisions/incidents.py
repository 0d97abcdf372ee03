"""Commands about incidents: many tickets with one cause."""

from desk.commands import CloseIncident, JoinIncident, SaveIncident, UpdateIncident
from desk.decisions.case import Case, Verdict
from desk.records import Ticket


def save(case: Case, command: SaveIncident) -> Verdict:
    """Open an incident or change it."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def update(case: Case, command: UpdateIncident) -> Verdict:
    """Keep what customers are told."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def close(case: Case, command: CloseIncident) -> Verdict:
    """Close or reopen it."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def join(case: Case, command: JoinIncident, ticket: Ticket) -> Verdict:
    """Put a ticket in or out."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
