"""Pages cut into slices, so that applying them never holds the interface up for long. Pure.

A page is fetched large, because requests are what the backend counts; it is applied in slices, each a transaction.
"""

from collections.abc import Iterator

import msgspec

from console.store.pages import changes_page, snapshot_page

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


def slices_of_snapshot(body: bytes, size: SliceSize) -> Iterator[tuple[bytes, int]]:
    """The page as pages of fewer items, with the number of each one's items. Raises :exc:`msgspec.DecodeError`."""
    page = snapshot_page(body)
    if len(page.items) <= size.rows:
        yield body, len(page.items)
        return
    first = 0
    while first < len(page.items):
        items = page.items[first : first + size.rows]
        first += len(items)
        yield msgspec.json.encode(msgspec.structs.replace(page, items=items)), len(items)


def slices_of_changes(body: bytes, cursor: str, size: SliceSize) -> Iterator[tuple[bytes, int]]:
    """The same for a page of changes: all slices but the last leave the cursor where it is, so a crash between them
    only means that some rows come again. A page that takes rows away stays whole, so that its size can be judged.
    """
    page = changes_page(body)
    if len(page.items) <= size.rows or any(record.op != "put" for record in page.items):
        yield body, len(page.items)
        return
    first = 0
    while first < len(page.items):
        items = page.items[first : first + size.rows]
        first += len(items)
        whole = first >= len(page.items)
        slice_ = msgspec.structs.replace(page, items=items, next=page.next if whole else cursor)
        yield msgspec.json.encode(slice_), len(items)
