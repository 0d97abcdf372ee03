"""Loads the stored JSON of many records at once, and tells in which scopes they are at this moment."""

import json
from collections.abc import Iterable, Set
from typing import cast

from msgspec import Raw
from sqlalchemy import Connection, text

from backend.prepared import Prepared
from backend.scopes import ORG, SCOPE_OF_MACRO, team_scope, user_scope
from backend.services.persons import persons_of
from desk.ids import AgentId
from desk.records import Message

_ORG_KINDS = ("agent", "team", "article", "policy", "incident", "procedure", "gap")
_OWNED = ("account", "transfer")
_OF_CUSTOMERS = frozenset(("customer", *_OWNED))


def _prepared(sql: str) -> Prepared:
    return Prepared(text(sql))


def _by_ids(columns: str, table: str, key: str = "id") -> Prepared:
    return _prepared(f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT value FROM json_each(:ids))")


_DOCS: dict[str, Prepared] = {
    "ticket": _by_ids("id, v, doc, team_id, customer_id", "ticket"),
    "customer": _by_ids("id, v, doc, id", "customer"),
    **{kind: _by_ids("id, v, doc, customer_id", kind) for kind in _OWNED},
    **{kind: _by_ids("id, v, doc, id", kind) for kind in _ORG_KINDS},
    "macro": _by_ids(f"id, v, doc, {SCOPE_OF_MACRO}", "macro"),
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
    """The records a page may carry, as they are now, for one agent who reads ``scopes``.

    ``own_too`` False spares the look at the agent's own scope, for a page that says nothing of it. A customer mostly
    comes with a ticket that tells where they are; the others are looked up when first asked for.
    """

    def __init__(
        self, conn: Connection, agent_id: AgentId, scopes: frozenset[str], wanted: dict[str, set[str]], own_too: bool
    ) -> None:
        self._conn, self._agent_id = conn, agent_id
        self._owners: dict[str, dict[str, str]] = {}
        self._customers: dict[str, set[str]] = {}
        self._looked_up = False
        self._rows: dict[str, dict[str, tuple[int, str]]] = {}
        self._places: dict[str, dict[str, Set[str]]] = {kind: {} for kind in wanted}
        self._scopes = scopes
        self._own = user_scope(agent_id)
        self._own_too = own_too
        homes: dict[str, dict[str, str]] = {}
        for kind, ids in wanted.items():
            rows = _DOCS[kind].rows(conn, {"ids": json.dumps(list(ids)), "agent_id": agent_id})
            self._rows[kind] = {row[0]: (row[1], row[2]) for row in rows}
            if kind == "ticket":
                self._place_tickets(rows)
            elif kind in _OF_CUSTOMERS:
                self._owners[kind] = {row[0]: row[3] for row in rows}
            else:
                homes[kind] = {row[0]: row[3] for row in rows}
        self._places["macro"] = {macro_id: frozenset((scope,)) for macro_id, scope in homes.pop("macro", {}).items()}
        for kind in homes:
            scope = frozenset((self._own,)) if kind == "read_mark" else frozenset((ORG,))
            self._places[kind] = dict.fromkeys(homes[kind], scope)

    def get(self, kind: str, record_id: str) -> tuple[int, str]:
        """The version and JSON of a record that :meth:`is_in` some scope."""
        return self._rows[kind][record_id]

    def is_in(self, scope: str, kind: str, record_id: str) -> bool:
        """Whether the record exists and is in that scope now."""
        if kind not in _OF_CUSTOMERS:
            return scope in self._places[kind].get(record_id, ())
        customer_id = self._owners[kind].get(record_id)
        if customer_id is None:
            return False
        if scope not in self._customers.get(customer_id, ()) and not self._looked_up:
            self._look_up_customers()
        return scope in self._customers.get(customer_id, ())

    def _place_tickets(self, rows: list[tuple[str, int, str, str, str]]) -> None:
        own: dict[str, bool] = {}
        if self._own_too:
            key = {"ids": json.dumps([row[0] for row in rows]), "agent_id": self._agent_id}
            own = {ticket_id: bool(standing) for ticket_id, standing in _INTEREST.rows(self._conn, key)}
        of_team = {team_id: frozenset((team_scope(team_id),)) for team_id in {row[3] for row in rows}}
        of_both = {team_id: scopes | {self._own} for team_id, scopes in of_team.items()}
        places = self._places["ticket"]
        for ticket_id, _, _, team_id, customer_id in rows:
            # a ticket that is merely watched must still be in a team the agent sees
            mine = own.get(ticket_id, False) or (ticket_id in own and not of_team[team_id].isdisjoint(self._scopes))
            places[ticket_id] = here = of_both[team_id] if mine else of_team[team_id]
            self._customers.setdefault(customer_id, set()).update(here)

    def _look_up_customers(self) -> None:
        """Find the scopes of all customers of the page, by all of their tickets."""
        self._looked_up = True
        asked = {customer_id for owned in self._owners.values() for customer_id in owned.values()}
        persons = persons_of(self._conn, asked)
        ids = json.dumps(list(asked.union(*persons.values())))
        for customer_id, team_id in _TEAMS_OF_CUSTOMERS.rows(self._conn, {"ids": ids}):
            self._customers.setdefault(customer_id, set()).add(team_scope(team_id))
        if self._own_too:
            for (customer_id,) in _OWN_OF_CUSTOMERS.rows(self._conn, {"ids": ids, "agent_id": self._agent_id}):
                self._customers.setdefault(customer_id, set()).add(self._own)
        for customer_id, records in persons.items():
            for record in records:
                self._customers.setdefault(customer_id, set()).update(self._customers.get(record, ()))


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
