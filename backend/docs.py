"""Loads the stored JSON of many records at once, and tells in which scopes they are at this moment."""

import json
from collections.abc import Iterable, Set
from typing import cast

from msgspec import Raw
from sqlalchemy import Connection, text

from backend.prepared import Prepared
from backend.scopes import ORG, team_scope, user_scope
from desk.ids import AgentId
from desk.records import Message

_ORG_KINDS = ("agent", "team", "macro", "article", "policy")
_OWNED = ("account", "transfer")


def _prepared(sql: str) -> Prepared:
    return Prepared(text(sql))


def _by_ids(columns: str, table: str, key: str = "id") -> Prepared:
    return _prepared(f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT value FROM json_each(:ids))")


_DOCS: dict[str, Prepared] = {
    "ticket": _by_ids("id, v, doc, team_id", "ticket"),
    "customer": _by_ids("id, v, doc, id", "customer"),
    **{kind: _by_ids("id, v, doc, customer_id", kind) for kind in _OWNED},
    **{kind: _by_ids("id, v, doc, id", kind) for kind in _ORG_KINDS},
    "read_mark": _prepared(
        "SELECT ticket_id, v, doc, '' FROM read_mark"
        " WHERE agent_id = :agent_id AND ticket_id IN (SELECT value FROM json_each(:ids))"
    ),
}
_INTEREST = _prepared(
    "SELECT ticket_id, standing FROM interest"
    " WHERE agent_id = :agent_id AND ticket_id IN (SELECT value FROM json_each(:ids))"
)
_TEAMS_OF_CUSTOMERS = _by_ids("customer_id, team_id", "ticket", "customer_id")
_OWN_OF_CUSTOMERS = _prepared(
    "SELECT DISTINCT t.customer_id FROM json_each(:ids) c CROSS JOIN ticket t ON t.customer_id = c.value"
    " CROSS JOIN interest i ON i.agent_id = :agent_id AND i.ticket_id = t.id"
)
_MESSAGES = _prepared(
    "SELECT m.ticket_id, m.doc FROM json_each(:ranges) r CROSS JOIN message m"
    " ON m.ticket_id = r.key AND m.n BETWEEN r.value >> 32 AND r.value & 4294967295 ORDER BY r.id, m.n"
)
"""A range is one number, first and last 32 bits each: twice as fast as picking a JSON array apart."""


class Docs:
    """The records a page may carry, as they are now, for one agent who reads ``scopes``. ``own_too`` False spares the
    look at the agent's own scope, for a page that says nothing of it."""

    def __init__(
        self, conn: Connection, agent_id: AgentId, scopes: frozenset[str], wanted: dict[str, set[str]], own_too: bool
    ) -> None:
        self._rows: dict[str, dict[str, tuple[int, str]]] = {}
        self._places: dict[str, dict[str, Set[str]]] = {kind: {} for kind in wanted}
        self._scopes = scopes
        self._own = user_scope(agent_id)
        self._own_too = own_too
        homes: dict[str, dict[str, str]] = {}
        for kind, ids in wanted.items():
            rows = _DOCS[kind].rows(conn, {"ids": json.dumps(list(ids)), "agent_id": agent_id})
            self._rows[kind] = {record_id: (v, doc) for record_id, v, doc, _ in rows}
            homes[kind] = {record_id: home for record_id, _, _, home in rows}
        self._place_tickets(conn, agent_id, homes.pop("ticket", {}))
        self._place_customers(conn, agent_id, {kind: homes[kind] for kind in ("customer", *_OWNED) if kind in homes})
        for kind in homes.keys() - {"customer", *_OWNED}:
            scope = frozenset((self._own,)) if kind == "read_mark" else frozenset((ORG,))
            self._places[kind] = dict.fromkeys(homes[kind], scope)

    def get(self, kind: str, record_id: str) -> tuple[int, str]:
        """The version and JSON of a record that :meth:`is_in` some scope."""
        return self._rows[kind][record_id]

    def is_in(self, scope: str, kind: str, record_id: str) -> bool:
        """Whether the record exists and is in that scope now."""
        return scope in self._places[kind].get(record_id, ())

    def _place_tickets(self, conn: Connection, agent_id: AgentId, teams: dict[str, str]) -> None:
        if not teams:
            return
        found = _INTEREST.rows(conn, {"ids": json.dumps(list(teams)), "agent_id": agent_id}) if self._own_too else []
        own = {ticket_id: bool(standing) for ticket_id, standing in found}
        of_team = {team_id: frozenset((team_scope(team_id),)) for team_id in set(teams.values())}
        of_both = {team_id: scopes | {self._own} for team_id, scopes in of_team.items()}
        places = self._places["ticket"]
        for ticket_id, team_id in teams.items():
            # a ticket that is merely watched must still be in a team the agent sees
            mine = own.get(ticket_id, False) or (ticket_id in own and not of_team[team_id].isdisjoint(self._scopes))
            places[ticket_id] = of_both[team_id] if mine else of_team[team_id]

    def _place_customers(self, conn: Connection, agent_id: AgentId, owners: dict[str, dict[str, str]]) -> None:
        if not owners:
            return
        ids = json.dumps(list({customer_id for owned in owners.values() for customer_id in owned.values()}))
        places: dict[str, set[str]] = {}
        for customer_id, team_id in _TEAMS_OF_CUSTOMERS.rows(conn, {"ids": ids}):
            places.setdefault(customer_id, set()).add(team_scope(team_id))
        own = _OWN_OF_CUSTOMERS.rows(conn, {"ids": ids, "agent_id": agent_id}) if self._own_too else []
        for (customer_id,) in own:
            places[customer_id].add(self._own)
        for kind, owned in owners.items():
            self._places[kind] = {r: places.get(customer_id, set()) for r, customer_id in owned.items()}


def message_docs(conn: Connection, ranges: Iterable[tuple[str, int, int]]) -> dict[str, list[str]]:
    """The JSON of messages by ticket, in order of ``n``, for ranges ``(ticket id, first n, last n)``."""
    found: dict[str, list[str]] = {}
    asked = {ticket_id: (first << 32) | last for ticket_id, first, last in ranges}
    if asked:
        for ticket_id, doc in _MESSAGES.rows(conn, {"ranges": json.dumps(asked)}):
            found.setdefault(ticket_id, []).append(doc)
    return found


def raw_messages(docs: Iterable[str]) -> tuple[Message, ...]:
    """Stored messages for a body that is encoded at once.

    They are JSON that goes out as it is; only the type says that they are messages, as they will be at the other end.
    """
    return cast(tuple[Message, ...], tuple(map(Raw, docs)))
