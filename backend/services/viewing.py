"""Gathers what a command's decision may look at, and nothing its author may not see."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import bindparam, func, select

from backend import tables
from backend.meta import ref_of, take_refs
from backend.scopes import scopes_of
from backend.services import lookup
from backend.services.filing import customer_scopes
from backend.transaction import Transaction
from desk.commands import (
    AnyCommand,
    ApplyMacro,
    AskReview,
    Assign,
    DecideReview,
    Envelope,
    LinkTickets,
    Merge,
    MergeCustomers,
    MoveTeam,
    OpenTicket,
    PublishArticle,
    RateArticle,
    Reply,
    ReturnEscalation,
    SaveMacro,
    SaveTeam,
    SetStatus,
    Split,
    Take,
    Unmerge,
    UnmergeCustomers,
)
from desk.customers import same_person
from desk.ids import AgentId, ArticleId, CustomerId, GapId, IncidentId, MacroId, ProcedureId, TeamId, TicketId
from desk.outcome import View
from desk.permissions import may_see
from desk.records import Agent, Article, Customer, Gap, Incident, Macro, Message, Role, Ticket
from desk.ticket_parts import LinkKind
from desk.urgency import SETTLED

T = TypeVar("T")

MOST_BLOCKED = 1_000
"""So many tickets are followed to find a circle of links."""

_MORE_URGENT = (
    select(func.count())
    .select_from(tables.ticket)
    .where(tables.ticket.c.team_id == bindparam("team_id"), tables.ticket.c.unassigned_at < bindparam("urgency_at"))
)
_VOTE = select(tables.vote.c.helped).where(
    tables.vote.c.agent_id == bindparam("agent_id"),
    tables.vote.c.article_id == bindparam("article_id"),
    tables.vote.c.ticket_id == bindparam("ticket_id"),
)


def view_of(tx: Transaction, envelope: Envelope, actor: Agent) -> View:
    """The records a command names, as they are now; what the actor may not see is not there."""
    command = envelope.command
    ticket = _named(command, "ticket_id", TicketId, lambda ticket_id: visible_ticket(tx, ticket_id, actor))
    macro = _named(command, "macro_id", MacroId, lambda m: lookup.macro_by_id(tx.conn, m))
    team_id = _team_after(command, ticket, macro)
    team = lookup.team_by_id(tx.conn, team_id) if team_id else None
    other = _other(tx, command, actor)
    article = _named(command, "article_id", ArticleId, lambda a: lookup.article_by_id(tx.conn, a))
    return View(
        policy=lookup.policy_now(tx.conn),
        ticket=_any_ticket(tx, command) if isinstance(command, OpenTicket) else ticket,
        unseen=_unseen(tx, envelope, ticket),
        customer=_customer(tx, command, ticket, actor),
        article=article,
        macro=macro,
        mark=lookup.mark_of(tx.conn, actor.id, ticket.id) if ticket is not None else None,
        vote=_vote(tx, command, actor) if isinstance(command, RateArticle) else None,
        assignee_ok=_assignable(tx, command, ticket),
        team_ok=_teams_are_there(tx, command) if isinstance(command, SaveMacro) else team is not None,
        calendar=team.calendar if team is not None else "always",
        next_ref=ref_of(take_refs(tx.conn)) if isinstance(command, OpenTicket | Split) else "",
        other=other,
        other_calendar=_calendar(tx, other),
        same_customer=other is not None and ticket is not None and _same_customer(tx, ticket, other),
        chosen=lookup.messages_numbered(tx.conn, ticket.id, command.ns)
        if isinstance(command, Split) and ticket is not None
        else (),
        further_blocked=_further_blocked(tx, command, ticket, other),
        blockers=_blockers(tx, command, ticket),
        incident=_incident(tx, command),
        procedure=_named(command, "procedure_id", ProcedureId, lambda p: lookup.procedure_by_id(tx.conn, p)),
        gap=_gap(tx, command, article),
        agent=_named(command, "agent_id", AgentId, lambda a: lookup.agent_by_id(tx.conn, a)),
        team=team,
        other_customer=_other_customer(tx, command, actor),
        base_article=_named(command, "base_id", ArticleId, lambda a: lookup.article_by_id(tx.conn, a)),
        passed_over=_more_urgent(tx, ticket) if isinstance(command, Take) and ticket is not None else 0,
    )


def _further_blocked(
    tx: Transaction, command: AnyCommand, ticket: Ticket | None, other: Ticket | None
) -> frozenset[TicketId]:
    """What the blocked side of a new link blocks in turn."""
    if not isinstance(command, LinkTickets):
        return frozenset()
    blocked = {LinkKind.BLOCKS: other, LinkKind.BLOCKED_BY: ticket}.get(command.link)
    return blocked_by(tx, blocked) if blocked is not None else frozenset()


def _blockers(tx: Transaction, command: AnyCommand, ticket: Ticket | None) -> tuple[str, ...]:
    """The references of the open tickets that block the one to be solved."""
    if not isinstance(command, SetStatus) or command.status not in SETTLED or ticket is None:
        return ()
    ids = [link.ticket_id for link in ticket.links if link.kind is LinkKind.BLOCKED_BY]
    found = (lookup.ticket_by_id(tx.conn, ticket_id) for ticket_id in ids)
    return tuple(blocker.ref for blocker in found if blocker is not None and blocker.status not in SETTLED)


def blocked_by(tx: Transaction, ticket: Ticket) -> frozenset[TicketId]:
    """Every ticket that this one blocks, directly or through others."""
    found: set[TicketId] = set()
    waiting = [ticket]
    while waiting and len(found) < MOST_BLOCKED:
        for link in waiting.pop().links:
            if link.kind is LinkKind.BLOCKS and link.ticket_id not in found:
                found.add(link.ticket_id)
                blocked = lookup.ticket_by_id(tx.conn, link.ticket_id)
                waiting += [blocked] if blocked is not None else []
    return frozenset(found)


def _other(tx: Transaction, command: AnyCommand, actor: Agent) -> Ticket | None:
    """The second ticket that a command names."""
    match command:
        case Merge(source_id=other_id) | Unmerge(source_id=other_id) | LinkTickets(other_id=other_id):
            return visible_ticket(tx, other_id, actor)
        case Split(new_ticket_id=new_id):
            return lookup.ticket_by_id(tx.conn, new_id)
    return None


def _calendar(tx: Transaction, ticket: Ticket | None) -> str:
    team = lookup.team_by_id(tx.conn, ticket.team_id) if ticket is not None else None
    return team.calendar if team is not None else "always"


def _same_customer(tx: Transaction, one: Ticket, other: Ticket) -> bool:
    if one.customer_id == other.customer_id:
        return True
    first, second = (lookup.customer_by_id(tx.conn, ticket.customer_id) for ticket in (one, other))
    return first is not None and second is not None and same_person(first, second)


def _customer(tx: Transaction, command: AnyCommand, ticket: Ticket | None, actor: Agent) -> Customer | None:
    """The customer a command names; the one who would be written to."""
    if isinstance(command, Reply | AskReview | DecideReview) and ticket is not None:
        return lookup.customer_by_id(tx.conn, ticket.customer_id)
    return _named(command, "customer_id", CustomerId, lambda c: visible_customer(tx, c, actor))


def _other_customer(tx: Transaction, command: AnyCommand, actor: Agent) -> Customer | None:
    if isinstance(command, MergeCustomers | UnmergeCustomers):
        return visible_customer(tx, command.source_id, actor)
    return None


def _incident(tx: Transaction, command: AnyCommand) -> Incident | None:
    incident_id = getattr(command, "incident_id", None) or getattr(command, "into_id", None)
    return lookup.incident_by_id(tx.conn, IncidentId(incident_id)) if incident_id else None


def _gap(tx: Transaction, command: AnyCommand, article: Article | None) -> Gap | None:
    """The gap that a command names, or that the article was written for which it publishes."""
    gap_id = getattr(command, "gap_id", None)
    if isinstance(command, PublishArticle) and article is not None:
        gap_id = article.gap_id
    return lookup.gap_by_id(tx.conn, GapId(gap_id)) if gap_id else None


def _more_urgent(tx: Transaction, ticket: Ticket) -> int:
    key = {"team_id": ticket.team_id, "urgency_at": ticket.urgency_at}
    return int(tx.conn.execute(_MORE_URGENT, key).scalar() or 0)


def visible_ticket(tx: Transaction, ticket_id: TicketId, actor: Agent) -> Ticket | None:
    """The ticket, if the actor sees it."""
    ticket = lookup.ticket_by_id(tx.conn, ticket_id)
    return ticket if ticket is not None and may_see(actor, ticket) else None


def visible_customer(tx: Transaction, customer_id: CustomerId, actor: Agent) -> Customer | None:
    """The customer, if the actor sees a ticket of theirs, or they have none yet."""
    customer = lookup.customer_by_id(tx.conn, customer_id)
    if customer is None:
        return None
    scopes = customer_scopes(tx, customer_id)
    mine = {scope.id for scope in scopes_of(tx.conn, actor)}
    return customer if not scopes or scopes & mine else None


def _named(command: AnyCommand, field: str, id_type: Callable[[str], str], read: Callable[..., T | None]) -> T | None:
    """What a command names in one of its fields; None when it has no such field or leaves it empty."""
    value = getattr(command, field, None)
    return read(id_type(value)) if value else None


def _any_ticket(tx: Transaction, command: OpenTicket) -> Ticket | None:
    return lookup.ticket_by_id(tx.conn, command.ticket_id)


def _unseen(tx: Transaction, envelope: Envelope, ticket: Ticket | None) -> tuple[Message, ...]:
    if ticket is None or envelope.seen_n is None or envelope.seen_n >= ticket.last_n:
        return ()
    return lookup.messages_after(tx.conn, ticket.id, max(envelope.seen_n, 0))


def _teams_are_there(tx: Transaction, command: SaveMacro) -> bool:
    named = (command.team_id, command.shared_with)
    return all(lookup.team_by_id(tx.conn, team_id) is not None for team_id in named if team_id)


def _team_after(command: AnyCommand, ticket: Ticket | None, macro: Macro | None) -> TeamId | None:
    """The team the ticket is in after the command."""
    if isinstance(command, OpenTicket | MoveTeam | SaveTeam):
        return command.team_id
    if isinstance(command, ApplyMacro) and macro is not None and macro.team_id is not None:
        return macro.team_id
    return ticket.team_id if ticket is not None else None


def _assignable(tx: Transaction, command: AnyCommand, ticket: Ticket | None) -> bool:
    """Whether who a command gives the ticket to may have it: the named assignee, or who escalated it."""
    if isinstance(command, Assign):
        agent_id = command.assignee_id
    elif isinstance(command, ReturnEscalation) and ticket is not None and ticket.escalation is not None:
        agent_id = ticket.escalation.by
    else:
        return True
    agent = lookup.agent_by_id(tx.conn, AgentId(agent_id)) if agent_id else None
    if agent is None or ticket is None:
        return False
    return agent.active and (agent.role is Role.ADMIN or ticket.team_id in agent.team_ids)


def _vote(tx: Transaction, command: RateArticle, actor: Agent) -> bool | None:
    key = {"agent_id": actor.id, "article_id": command.article_id, "ticket_id": command.ticket_id or ""}
    helped = tx.conn.execute(_VOTE, key).scalar()
    return None if helped is None else bool(helped)
