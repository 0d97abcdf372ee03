"""How long a balance takes: 2,000 tickets over 500 agents, beside the solver alone on the same bare problem.

The bare problem is what the solver is handed: costs, sparse matrix, bounds, ready in memory. Measured for fifty teams
and for the worst that can be, everybody in one team; and once as a lead meets it, in a process of its own.
"""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable

import msgspec

from bench.measure import Measure, ratio, seconds
from console.balancing import Asked
from desk.balance import propose
from desk.ids import MS_PER_S, AgentId, CustomerId, TeamId, TicketId
from desk.records import Agent, Channel, Policy, Role, Severity, Ticket

TICKETS, AGENTS = 2_000, 500
BOUND = 3.0
NOW = 1_774_000_000_000
SKILLS = ("withdrawal", "tron", "kyc", "order", "deposit", "card", "bitcoin", "ethereum", "staking", "api", "futures")


def run() -> Iterable[Measure]:
    """One line a desk."""
    for teams in (50, 1):
        yield _measure(teams)


def _measure(teams: int) -> Measure:
    from desk.balance_network import network_of  # numpy and scipy, not for the other benches
    from desk.transport import program, run_solver

    tickets, agents, loads, knows = desk_of(teams)
    asked = sorted(tickets, key=lambda ticket: (ticket.urgency_at, ticket.id))
    here = sorted((agent for agent in agents if not agent.away), key=lambda agent: agent.id)
    bare = program(network_of(asked, here, loads, NOW, knows))
    value, ours, alone = ratio(
        lambda: seconds(lambda: propose(tickets, agents, loads, Policy(), NOW, knows)),
        lambda: seconds(lambda: run_solver(bare)),
    )
    whole_s, peak_mib = _in_a_process(
        Asked(tickets=tuple(tickets), agents=tuple(agents), loads=loads, policy=Policy(), now=NOW, knows=knows)
    )
    rows, columns = bare.matrix.shape
    detail = (
        f"ours {ours:.2f} s, solver alone {alone:.2f} s on {rows:,} × {columns:,}; "
        f"in a process of its own {whole_s:.2f} s, peak {peak_mib:,.0f} MiB"
    )
    return Measure(f"balance of {TICKETS:,} tickets, {AGENTS} agents, teams: {teams}", value, BOUND, detail)


def _in_a_process(asked: Asked) -> tuple[float, float]:
    """Seconds and peak memory in MiB of the process that the console starts."""
    peak = 0.0

    def work() -> None:
        nonlocal peak
        with tempfile.TemporaryFile() as told:
            told.write(msgspec.json.encode(asked))
            told.seek(0)
            process = subprocess.Popen(
                [sys.executable, "-m", "console.balancing"], stdin=told, stdout=subprocess.DEVNULL
            )
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss / 1024
            if process.returncode:
                raise RuntimeError(f"planning ended with {process.returncode}")

    return seconds(work), peak


def desk_of(teams: int) -> tuple[list[Ticket], list[Agent], dict[AgentId, int], dict[CustomerId, dict[AgentId, int]]]:
    """A busy desk, the same at every call: languages, skills, loads up to beyond the capacity, some away."""
    chance = random.Random(7)
    agents = [_agent(number, teams, chance) for number in range(AGENTS)]
    loads = {agent.id: chance.randrange(0, 31) for agent in agents}
    left = dict(loads)
    tickets = [_ticket(number, agents, left, teams, chance) for number in range(TICKETS)]
    knows: dict[CustomerId, dict[AgentId, int]] = {}
    for ticket in chance.sample(tickets, TICKETS // 2):
        knows[ticket.customer_id] = {chance.choice(agents).id: chance.randrange(1, 5)}
    return tickets, agents, loads, knows


def _agent(number: int, teams: int, chance: random.Random) -> Agent:
    return Agent(
        id=AgentId(f"a{number:03}"),
        v=1,
        handle=f"a{number:03}",
        name=f"Agent {number}",
        role=Role.SENIOR if number % 5 == 0 else Role.AGENT,
        team_ids=(TeamId(f"t{number % teams}"),),
        languages=tuple(chance.sample(("zh", "en", "es"), chance.choice((1, 2)))),
        skills=tuple(chance.sample(SKILLS, 3)),
        away=chance.random() < 0.05,
    )


def _ticket(number: int, agents: list[Agent], left: dict[AgentId, int], teams: int, chance: random.Random) -> Ticket:
    holder = chance.choice(agents) if chance.random() < 0.4 else None
    if holder is not None and left[holder.id]:
        left[holder.id] -= 1
    else:
        holder = None
    return Ticket(
        id=TicketId(f"k{number:05}"),
        v=1,
        ref=f"T-{number}",
        subject="Where is my money",
        customer_id=CustomerId(f"c{number}"),
        customer_name="Wang Lei",
        team_id=holder.team_ids[0] if holder else TeamId(f"t{chance.randrange(teams)}"),
        channel=Channel.TELEGRAM,
        created_at=NOW,
        updated_at=NOW,
        urgency_at=NOW + number,
        lang=chance.choice(("zh", "zh", "en", "es")),
        tags=tuple(chance.sample(SKILLS, chance.choice((0, 1, 1, 2)))),
        severity=chance.choice(tuple(Severity)),
        due_at=NOW + chance.randrange(-3_600, 6 * 3_600) * MS_PER_S,
        assignee_id=holder.id if holder else None,
        last_agent_n=chance.choice((0, 2)),
    )
