"""Commands about a reply that somebody else approves before it goes out."""

from desk.commands import AskReview, DecideReview, WithdrawReview
from desk.decisions.case import Case, Verdict
from desk.records import Ticket


def ask(case: Case, command: AskReview, ticket: Ticket) -> Verdict:
    """Ask for approval."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def settle(case: Case, command: DecideReview, ticket: Ticket) -> Verdict:
    """Approve or return."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def withdraw(case: Case, command: WithdrawReview, ticket: Ticket) -> Verdict:
    """Take it back."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
