"""Commands about one's own view of a ticket: following it, having read it."""

from msgspec.structs import replace

from desk.commands import Follow, Seen
from desk.decisions.case import NOTHING, Case, Verdict
from desk.outcome import Outcome
from desk.records import ReadMark, Ticket


def follow(case: Case, command: Follow, ticket: Ticket) -> Verdict:
    """Start or stop following. The order of followers is the order in which they came."""
    others = tuple(agent_id for agent_id in ticket.followers if agent_id != case.actor.id)
    if (case.actor.id in ticket.followers) is command.on:
        return NOTHING
    return case.changed(ticket, replace(ticket, followers=(*others, case.actor.id) if command.on else others))


def seen(case: Case, command: Seen, ticket: Ticket) -> Verdict:
    """Move my read mark on, never back and never past the end; the ticket itself does not change."""
    mark = case.view.mark
    read_n, version = (mark.n, mark.v) if mark is not None else (0, 0)
    n = min(command.n, ticket.last_n)
    if n <= read_n:
        return NOTHING
    return Outcome(changes=(ReadMark(ticket_id=ticket.id, v=version + 1, n=n),))
