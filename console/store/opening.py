"""Opens local.db: makes folder and tables where they are missing, and finds out what is wrong where something is."""

import os
import sqlite3
from pathlib import Path

from console.i18n import gettext as _
from console.store.database import Database, connect_writer
from console.store.errors import NetworkFilesystem, StoreCorrupt, StoreUnwritable, is_damage, translated
from console.store.filesystems import network_filesystem
from console.store.versions import VERSION


def open_database(path: Path, *, read_only: bool = False) -> tuple[Database, str]:
    """The file, ready for use, and a notice for the agent (empty when there is nothing to say)."""
    path = path.expanduser().absolute()
    _refuse_network(path)
    if not path.exists():
        if read_only:
            raise StoreUnwritable(_("{path} does not exist yet; sign in once to fetch it.").format(path=path))
        _make_folder(path)
    database = Database(path)
    try:
        version = _version_of(database) if path.exists() and path.stat().st_size else 0
    except StoreCorrupt:
        database.close()
        if read_only:
            raise
        from console.store.salvage import replace_damaged  # brings in the migrations; damaged files are rare

        return Database(path), replace_damaged(path)
    if version == VERSION and not read_only and _writable(path):
        return database, ""
    database.close()
    if version > VERSION:
        notice = _("{path} was written by a newer console; it is open for reading only. Update this console to work.")
        return Database(path, read_only=True), notice.format(path=path)
    if read_only or not _writable(path):
        return _open_read_only(path, version, asked=read_only)
    if version < VERSION:
        _migrate(path, version)
    return Database(path), ""


def _version_of(database: Database) -> int:
    """``user_version``, having looked at the list of tables: damage at the start of the file shows here.

    The database stays open where all is well: whoever opens the file first reads its whole log.
    """
    try:
        version = database.reader().execute("PRAGMA user_version").fetchone()[0]
        database.reader().execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        if is_damage(error):
            raise translated(error, database.path) from error
        return _version_unlocked(database.path)
    return int(version)


def _version_unlocked(path: Path) -> int:
    """The version of a file whose WAL cannot be opened, as in a folder that refuses writing."""
    database = Database(path, read_only=True, immutable=True)
    try:
        return int(database.reader().execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise translated(error, path) from error
    finally:
        database.close()


def _open_read_only(path: Path, version: int, *, asked: bool) -> tuple[Database, str]:
    if version < VERSION:
        raise StoreUnwritable(
            _("{path} must be brought up to date, but cannot be written; check its permissions.").format(path=path)
        )
    folder_refuses = not os.access(path.parent, os.W_OK)
    notice = "" if asked else _("{path} cannot be written: you can read, but nothing you do is kept.").format(path=path)
    return Database(path, read_only=True, immutable=folder_refuses), notice


def _migrate(path: Path, version: int) -> None:
    from console.store.migrations import back_up, changes_tables, migrate  # 57 ms, only for a new or an older file

    lock_holder = Database(path)
    with lock_holder.exclusive() as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return  # another console was faster
        connection.execute("PRAGMA journal_mode=WAL")
        if version and changes_tables(connection):
            back_up(connection, path)
        migrate(connection)
    path.chmod(0o600)


def _make_folder(path: Path) -> None:
    try:
        missing = not path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if missing:
            path.parent.chmod(0o700)
        path.touch(mode=0o600)
        connect_writer(path).close()
    except OSError as error:
        raise StoreUnwritable(
            _("{path} cannot be created: {reason}. Choose another place with --db.").format(
                path=path, reason=error.strerror or error
            )
        ) from error


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _refuse_network(path: Path) -> None:
    kind = network_filesystem(path)
    if kind:
        raise NetworkFilesystem(
            _(
                "{path} lies on a network file system ({kind}), where two consoles could damage it; "
                "choose a local folder with --db or CONSOLE_HOME."
            ).format(path=path, kind=kind)
        )
