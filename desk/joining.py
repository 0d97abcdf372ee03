"""One ticket of two, and two of one: what each looks like afterwards. Whether it may be: :mod:`desk.decisions.joining`.

A merged ticket is closed and keeps its conversation; what it stood for goes on in its target, which keeps its own
channel, so that replies go out there. Its mark holds how it stood, and :func:`brought_back` restores exactly that.
"""

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from desk.conversation import (
    agent_replied,
    customer_waits,
    customer_wrote,
    reopened,
    tier_started,
    tier_stopped,
    with_lines,
    with_status,
)
from desk.ids import AgentId, Instant, MessageId, TicketId
from desk.records import Author, Message, MessageKind, Severity, Status, Ticket
from desk.tags import MAX_TAGS, with_tags
from desk.ticket_parts import OPEN_ESCALATION, Link, LinkKind, MergeMark
from desk.urgency import SETTLED

OTHER_SIDE = {LinkKind.BLOCKS: LinkKind.BLOCKED_BY, LinkKind.BLOCKED_BY: LinkKind.BLOCKS}
"""What a link is called at its other end; kinds that are missing are the same at both."""

_SEVERITIES = tuple(Severity)

Text = TypeVar("Text", bound=str)


def merged_away(source: Ticket, target: Ticket, by: AgentId, at: Instant) -> Ticket:
    """A ticket that is closed into another, with the mark that can bring it back."""
    mark = MergeMark(
        into=target.id,
        into_ref=target.ref,
        by=by,
        at=at,
        status=source.status.value,
        assignee_id=source.assignee_id,
        unanswered=source.unanswered,
        waiting_since=source.waiting_since,
        snoozed_until=source.snoozed_until,
        snoozed_until_answer=source.snoozed_until_answer,
        solved_at=source.solved_at,
        escalation=source.escalation,
        escalated_at=source.escalated_at,
        clock_events=source.clock_events,
    )
    return replace(with_status(source, Status.CLOSED, at), merge=mark, duplicate=None)


def brought_back(source: Ticket, mark: MergeMark) -> Ticket:
    """A merged ticket as it stood; its clocks run on from where they were, for the customer waited all the while. A
    status that this version does not know is taken for open."""
    return replace(
        source,
        status=next((status for status in Status if status == mark.status), Status.OPEN),
        assignee_id=mark.assignee_id,
        unanswered=mark.unanswered,
        waiting_since=mark.waiting_since,
        snoozed_until=mark.snoozed_until,
        snoozed_until_answer=mark.snoozed_until_answer,
        solved_at=mark.solved_at,
        escalation=mark.escalation,
        escalated_at=mark.escalated_at,
        clock_events=(*source.clock_events, *mark.clock_events),
        merge=None,
    )


def taken_in(target: Ticket, source: Ticket, at: Instant) -> Ticket:
    """A ticket with another merged into it: the worse of both severities, the larger amount, all tags and people; and
    it waits for an answer when the other did."""
    joined = replace(
        target,
        merged_ids=(*target.merged_ids, source.id),
        at_risk_minor=max(target.at_risk_minor, source.at_risk_minor),
        severity=max(target.severity, source.severity, key=_SEVERITIES.index),
        tags=with_tags(target.tags, source.tags)[: max(MAX_TAGS, len(target.tags))],
        followers=_both(target.followers, source.followers),
        mentioned=_both(target.mentioned, source.mentioned),
        networks=_both(target.networks, source.networks),
        tx_ids=_both(target.tx_ids, source.tx_ids),
        follow_up=min(
            (f for f in (target.follow_up, source.follow_up) if f is not None), key=lambda f: f.at, default=None
        ),
        duplicate=None if target.duplicate and target.duplicate.ticket_id == source.id else target.duplicate,
    )
    if target.incident_id is None:
        joined = replace(joined, incident_id=source.incident_id, joined_at=source.joined_at)
    if source.waiting_since is not None:
        joined = customer_waits(joined, source.waiting_since, source.unanswered, at)
    elif target.status in SETTLED and source.status not in SETTLED:
        joined = reopened(joined, at)
    return _with_escalation(joined, source)


def _with_escalation(target: Ticket, source: Ticket) -> Ticket:
    """Somebody waits for what was escalated: it goes along, unless the target was escalated itself."""
    if source.escalation is None or source.escalation.state not in OPEN_ESCALATION:
        return target
    if target.escalation is not None and target.escalation.state in OPEN_ESCALATION:
        return target
    along = replace(target, escalation=source.escalation, escalated_at=source.escalated_at)
    return tier_started(along, source.escalation.at)


def given_back(target: Ticket, source: Ticket, at: Instant) -> Ticket:
    """A ticket without another that had been merged into it. What cannot be told apart any more (severity, amount, tags
    and people) stays; what came with the other and is still as it was goes back with it."""
    mark = source.merge
    changed = replace(target, merged_ids=tuple(one for one in target.merged_ids if one != source.id))
    if mark is not None and mark.escalation is not None and mark.escalation == target.escalation:
        changed = replace(tier_stopped(changed, at), escalation=None, escalated_at=None)
    if target.follow_up is not None and target.follow_up == source.follow_up:
        changed = replace(changed, follow_up=None)
    return changed


def retold(ticket: Ticket, messages: Iterable[Message], of: str) -> tuple[Ticket, tuple[Message, ...]]:
    """A new ticket after messages of another were copied into it, in order, and the copies, whose ids begin with
    ``of``. Each counts as it did when it was written."""
    copies: list[Message] = []
    for message in messages:
        n = ticket.last_n + 1
        copies.append(replace(message, id=MessageId(f"{of}.{n}"), ticket_id=ticket.id, n=n, command_id=None))
        if message.kind is MessageKind.REPLY and message.author is Author.CUSTOMER:
            ticket = customer_wrote(ticket, message.at)
        elif message.kind is MessageKind.REPLY and message.author is Author.AGENT:
            ticket = agent_replied(ticket, message.at, Status.WAITING)
        else:
            ticket = with_lines(ticket, 1)
    return ticket, tuple(copies)


def linked(ticket: Ticket, kind: LinkKind, other_id: TicketId, ref: str) -> Ticket:
    """A ticket with its side of a link."""
    hint = None if ticket.duplicate and ticket.duplicate.ticket_id == other_id else ticket.duplicate
    return replace(ticket, links=(*ticket.links, Link(kind=kind, ticket_id=other_id, ref=ref)), duplicate=hint)


def unlinked(ticket: Ticket, kind: LinkKind, other_id: TicketId) -> Ticket:
    """A ticket without its side of a link."""
    return replace(
        ticket, links=tuple(link for link in ticket.links if (link.kind, link.ticket_id) != (kind, other_id))
    )


def is_linked(ticket: Ticket, kind: LinkKind, other_id: TicketId) -> bool:
    """Whether a ticket has its side of a link."""
    return any((link.kind, link.ticket_id) == (kind, other_id) for link in ticket.links)


def other_side(kind: LinkKind) -> LinkKind:
    """What a link is called at its other end."""
    return OTHER_SIDE.get(kind, kind)


def _both(mine: tuple[Text, ...], others: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys((*mine, *others)))
