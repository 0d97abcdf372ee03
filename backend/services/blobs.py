"""Attachments: which files are there, and who may read them.

A file is readable by those who uploaded it and by whoever sees a ticket it is attached to. The bytes lie in a folder,
named by their digest; :mod:`backend.api.blobs` moves them.
"""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from backend import tables
from backend.services.lookup import ticket_by_id
from backend.transaction import Transaction
from desk.ids import AgentId, TicketId
from desk.permissions import may_see
from desk.records import Agent
from desk.wire import BlobStored

_b = tables.blob.c
_BLOB = select(_b.size_bytes, _b.media_type).where(_b.sha256 == bindparam("sha256"))
_OWNED = select(tables.blob_owner.c.agent_id).where(
    tables.blob_owner.c.sha256 == bindparam("sha256"), tables.blob_owner.c.agent_id == bindparam("agent_id")
)
_USES = select(tables.blob_use.c.ticket_id).where(tables.blob_use.c.sha256 == bindparam("sha256"))
_STORE = insert(tables.blob).on_conflict_do_nothing()
_OWN = insert(tables.blob_owner).on_conflict_do_nothing()


def store_blob(tx: Transaction, blob: BlobStored, agent_id: AgentId) -> None:
    """Note that a file is there and that this agent brought it."""
    with tx.unit():
        note_blob(tx, blob)
        tx.conn.execute(_OWN, {"sha256": blob.sha256, "agent_id": agent_id})


def note_blob(tx: Transaction, blob: BlobStored) -> None:
    """Note that a file is there; who may read it follows from the tickets it is attached to."""
    tx.conn.execute(_STORE, {"sha256": blob.sha256, "size_bytes": blob.size_bytes, "media_type": blob.media_type})


def readable_blob(conn: Connection, sha256: str, agent: Agent) -> BlobStored | None:
    """The file, if the agent may read it."""
    row = conn.execute(_BLOB, {"sha256": sha256}).one_or_none()
    if row is None:
        return None
    blob = BlobStored(sha256=sha256, size_bytes=row.size_bytes, media_type=row.media_type)
    if conn.execute(_OWNED, {"sha256": sha256, "agent_id": agent.id}).one_or_none() is not None:
        return blob
    tickets = (ticket_by_id(conn, TicketId(t)) for t in conn.execute(_USES, {"sha256": sha256}).scalars())
    return blob if any(ticket is not None and may_see(agent, ticket) for ticket in tickets) else None
