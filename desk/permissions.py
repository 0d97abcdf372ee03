"""Who may do what. Everything that is not allowed here is refused: the default is no.

An agent sees the tickets of their own teams and those they are assigned, follow or were mentioned in; an admin sees
all. Seniors also assign to others, merge, take what was escalated, review, and answer for what customers or everybody
reads; leads also act in bulk, tell the customers of an incident, and say how the people of their teams are given work.
"""

from typing import TypeAlias

from desk.commands import (
    AcceptEscalation,
    AnswerStep,
    AnyCommand,
    ApplyMacro,
    ArchiveMacro,
    AskReview,
    Assign,
    CloseGap,
    CloseIncident,
    DecideReview,
    DismissDuplicate,
    Escalate,
    Follow,
    JoinIncident,
    LinkTickets,
    Merge,
    MergeCustomers,
    MoveTeam,
    Note,
    NoteCustomer,
    OpenTicket,
    PublishArticle,
    RateArticle,
    Reply,
    ReportGap,
    RetireArticle,
    ReturnArticle,
    ReturnEscalation,
    SaveAgent,
    SaveArticle,
    SaveCustomer,
    SaveIncident,
    SaveMacro,
    SaveProcedure,
    SaveTeam,
    Seen,
    SetFollowUp,
    SetSeverity,
    SetStatus,
    Snooze,
    Split,
    StopProcedure,
    SubmitArticle,
    Tag,
    Take,
    Unmerge,
    UnmergeCustomers,
    UpdateIncident,
    VerifyCustomer,
    WithdrawReview,
)
from desk.records import (
    Agent,
    Article,
    Customer,
    Gap,
    Incident,
    Macro,
    Procedure,
    Role,
    Sharing,
    Team,
    Ticket,
)
from desk.ticket_parts import EscalationState

Target: TypeAlias = Ticket | Customer | Article | Incident | Macro | Procedure | Gap | Agent | Team | None
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


def is_senior(actor: Agent) -> bool:
    """Whether the actor answers for what others write: a senior, lead or admin."""
    return _is_at_least(actor, Role.SENIOR)


def needs_approval(actor: Agent, macro: Macro | None = None) -> bool:
    """Whether somebody else must approve what the actor writes to a customer, at all or with this macro."""
    return not is_senior(actor) and (actor.needs_review or (macro is not None and macro.needs_review))


def may_act_in_bulk(actor: Agent) -> bool:
    """Whether the actor's commands may be part of a bulk."""
    return actor.active and _is_at_least(actor, Role.LEAD)


def may_search_audit(actor: Agent) -> bool:
    """Whether the actor may search who did what in their teams; their own searches are audited, too."""
    return actor.active and _is_at_least(actor, Role.LEAD)


def may(actor: Agent, command: AnyCommand, record: Target) -> bool:
    """Whether the actor may give this command about this record, which is the record before the command."""
    if not actor.active:
        return False
    match command:
        case OpenTicket():
            return actor.role is Role.ADMIN or command.team_id in actor.team_ids
        case NoteCustomer() | VerifyCustomer() | SaveCustomer() | MergeCustomers() | UnmergeCustomers():
            return isinstance(record, Customer) and _may_on_customer(actor, command)
        case SaveArticle() | SubmitArticle() | PublishArticle() | ReturnArticle() | RetireArticle() | RateArticle():
            return _may_on_article(actor, command, record)
        case ReportGap():
            return record is None or isinstance(record, Gap)
        case CloseGap():
            return isinstance(record, Gap) and _is_at_least(actor, Role.SENIOR)
        case SaveIncident():
            return (record is None or isinstance(record, Incident)) and _is_at_least(actor, Role.SENIOR)
        case UpdateIncident() | CloseIncident():
            return isinstance(record, Incident) and _is_at_least(actor, Role.LEAD)
        case SaveMacro() | ArchiveMacro():
            return _may_on_macro(actor, command, record)
        case SaveProcedure():
            return (record is None or isinstance(record, Procedure)) and _is_at_least(actor, Role.LEAD)
        case SaveAgent():
            return isinstance(record, Agent) and _may_on_agent(actor, command, record)
        case SaveTeam():
            return isinstance(record, Team) and _leads(actor, (record.id,))
    return isinstance(record, Ticket) and may_see(actor, record) and _may_on_ticket(actor, command, record)


