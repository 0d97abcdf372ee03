"""The board's figures: one pass over an index that holds all they are made of, and a few over short ones.

A hundred thousand active tickets cost some 50 ms. While commands are unfinished, confirmed rows that have an overlay
are left out and the overlay is counted in their place, for which all rows are sorted once.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from console.store.conditions import Condition, picked, skipped
from desk.ids import MS_PER_S, AgentId, Instant, TeamId
from desk.load import AgentLoad, Load, TeamLoad
from desk.query import BREACH_WINDOW_S

_LOAD = "assignee_id, team_id, status, unanswered, due_at, asleep_until, answered_at"
_AGENTS = """
SELECT t.assignee_id AS a, count(*) AS b, sum(t.unanswered > 0) AS c, sum(t.status = 'waiting') AS d,
  sum(t.due_at <= ?1) AS e, min(t.due_at) AS f, max(t.answered_at) AS g
FROM {tickets} t WHERE t.active=1 GROUP BY t.assignee_id"""
_UNASSIGNED = """
SELECT t.team_id AS a, sum(t.asleep_until <= ?2) AS b, sum(t.asleep_until <= ?2 AND t.due_at <= ?1) AS c
FROM {tickets} t WHERE t.active=1 AND t.assignee_id IS NULL GROUP BY t.team_id"""
_ACTIVE = f"""(
SELECT {_LOAD}, 1 AS active FROM ticket WHERE active=1 AND row NOT IN (SELECT row FROM overlay_ticket)
UNION ALL SELECT {_LOAD}, active FROM overlay_ticket WHERE active=1)"""


def load(reader: sqlite3.Connection, now: Instant) -> Load:
    """What every agent holds and what lies in every team's piles, my unfinished commands included."""
    overlaid = reader.execute("SELECT 1 FROM overlay_ticket LIMIT 1").fetchone() is not None
    tickets, breach_at = _ACTIVE if overlaid else "ticket", now + BREACH_WINDOW_S * MS_PER_S
    picks = _per(reader, "t.picked_by, t.team_id", picked(now), overlaid)
    by_agent = _at_once(reader, "a, b, c, d, e, f, g", _AGENTS.format(tickets=tickets), (breach_at,))
    by_team = _at_once(reader, "a, b, c", _UNASSIGNED.format(tickets=tickets), (breach_at, now))
    return Load(
        agents=_agents(by_agent, picks),
        teams=_teams(by_team, picks, *(_per(reader, "t.team_id", where, overlaid) for where in _piles(picks, now))),
    )


def _piles(picks: Counter[tuple[str, ...]], now: Instant) -> tuple[Condition, ...]:
    """What is escalated, an emergency, and passed over; without a pick nothing was passed over."""
    return (
        Condition(sql="t.active=1 AND t.escalated_at IS NOT NULL"),
        Condition(sql="t.active=1 AND t.severity='emergency'"),
        skipped(now) if picks else Condition(sql="0"),
    )


def _at_once(reader: sqlite3.Connection, columns: str, select: str, parameters: Sequence[int]) -> list[list[Any]]:
    """All rows of a select as one: every row would wait for a busy interface to let go of the interpreter."""
    whole = f"SELECT json_group_array(json_array({columns})) FROM ({select})"
    rows: list[list[Any]] = msgspec.json.decode(reader.execute(whole, parameters).fetchone()[0])
    return rows


def _agents(rows: Iterable[Sequence[Any]], picks: Counter[tuple[str, ...]]) -> dict[AgentId, AgentLoad]:
    picked_by = Counter[str]()
    for (agent_id, _team_id), number in picks.items():
        picked_by[agent_id] += number
    found = {
        AgentId(agent_id): AgentLoad(
            open=count,
            unanswered=unanswered,
            waiting=waiting,
            breaching=breaching or 0,
            oldest_due_at=due_at,
            last_answer_at=answered_at,
            picked=picked_by.pop(agent_id, 0),
        )
        for agent_id, count, unanswered, waiting, breaching, due_at, answered_at in rows
        if agent_id is not None
    }
    return found | {AgentId(agent_id): AgentLoad(picked=number) for agent_id, number in picked_by.items()}


def _teams(
    unassigned: Iterable[Sequence[Any]],
    picks: Counter[tuple[str, ...]],
    escalated: Counter[tuple[str, ...]],
    emergencies: Counter[tuple[str, ...]],
    passed_over: Counter[tuple[str, ...]],
) -> dict[TeamId, TeamLoad]:
    waiting = {team_id: (awake, late or 0) for team_id, awake, late in unassigned}
    picked_in = Counter[str]()
    for (_agent_id, team_id), number in picks.items():
        picked_in[team_id] += number
    teams = {*waiting, *picked_in, *(team_id for pile in (escalated, emergencies) for (team_id,) in pile)}
    return {
        TeamId(team_id): TeamLoad(
            unassigned=waiting.get(team_id, (0, 0))[0],
            at_risk=waiting.get(team_id, (0, 0))[1],
            escalated=escalated[team_id,],
            emergencies=emergencies[team_id,],
            skipped=passed_over[team_id,],
            picked=picked_in[team_id],
        )
        for team_id in sorted(teams)
    }


def _per(reader: sqlite3.Connection, columns: str, where: Condition, overlaid: bool) -> Counter[tuple[str, ...]]:
    """How many shown tickets a condition holds for, by some columns."""
    tables = {"ticket": " AND t.row NOT IN (SELECT row FROM overlay_ticket)", "overlay_ticket": ""}
    found = Counter[tuple[str, ...]]()
    for table, uncovered in tables.items() if overlaid else (("ticket", ""),):
        select = f"SELECT {columns}, count(*) FROM {table} t WHERE {where.sql}{uncovered} GROUP BY {columns}"
        for *key, number in reader.execute(select, where.parameters):
            found[tuple(key)] += number
    return found
