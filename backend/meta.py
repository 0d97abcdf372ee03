"""Single values of the database: the feed's id, how far it reaches back, the next ticket reference."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from backend.tables import meta

_GET = select(meta.c.value).where(meta.c.key == bindparam("key"))
_SET = insert(meta)
_SET = _SET.on_conflict_do_update(index_elements=["key"], set_={"value": _SET.excluded.value})


def get_meta(conn: Connection, key: str, default: str = "") -> str:
    """The value stored under ``key``."""
    value = conn.execute(_GET, {"key": key}).scalar()
    return default if value is None else str(value)


def set_meta(conn: Connection, key: str, value: str) -> None:
    """Store a value under ``key``."""
    conn.execute(_SET, {"key": key, "value": value})


def take_refs(conn: Connection, count: int = 1) -> int:
    """Reserve ``count`` ticket numbers and return the first; see :func:`ref_of`."""
    first = int(get_meta(conn, "next_ref", "1"))
    set_meta(conn, "next_ref", str(first + count))
    return first


def ref_of(number: int) -> str:
    """The reference people say to each other for a ticket number."""
    return f"T-{number}"
