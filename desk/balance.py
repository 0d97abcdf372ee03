"""Who should have which ticket: a plan for many, made by a solver, and the same rule for one, made without.

Costs are those of :mod:`desk.fit`. A plan never fills anybody beyond their capacity, gives nothing to who is away, off
shift or gone, and depends on what it is told alone: the same tickets and agents, in any order, give the same plan.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from desk import fit
from desk.fit import Ground, Knows
from desk.ids import AgentId, Instant, TeamId, TicketId
from desk.records import Agent, Frozen, Policy, Ticket


class Move(Frozen, frozen=True, kw_only=True):
    """One ticket that should go from somebody (None: nobody) to somebody else, and why."""

    ticket_id: TicketId
    from_id: AgentId | None
    to_id: AgentId
    why: tuple[Ground, ...] = ()


class Unplaced(Frozen, frozen=True, kw_only=True):
    """One ticket that nobody can take, so that it stays where it is, and why."""

    ticket_id: TicketId
    from_id: AgentId | None
    why: tuple[Ground, ...] = ()


class Plan(Frozen, frozen=True, kw_only=True):
    """What should be done, the most urgent ticket first; ``kept`` is how many are best left with who has them."""

    moves: tuple[Move, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    kept: int = 0


class Candidate(Frozen, frozen=True, kw_only=True):
    """Somebody who can be given a ticket, at a ``cost`` in the points of :mod:`desk.fit`, and what speaks for them."""

    agent_id: AgentId
    cost: int
    why: tuple[Ground, ...] = ()


_Reasons: TypeAlias = dict[tuple[TeamId, bool], Ground]


def propose(
    tickets: Iterable[Ticket],
    agents: Iterable[Agent],
    loads: Mapping[AgentId, int],
    policy: Policy,
    now: Instant,
    knows: Knows,
) -> Plan:
    """The least-cost plan for ``tickets``, which may be held by anybody or nobody.

    ``loads`` is how many tickets each agent holds now, those of ``tickets`` included.
    """
    from desk.balance_network import network_of  # numpy and scipy: 0.3 s, for who asks for a plan
    from desk.transport import solve

    asked = _in_order(tickets)
    everybody = sorted(agents, key=lambda agent: agent.id)
    here = [agent for agent in everybody if not fit.why_absent(agent, policy, now)]
    goes_to = solve(network_of(asked, here, loads, now, knows)).tolist()
    people = {agent.id: agent for agent in everybody}
    chosen = [here[number].id if number >= 0 else None for number in goes_to]
    moving = (Move(ticket_id=t.id, from_id=t.assignee_id, to_id=to) for t, to in zip(asked, chosen, strict=True)
              if to not in (None, t.assignee_id))  # fmt: skip
    after = loads_after(moving, loads)
    moves, unplaced = [], []
    reasons: _Reasons = {}
    for ticket, to_id in zip(asked, chosen, strict=True):
        holder = people.get(ticket.assignee_id) if ticket.assignee_id else None
        if to_id is None or (to_id == ticket.assignee_id and not fit.belongs(people[to_id], ticket)):
            nobody = _why_nobody(ticket, everybody, here, reasons)
            unplaced.append(Unplaced(ticket_id=ticket.id, from_id=ticket.assignee_id, why=(nobody,)))
        elif to_id != ticket.assignee_id:
            agent = people[to_id]
            why = (
                *_why_move(ticket, holder, loads, after, policy, now),
                *fit.grounds(ticket, agent, now, knows),
                room_ground(agent, loads, after),
            )
            moves.append(Move(ticket_id=ticket.id, from_id=ticket.assignee_id, to_id=to_id, why=why))
    return Plan(moves=tuple(moves), unplaced=tuple(unplaced), kept=len(asked) - len(moves) - len(unplaced))


def candidates(
    ticket: Ticket,
    agents: Iterable[Agent],
    loads: Mapping[AgentId, int],
    policy: Policy,
    now: Instant,
    knows: Knows,
) -> tuple[Candidate, ...]:
    """Everybody who can take one ticket now, the best first. ``loads`` counts it with who has it."""
    found = []
    for agent in agents:
        held = loads.get(agent.id, 0) - (ticket.assignee_id == agent.id)
        takes = fit.is_given_tickets(agent) or ticket.assignee_id == agent.id
        if takes and fit.belongs(agent, ticket) and held < agent.capacity and not fit.why_absent(agent, policy, now):
            points = fit.pair_cost(ticket, agent, held, now, knows) + fit.place_cost(held, agent.capacity)
            found.append(Candidate(agent_id=agent.id, cost=points, why=fit.grounds(ticket, agent, now, knows)))
    return tuple(sorted(found, key=lambda candidate: (candidate.cost, candidate.agent_id)))


def route(
    ticket: Ticket,
    agents: Iterable[Agent],
    loads: Mapping[AgentId, int],
    policy: Policy,
    now: Instant,
    knows: Knows,
) -> Candidate | None:
    """Who should be given one ticket by itself, with nobody looking: the best who speaks its language, or nobody."""
    best = next(iter(candidates(ticket, agents, loads, policy, now, knows)), None)
    return best if best is not None and best.cost < fit.LANGUAGE else None


def loads_after(moves: Iterable[Move], loads: Mapping[AgentId, int]) -> dict[AgentId, int]:
    """How many tickets each agent holds once the moves were made."""
    after = Counter(dict(loads))
    for move in moves:
        after[move.to_id] += 1
        if move.from_id is not None:
            after[move.from_id] -= 1
    return dict(after)


def room_ground(agent: Agent, loads: Mapping[AgentId, int], after: Mapping[AgentId, int]) -> Ground:
    """What an agent holds before and after, of how much they can."""
    return Ground(code="room", detail=_held(agent, loads, after))


def _in_order(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Each ticket once, the most urgent first."""
    return sorted({ticket.id: ticket for ticket in tickets}.values(), key=lambda ticket: (ticket.urgency_at, ticket.id))


