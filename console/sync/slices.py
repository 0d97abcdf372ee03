"""Pages cut into slices, so that applying them never holds the interface up for long. Pure.

A page is fetched large, because requests are what the backend counts; it is applied in slices, each a transaction.
"""

from collections.abc import Iterator

import msgspec

_SMALLEST, _LARGEST = 20, 500
_TARGET_S = 0.008
"""As long as one slice of decoding and writing may take beside a person who is typing."""


class SliceSize:
    """Halves when a slice took too long to apply, grows slowly while they are quick."""

    def __init__(self, rows: int = 60) -> None:
        self.rows = rows

    def took(self, seconds: float, rows: int) -> None:
        """Learn from a slice of ``rows`` rows."""
        if seconds > _TARGET_S:
            self.rows = max(_SMALLEST, self.rows // 2)
        elif seconds < _TARGET_S / 2 and rows >= self.rows:
            self.rows = min(_LARGEST, self.rows + self.rows // 4)


class _Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """:class:`desk.wire.Snapshot` with its items as they came."""

    feed: str
    as_of: str
    read_at: int
    items: list[msgspec.Raw]
    next: str | None = None
    done: bool = False


class _Changes(msgspec.Struct, frozen=True, kw_only=True):
    """:class:`desk.wire.Changes` with its items as they came."""

    items: list[msgspec.Raw]
    next: str
    pos: int
    head: int
    more: bool
    now: int
    scopes_digest: str


class _Operation(msgspec.Struct, frozen=True):
    op: str = "put"


_snapshots = msgspec.json.Decoder(_Snapshot)
_changes = msgspec.json.Decoder(_Changes)
_operations = msgspec.json.Decoder(_Operation)


def slices_of_snapshot(body: bytes, size: SliceSize) -> Iterator[tuple[bytes, int]]:
    """The page as pages of fewer items, with the number of each one's items. Raises :exc:`msgspec.DecodeError`."""
    page = _snapshots.decode(body)
    if len(page.items) <= size.rows:
        yield body, len(page.items)
        return
    for items, _last in _cut(page.items, size):
        yield msgspec.json.encode(msgspec.structs.replace(page, items=items)), len(items)


def slices_of_changes(body: bytes, cursor: str, size: SliceSize) -> Iterator[tuple[bytes, int]]:
    """The same for a page of changes: all slices but the last leave the cursor where it is, so a crash between them
    only means that some rows come again. A page that takes rows away stays whole, so that its size can be judged.
    """
    page = _changes.decode(body)
    if len(page.items) <= size.rows or any(_operations.decode(item).op != "put" for item in page.items):
        yield body, len(page.items)
        return
    for items, last in _cut(page.items, size):
        part = msgspec.structs.replace(page, items=items, next=page.next if last else cursor)
        yield msgspec.json.encode(part), len(items)


def _cut(items: list[msgspec.Raw], size: SliceSize) -> Iterator[tuple[list[msgspec.Raw], bool]]:
    """Slices of the size as it is when each is asked for, and whether it is the last."""
    first = 0
    while first < len(items):
        part = items[first : first + size.rows]
        first += len(part)
        yield part, first >= len(items)
