"""Tokens: how a caller proves who they are.

Opaque random text; the database keeps only SHA-256 of it. An access token lives for minutes, its refresh token for
weeks and works once: using an old one revokes the whole family, because somebody else must have it. API tokens, for
automation, live until they are revoked.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from backend import tables
from backend.errors import ProblemError
from backend.services.lookup import agent_by_id
from backend.transaction import Transaction
from desk.ids import MS_PER_S, AgentId, Instant
from desk.records import Agent
from desk.wire import Tokens

_PREFIX = "ac"
_t = tables.token.c
_FIND = select(_t.hash, _t.kind, _t.family, _t.agent_id, _t.name, _t.expires_at, _t.used_at, _t.revoked_at).where(
    _t.hash == bindparam("hash")
)
_ADD = insert(tables.token)
_USE = update(tables.token).where(_t.hash == bindparam("of_hash")).values(used_at=bindparam("now"))
_REVOKE = update(tables.token).where(_t.family == bindparam("of_family"), _t.revoked_at.is_(None))
_REVOKE = _REVOKE.values(revoked_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the agent, by which token (its hash), of which family, from which device, until when."""

    agent_id: AgentId
    token: str
    family: str
    device: str
    expires_at: Instant | None


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def principal_of(conn: Connection, token: str, now: Instant) -> Principal:
    """Who the bearer of an access or API token is; raises ``not-signed-in`` or ``token-expired``."""
    row = conn.execute(_FIND, {"hash": hash_of(token)}).one_or_none()
    if row is None or row.kind == "refresh" or row.revoked_at is not None:
        raise ProblemError("not-signed-in", "Sign in again.")
    if row.expires_at is not None and row.expires_at <= now:
        raise ProblemError("token-expired", "Refresh the access token.")
    active_agent(conn, AgentId(row.agent_id))
    return Principal(AgentId(row.agent_id), row.hash, row.family, row.name, row.expires_at)


def active_agent(conn: Connection, agent_id: AgentId) -> Agent:
    """The agent as they are now; raises ``not-signed-in`` for one who was deactivated."""
    agent = agent_by_id(conn, agent_id)
    if agent is None or not agent.active:
        raise ProblemError("not-signed-in", "This account is no longer active; ask an admin.")
    return agent


def _mint(
    tx: Transaction, kind: Literal["access", "refresh", "api"], agent_id: AgentId, family: str, name: str, life_s: int
) -> str:
    token = f"{_PREFIX}_{kind}_{secrets.token_urlsafe(32)}"
    row = {"hash": hash_of(token), "kind": kind, "family": family, "agent_id": agent_id, "name": name}
    tx.conn.execute(_ADD, {**row, "created_at": tx.now, "expires_at": tx.now + life_s * MS_PER_S if life_s else None})
    return token


def _pair(tx: Transaction, agent: Agent, family: str, device: str, access_s: int, refresh_s: int) -> Tokens:
    return Tokens(
        access_token=_mint(tx, "access", agent.id, family, device, access_s),
        refresh_token=_mint(tx, "refresh", agent.id, family, device, refresh_s),
        expires_at=tx.now + access_s * MS_PER_S,
        me=agent,
    )


def sign_in(tx: Transaction, agent_id: AgentId, device: str, access_s: int, refresh_s: int) -> Tokens:
    """Tokens of a new family for an agent whose password was right."""
    with tx.unit():
        agent = active_agent(tx.conn, agent_id)
        tx.audit(agent.id, "sign-in", agent.id, device=device)
        return _pair(tx, agent, secrets.token_hex(8), device, access_s, refresh_s)


def rotate(tx: Transaction, refresh_token: str, access_s: int, refresh_s: int) -> Tokens | ProblemError:
    """New tokens for a refresh token, which is used up. One used before revokes its family.

    The problem is returned, not raised, because the revocation must be committed with it.
    """
    row = tx.conn.execute(_FIND, {"hash": hash_of(refresh_token)}).one_or_none()
    if row is None or row.kind != "refresh" or row.revoked_at is not None:
        return ProblemError("not-signed-in", "Sign in again.")
    with tx.unit():
        if row.used_at is not None:
            tx.audit(row.agent_id, "token-reused", row.family, device=row.name)
            tx.conn.execute(_REVOKE, {"of_family": row.family, "now": tx.now})
            return ProblemError("token-reused", "This sign-in was used elsewhere and is now closed; sign in again.")
        if row.expires_at <= tx.now:
            return ProblemError("not-signed-in", "Sign in again.")
        agent = agent_by_id(tx.conn, AgentId(row.agent_id))
        if agent is None or not agent.active:
            return ProblemError("not-signed-in", "This account is no longer active; ask an admin.")
        tx.conn.execute(_USE, {"of_hash": row.hash, "now": tx.now})
        return _pair(tx, agent, row.family, row.name, access_s, refresh_s)


def revoke(tx: Transaction, token: str) -> None:
    """Sign out the family a token belongs to; an unknown token is nobody's and changes nothing."""
    row = tx.conn.execute(_FIND, {"hash": hash_of(token)}).one_or_none()
    if row is not None:
        with tx.unit():
            tx.audit(row.agent_id, "sign-out", row.family, device=row.name)
            tx.conn.execute(_REVOKE, {"of_family": row.family, "now": tx.now})


def create_api_token(tx: Transaction, agent_id: AgentId, name: str) -> str:
    """A token for automation that acts as the agent; shown once, here."""
    with tx.unit():
        tx.audit(agent_id, "token-created", name)
        return _mint(tx, "api", agent_id, secrets.token_hex(8), name, 0)
