"""The tickets of incidents, and those that might be: counted, listed and found by rule, as shown."""

import sqlite3
from collections.abc import Iterable

import msgspec

from console.store.conditions import Asker
from console.store.reading import decode
from console.store.search import search
from desk.ids import IncidentId, TicketId
from desk.query import Filter, TicketQuery
from desk.records import Ticket

_SHOWN = (
    "SELECT {columns} FROM overlay_ticket WHERE {where} UNION ALL "
    "SELECT {columns} FROM ticket WHERE {where} AND id NOT IN (SELECT id FROM overlay_ticket)"
)
_FREE = (Filter(field="is", values=("active",)), Filter(field="is", values=("incident",), negated=True))

_TAKEN = "SELECT id FROM overlay_ticket WHERE incident_id IS NOT NULL OR active = 0"
"""What a search does not know yet: tickets that I just put into an incident, or solved."""


def sizes(reader: sqlite3.Connection) -> dict[IncidentId, tuple[int, int]]:
    """How many tickets of each incident are open, and how many are solved."""
    shown = _SHOWN.format(columns="incident_id, active", where="incident_id IS NOT NULL")
    select = f"SELECT incident_id, sum(active), sum(1 - active) FROM ({shown}) GROUP BY incident_id"
    return {IncidentId(incident_id): (still, over) for incident_id, still, over in reader.execute(select)}


def tickets(reader: sqlite3.Connection, incident_id: IncidentId) -> list[Ticket]:
    """The tickets of an incident, the first that joined first."""
    select = _SHOWN.format(columns="doc", where="incident_id IS NOT NULL AND incident_id = ?1")
    found = [decode(doc, Ticket) for (doc,) in reader.execute(select, (incident_id,))]
    return sorted(found, key=lambda ticket: (ticket.joined_at or ticket.created_at, ticket.id))


def answering(reader: sqlite3.Connection, queries: Iterable[TicketQuery], asker: Asker, limit: int) -> list[TicketId]:
    """Active tickets in no incident that answer one of the queries, each once."""
    taken = {one for (one,) in reader.execute(_TAKEN)}
    found: dict[TicketId, None] = {}
    for query in queries:
        free = msgspec.structs.replace(query, filters=(*query.filters, *_FREE))
        found.update(dict.fromkeys(hit.row.id for hit in search(reader, free, asker, limit) if hit.row.id not in taken))
    return list(found)[:limit]
