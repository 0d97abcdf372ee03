"""What a balance is planned from: whole tickets, as shown, and who settled earlier ones of their customers."""

import sqlite3
from collections.abc import Collection, Sequence

from console.store.conditions import Condition
from console.store.reading import decode
from desk.fit import Knows
from desk.ids import MS_PER_S, AgentId, CustomerId, Instant, TeamId
from desk.query import BREACH_WINDOW_S
from desk.records import Ticket

_AT_ONCE = 500
_MISPLACED = (
    "t.active=1 AND t.assignee_id IS NULL AND t.asleep_until <= ?",
    "t.active=1 AND t.assignee_id IS NOT NULL AND t.assignee_id IN ({agents})",
    "t.active=1 AND t.due_at IS NOT NULL AND t.due_at <= ?",
)
"""Each is found by an index of its own."""


def answering(reader: sqlite3.Connection, where: Condition, most: int) -> list[Ticket]:
    """The tickets of a condition, the most urgent first, at most so many."""
    return _shown(reader, [where], most)


def misplaced(
    reader: sqlite3.Connection, team_ids: Sequence[TeamId], agent_ids: Sequence[AgentId], now: Instant, most: int
) -> list[Ticket]:
    """The active tickets of some teams that nobody has, that these agents have, or that are about to breach."""
    teams = f" AND t.team_id IN ({_marks(team_ids)})"
    nobody, theirs, late = (sql.format(agents=_marks(agent_ids)) + teams for sql in _MISPLACED)
    breach_at = now + BREACH_WINDOW_S * MS_PER_S
    wheres = [
        Condition(sql=nobody, parameters=(now, *team_ids)),
        Condition(sql=theirs, parameters=(*agent_ids, *team_ids)),
        Condition(sql=late, parameters=(breach_at, *team_ids)),
    ]
    return _shown(reader, wheres, most)


def knows(reader: sqlite3.Connection, customer_ids: Collection[CustomerId]) -> Knows:
    """How many settled tickets of each customer each agent had."""
    found: dict[CustomerId, dict[AgentId, int]] = {}
    asked = sorted(customer_ids)
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        rows = reader.execute(
            "SELECT customer_id, assignee_id, count(*) FROM ticket WHERE active=0 AND assignee_id IS NOT NULL"
            f" AND customer_id IN ({_marks(some)}) GROUP BY customer_id, assignee_id",
            some,
        )
        for customer_id, agent_id, count in rows:
            found.setdefault(CustomerId(customer_id), {})[AgentId(agent_id)] = count
    return found


def _shown(reader: sqlite3.Connection, wheres: Sequence[Condition], most: int) -> list[Ticket]:
    """The tickets of any of the conditions, with my unfinished commands on top."""
    parts, parameters = [], []
    for table, uncovered in (("ticket", " AND t.row NOT IN (SELECT row FROM overlay_ticket)"), ("overlay_ticket", "")):
        rows = " UNION ".join(f"SELECT t.row FROM {table} t WHERE {where.sql}{uncovered}" for where in wheres)
        parts.append(f"SELECT urgency_at, id, doc FROM {table} WHERE row IN ({rows})")
        parameters += [value for where in wheres for value in where.parameters]
    select = f"SELECT doc FROM ({' UNION ALL '.join(parts)}) ORDER BY urgency_at, id LIMIT ?"
    return [decode(doc, Ticket) for (doc,) in reader.execute(select, (*parameters, most))]


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))
