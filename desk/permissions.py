"""Who may do what. Everything that is not allowed here is refused: the default is no.

An agent sees the tickets of their own teams and those they are assigned, follow or were mentioned in; an admin sees
all. Seniors also assign to others and answer for published articles.
"""

from typing import TypeAlias

from desk.commands import (
    AnyCommand,
    ApplyMacro,
    Assign,
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
from desk.records import Agent, Article, ArticleState, Customer, Role, Ticket

Target: TypeAlias = Ticket | Customer | Article | None
"""What a command is about; None: something that does not exist yet."""

_RANK = {Role.AGENT: 0, Role.SENIOR: 1, Role.LEAD: 2, Role.ADMIN: 3}


def may_see(actor: Agent, ticket: Ticket) -> bool:
    """Whether a ticket is in the actor's sight."""
    if not actor.active:
        return False
    return (
        actor.role is Role.ADMIN
        or ticket.team_id in actor.team_ids
        or ticket.assignee_id == actor.id
        or actor.id in ticket.followers
        or actor.id in ticket.mentioned
    )


def may(actor: Agent, command: AnyCommand, record: Target) -> bool:
    """Whether the actor may give this command about this record, which is the record before the command."""
    if not actor.active:
        return False
    match command:
        case OpenTicket():
            return actor.role is Role.ADMIN or command.team_id in actor.team_ids
        case NoteCustomer():
            return isinstance(record, Customer)
        case SaveArticle():
            return record is None or (isinstance(record, Article) and _may_edit(actor, record))
        case PublishArticle():
            return isinstance(record, Article) and _is_at_least(actor, Role.SENIOR)
        case RateArticle():
            return isinstance(record, Article)
    if not isinstance(record, Ticket) or not may_see(actor, record):
        return False
    match command:
        case Assign():
            return _may_assign(actor, command, record)
        case Reply() | Note() | Take() | SetStatus() | Snooze() | SetSeverity() | Tag() | MoveTeam() | ApplyMacro():
            return True
        case Follow() | Seen():
            return True
    return False


def _is_at_least(actor: Agent, role: Role) -> bool:
    return _RANK[actor.role] >= _RANK[role]


def _may_edit(actor: Agent, article: Article) -> bool:
    """A published text is what customers read: changing it takes a senior."""
    return article.state is ArticleState.DRAFT or _is_at_least(actor, Role.SENIOR)


def _may_assign(actor: Agent, command: Assign, ticket: Ticket) -> bool:
    """Anybody takes a ticket, or gives back their own; giving it to somebody else takes a senior."""
    if _is_at_least(actor, Role.SENIOR) or command.assignee_id == actor.id:
        return True
    return command.assignee_id is None and ticket.assignee_id == actor.id
