"""Creates the tables of local.db and brings those of an older console up to date, step by step.

Imported only when a file has another ``user_version`` than :data:`VERSION`: sqlite-utils costs 57 ms.
"""

import sqlite3
from pathlib import Path

from sqlite_utils import Database as Tables
from sqlite_utils import Migrations

from console.store import schema
from console.store.articles import create_article_search
from console.store.versions import VERSION

migrations = Migrations("local.db")


@migrations(name="1")
def create(tables: Tables) -> None:
    """Everything, as the first released console has it."""
    statements = (*schema.base_tables(), schema.text_table(), *schema.OVERLAY_TABLES, *schema.OWN_TABLES)
    for statement in statements:
        tables.execute(statement)
    create_article_search(tables.conn)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to :data:`VERSION`. The caller holds the write lock."""
    tables = Tables(connection, execute_plugins=False)
    migrations.apply(tables)
    connection.execute(f"PRAGMA user_version={VERSION}")


def back_up(connection: sqlite3.Connection, path: Path) -> Path:
    """A copy of the file as it was before a migration, beside it."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    copy = path.with_name(f"{path.name}.v{version}")
    copy.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    return copy
