"""Opening the database: its engine, pragmas, tables, and the transaction everything is written in.

SQLite only for now, in WAL mode with ``synchronous=FULL``: what was answered is on disk. Writes begin with
``BEGIN IMMEDIATE``, so positions of the feed are dense even when another process (an import, say) writes as well.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateIndex

from backend import tables
from backend.errors import NewerDatabase, UnknownDatabase
from backend.rows import row_of
from backend.transaction import Transaction
from backend.upgrade import SCHEMA, upgrade
from desk.ids import Instant
from desk.records import Policy

_BUSY_MS = 10_000


def database_path(url: str) -> Path:
    """The file of a ``sqlite:///…`` URL; raises :class:`UnknownDatabase` for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnknownDatabase(f"{url!r} is not a database URL; use sqlite:///path/to/file.db") from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise UnknownDatabase(f"{url!r} is not supported; use sqlite:///path/to/file.db")
    return Path(parsed.database)


def _open(path: Path, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": _BUSY_MS / 1000},
        pool_size=8,
        query_cache_size=500,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Database:
    """One database: an engine that writes and one that only reads. Both may be used from any thread."""

    def __init__(self, url: str) -> None:
        self.path = database_path(url)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.writing = _open(self.path, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"))
        self.reading = _open(self.path, "BEGIN", ("query_only=ON",))
        self.feed_id = self._prepare()

    def _prepare(self) -> str:
        """Create what is missing; the feed's id is minted with the database."""
        with self.writing.begin() as conn:
            self._upgrade(conn)
            tables.metadata.create_all(conn)
            for table in tables.metadata.tables.values():  # create_all passes over the tables that are there
                for index in table.indexes:
                    conn.execute(CreateIndex(index, if_not_exists=True))
            conn.exec_driver_sql(tables.SEARCH_DDL)
            defaults = {"schema": str(SCHEMA), "feed": secrets.token_hex(8), "min_pos": "0", "next_ref": "1"}
            conn.execute(
                insert(tables.meta).on_conflict_do_nothing(),
                [{"key": key, "value": value} for key, value in defaults.items()],
            )
            stored = {str(key): str(value) for key, value in conn.execute(select(tables.meta))}
            if conn.execute(select(func.count()).select_from(tables.policy)).scalar_one() == 0:
                conn.execute(insert(tables.policy), row_of(Policy()))
            return stored["feed"]

    def _upgrade(self, conn: Connection) -> None:
        """Bring an older database to this release; refuse one from the future."""
        if not inspect(conn).has_table(tables.meta.name):
            return
        found = conn.execute(select(tables.meta.c.value).where(tables.meta.c.key == "schema")).scalar()
        version = SCHEMA if found is None else int(found)
        if version > SCHEMA:
            raise NewerDatabase(f"{self.path} was written by a newer version; upgrade this backend to open it")
        if version < SCHEMA:
            upgrade(conn, version)
            conn.execute(update(tables.meta).where(tables.meta.c.key == "schema").values(value=str(SCHEMA)))

    @contextmanager
    def write(self, now: Instant) -> Iterator[Transaction]:
        """A transaction of one's own, for command-line tools and tests; the server writes through
        :class:`backend.writer.Writer`."""
        with self.writing.begin() as conn:
            transaction = Transaction(conn, now)
            yield transaction
            transaction.flush()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the database."""
        with self.reading.begin() as conn:
            yield conn

    def close(self) -> None:
        """Give all connections back."""
        self.reading.dispose()
        self.writing.dispose()
