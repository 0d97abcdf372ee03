"""Creates the tables of local.db and brings those of an older console up to date, step by step.

Imported only when a file has another ``user_version`` than :data:`VERSION`: sqlite-utils costs 57 ms.
"""

import sqlite3
from pathlib import Path

from sqlite_utils import Database as Tables
from sqlite_utils import Migrations

from console.store import schema
from console.store.articles import create_article_search
from console.store.reextract import reextract
from console.store.versions import ARTICLE_SEARCH_FORMAT, VERSION

migrations = Migrations("local.db")

_FORMAT_KEY = "article_search_format"


@migrations(name="1")
def create(tables: Tables) -> None:
    """Everything, as the first released console has it."""
    statements = (*schema.base_tables(), schema.text_table(), *schema.OVERLAY_TABLES, *schema.OWN_TABLES)
    for statement in statements:
        tables.execute(statement)


@migrations(name="2")
def create_bulks(tables: Tables) -> None:
    """Commands given to many tickets at once, and an outbox that may hold thousands."""
    for statement in schema.BULK_TABLES:
        tables.execute(statement)


@migrations(name="3")
def renew_base(tables: Tables) -> None:
    """Escalation, review, incidents and what else came with them: columns of tickets, and kinds of their own."""
    reextract(tables.conn)
    tables.execute(schema.MOVED_TABLE)


def changes_tables(connection: sqlite3.Connection) -> bool:
    """Whether more is to be done than filling the article search anew."""
    return bool(migrations.pending(Tables(connection, execute_plugins=False)))


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to :data:`VERSION`. The caller holds the write lock."""
    migrations.apply(Tables(connection, execute_plugins=False))
    connection.execute("BEGIN IMMEDIATE")
    renew_article_search(connection)
    connection.execute(f"PRAGMA user_version={VERSION}")
    connection.execute("COMMIT")


def renew_article_search(connection: sqlite3.Connection) -> None:
    """Make the article search anew if it has another format; every article then waits to be indexed behind the
    sync."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (_FORMAT_KEY,)).fetchone()
    if found == (str(ARTICLE_SEARCH_FORMAT),):
        return
    create_article_search(connection)
    connection.execute("INSERT OR IGNORE INTO article_waiting (id) SELECT id FROM article")
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_FORMAT_KEY, ARTICLE_SEARCH_FORMAT))


def back_up(connection: sqlite3.Connection, path: Path) -> Path:
    """A copy of the file as it was before a migration, beside it."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    copy = path.with_name(f"{path.name}.v{version}")
    copy.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    return copy
