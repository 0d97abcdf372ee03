"""Reads the feed: one page of what happened after a cursor, for one agent, with rows as they are now.

The page is assembled from stored JSON; nothing is decoded. Scope and role are looked at again here, at the moment of
serving: a put whose row has left the scope since is served as a leave.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Raw, Struct
from sqlalchemy import Connection, bindparam, func, literal_column, select, text

from backend import tables
from backend.cursor import FeedState
from backend.docs import Docs, message_docs, raw_messages
from backend.meta import get_meta
from backend.prepared import Prepared
from backend.scopes import digest, scopes_of, team_scope, user_scope
from desk.ids import CommandId, Instant
from desk.records import Agent
from desk.wire import Changes, MovedTo, Op, Record

MESSAGES_PER_PAGE = 4_000
"""A page ends early, after a whole transaction, once it carries so many messages."""

_f = tables.feed.c
_HEAD = Prepared(select(func.max(_f.pos)))
_COLUMNS = (_f.pos, _f.tx, _f.scope, _f.kind, _f.id, _f.op, _f.v, _f.n_from, _f.n_to, _f.cmd)
_MINE = _f.scope.in_(text("SELECT value FROM json_each(:scopes)"))
_AFTER = Prepared(
    select(*_COLUMNS)
    .where(_f.pos > bindparam("pos"), _MINE)
    .order_by(_f.pos)
    .limit(bindparam("count"))
    .offset(literal_column("0"))
)
_OF_TX = Prepared(select(*_COLUMNS).where(_f.pos.between(bindparam("tx"), bindparam("end")), _MINE).order_by(_f.pos))
_NEXT_TX = Prepared(
    select(_f.pos)
    .where(_f.pos > bindparam("tx"), _f.tx > bindparam("tx"))
    .order_by(_f.pos)
    .limit(bindparam("count"))
    .offset(literal_column("0"))
)

_TEAMS_NOW = Prepared(
    text(
        "SELECT id, team_id, json_extract(doc, '$.moved_by.team') FROM ticket"
        " WHERE id IN (SELECT value FROM json_each(:ids))"
    )
)

FeedRow: TypeAlias = tuple[int, int, str, str, str, Op, int, int, int, CommandId | None]
"""The columns above."""


class _Entry(Struct, gc=False):
    """What a page says of one entity in one scope: its last record, with the messages of all of them."""

    pos: int
    scope: str
    kind: str
    id: str
    op: Op
    v: int
    n_from: int
    n_to: int
    cmd: CommandId | None = None


@dataclass(slots=True)
class _Cut:
    """The feed rows of a page and the position it reaches."""

    rows: list[FeedRow] = field(default_factory=list)
    end: int = 0


def feed_state(conn: Connection, feed_id: str) -> FeedState:
    """Where the feed stands now."""
    head = int(_HEAD.value(conn, {}) or 0)
    min_pos = int(get_meta(conn, "min_pos", "0"))
    return FeedState(feed_id, min_pos, max(head, min_pos))


def read_page(conn: Connection, feed_id: str, agent: Agent, cursor: str, limit: int, now: Instant) -> Changes:
    """The page after ``cursor``: at most ``limit`` feed rows, but never part of a transaction."""
    state = feed_state(conn, feed_id)
    scopes = scopes_of(conn, agent)
    cut = _cut(conn, state.position(cursor), state.head, json.dumps([scope.id for scope in scopes]), limit)
    return Changes(
        items=_records(conn, agent, frozenset(scope.id for scope in scopes), cut.rows),
        next=state.cursor(cut.end),
        pos=cut.end,
        head=state.head,
        more=cut.end < state.head,
        now=now,
        scopes_digest=digest(agent, scopes),
    )


def _cut(conn: Connection, pos: int, head: int, scopes: str, limit: int) -> _Cut:
    """The rows after a position, up to the last transaction that fits; the first one is taken whatever its size."""
    if pos >= head:
        return _Cut([], head)
    rows: list[FeedRow] = _AFTER.rows(conn, {"pos": pos, "scopes": scopes, "count": limit + 1})
    over = _first_over(rows, limit)
    if over is None:
        return _Cut(rows, head)
    tx = rows[over][1]
    if rows[0][1] != tx:
        return _Cut([row for row in rows[:over] if row[1] != tx], tx - 1)
    following = _NEXT_TX.value(conn, {"tx": tx, "count": 1})
    end = head if following is None else int(following) - 1
    return _Cut(_OF_TX.rows(conn, {"tx": tx, "end": end, "scopes": scopes}), end)


def _first_over(rows: Sequence[FeedRow], limit: int) -> int | None:
    """The index of the first row that is too much for a page, or None."""
    messages = 0
    for index, row in enumerate(rows):
        if index and (index >= limit or messages > MESSAGES_PER_PAGE):
            return index
        n_from, n_to = row[7:9]
        if n_from:
            messages += n_to - n_from + 1
    return None


def _collapse(rows: Iterable[FeedRow]) -> list[_Entry]:
    """One entry per entity and scope, in the order of their last rows."""
    entries: dict[tuple[str, str, str], _Entry] = {}
    for pos, _, scope, kind, record_id, op, v, n_from, n_to, cmd in rows:
        entry = _Entry(pos, scope, kind, record_id, op, v, n_from, n_to, cmd)
        key = (scope, kind, record_id)
        if key in entries and (earlier := entries.pop(key)).n_from:
            entry.n_from = min(n_from or earlier.n_from, earlier.n_from)
            entry.n_to = max(n_to, earlier.n_to)
        entries[key] = entry
    return list(entries.values())


def _records(conn: Connection, agent: Agent, scopes: frozenset[str], rows: Sequence[FeedRow]) -> tuple[Record, ...]:
    """The records of a page: each row once, with its messages, at its first put."""
    entries = _collapse(rows)
    if not entries:
        return ()
    puts: dict[str, set[str]] = {}
    own, own_too = user_scope(agent.id), False
    for entry in entries:
        if entry.op == "put":
            puts.setdefault(entry.kind, set()).add(entry.id)
            own_too = own_too or entry.scope == own
    docs = Docs(conn, agent.id, scopes, puts, own_too)
    for entry in entries:
        if entry.op == "put" and not docs.is_in(entry.scope, entry.kind, entry.id):
            entry.op, entry.n_from = "leave", 0
    messages = message_docs(conn, _ranges(entries))
    moved = _moved(conn, entries)
    told: set[tuple[str, str]] = set()
    return tuple(
        _left(entry, moved) if entry.op != "put" else _record(entry, docs, messages, told) for entry in entries
    )


def _moved(conn: Connection, entries: Iterable[_Entry]) -> dict[str, MovedTo]:
    """Of the tickets that left a team's queue: which team has them, and who moved them there."""
    left = {entry.id for entry in entries if entry.op == "leave" and entry.kind == "ticket" and _is_team(entry.scope)}
    if not left:
        return {}
    rows = _TEAMS_NOW.rows(conn, {"ids": json.dumps(list(left))})
    return {ticket_id: MovedTo(team_id=team_id, by=by or None) for ticket_id, team_id, by in rows}


