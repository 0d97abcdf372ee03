"""Statements that are written with SQLAlchemy, compiled once, and run by the driver itself.

Executing through SQLAlchemy costs about 25 µs a statement, several times the statement; a command runs fifteen of them.
Values pass as they are: text, integers and None, which is all that the tables hold.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.sql.expression import ClauseElement

Values: TypeAlias = Mapping[str, str | int | None]

_DIALECT = dialect(paramstyle="named")


def driver_of(conn: Connection) -> sqlite3.Connection:
    """The driver's connection inside an open one of SQLAlchemy."""
    return cast(sqlite3.Connection, conn.connection.dbapi_connection)


class Prepared:
    """One statement. ``columns`` are those an insert gives (None: all of the table)."""

    __slots__ = ("sql",)

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        keys = None if columns is None else list(columns)
        self.sql = str(statement.compile(dialect=_DIALECT, column_keys=keys))

    def rows(self, conn: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return driver_of(conn).execute(self.sql, values).fetchall()

    def row(self, conn: Connection, values: Values) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        found: tuple[Any, ...] | None = driver_of(conn).execute(self.sql, values).fetchone()
        return found

    def value(self, conn: Connection, values: Values) -> Any:
        """The first value of the first row, or None."""
        found = self.row(conn, values)
        return None if found is None else found[0]

    def run(self, conn: Connection, values: Values) -> None:
        """A write."""
        driver_of(conn).execute(self.sql, values)

    def run_many(self, conn: Connection, values: Sequence[Values]) -> None:
        """A write of many rows."""
        driver_of(conn).executemany(self.sql, values)
