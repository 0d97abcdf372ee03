"""Commands that hand a ticket to a higher tier and back, and have it come back on a date."""

from desk.commands import AcceptEscalation, Escalate, ReturnEscalation, SetFollowUp
from desk.decisions.case import Case, Verdict
from desk.records import Ticket


def escalate(case: Case, command: Escalate, ticket: Ticket) -> Verdict:
    """Hand the ticket to a higher tier."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def accept(case: Case, command: AcceptEscalation, ticket: Ticket) -> Verdict:
    """Take an escalated ticket."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def give_back(case: Case, command: ReturnEscalation, ticket: Ticket) -> Verdict:
    """Give an escalated ticket back."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def follow_up(case: Case, command: SetFollowUp, ticket: Ticket) -> Verdict:
    """Have the ticket come back at an instant."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
