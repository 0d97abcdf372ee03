"""A damaged local.db: moved aside, replaced by a new one, with the agent's own words carried over as far as they can
be read."""

import sqlite3
from contextlib import closing
from pathlib import Path

from console.i18n import gettext as _
from console.store.database import connect_writer
from console.store.errors import translated
from console.store.migrations import migrate

SALVAGED = ("outbox", "draft", "trash", "read_mark", "setting", "saved_view", "bulk", "bulk_item")


def replace_damaged(path: Path) -> str:
    """Move the file aside and make a new one; returns the notice for the agent."""
    aside = _move_aside(path)
    path.touch(mode=0o600)
    with closing(connect_writer(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        migrate(connection)
        saved, lost = _carry_over(connection, aside)
    notice = _(
        "{path} was damaged and is being fetched again; the old file is {aside}. Kept: {saved} of your own entries."
    ).format(path=path, aside=aside.name, saved=saved)
    if lost:
        notice += " " + _("Unsent texts or drafts may be missing.")
    return notice


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise translated(sqlite3.OperationalError("readonly"), path) from error
    return aside


def _carry_over(connection: sqlite3.Connection, aside: Path) -> tuple[int, bool]:
    """Copy own rows one by one; returns how many, and whether some could not be read."""
    saved, lost = 0, False
    with closing(sqlite3.connect(aside, isolation_level=None)) as damaged:
        for table in SALVAGED:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            try:
                for row in damaged.execute(f"SELECT {names} FROM {table}"):
                    connection.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", row)
                    saved += 1
            except sqlite3.DatabaseError:
                lost = True  # what follows in this table cannot be read; the notice says so
    return saved, lost
