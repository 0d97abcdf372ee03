"""One event of the stream, as it came over the wire."""

from msgspec import Struct


class StreamEvent(Struct, frozen=True, kw_only=True):
    """``kind`` is ``open`` (ours: the backend accepted), ``page``,
    ``presence``, ``behind``, ``reset``, ``ping`` or ``bye``; ``id`` the cursor of a page."""

    kind: str
    data: bytes
    id: str = ""
