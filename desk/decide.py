"""What a command does: :func:`decide` is the one place where that is said, for the backend and for every console.

It is total and pure: any command on any view gives an :class:`~desk.outcome.Outcome` or a
:class:`~desk.outcome.Refusal`, and the same again. The order of the questions: is it there and in sight, may the actor,
is it open to change, is the value possible, would it change anything, has somebody else moved it.
"""

from desk.commands import (
    ApplyMacro,
    Assign,
    Envelope,
    Follow,
    MoveTeam,
    Note,
    NoteCustomer,
    OpenTicket,
    PublishArticle,
    RateArticle,
    Reply,
    SaveArticle,
    Seen,
    SetSeverity,
    SetStatus,
    Snooze,
    Tag,
    Take,
)
from desk.decisions import articles, customers, fields, messages, reading
from desk.decisions.case import Case, Verdict
from desk.ids import Instant
from desk.outcome import View
from desk.permissions import may, may_see
from desk.records import Agent, Status

_ALLOWED_WHEN_CLOSED = (Note, Follow, Seen)


def decide(envelope: Envelope, view: View, actor: Agent, now: Instant) -> Verdict:
    """What becomes of a command, given by ``actor``, on the records of ``view``, at ``now``."""
    case = Case(envelope=envelope, view=view, actor=actor, now=now)
    match envelope.command:
        case OpenTicket() as command:
            return messages.open_ticket(case, command)
        case NoteCustomer() as command:
            return customers.note_customer(case, command)
        case SaveArticle() as command:
            return articles.save(case, command)
        case PublishArticle() as command:
            return articles.publish(case, command)
        case RateArticle() as command:
            return articles.rate(case, command)
        case _:
            return _decide_on_ticket(case)


def _decide_on_ticket(case: Case) -> Verdict:
    command, ticket = case.envelope.command, case.view.ticket
    if ticket is None or not may_see(case.actor, ticket) or ticket.id != getattr(command, "ticket_id", None):
        return case.refuse("not-found", "This ticket is not there, or not in your sight.")
    if not may(case.actor, command, ticket):
        return case.refuse("not-allowed", "Your role does not permit this; ask a senior.")
    if ticket.status is Status.CLOSED and not isinstance(command, _ALLOWED_WHEN_CLOSED):
        return case.refuse("closed", "A closed ticket takes notes only; open a new one for the customer.")
    match command:
        case Reply():
            return messages.reply(case, command, ticket)
        case Note():
            return messages.note(case, command, ticket)
        case Take():
            return fields.assign(case, case.actor.id, ticket)
        case Assign():
            return fields.assign(case, command.assignee_id, ticket)
        case SetStatus():
            return fields.set_status(case, command, ticket)
        case Snooze():
            return fields.snooze(case, command, ticket)
        case SetSeverity():
            return fields.set_severity(case, command, ticket)
        case MoveTeam():
            return fields.move_team(case, command, ticket)
        case ApplyMacro():
            return fields.run_macro(case, command, ticket)
        case Tag():
            return fields.tag(case, command, ticket)
        case Follow():
            return reading.follow(case, command, ticket)
        case Seen():
            return reading.seen(case, command, ticket)
    return case.refuse("bad-value", "This version does not know this command; update it.")
