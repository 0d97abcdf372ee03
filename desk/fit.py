"""How well an agent fits a ticket: who can be given it at all, and what each of those who can would cost.

Costs are whole points, so that sums are exact and two machines agree. What weighs most is the language; then a skill
that the ticket asks for, having helped this customer before, how full the agent is, and leaving a conversation where it
is. :func:`terms` is the one formula; it takes plain numbers for one ticket and arrays for thousands
(:mod:`desk.balance`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from desk.ids import MS_PER_S, AgentId, CustomerId, Instant
from desk.people import is_away, on_shift
from desk.permissions import is_senior
from desk.query_fields import BREACH_WINDOW_S
from desk.records import Agent, Frozen, Policy, Role, Severity, Ticket
from desk.ticket_parts import OPEN_ESCALATION, EscalationState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Knows: TypeAlias = Mapping[CustomerId, Mapping[AgentId, int]]
"""How many settled tickets of a customer each agent had."""

Number = TypeVar("Number", int, "NDArray[np.int64]")

LANGUAGE = 10_000
"""An agent who does not speak the language: more than all the rest together, less than leaving the ticket to nobody."""
SKILL = 60
"""Each skill of :data:`MOST_SKILLS` that is not there."""
KNOWN = 40
"""Each earlier ticket of the customer, of :data:`MOST_KNOWN`, that somebody else had."""
FULL = 2
"""Each percent of the capacity that is taken when the ticket comes."""
URGENT = 1
"""Each percent that is taken now, for every degree of :func:`pressure`: what is urgent goes to who is free now."""
MOVED = 50
"""Giving a ticket to another than who has it."""
MOVED_STARTED = 150
"""The same after the customer was answered."""
LEFT = 100_000
"""Leaving a ticket where it should not stay."""
LEFT_ALONE = 10_000
"""The same when nobody works on it there."""
LEFT_URGENT = 20_000
"""The same for every degree of its pressure: where there is no room for all, the most urgent go first."""

MOST_SKILLS = 2
MOST_KNOWN = 3
MOST_PRESSURE = 3


class Ground(Frozen, frozen=True, kw_only=True):
    """One reason, for people. ``code`` is stable, ``detail`` data:

    why a ticket is to be moved: ``unassigned``; ``away``, ``off_shift``, ``gone`` (its agent is); ``over`` (its agent's
    ``before/capacity after/capacity``); ``late`` (it is about to breach where it is);

    why to this agent: ``language`` and ``no_language`` (the language), ``skill`` (names with commas), ``known`` (a
    count), ``room`` (the agent's ``before/capacity after/capacity``), ``due`` (an instant), ``chosen`` (by a person);

    why not to anybody: ``nobody_in_team``, ``nobody_here``, ``nobody_senior``, ``nobody_free``, ``kept`` (accepted by
    its owner).
    """

    code: str
    detail: str = ""


def base_language(lang: str) -> str:
    """``zh`` of ``zh-CN``."""
    return lang.casefold().replace("_", "-").split("-")[0]


def speaks(agent: Agent, lang: str) -> bool:
    """Whether the agent speaks a language. What nobody has written down is not held against them."""
    return not agent.languages or base_language(lang) in map(base_language, agent.languages)


def topics(ticket: Ticket) -> frozenset[str]:
    """What skills are looked for in: the ticket's tags and networks, and the words of its subject."""
    return frozenset(map(plain, (*ticket.tags, *ticket.networks, *ticket.subject.split())))


def plain(word: str) -> str:
    """A skill or topic as they are compared: ``withdrawals`` is about a ``withdrawal``."""
    return word.casefold().removesuffix("s")


def skills_for(agent: Agent, about: frozenset[str]) -> tuple[str, ...]:
    """The agent's skills that a ticket about these topics asks for."""
    return tuple(skill for skill in agent.skills if plain(skill) in about)


def pressure(ticket: Ticket, now: Instant) -> int:
    """How urgent a ticket is, from 0 to :data:`MOST_PRESSURE`: late, about to be, or severe."""
    by_severity = {Severity.EMERGENCY: MOST_PRESSURE, Severity.URGENT: 2, Severity.HIGH: 1}.get(ticket.severity, 0)
    if ticket.due_at is None:
        return by_severity
    left_s = (ticket.due_at - now) / MS_PER_S
    by_clock = 3 if left_s <= 0 else 2 if left_s <= BREACH_WINDOW_S else 1 if left_s <= 4 * BREACH_WINDOW_S else 0
    return max(by_severity, by_clock)


def is_breaching(ticket: Ticket, now: Instant) -> bool:
    """Whether the ticket is late, or about to be."""
    return ticket.due_at is not None and ticket.due_at <= now + BREACH_WINDOW_S * MS_PER_S


def fullness(held: int, capacity: int) -> int:
    """Percent of a capacity that is taken."""
    return 100 * held // capacity if capacity > 0 else 100


def moving_cost(ticket: Ticket) -> int:
    """What it costs to give the ticket to another than who has it."""
    if ticket.assignee_id is None:
        return 0
    return MOVED_STARTED if ticket.last_agent_n else MOVED


def needs_senior(ticket: Ticket) -> bool:
    """Whether only a senior can be given the ticket: it is at their tier."""
    return ticket.escalation is not None and ticket.escalation.state in OPEN_ESCALATION


def leaving_cost(ticket: Ticket, now: Instant, *, alone: bool) -> int:
    """What it costs to find nobody for the ticket; ``alone``: nobody works on it where it is."""
    return LEFT + LEFT_URGENT * pressure(ticket, now) + LEFT_ALONE * alone


def owner_of(ticket: Ticket) -> AgentId | None:
    """The named owner of an escalated ticket, who keeps it as long as they are here."""
    accepted = ticket.escalation is not None and ticket.escalation.state is EscalationState.ACCEPTED
    return ticket.assignee_id if accepted else None


def why_absent(agent: Agent, policy: Policy, now: Instant) -> str:
    """The code of why an agent cannot work now; empty when they can."""
    if not agent.active:
        return "gone"
    if is_away(agent, now):
        return "away"
    return "" if on_shift(agent, policy, now) else "off_shift"


def belongs(agent: Agent, ticket: Ticket) -> bool:
    """Whether the agent is of the ticket's team, and of the tier it is at: they may keep it."""
    return ticket.team_id in agent.team_ids and (is_senior(agent) or not needs_senior(ticket))


def is_given_tickets(agent: Agent) -> bool:
    """Whether the agent's work is to answer tickets. Leads and admins take what they want to themselves."""
    return agent.role in (Role.AGENT, Role.SENIOR)


def terms(strange: Number, matching: Number, known: Number, urgent: Number, taken_now: Number) -> Number:
    """The points of giving a ticket to an agent, but for their filling up and the move itself.

    ``strange`` is 1 where the language is not spoken, ``matching`` and ``known`` are counts (at most
    :data:`MOST_SKILLS` and :data:`MOST_KNOWN`), ``urgent`` is a :func:`pressure`, ``taken_now`` a percentage.
    """
    return (
        LANGUAGE * strange
        + SKILL * (MOST_SKILLS - matching)
        + KNOWN * (MOST_KNOWN - known)
        + URGENT * urgent * taken_now
    )


def pair_cost(ticket: Ticket, agent: Agent, held: int, now: Instant, knows: Knows) -> int:
    """The points of one ticket with one agent who holds ``held`` others now, but for the agent's filling up."""
    points = terms(
        int(not speaks(agent, ticket.lang)),
        min(len(skills_for(agent, topics(ticket))), MOST_SKILLS),
        min(knows.get(ticket.customer_id, {}).get(agent.id, 0), MOST_KNOWN),
        pressure(ticket, now),
        fullness(held, agent.capacity),
    )
    return points if ticket.assignee_id == agent.id else points + moving_cost(ticket)


def place_cost(held: int, capacity: int) -> int:
    """The points of filling one more place of an agent who holds ``held``: more, the fuller they are."""
    return FULL * fullness(held, capacity)


def grounds(ticket: Ticket, agent: Agent, now: Instant, knows: Knows) -> tuple[Ground, ...]:
    """Why the agent is right for the ticket (or not quite)."""
    found = [
        Ground(code="language" if speaks(agent, ticket.lang) else "no_language", detail=base_language(ticket.lang))
    ]
    if skills := skills_for(agent, topics(ticket)):
        found.append(Ground(code="skill", detail=",".join(skills)))
    if known := knows.get(ticket.customer_id, {}).get(agent.id, 0):
        found.append(Ground(code="known", detail=str(known)))
    if ticket.due_at is not None and pressure(ticket, now):
        found.append(Ground(code="due", detail=str(ticket.due_at)))
    return tuple(found)
