"""What takes an action back: the command that restores what a ticket was. Pure."""

import msgspec

from desk.commands import (
    AnyCommand,
    Assign,
    Follow,
    JoinIncident,
    LinkTickets,
    Merge,
    MoveTeam,
    SetFollowUp,
    SetSeverity,
    SetStatus,
    Snooze,
    Tag,
    Take,
    Unmerge,
)
from desk.ids import AgentId
from desk.records import Ticket


def inverse(command: AnyCommand, before: Ticket, me: AgentId) -> AnyCommand | None:
    """The command that undoes ``command`` on a ticket that was ``before`` (None: it cannot be undone)."""
    ticket_id = before.id
    match command:
        case Take() | Assign():
            return Assign(ticket_id=ticket_id, assignee_id=before.assignee_id)
        case SetStatus():
            return SetStatus(ticket_id=ticket_id, status=before.status)
        case SetSeverity():
            return SetSeverity(ticket_id=ticket_id, severity=before.severity)
        case MoveTeam():
            return MoveTeam(ticket_id=ticket_id, team_id=before.team_id)
        case Snooze():
            return Snooze(ticket_id=ticket_id, until_at=before.snoozed_until, until_answer=before.snoozed_until_answer)
        case Follow():
            return Follow(ticket_id=ticket_id, on=me in before.followers)
        case Tag(add=add, remove=remove):
            return Tag(
                ticket_id=ticket_id,
                add=tuple(tag for tag in remove if tag in before.tags),
                remove=tuple(tag for tag in add if tag not in before.tags),
            )
        case Merge(source_id=source_id):
            return Unmerge(ticket_id=ticket_id, source_id=source_id)
        case JoinIncident():
            return JoinIncident(ticket_id=ticket_id, into_id=before.incident_id)
        case LinkTickets(on=on):
            return msgspec.structs.replace(command, on=not on)
        case SetFollowUp() if before.follow_up is not None:
            return SetFollowUp(ticket_id=ticket_id, at=before.follow_up.at, what=before.follow_up.what)
        case SetFollowUp():
            return SetFollowUp(ticket_id=ticket_id, at=None)
        case _:
            return None


def inverses(command: AnyCommand, before: Ticket, me: AgentId) -> tuple[AnyCommand, ...]:
    """All that is needed to undo ``command``, in order: a ticket that comes back to its team has lost its assignee."""
    first = inverse(command, before, me)
    if first is None:
        return ()
    if isinstance(command, MoveTeam) and before.assignee_id is not None:
        return (first, Assign(ticket_id=before.id, assignee_id=before.assignee_id))
    return (first,)
