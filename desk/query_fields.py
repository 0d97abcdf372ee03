"""The fields a ticket query may name, the values each takes, and whether a ticket has one."""

from collections.abc import Callable, Mapping

from msgspec import field

from desk.ids import MS_PER_S, AgentId, Instant, TeamId
from desk.picking import Pick, is_picked, is_skipped, pick_of
from desk.query_parts import Filter
from desk.records import Agent, Channel, Frozen, Severity, Status, Ticket, Tier
from desk.ticket_parts import ReviewState
from desk.urgency import SETTLED

BREACH_WINDOW_S = 15 * 60
"""A ticket counts as breaching from so long before it is due."""

ME, NONE, MINE = "me", "none", "mine"

_IS = (
    *("unread", "breaching", "snoozed", "escalated", "emergency", "mentioned", "followed", "active"),
    *("followup", "review", "duplicate", "incident", "unanswered", "picked", "skipped"),
)

FIELDS: dict[str, tuple[str, ...] | None] = {
    "status": tuple(Status),
    "assignee": None,
    "team": None,
    "tag": None,
    "severity": tuple(Severity),
    "channel": tuple(Channel),
    "lang": None,
    "tier": tuple(Tier),
    "customer": None,
    "incident": None,
    "network": None,
    "picker": None,
    "is": _IS,
}
"""Fields by name, with all their values in order, or None where any text is one. ``assignee`` takes ``me``, ``none``, a
handle with ``@`` or an id; ``team`` takes ``mine``, a name or an id; ``customer`` an id or part of a name; ``incident``
an id; ``network`` a name of :data:`desk.crypto.NETWORKS`; ``picker`` who took it over more urgent ones
(:mod:`desk.picking`), as ``assignee``."""

FIELD_ALIASES = {
    "状态": "status",
    "负责人": "assignee",
    "团队": "team",
    "标签": "tag",
    "severities": "severity",
    "priority": "severity",
    "严重": "severity",
    "渠道": "channel",
    "language": "lang",
    "语言": "lang",
    "等级": "tier",
    "客户": "customer",
    "事件": "incident",
    "网络": "network",
    "是": "is",
    "tags": "tag",
}

VALUE_ALIASES: dict[str, dict[str, str]] = {
    "status": {"hold": "on_hold", "on-hold": "on_hold", "onhold": "on_hold", "pending": "waiting"},
    "assignee": {"我": ME, "nobody": NONE, "无": NONE},
    "picker": {"我": ME},
    "team": {"my": MINE, "我": MINE},
    "lang": {"chinese": "zh", "english": "en", "中文": "zh", "英文": "en"},
}


class Roster(Frozen, frozen=True, kw_only=True):
    """Who is who: agents by handle (without ``@``) and teams by name, both case-folded; and what they picked lately."""

    agents: dict[str, AgentId] = field(default_factory=dict)
    teams: dict[str, TeamId] = field(default_factory=dict)
    picks: tuple[Pick, ...] = ()


def is_snoozed(ticket: Ticket, now: Instant) -> bool:
    """Whether a ticket is put aside: until the customer answers, or until an instant still to come."""
    return ticket.snoozed_until_answer or (ticket.snoozed_until is not None and ticket.snoozed_until > now)


def is_breaching(ticket: Ticket, now: Instant) -> bool:
    """Whether a clock of an active ticket is due within :data:`BREACH_WINDOW_S`, or was."""
    return (
        ticket.status not in SETTLED and ticket.due_at is not None and ticket.due_at <= now + BREACH_WINDOW_S * MS_PER_S
    )


def filter_matches(part: Filter, ticket: Ticket, me: Agent, now: Instant, read_n: int, roster: Roster) -> bool:
    """Whether one filter holds for a ticket."""
    test = _TESTS[part.field]
    facts = _Facts(ticket=ticket, me=me, now=now, read_n=read_n, roster=roster)
    return any(test(value, facts) for value in part.values) != part.negated


class _Facts(Frozen, frozen=True, kw_only=True):
    ticket: Ticket
    me: Agent
    now: Instant
    read_n: int
    roster: Roster


def _assignee(value: str, facts: _Facts) -> bool:
    assignee_id = facts.ticket.assignee_id
    if value == NONE:
        return assignee_id is None
    return assignee_id is not None and _is_agent(assignee_id, value, facts)


def _picker(value: str, facts: _Facts) -> bool:
    pick = pick_of(facts.ticket)
    return pick is not None and is_picked(facts.ticket, facts.now) and _is_agent(pick.by, value, facts)


def _is_agent(agent_id: AgentId, value: str, facts: _Facts) -> bool:
    """Whether a value means this agent."""
    if value == ME or value == f"@{facts.me.handle.casefold()}":
        return agent_id == facts.me.id
    return agent_id in (value, facts.roster.agents.get(value.removeprefix("@")))


def _team(value: str, facts: _Facts) -> bool:
    team_id = facts.ticket.team_id
    if value == MINE:
        return team_id in facts.me.team_ids
    return team_id in (value, facts.roster.teams.get(value.casefold()))


def _customer(value: str, facts: _Facts) -> bool:
    return value == facts.ticket.customer_id or value.casefold() in facts.ticket.customer_name.casefold()


def _is(value: str, facts: _Facts) -> bool:
    ticket = facts.ticket
    tests: Mapping[str, Callable[[], bool]] = {
        "unread": lambda: ticket.last_n > facts.read_n,
        "breaching": lambda: is_breaching(ticket, facts.now),
        "snoozed": lambda: is_snoozed(ticket, facts.now),
        "escalated": lambda: ticket.escalated_at is not None,
        "emergency": lambda: ticket.severity is Severity.EMERGENCY,
        "mentioned": lambda: facts.me.id in ticket.mentioned,
        "followed": lambda: facts.me.id in ticket.followers,
        "active": lambda: ticket.status not in SETTLED,
        "followup": lambda: ticket.follow_up is not None and ticket.follow_up.at <= facts.now,
        "review": lambda: ticket.review is not None and ticket.review.state is ReviewState.ASKED,
        "duplicate": lambda: ticket.duplicate is not None,
        "incident": lambda: ticket.incident_id is not None,
        "unanswered": lambda: ticket.unanswered > 0,
        "picked": lambda: is_picked(ticket, facts.now),
        "skipped": lambda: is_skipped(ticket, facts.roster.picks, facts.now),
    }
    return tests[value]()


_TESTS: dict[str, Callable[[str, _Facts], bool]] = {
    "status": lambda value, facts: facts.ticket.status == value,
    "assignee": _assignee,
    "team": _team,
    "tag": lambda value, facts: value in facts.ticket.tags,
    "severity": lambda value, facts: facts.ticket.severity == value,
    "channel": lambda value, facts: facts.ticket.channel == value,
    "lang": lambda value, facts: facts.ticket.lang.casefold().split("-")[0] == value.split("-")[0],
    "tier": lambda value, facts: facts.ticket.tier == value,
    "customer": _customer,
    "incident": lambda value, facts: facts.ticket.incident_id == value,
    "network": lambda value, facts: value in facts.ticket.networks,
    "picker": _picker,
    "is": _is,
}
