"""Walks the audit's chain of hashes: a row that was changed, taken out or moved breaks it there.

Rows cut off at the end leave a chain that is whole but shorter: whoever kept the head of an earlier walk asks whether
it is still in there.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from backend import tables
from backend.prepared import Prepared, driver_of
from backend.transaction import audit_hash
from desk.frozen import Frozen

_COLUMNS = ("seq", "at", "actor_id", "device", "action", "entity_id", "detail", "hash")
_ROWS = Prepared(select(*(tables.audit.c[name] for name in _COLUMNS)).order_by(tables.audit.c.seq))


class Chain(Frozen, frozen=True, kw_only=True):
    """How the chain stands: the rows that hold and the hash of the last of them; ``broken_seq`` is the first row that
    does not follow from the one before it (None: all do). ``holds_head`` tells whether the head that was asked for is
    one of them (None: none was)."""

    rows: int
    head: str
    broken_seq: int | None = None
    holds_head: bool | None = None


def verify_chain(conn: Connection, known_head: str = "") -> Chain:
    """Walk the whole chain, stopping where it breaks; ``known_head`` is a hash that was once its last."""
    rows, head, holds = 0, "", None if not known_head else False
    for row in _rows(conn):
        if audit_hash(head, row) != row["hash"]:
            return Chain(rows=rows, head=head, broken_seq=int(row["seq"]), holds_head=holds)
        rows, head = rows + 1, str(row["hash"])
        if head == known_head:
            holds = True
    return Chain(rows=rows, head=head, holds_head=holds)


def _rows(conn: Connection) -> Iterator[dict[str, str | int]]:
    for values in driver_of(conn).execute(_ROWS.sql):
        yield dict(zip(_COLUMNS, values, strict=True))
