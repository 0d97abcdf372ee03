"""What the backend sends, decoded as far as storing needs: documents and messages stay bytes until one is new.

The same bodies as :class:`desk.wire.Changes` and :class:`desk.wire.Snapshot`; unknown fields are ignored there and
here.
"""

from typing import TypeAlias

import msgspec
from msgspec import Raw

from desk.ids import CommandId, Instant
from desk.records import Frozen
from desk.wire import Changes, MovedTo, Op, Snapshot

Change: TypeAlias = tuple[str, str]
"""Kind and id of something that is not as it was."""


NOTHING = Raw()
"""Stands for a part that the backend left out."""


class PageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a page; see :class:`desk.wire.Record`."""

    k: str
    id: str
    p: int = 0
    s: str = ""
    op: Op = "put"
    v: int = 0
    d: Raw = NOTHING
    ev: Raw = NOTHING
    cmd: CommandId | None = None
    to: MovedTo | None = None


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of changes; see :class:`desk.wire.Changes`."""

    items: list[PageRecord]
    next: str
    pos: int
    head: int
    more: bool
    now: Instant
    scopes_digest: str


class SnapshotPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a snapshot; see :class:`desk.wire.Snapshot`."""

    feed: str
    as_of: str
    read_at: int
    items: list[PageRecord]
    next: str | None = None
    done: bool = False


class Applied(Frozen, frozen=True, kw_only=True):
    """What a page did to the replica.

    ``changed`` and ``evicted`` name records (an evicted one is in both); ``granted`` and ``revoked`` are scopes;
    ``skipped`` counts records this console could not read. The rest repeats the head of the page, for the engine.
    """

    changed: frozenset[Change] = frozenset()
    evicted: frozenset[Change] = frozenset()
    granted: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    skipped: int = 0
    cursor: str = ""
    pos: int = 0
    head: int = 0
    more: bool = False
    now: Instant = 0
    scopes_digest: str = ""
    next: str | None = None
    done: bool = False


_changes = msgspec.json.Decoder(ChangesPage)
_snapshots = msgspec.json.Decoder(SnapshotPage)


def changes_page(page: bytes | Changes) -> ChangesPage:
    """A page of changes from its bytes. Raises :exc:`msgspec.DecodeError` for anything else."""
    return _changes.decode(msgspec.json.encode(page) if isinstance(page, Changes) else page)


def snapshot_page(page: bytes | Snapshot) -> SnapshotPage:
    """A page of a snapshot from its bytes. Raises :exc:`msgspec.DecodeError` for anything else."""
    return _snapshots.decode(msgspec.json.encode(page) if isinstance(page, Snapshot) else page)
