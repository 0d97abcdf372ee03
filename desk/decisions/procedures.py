"""Commands about procedures, and their steps in a ticket."""

from desk.commands import AnswerStep, SaveProcedure, StopProcedure
from desk.decisions.case import Case, Verdict
from desk.records import Ticket


def save(case: Case, command: SaveProcedure) -> Verdict:
    """Create or change a procedure."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def answer(case: Case, command: AnswerStep, ticket: Ticket) -> Verdict:
    """Answer a step."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def stop(case: Case, command: StopProcedure, ticket: Ticket) -> Verdict:
    """Leave it before its end."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