def _why_move(
    ticket: Ticket,
    holder: Agent | None,
    loads: Mapping[AgentId, int],
    after: Mapping[AgentId, int],
    policy: Policy,
    now: Instant,
) -> tuple[Ground, ...]:
    """Why a ticket should not stay where it is; nothing when it is only better elsewhere."""
    if ticket.assignee_id is None:
        return (Ground(code="unassigned"),)
    if holder is None:
        return (Ground(code="gone"),)
    if absent := fit.why_absent(holder, policy, now):
        return (Ground(code=absent),)
    if loads.get(holder.id, 0) > holder.capacity:
        return (Ground(code="over", detail=_held(holder, loads, after)),)
    return (Ground(code="late"),) if fit.is_breaching(ticket, now) else ()


def _why_nobody(ticket: Ticket, everybody: Sequence[Agent], here: Sequence[Agent], seen: _Reasons) -> Ground:
    """What stands in the way of giving the ticket to anybody; ``seen`` keeps what was found for tickets like it."""
    if fit.owner_of(ticket) in {agent.id for agent in here}:
        return Ground(code="kept")
    key = (ticket.team_id, fit.needs_senior(ticket))
    if key not in seen:
        team = [a for a in everybody if a.active and fit.is_given_tickets(a) and ticket.team_id in a.team_ids]
        of_team = [a for a in here if fit.is_given_tickets(a) and ticket.team_id in a.team_ids]
        right = [agent for agent in of_team if fit.belongs(agent, ticket)]
        steps = (("nobody_in_team", bool(team)), ("nobody_here", bool(of_team)), ("nobody_senior", bool(right)))
        code = next((code for code, somebody in steps if not somebody), "nobody_free")
        seen[key] = Ground(code=code, detail=ticket.team_id)
    return seen[key]


def _held(agent: Agent, loads: Mapping[AgentId, int], after: Mapping[AgentId, int]) -> str:
    before, then = loads.get(agent.id, 0), after.get(agent.id, 0)
    return f"{before}/{agent.capacity} {then}/{agent.capacity}"
