"""The connections to local.db: one reader per thread, one writer for the whole machine.

SQLite up to 3.51.2 can damage a WAL file when two connections write or checkpoint at the same instant. So everything
that writes goes through one lock across threads and processes, and readers are opened read-only, which never
checkpoint.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from console.i18n import gettext as _
from console.store.conditions import ticket_customer, ticket_words
from console.store.errors import StoreError, StoreTooNew, StoreUnwritable, busy, translated

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_TIMEOUT_S = 10.0
READER_TIMEOUT_S = 5.0


class Database:
    """One file, opened. Safe to use from any thread; close it once."""

    def __init__(self, path: Path, *, read_only: bool = False, immutable: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._immutable = immutable
        self._local = threading.local()
        self._readers: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._registry = threading.Lock()
        self._write_lock = threading.RLock()
        self._file_lock: BaseFileLock | None = None
        self._writer: sqlite3.Connection | None = None
        self._watcher: sqlite3.Connection | None = None
        self._closed = False

    def reader(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if connection is None:
            connection = self._connect_reader()
            self._local.reader = connection
            self._register(connection)
        return connection

    def data_version(self) -> int:
        """A number that changes whenever any thread or process commits; comparable within one opened file."""
        with self._registry:
            if self._watcher is None:
                self._watcher = self._connect_reader()
            row = self._watcher.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed to the disk when the block ends, rolled back when it raises.

        A block inside a block joins the outer transaction.
        """
        if self.read_only:
            raise self._refusal()
        with self._write_lock:
            if self._writer is not None and self._writer.in_transaction:
                yield self._writer
                return
            with self._machine_lock():
                yield from self._transaction(self._open_writer())

    @contextmanager
    def exclusive(self) -> Iterator[sqlite3.Connection]:
        """The writer connection under the lock, outside of a transaction; for migrations. Closes it afterwards."""
        with self._write_lock, self._machine_lock():
            connection = self._open_writer()
            try:
                yield connection
            except sqlite3.Error as error:
                raise translated(error, self.path) from error
            finally:
                connection.close()
                self._writer = None

    def checkpoint(self) -> None:
        """Move what was written into the main file and empty the WAL, as far as readers let it."""
        if self.read_only:
            return
        with self._write_lock, self._machine_lock():
            self._open_writer().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Close every connection; the file is complete on the disk afterwards."""
        with self._write_lock:
            if self._closed:
                return
            self._closed = True
            with self._registry:
                for _thread, connection in self._readers:
                    connection.close()
                self._readers.clear()
                if self._watcher is not None:
                    self._watcher.close()
            if self._writer is not None:
                with self._machine_lock():
                    self._writer.close()  # as the last one it empties the log, which the next start would read whole

    def _transaction(self, writer: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        try:
            writer.execute("BEGIN IMMEDIATE")
            yield writer
            writer.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(writer)
            raise translated(error, self.path) from error
        except BaseException:
            _roll_back(writer)
            raise

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = connect_writer(self.path)
        return self._writer

    @contextmanager
    def _machine_lock(self) -> Iterator[None]:
        if self._file_lock is None:
            from filelock import FileLock  # 8 ms beside Textual, 40 ms alone: the first frame does not write

            self._file_lock = FileLock(f"{self.path}.lock", timeout=LOCK_TIMEOUT_S, mode=0o600, thread_local=False)
        try:
            acquired = self._file_lock.acquire()
        except TimeoutError as error:
            raise busy(self.path) from error
        except OSError as error:
            raise translated(sqlite3.OperationalError("readonly"), self.path) from error
        with acquired:
            yield

    def _connect_reader(self) -> sqlite3.Connection:
        query = "immutable=1" if self._immutable else "mode=ro"
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(self.path))}?{query}",
                uri=True,
                timeout=READER_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.execute("PRAGMA query_only=ON")
            connection.create_function("ticket_words", 1, ticket_words, deterministic=True)
            connection.create_function("ticket_customer", 1, ticket_customer, deterministic=True)
        except sqlite3.Error as error:
            raise translated(error, self.path) from error
        return connection

    def _register(self, connection: sqlite3.Connection) -> None:
        with self._registry:
            living = []
            for thread, reader in self._readers:
                if thread.is_alive():
                    living.append((thread, reader))
                else:
                    reader.close()
            self._readers = [*living, (threading.current_thread(), connection)]

    def _refusal(self) -> StoreError:
        if self._immutable:
            return StoreUnwritable(_("{path} cannot be written; nothing was saved.").format(path=self.path))
        return StoreTooNew(_("{path} is open for reading only; nothing was saved.").format(path=self.path))


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection that may write. Whoever opens one holds the lock while using it."""
    try:
        connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
    except sqlite3.Error as error:
        raise translated(error, path) from error
    return connection


def _roll_back(writer: sqlite3.Connection) -> None:
    if writer.in_transaction:
        writer.execute("ROLLBACK")
