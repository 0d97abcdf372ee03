"""Reads a scope as it is now, in pages, newest first.

``org``: people, teams, shared macros, incidents, procedures, gaps and policy, then articles. A team's or an agent's own
scope: tickets, each page with the customers of its tickets and what those own, the first one with the scope's macros
too; an agent's own scope ends with their read marks. What changes while the pages are read comes by the feed from
``as_of`` on, so pages need no common view.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Raw
from sqlalchemy import Connection, Row, text

from backend.docs import message_docs, raw_messages
from backend.errors import ProblemError
from backend.feed import feed_state
from backend.scopes import ORG, SCOPE_OF_MACRO, scopes_of
from backend.services.persons import persons_of
from desk.ids import Instant
from desk.records import Agent
from desk.wire import Snapshot, SnapshotItem

MESSAGES_PER_PAGE = 4_000
"""A page ends early once its conversations hold so many messages."""

_TICKETS = "t.id, t.v, t.doc, t.updated_at, t.customer_id, json_extract(t.doc, '$.last_n') AS last_n"
_NEWEST = "ORDER BY t.updated_at DESC, t.id DESC LIMIT :count"
_BEFORE = "(t.updated_at, t.id) < (:at, :id)"
_TEAM_TICKETS = text(f"SELECT {_TICKETS} FROM ticket t WHERE t.team_id = :owner AND {_BEFORE} {_NEWEST}")
_OWN_TICKETS = text(
    f"SELECT {_TICKETS} FROM interest i CROSS JOIN ticket t ON t.id = i.ticket_id"
    f" WHERE i.agent_id = :owner AND {_BEFORE} AND (i.standing OR t.team_id IN (SELECT value FROM json_each(:teams)))"
    f" {_NEWEST}"
)
_PEOPLE = text(
    "SELECT key, kind, id, v, doc FROM ("
    + " UNION ALL ".join(
        f"SELECT '{kind}/' || id AS key, '{kind}' AS kind, id, v, doc FROM {kind}"
        for kind in ("agent", "gap", "incident", "policy", "procedure", "team")
    )
    + f" UNION ALL SELECT 'macro/' || id, 'macro', id, v, doc FROM macro WHERE {SCOPE_OF_MACRO} = 'org'"
    + ") WHERE key > :id ORDER BY key LIMIT :count"
)
_MACROS = text(f"SELECT id, v, doc FROM macro WHERE {SCOPE_OF_MACRO} = :scope ORDER BY id")
_ARTICLES = text(f"SELECT t.id, t.v, t.doc, t.updated_at FROM article t WHERE {_BEFORE} {_NEWEST}")
_MARKS = text(
    "SELECT ticket_id, v, doc FROM read_mark"
    " WHERE agent_id = :owner AND ticket_id > :id ORDER BY ticket_id LIMIT :count"
)
_OF_CUSTOMERS = {
    "customer": text("SELECT id, v, doc FROM customer WHERE id IN (SELECT value FROM json_each(:ids))"),
    "account": text("SELECT id, v, doc FROM account WHERE customer_id IN (SELECT value FROM json_each(:ids))"),
    "transfer": text("SELECT id, v, doc FROM transfer WHERE customer_id IN (SELECT value FROM json_each(:ids))"),
}
_FOR_EVER = 2**62


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the next page starts: the snapshot's position, the part of the scope, and the last row's key."""

    as_of: Annotated[int, msgspec.Meta(ge=0, le=_FOR_EVER)]
    part: Literal["people", "articles", "tickets", "marks"]
    at: Annotated[Instant, msgspec.Meta(ge=-_FOR_EVER, le=_FOR_EVER)] = _FOR_EVER
    id: str = ""


_decode_place = msgspec.json.Decoder(_Place).decode


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one page is read for: whose scope it is, where it starts, and what else the agent sees."""

    scope: str
    owner: str
    teams: str
    place: _Place
    limit: int

    def key(self) -> dict[str, str | int]:
        """The parameters of the page's query; one row more tells whether a page follows."""
        place = self.place
        return {
            "owner": self.owner,
            "teams": self.teams,
            "at": place.at,
            "id": place.id,
            "count": self.limit + 1,
        }


