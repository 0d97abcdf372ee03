"""Exact numbers of tickets: confirmed ones counted on their indexes, corrected by the few that have an overlay."""

import sqlite3
from collections.abc import Mapping

from console.store.conditions import Asker, Condition, condition
from desk.query import TicketQuery


def counts(reader: sqlite3.Connection, views: Mapping[str, TicketQuery], asker: Asker) -> dict[str, int]:
    """The number of tickets in each view."""
    return {name: count(reader, condition(query, asker)) for name, query in views.items()}


def count(reader: sqlite3.Connection, where: Condition) -> int:
    """The number of tickets that a condition holds for, as shown."""
    total = _count(reader, "ticket", where)
    if not reader.execute("SELECT 1 FROM overlay_ticket LIMIT 1").fetchone():
        return total
    covered = Condition(sql=f"t.row IN (SELECT row FROM overlay_ticket) AND {where.sql}", parameters=where.parameters)
    return total - _count(reader, "ticket", covered) + _count(reader, "overlay_ticket", where)


def _count(reader: sqlite3.Connection, table: str, where: Condition) -> int:
    found = reader.execute(f"SELECT count(*) FROM {table} t WHERE {where.sql}", where.parameters).fetchone()
    return int(found[0])
