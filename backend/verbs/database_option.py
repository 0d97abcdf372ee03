"""The database a verb works on."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from backend.cli import DATABASE_ENV, UsageError
from backend.database import Database, database_path
from backend.errors import BackendError


class NoDatabase(BackendError):
    """The file is not there; only ``init`` and ``demo`` create one."""


def database_url(args: argparse.Namespace) -> str:
    """The URL that was given; raises :class:`~backend.cli.UsageError` when none was."""
    if not args.database:
        raise UsageError(f"say which database: --database sqlite:///path/to/file.db, or set {DATABASE_ENV}.")
    return str(args.database)


@contextmanager
def existing_database(args: argparse.Namespace) -> Iterator[Database]:
    """The database, which must have been created with ``init``."""
    url = database_url(args)
    path = database_path(url)
    if not path.exists():
        raise NoDatabase(f"there is no database {path}; create it with `console-backend init --database {url}`")
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