def read_snapshot(conn: Connection, feed_id: str, agent: Agent, scope: str, after: str | None, limit: int) -> Snapshot:
    """The page of a scope after ``after`` (None: the first). 404 for a scope the agent does not read."""
    scopes = [info.id for info in scopes_of(conn, agent)]
    if scope not in scopes:
        raise ProblemError("not-found", "There is no such scope for you; ask for the session to learn yours.")
    state = feed_state(conn, feed_id)
    place = _read(after) if after else _Place(state.head, "people" if scope == ORG else "tickets")
    teams = json.dumps([s.removeprefix("team:") for s in scopes if s.startswith("team:")])
    items, following = _PARTS[place.part](conn, _Asked(scope, scope.partition(":")[2], teams, place, limit))
    return Snapshot(
        feed=feed_id,
        as_of=state.cursor(place.as_of),
        read_at=state.head,
        items=tuple(items),
        next=None if following is None else _write(following),
        done=following is None,
    )


def _write(place: _Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _read(after: str) -> _Place:
    try:
        return _decode_place(base64.b64decode(after, altchars=b"-_", validate=True))
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise ProblemError("cursor-malformed", "Send `after` exactly as `next` of the page before gave it.") from None


_Part = tuple[list[SnapshotItem], _Place | None]


def _people(conn: Connection, asked: _Asked) -> _Part:
    rows = conn.execute(_PEOPLE, asked.key()).all()
    items = [SnapshotItem(k=kind, id=i, v=v, d=Raw(doc)) for _, kind, i, v, doc in rows[: asked.limit]]
    as_of = asked.place.as_of
    if len(rows) > asked.limit:
        return items, _Place(as_of, "people", id=rows[asked.limit - 1].key)
    return items, _Place(as_of, "articles")


def _articles(conn: Connection, asked: _Asked) -> _Part:
    rows = conn.execute(_ARTICLES, asked.key()).all()
    shown = rows[: asked.limit]
    items = [SnapshotItem(k="article", id=i, v=v, d=Raw(doc)) for i, v, doc, _ in shown]
    more = len(rows) > asked.limit
    return items, _Place(asked.place.as_of, "articles", shown[-1][3], shown[-1][0]) if more else None


def _tickets(conn: Connection, asked: _Asked) -> _Part:
    own = asked.scope.startswith("user:")
    rows = conn.execute(_OWN_TICKETS if own else _TEAM_TICKETS, asked.key()).all()
    shown = _within_reason(rows[: asked.limit])
    messages = message_docs(conn, [(row.id, 1, row.last_n) for row in shown if row.last_n])
    items = [
        SnapshotItem(k="ticket", id=row.id, v=row.v, d=Raw(row.doc), ev=raw_messages(messages.get(row.id, ())))
        for row in shown
    ]
    asked_for = {row.customer_id for row in shown}
    customers = json.dumps(list(asked_for.union(*persons_of(conn, asked_for).values())))
    for kind, statement in _OF_CUSTOMERS.items():
        held = conn.execute(statement, {"ids": customers})
        items += [SnapshotItem(k=kind, id=i, v=v, d=Raw(doc)) for i, v, doc in held]
    if asked.place.at == _FOR_EVER:  # the first page
        macros = conn.execute(_MACROS, {"scope": asked.scope})
        items += [SnapshotItem(k="macro", id=i, v=v, d=Raw(doc)) for i, v, doc in macros]
    as_of = asked.place.as_of
    if len(shown) < len(rows):
        return items, _Place(as_of, "tickets", shown[-1].updated_at, shown[-1].id)
    return items, _Place(as_of, "marks") if own else None


def _marks(conn: Connection, asked: _Asked) -> _Part:
    rows = conn.execute(_MARKS, asked.key()).all()
    items = [SnapshotItem(k="read_mark", id=i, v=v, d=Raw(doc)) for i, v, doc in rows[: asked.limit]]
    more = len(rows) > asked.limit
    return items, _Place(asked.place.as_of, "marks", id=rows[asked.limit - 1].ticket_id) if more else None


def _within_reason(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The first rows whose conversations together are of a size to send at once; at least one."""
    messages = 0
    for index, row in enumerate(rows):
        messages += row.last_n or 0
        if index and messages > MESSAGES_PER_PAGE:
            return rows[:index]
    return rows


_PARTS: dict[str, Callable[[Connection, _Asked], _Part]] = {
    "people": _people,
    "articles": _articles,
    "tickets": _tickets,
    "marks": _marks,
}
