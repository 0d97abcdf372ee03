"""Finds the agent a name and password belong to."""

from sqlalchemy import Connection, bindparam, select

from backend.services.lookup import agent_by_handle
from backend.tables import credential
from desk.ids import AgentId

_HASH = select(credential.c.password_hash).where(credential.c.agent_id == bindparam("agent_id"))


def credentials_of(conn: Connection, handle: str) -> tuple[AgentId | None, str | None]:
    """The id and password hash of an active agent; two Nones when nobody signs in under this name."""
    agent = agent_by_handle(conn, handle)
    if agent is None or not agent.active:
        return None, None
    stored = conn.execute(_HASH, {"agent_id": agent.id}).scalar()
    return agent.id, None if stored is None else str(stored)
