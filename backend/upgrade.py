"""Brings a database of an earlier release to the tables of this one, in the transaction that opens it.

Missing tables and indexes are made from :mod:`backend.tables`; here is what they cannot say: columns that were added,
and what stands in them for rows that were there.
"""

from collections.abc import Callable

from sqlalchemy import Connection, text


def _what_waits_to_be_taken(conn: Connection) -> None:
    """Version 2: tickets that nobody has are found by their urgency."""
    conn.execute(text("ALTER TABLE ticket ADD COLUMN unassigned_at INTEGER"))
    conn.execute(
        text(
            "UPDATE ticket SET unassigned_at = json_extract(doc, '$.urgency_at')"
            " WHERE json_extract(doc, '$.assignee_id') IS NULL"
            " AND coalesce(json_extract(doc, '$.status'), 'new') NOT IN ('solved', 'closed')"
        )
    )


def _what_an_agent_carries(conn: Connection) -> None:
    """Version 3: active tickets are counted by who has them."""
    conn.execute(text("ALTER TABLE ticket ADD COLUMN held_by TEXT"))
    conn.execute(
        text(
            "UPDATE ticket SET held_by = json_extract(doc, '$.assignee_id')"
            " WHERE coalesce(json_extract(doc, '$.status'), 'new') NOT IN ('solved', 'closed')"
        )
    )


_STEPS: dict[int, Callable[[Connection], None]] = {2: _what_waits_to_be_taken, 3: _what_an_agent_carries}
"""What leads to each version from the one before."""

SCHEMA = max(_STEPS)
"""The version of a database that this release writes."""


def upgrade(conn: Connection, version: int) -> None:
    """Take the steps after ``version``."""
    for step in range(version + 1, SCHEMA + 1):
        _STEPS[step](conn)