def _is_team(scope: str) -> bool:
    return scope.startswith(team_scope(""))


def _left(entry: _Entry, moved: dict[str, MovedTo]) -> Record:
    """A record that takes something away."""
    to = moved.get(entry.id) if entry.kind == "ticket" and _is_team(entry.scope) else None
    if to is not None and team_scope(to.team_id) == entry.scope:
        to = None
    return Record(p=entry.pos, s=entry.scope, k=entry.kind, id=entry.id, op=entry.op, v=entry.v, cmd=entry.cmd, to=to)


def _ranges(entries: Iterable[_Entry]) -> list[tuple[str, int, int]]:
    """Per ticket the messages that any of its scopes may lack."""
    ranges: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if entry.n_from:
            first, last = ranges.get(entry.id, (entry.n_from, entry.n_to))
            ranges[entry.id] = (min(first, entry.n_from), max(last, entry.n_to))
    return [(ticket_id, first, last) for ticket_id, (first, last) in ranges.items()]


def _record(entry: _Entry, docs: Docs, messages: dict[str, list[str]], told: set[tuple[str, str]]) -> Record:
    key = (entry.kind, entry.id)
    v, doc = docs.get(*key)
    if key in told:
        return Record(p=entry.pos, s=entry.scope, k=entry.kind, id=entry.id, v=v, cmd=entry.cmd)
    told.add(key)
    stored = messages.get(entry.id) if entry.kind == "ticket" else None
    return Record(
        p=entry.pos,
        s=entry.scope,
        k=entry.kind,
        id=entry.id,
        v=v,
        d=Raw(doc),
        ev=raw_messages(stored) if stored else (),
        cmd=entry.cmd,
    )
