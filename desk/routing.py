"""A new ticket given to an agent by rule, without anybody asking: what becomes of it, and the line that says so."""

from msgspec.structs import replace

from desk.balance import Candidate
from desk.conversation import finish, with_lines, with_status
from desk.decisions.events import event
from desk.ids import Instant, MessageId
from desk.outcome import Outcome
from desk.query import is_snoozed
from desk.records import Author, Message, MessageKind, Policy, Status, Ticket
from desk.urgency import SETTLED


def may_be_routed(ticket: Ticket, now: Instant) -> bool:
    """Whether a ticket that comes to a team waits for somebody."""
    return ticket.assignee_id is None and ticket.status not in SETTLED and not is_snoozed(ticket, now)


def routed(outcome: Outcome, ticket: Ticket, best: Candidate, policy: Policy, calendar: str, now: Instant) -> Outcome:
    """The outcome in which ``ticket`` came to its team, with the ticket given to ``best`` in the same version."""
    owned = replace(ticket, assignee_id=best.agent_id)
    if ticket.status is Status.NEW:
        owned = with_status(owned, Status.OPEN, now)
    line = Message(
        id=MessageId(f"{ticket.id}.routed.{ticket.last_n + 1}"),
        ticket_id=ticket.id,
        n=ticket.last_n + 1,
        kind=MessageKind.EVENT,
        author=Author.SYSTEM,
        body=event("routed", to=best.agent_id, why=_why(best)),
        at=now,
    )
    before = replace(ticket, v=ticket.v - 1)
    stored, clock_events = finish(before, with_lines(owned, 1), policy, calendar, now)
    changes = tuple(stored if change is ticket else change for change in outcome.changes)
    return replace(
        outcome,
        changes=changes,
        messages=(*outcome.messages, line),
        clock_events=(*outcome.clock_events, *clock_events),
    )


def _why(best: Candidate) -> str:
    """The grounds as ``code:detail`` with semicolons between."""
    return ";".join(f"{ground.code}:{ground.detail}" for ground in best.why)