def _may_on_ticket(actor: Agent, command: AnyCommand, ticket: Ticket) -> bool:
    match command:
        case Assign():
            return _may_assign(actor, command, ticket)
        case Take() | MoveTeam():
            return not _is_anothers(actor, ticket)
        case Reply() | Note() | SetStatus() | Snooze() | SetSeverity() | Tag() | ApplyMacro():
            return True
        case Follow() | Seen() | SetFollowUp() | DismissDuplicate() | LinkTickets() | JoinIncident():
            return True
        case Escalate() | AskReview() | WithdrawReview() | AnswerStep() | StopProcedure():
            return True
        case AcceptEscalation() | ReturnEscalation() | Merge() | Unmerge() | Split():
            return _is_at_least(actor, Role.SENIOR)
        case DecideReview():
            return _is_at_least(actor, Role.SENIOR) and (ticket.review is None or ticket.review.author_id != actor.id)
    return False


def _is_anothers(actor: Agent, ticket: Ticket) -> bool:
    """Whether a senior accepted the ticket as theirs: taking it from them, or to another team, takes a senior."""
    escalation = ticket.escalation
    accepted = escalation is not None and escalation.state is EscalationState.ACCEPTED
    return accepted and actor.id != ticket.assignee_id and not is_senior(actor)


def _may_on_customer(actor: Agent, command: AnyCommand) -> bool:
    """Anybody notes what they learn; who somebody is, and how they are treated, takes a senior."""
    match command:
        case NoteCustomer() | VerifyCustomer():
            return True
        case SaveCustomer():
            own = command.tier is None and command.do_not_contact is None
            return own or _is_at_least(actor, Role.SENIOR)
    return _is_at_least(actor, Role.SENIOR)


def _may_on_article(actor: Agent, command: AnyCommand, record: Target) -> bool:
    """Anybody drafts, also a revision of a published text; what customers read takes a senior, who did not write it
    (four eyes) or leads."""
    match command:
        case SaveArticle():
            return record is None or isinstance(record, Article)
        case SubmitArticle() | RateArticle():
            return isinstance(record, Article)
        case PublishArticle() if isinstance(record, Article):
            writer = record.revision.by if record.revision is not None else record.author_id
            return _is_at_least(actor, Role.LEAD if writer == actor.id else Role.SENIOR)
    return isinstance(record, Article) and _is_at_least(actor, Role.SENIOR)


def _may_on_macro(actor: Agent, command: SaveMacro | ArchiveMacro, record: Target) -> bool:
    """One's own macros are one's own; what others use takes a senior."""
    wanted = command.sharing if isinstance(command, SaveMacro) else Sharing.PERSONAL
    if record is not None and not isinstance(record, Macro):
        return False
    if record is not None and record.sharing is Sharing.PERSONAL and record.owner_id != actor.id:
        return False
    shared = wanted is not Sharing.PERSONAL or (record is not None and record.sharing is not Sharing.PERSONAL)
    return (not shared or _is_at_least(actor, Role.SENIOR)) and (record is not None or isinstance(command, SaveMacro))


def _may_on_agent(actor: Agent, command: SaveAgent, agent: Agent) -> bool:
    """Everybody says when they are away; the rest is for a lead of one of their teams."""
    only_away = all(
        value is None
        for value in (command.capacity, command.skills, command.languages, command.shift, command.needs_review)
    )
    return (agent.id == actor.id and only_away) or _leads(actor, agent.team_ids)


def _leads(actor: Agent, team_ids: tuple[str, ...]) -> bool:
    if actor.role is Role.ADMIN:
        return True
    return actor.role is Role.LEAD and not set(actor.team_ids).isdisjoint(team_ids)


def _is_at_least(actor: Agent, role: Role) -> bool:
    return _RANK[actor.role] >= _RANK[role]


def _may_assign(actor: Agent, command: Assign, ticket: Ticket) -> bool:
    """Anybody takes a ticket, or gives back their own; giving it to somebody else takes a senior."""
    if _is_at_least(actor, Role.SENIOR):
        return True
    if command.assignee_id == actor.id:
        return not _is_anothers(actor, ticket)
    return command.assignee_id is None and ticket.assignee_id == actor.id
