"""Small facts: where the feed stands, who I am, settings, saved views, the log of the sync."""

import sqlite3

import msgspec

from desk.ids import Instant
from desk.records import Agent, Frozen

LOG_LENGTH = 1_000
ME = "me"


class SavedView(Frozen, frozen=True, kw_only=True):
    """A query the agent keeps under a name of their own."""

    name: str
    query: str


def meta(connection: sqlite3.Connection, key: str) -> str | None:
    """A fact about the replica itself."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return found[0] if found else None


def set_meta(writer: sqlite3.Connection, key: str, value: str | None) -> None:
    """Remember a fact; None forgets it."""
    if value is None:
        writer.execute("DELETE FROM meta WHERE key = ?", (key,))
    else:
        writer.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value=excluded.value",
            (key, value),
        )


def own_agent(connection: sqlite3.Connection) -> Agent | None:
    """Who I am: what the feed says of me, else what the last session said."""
    text = meta(connection, ME)
    if text is None:
        return None
    me = msgspec.json.decode(text, type=Agent)
    found = connection.execute("SELECT doc FROM agent WHERE id = ? AND v > ?", (me.id, me.v)).fetchone()
    return msgspec.json.decode(found[0], type=Agent) if found else me


def setting(connection: sqlite3.Connection, key: str) -> str | None:
    """A setting of the agent's."""
    found = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return found[0] if found else None


def set_setting(writer: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a setting."""
    writer.execute(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value=excluded.value",
        (key, value),
    )


def saved_views(connection: sqlite3.Connection) -> list[SavedView]:
    """The agent's views in the order they were saved first."""
    rows = connection.execute("SELECT name, query FROM saved_view ORDER BY place, name")
    return [SavedView(name=name, query=query) for name, query in rows]


def save_view(writer: sqlite3.Connection, name: str, query: str) -> None:
    """Keep a query under a name; a view of that name is replaced where it stands."""
    writer.execute(
        "INSERT INTO saved_view (name, query, place) "
        "VALUES (?, ?, (SELECT coalesce(max(place), 0) + 1 FROM saved_view)) "
        "ON CONFLICT (name) DO UPDATE SET query=excluded.query",
        (name, query),
    )


def drop_view(writer: sqlite3.Connection, name: str) -> None:
    """Forget a view."""
    writer.execute("DELETE FROM saved_view WHERE name = ?", (name,))


def log(writer: sqlite3.Connection, at: Instant, what: str) -> None:
    """Note what the sync did; the last :data:`LOG_LENGTH` lines are kept."""
    writer.execute("INSERT INTO sync_log (at, what) VALUES (?, ?)", (at, what))
    writer.execute("DELETE FROM sync_log WHERE seq <= (SELECT max(seq) FROM sync_log) - ?", (LOG_LENGTH,))


def logged(connection: sqlite3.Connection, limit: int = LOG_LENGTH) -> list[tuple[Instant, str]]:
    """What the sync did, newest first."""
    return list(connection.execute("SELECT at, what FROM sync_log ORDER BY seq DESC LIMIT ?", (limit,)))
