"""The floor for the backend: an ASGI handler that makes a reply's inserts with group commit and nothing else.

No sign-in, no rules, no validation: it decodes the body, inserts one row each where the backend does, updates the
ticket, and answers after the commit. Same server (uvicorn, httptools), same pragmas (WAL, FULL), one writer thread.
"""

import asyncio
import contextlib
import queue
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec

SCHEMA = """
CREATE TABLE ticket (id TEXT PRIMARY KEY, v INTEGER NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE message (seq INTEGER PRIMARY KEY, ticket_id TEXT, n INTEGER, command_id TEXT, doc TEXT,
                      UNIQUE (ticket_id, n), UNIQUE (ticket_id, command_id));
CREATE TABLE clock_event (seq INTEGER PRIMARY KEY, ticket_id TEXT, clock TEXT, action TEXT, at INTEGER);
CREATE TABLE feed (pos INTEGER PRIMARY KEY, tx INTEGER, scope TEXT, kind TEXT, id TEXT, op TEXT, v INTEGER, cmd TEXT);
CREATE TABLE command_log (id TEXT PRIMARY KEY, agent_id TEXT, fingerprint TEXT, outcome TEXT, at INTEGER) WITHOUT ROWID;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER, actor_id TEXT, action TEXT, entity_id TEXT, hash TEXT);
"""

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def insert_reply(conn: sqlite3.Connection, body: dict[str, Any]) -> None:
    """The rows of one reply: log, message, ticket, clock, two scopes of the feed, audit."""
    envelope = body["commands"][0]
    ticket_id, command_id, text = envelope["command"]["ticket_id"], envelope["id"], envelope["command"]["body"]
    conn.execute("INSERT INTO command_log VALUES (?,?,?,?,?)", (command_id, "a", "f" * 64, "{}", 1))
    n = conn.execute("SELECT coalesce(max(n), 0) + 1 FROM message WHERE ticket_id = ?", (ticket_id,)).fetchone()[0]
    conn.execute(
        "INSERT INTO message (ticket_id, n, command_id, doc) VALUES (?,?,?,?)", (ticket_id, n, command_id, text)
    )
    conn.execute(
        "INSERT INTO ticket VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET v = excluded.v, doc = excluded.doc",
        (ticket_id, n, text * 3),
    )
    conn.execute(
        "INSERT INTO clock_event (ticket_id, clock, action, at) VALUES (?,?,?,?)", (ticket_id, "next_reply", "stop", 1)
    )
    for scope in ("team:t", "user:a"):
        conn.execute(
            "INSERT INTO feed (tx, scope, kind, id, op, v, cmd) VALUES (?,?,?,?,?,?,?)",
            (1, scope, "ticket", ticket_id, "put", n, command_id),
        )
    conn.execute(
        "INSERT INTO audit (at, actor_id, action, entity_id, hash) VALUES (?,?,?,?,?)",
        (1, "a", "reply", ticket_id, "h" * 64),
    )


class BareBackend:
    """The ASGI app over one database file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._jobs: queue.SimpleQueue[tuple[dict[str, Any], asyncio.Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        with contextlib.closing(sqlite3.connect(self._path, isolation_level=None)) as conn:
            conn.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + SCHEMA)
            while (job := self._jobs.get()) is not None:
                batch = [job]
                while not self._jobs.empty() and (more := self._jobs.get()) is not None:
                    batch.append(more)
                conn.execute("BEGIN IMMEDIATE")
                for body, _ in batch:
                    insert_reply(conn, body)
                conn.execute("COMMIT")
                for _, done in batch:
                    done.get_loop().call_soon_threadsafe(done.set_result, None)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer lifespan and any POST."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        raw = b""
        async for chunk in self._body(receive):
            raw += chunk
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._jobs.put((msgspec.json.decode(raw), done))
        await done
        answer = b'{"outcomes":[{"outcome":"applied","v":2,"n":2}]}'
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._thread.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._jobs.put(None)
        await send({"type": "lifespan.shutdown.complete"})

    @staticmethod
    async def _body(receive: Receive) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await receive()
            yield message.get("body", b"")
            more = message.get("more_body", False)


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(BareBackend(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), http="httptools", log_level="error")
