"""Looks for what must never be: holes in the feed or a conversation, references to nothing, scopes out of step.

Only reads. Called by ``console-backend check`` and by tests.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select, text

from backend import tables
from backend.audit_chain import verify_chain
from backend.meta import get_meta
from backend.rows import TABLES, read_ticket
from backend.scopes import standing_agents

_ORPHANS = {
    "tickets of a customer that does not exist": (
        "SELECT t.ref FROM ticket t LEFT JOIN customer c ON c.id = t.customer_id WHERE c.id IS NULL"
    ),
    "tickets of a team that does not exist": (
        "SELECT t.ref FROM ticket t LEFT JOIN team g ON g.id = t.team_id WHERE g.id IS NULL"
    ),
    "messages of a ticket that does not exist": (
        "SELECT DISTINCT m.ticket_id FROM message m LEFT JOIN ticket t ON t.id = m.ticket_id WHERE t.id IS NULL"
    ),
    "clock events of a ticket that does not exist": (
        "SELECT DISTINCT e.ticket_id FROM clock_event e LEFT JOIN ticket t ON t.id = e.ticket_id WHERE t.id IS NULL"
    ),
    "accounts of a customer that does not exist": (
        "SELECT a.id FROM account a LEFT JOIN customer c ON c.id = a.customer_id WHERE c.id IS NULL"
    ),
    "transfers of a customer that does not exist": (
        "SELECT a.id FROM transfer a LEFT JOIN customer c ON c.id = a.customer_id WHERE c.id IS NULL"
    ),
    "read marks on a ticket that does not exist": (
        "SELECT r.ticket_id FROM read_mark r LEFT JOIN ticket t ON t.id = r.ticket_id WHERE t.id IS NULL"
    ),
    "interests of an agent that does not exist": (
        "SELECT i.agent_id FROM interest i LEFT JOIN agent a ON a.id = i.agent_id WHERE a.id IS NULL"
    ),
    "attached files that are not stored": (
        "SELECT u.sha256 FROM blob_use u LEFT JOIN blob b ON b.sha256 = u.sha256 WHERE b.sha256 IS NULL"
    ),
    "conversations with a hole": (
        "SELECT t.ref FROM ticket t LEFT JOIN message m ON m.ticket_id = t.id GROUP BY t.id"
        " HAVING count(m.n) != coalesce(max(m.n), 0) OR coalesce(max(m.n), 0)"
        " != coalesce(json_extract(t.doc, '$.last_n'), 0)"
    ),
    "rows whose version differs from their record's": (
        "SELECT ref FROM ticket WHERE v != coalesce(json_extract(doc, '$.v'), 0)"
    ),
    "feed rows of a scope that cannot be": (
        "SELECT DISTINCT scope FROM feed WHERE scope != 'org' AND scope NOT LIKE 'team:_%'"
        " AND scope NOT LIKE 'user:_%' AND scope NOT LIKE 'role:_%'"
    ),
    "tickets that their team was never told of": (
        "SELECT t.ref FROM ticket t LEFT JOIN"
        " (SELECT DISTINCT scope, id FROM feed WHERE kind = 'ticket' AND op = 'put') told"
        " ON told.id = t.id AND told.scope = 'team:' || t.team_id"
        " WHERE told.id IS NULL AND (SELECT value FROM meta WHERE key = 'min_pos') = '0'"
    ),
}
"""What each query finds, when it finds anything. (What a shortened feed once said cannot be looked up.)"""

_SHOWN = 5
"""Examples named in a finding."""


def counts(conn: Connection) -> dict[str, int]:
    """How many rows of each kind there are."""
    names = (*TABLES, "message", "feed")
    return {name: int(conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()) for name in names}


def findings(conn: Connection) -> Iterator[str]:
    """Everything that is not as it should be, one sentence each."""
    damage = [str(row[0]) for row in conn.exec_driver_sql("PRAGMA quick_check(5)") if row[0] != "ok"]
    yield from (f"the file is damaged: {line}" for line in damage)
    min_pos = int(get_meta(conn, "min_pos", "0"))
    yield from _feed_findings(conn, min_pos)
    for what, query in _ORPHANS.items():
        found = [str(row[0]) for row in conn.exec_driver_sql(query)]
        if found:
            yield f"{len(found)} {what}: {', '.join(found[:_SHOWN])}{' …' if len(found) > _SHOWN else ''}"
    yield from _interest_findings(conn)
    yield from _audit_findings(conn)


def _feed_findings(conn: Connection, min_pos: int) -> Iterator[str]:
    first, last, count = conn.exec_driver_sql("SELECT min(pos), max(pos), count(*) FROM feed").one()
    if not count:
        return
    if last - first + 1 != count:
        yield f"the feed has holes: {count} rows between positions {first} and {last}"
    if first > min_pos + 1:
        yield f"the feed begins at {first}, but promises to reach back to {min_pos}"


def _interest_findings(conn: Connection) -> Iterator[str]:
    """Agents' own scopes against what the tickets say."""
    stored: dict[str, set[str]] = {}
    query = select(tables.interest.c.ticket_id, tables.interest.c.agent_id).where(tables.interest.c.standing)
    for ticket_id, agent_id in conn.execute(query):
        stored.setdefault(str(ticket_id), set()).add(str(agent_id))
    wrong = []
    for (doc,) in conn.execute(select(tables.ticket.c.doc)):
        ticket = read_ticket(str(doc))
        if stored.get(ticket.id, set()) != set(map(str, standing_agents(ticket))):
            wrong.append(ticket.ref)
    if wrong:
        yield f"{len(wrong)} tickets are not in the scopes of those they concern: {', '.join(wrong[:_SHOWN])}"


def _audit_findings(conn: Connection) -> Iterator[str]:
    broken_seq = verify_chain(conn).broken_seq
    if broken_seq is not None:
        yield f"the audit log was changed at row {broken_seq}"


def unindexed(conn: Connection) -> int:
    """How many messages cannot be found by search yet."""
    indexed = int(get_meta(conn, "indexed_seq", "0"))
    return int(conn.execute(text("SELECT count(*) FROM message WHERE seq > :seq"), {"seq": indexed}).scalar_one())
