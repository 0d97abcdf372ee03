"""Sends tickets to agents at the least cost: the transportation problem, solved by HiGHS through scipy.

Tickets that differ in nothing an agent's cost depends on are one *class*; what sets a ticket apart with a few agents
(who has it now, who knows its customer) is an arc of its own. The network stays small where thousands of tickets ask
for the same few things, and stays a network: its optimum is in whole numbers, with no search over them.

This module and :mod:`desk.balance_network` import numpy and scipy (0.3 s): only :func:`desk.balance.propose` imports
them, when a plan is asked for.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs from ``source`` to ``target`` (numbers), each with a ``cost``; all of one length."""

    source: Ints
    target: Ints
    cost: Ints


@dataclass(frozen=True, slots=True)
class Network:
    """What is to be sent. ``class_of[t]`` is ticket t's class and ``entry[t]`` the cost of being treated like it;
    ``by_class`` leads from classes to agents, ``direct`` from tickets to agents. ``places`` are the places that are
    free: ``source`` is the agent, ``cost`` what it costs to fill it, growing from place to place. ``left`` is the cost
    of leaving ticket t out, and ``may_be_left`` whether that is possible; who may not has a place of its own."""

    agents: int
    class_of: Ints
    entry: Ints
    by_class: Arcs
    direct: Arcs
    places: Arcs
    left: Ints
    may_be_left: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Program:
    """The bare problem as the solver takes it: least ``cost @ x`` with ``matrix @ x == rhs`` and ``0 <= x <= most``."""

    cost: Floats
    matrix: csc_array
    rhs: Floats
    most: Floats


def program(network: Network) -> Program:
    """The network as equations: tickets send one, classes pass on, agents fill places."""
    tickets, classes = len(network.class_of), int(network.class_of.max(initial=-1)) + 1
    by_class, direct, places = network.by_class, network.direct, network.places
    numbers = np.arange(tickets)
    first_class, first_agent = tickets, tickets + classes
    size = np.bincount(network.class_of, minlength=classes)
    arcs = (  # row it leaves (+1), row it enters (-1 as the equation has it), cost, most
        (numbers, first_class + network.class_of, network.entry, np.ones(tickets)),
        (first_class + by_class.source, first_agent + by_class.target, by_class.cost, size[by_class.source]),
        (direct.source, first_agent + direct.target, direct.cost, np.ones(len(direct.source))),
    )
    leaves = np.concatenate([arc[0] for arc in arcs])
    enters = np.concatenate([arc[1] for arc in arcs])
    ends = (first_agent + places.source, numbers)  # places, and being left out: no row is entered
    last = len(places.source) + tickets
    rows = np.concatenate([np.stack([leaves, enters], axis=1).ravel(), *ends])
    signs = np.concatenate([np.tile([1.0, -1.0], len(leaves)), np.ones(last)])
    starts = np.concatenate([np.arange(0, 2 * len(leaves), 2), 2 * len(leaves) + np.arange(last + 1)])
    total = len(leaves) + last
    return Program(
        cost=np.concatenate([*(arc[2] for arc in arcs), places.cost, network.left]).astype(float),
        matrix=csc_array((signs, rows, starts), shape=(first_agent + network.agents, total)),
        rhs=np.concatenate([np.ones(tickets), np.zeros(classes + network.agents)]),
        most=np.concatenate([*(arc[3] for arc in arcs), np.ones(len(places.source)), network.may_be_left]).astype(
            float
        ),
    )


def run_solver(bare: Program) -> Floats:
    """The solver alone: the least-cost ``x`` of a program. A vertex, and so whole numbers."""
    bounds = np.stack([np.zeros_like(bare.most), bare.most], axis=1)
    found = linprog(bare.cost, A_eq=bare.matrix, b_eq=bare.rhs, bounds=bounds, method="highs-ds")
    if found.x is None:
        raise RuntimeError(f"the solver gave up: {found.message}")  # cannot be: leaving everything as it is is one
    whole: Floats = np.rint(found.x)
    return whole


def solve(network: Network) -> Ints:
    """The agent of each ticket at the least cost; -1 where it is left out. Tickets of one class take the agents that
    fell to it in order: the first ticket has the first agent."""
    tickets = len(network.class_of)
    agent_of: Ints = np.full(tickets, -1, dtype=np.int64)
    if not tickets:
        return agent_of
    sent = run_solver(program(network))
    entered, passed, went = np.split(sent[: tickets + len(network.by_class.cost) + len(network.direct.cost)],
                                     [tickets, tickets + len(network.by_class.cost)])  # fmt: skip
    straight = went > 0
    agent_of[network.direct.source[straight]] = network.direct.target[straight]
    taken = np.repeat(np.arange(len(passed)), passed.astype(np.int64))
    targets, of_class = network.by_class.target[taken], network.by_class.source[taken]
    entering = np.flatnonzero(entered > 0)
    waiting = entering[np.argsort(network.class_of[entering], kind="stable")]
    agent_of[waiting] = targets[np.argsort(of_class, kind="stable")]
    return agent_of
