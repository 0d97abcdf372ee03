"""Tickets and agents as a network of costs, in whole arrays: the same points as :func:`desk.fit.pair_cost`.

What a ticket's cost depends on with every agent alike (team, language, topics, urgency, tier) makes its *class*; costs
are worked out once for each class. Only with the few agents who have it, or know its customer, is a ticket looked at by
itself.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desk import fit
from desk.fit import Knows
from desk.ids import AgentId, Instant, TeamId
from desk.permissions import is_senior
from desk.records import Agent, Frozen, Ticket
from desk.transport import Arcs, Ints, Network

Bools: TypeAlias = NDArray[np.bool_]


class Class(Frozen, frozen=True, kw_only=True):
    """All that the cost of a ticket depends on with an agent who neither has it nor knows its customer."""

    team_id: TeamId
    language: str
    topics: frozenset[str]
    pressure: int
    senior: bool
    owner_id: AgentId | None


def network_of(
    tickets: Sequence[Ticket], here: Sequence[Agent], loads: Mapping[AgentId, int], now: Instant, knows: Knows
) -> Network:
    """The network for tickets (in their order) and the agents who are here. ``loads`` is what each agent holds.

    Who holds more than they can is given nothing new; what they hold may be left with them. What anybody else who is
    here holds keeps its place unless it finds a better one, so that nobody is filled beyond their capacity.
    """
    mine = Counter(ticket.assignee_id for ticket in tickets)
    others = {agent.id: max(loads.get(agent.id, 0) - mine[agent.id], 0) for agent in here}
    over = np.array([others[agent.id] + mine[agent.id] > agent.capacity for agent in here], dtype=bool)
    numbers = {agent.id: number for number, agent in enumerate(here)}
    holder = np.array([numbers.get(t.assignee_id, -1) if t.assignee_id else -1 for t in tickets], dtype=np.int64)
    left = [fit.leaving_cost(t, now, alone=int(at) < 0) for t, at in zip(tickets, holder, strict=True)]
    kinds = [_class_of(ticket, now) for ticket in tickets]
    classes = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    class_of = np.array([classes[kind] for kind in kinds], dtype=np.int64)
    held = np.array([others[agent.id] for agent in here], dtype=np.int64)
    capacity = np.array([agent.capacity for agent in here], dtype=np.int64)
    taken = np.array([fit.fullness(others[agent.id], agent.capacity) for agent in here], dtype=np.int64)
    costs, possible = _costs(list(classes), here, taken), _possible(list(classes), here)
    open_to = possible & ~over & np.array([fit.is_given_tickets(agent) for agent in here], dtype=bool)
    source, target = np.nonzero(open_to)
    return Network(
        agents=len(here),
        class_of=class_of,
        entry=np.array([fit.moving_cost(ticket) for ticket in tickets], dtype=np.int64),
        by_class=Arcs(source, target, costs[source, target]),
        direct=_joined(
            _staying(class_of, holder, costs, possible, np.array(left, dtype=np.int64), _bonus(tickets, knows)),
            _known(tickets, class_of, numbers, costs, open_to, knows),
        ),
        places=_places(held, capacity, len(tickets)),
        left=np.array(left, dtype=np.int64),
        may_be_left=(holder < 0) | over[holder] if len(here) else holder < 0,
    )


def _class_of(ticket: Ticket, now: Instant) -> Class:
    return Class(
        team_id=ticket.team_id,
        language=fit.base_language(ticket.lang),
        topics=fit.topics(ticket),
        pressure=fit.pressure(ticket, now),
        senior=fit.needs_senior(ticket),
        owner_id=fit.owner_of(ticket),
    )


def _costs(kinds: Sequence[Class], here: Sequence[Agent], taken: Ints) -> Ints:
    """Points of classes × agents."""
    languages = list(dict.fromkeys(kind.language for kind in kinds))
    strange = _table(languages, here, lambda language, agent: not fit.speaks(agent, language))
    skills = sorted({fit.plain(skill) for agent in here for skill in agent.skills})
    owned = [frozenset(map(fit.plain, agent.skills)) for agent in here]
    has = np.array([[skill in mine for mine in owned] for skill in skills], dtype=np.int64)
    wants = np.array([[skill in kind.topics for skill in skills] for kind in kinds], dtype=np.int64)
    matching = wants.reshape(len(kinds), len(skills)) @ has.reshape(len(skills), len(here))
    return fit.terms(
        strange[[languages.index(kind.language) for kind in kinds]].astype(np.int64),
        np.minimum(matching, fit.MOST_SKILLS),
        np.zeros((len(kinds), len(here)), dtype=np.int64),
        np.array([[kind.pressure] for kind in kinds], dtype=np.int64).reshape(len(kinds), 1),
        taken,
    )


def _possible(kinds: Sequence[Class], here: Sequence[Agent]) -> Bools:
    """Whether an agent of classes × agents is of the team and the tier, and nobody else who is here owns it."""
    teams = list(dict.fromkeys(kind.team_id for kind in kinds))
    of_team = _table(teams, here, lambda team_id, agent: team_id in agent.team_ids)
    possible: Bools = of_team[[teams.index(kind.team_id) for kind in kinds]]
    possible &= np.array([is_senior(agent) for agent in here], dtype=bool) | np.array(
        [[not kind.senior] for kind in kinds], dtype=bool
    ).reshape(len(kinds), 1)
    numbers = {agent.id: number for number, agent in enumerate(here)}
    for row, kind in enumerate(kinds):
        owner = numbers.get(kind.owner_id) if kind.owner_id is not None else None
        if owner is not None:
            possible[row] &= np.arange(len(here)) == owner
    return possible


def _table(rows: Sequence[str], here: Sequence[Agent], holds: Callable[[str, Agent], bool]) -> Bools:
    """Whether something holds, for a few words × agents."""
    cells = [[holds(row, agent) for agent in here] for row in rows]
    return np.array(cells, dtype=bool).reshape(len(rows), len(here))


def _staying(class_of: Ints, holder: Ints, costs: Ints, possible: Bools, left: Ints, bonus: Ints) -> Arcs:
    """Arcs from the tickets to who has them and is here; dear where they should not stay."""
    ticket = np.flatnonzero(holder >= 0)
    agent = holder[ticket]
    fits = possible[class_of[ticket], agent]
    return Arcs(ticket, agent, np.where(fits, costs[class_of[ticket], agent] - bonus[ticket], left[ticket]))


def _bonus(tickets: Sequence[Ticket], knows: Knows) -> Ints:
    """What it takes off that the holder of each ticket knows its customer."""
    known = (knows.get(ticket.customer_id, {}).get(ticket.assignee_id or AgentId(""), 0) for ticket in tickets)
    return np.array([fit.KNOWN * min(count, fit.MOST_KNOWN) for count in known], dtype=np.int64)


def _known(
    tickets: Sequence[Ticket],
    class_of: Ints,
    numbers: Mapping[AgentId, int],
    costs: Ints,
    possible: Bools,
    knows: Knows,
) -> Arcs:
    """Arcs from the tickets to others who know their customer."""
    found = [
        (number, numbers[agent_id], fit.moving_cost(ticket) - fit.KNOWN * min(count, fit.MOST_KNOWN))
        for number, ticket in enumerate(tickets)
        for agent_id, count in knows.get(ticket.customer_id, {}).items()
        if agent_id in numbers and agent_id != ticket.assignee_id
    ]
    ticket, agent, change = np.array(found, dtype=np.int64).reshape(len(found), 3).T
    can = possible[class_of[ticket], agent]
    points = costs[class_of[ticket], agent] + change
    return Arcs(ticket[can], agent[can], points[can])


def _joined(one: Arcs, other: Arcs) -> Arcs:
    return Arcs(
        np.concatenate([one.source, other.source]),
        np.concatenate([one.target, other.target]),
        np.concatenate([one.cost, other.cost]),
    )


def _places(held: Ints, capacity: Ints, most: int) -> Arcs:
    """The free places of every agent, each dearer than the one before; never more than there are tickets."""
    free = np.clip(capacity - held, 0, most)
    agent = np.repeat(np.arange(len(held)), free)
    nth = np.arange(len(agent)) - np.repeat(np.cumsum(free) - free, free)
    points = fit.FULL * (100 * (held[agent] + nth) // np.maximum(capacity[agent], 1))
    return Arcs(agent, agent, points)
