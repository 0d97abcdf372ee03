"""A short look at the articles of local.db, for the command line: no lock, no migration, no writing."""

import sqlite3
from pathlib import Path

from console.store.versions import VERSION


class Glance:
    """A replica opened for reading its articles only."""

    def __init__(self, path: Path) -> None:
        """Raises :exc:`sqlite3.Error` when the file cannot be read as it is."""
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)

    def reader(self) -> sqlite3.Connection:
        """The connection."""
        return self._connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def glance(path: Path) -> Glance | None:
    """The replica at ``path`` if it can be read as it is; None when it is missing, of another version or damaged: then
    :meth:`console.store.store.Store.open` knows what to do."""
    if not path.is_file():
        return None
    try:
        opened = Glance(path)
        if opened.reader().execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return opened
        opened.close()
    except sqlite3.Error:
        return None
    return None
