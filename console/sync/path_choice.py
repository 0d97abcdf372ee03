"""Stream or long poll? A proxy that buffers makes a stream useless; then a long poll does for a while. Pure."""

from desk.ids import MS_PER_S, Instant

FIRST_PING_S = 5.0
"""A stream that says nothing for so long after connecting is held back by something in between."""
POLL_FOR_S = 10 * 60
_QUICK_S = 5.0
_QUICK_ENDS = 3


class PathChoice:
    """Remembers how streams went."""

    def __init__(self) -> None:
        self._poll_until: Instant = 0
        self._quick_ends = 0

    def may_stream(self, now: Instant) -> bool:
        """Whether to try a stream now."""
        return now >= self._poll_until

    def buffered(self, now: Instant) -> None:
        """No event came within :data:`FIRST_PING_S`."""
        self._poll_until = now + POLL_FOR_S * MS_PER_S

    def ended(self, opened_at: Instant, now: Instant) -> None:
        """A stream ended. Three in a row that lived for seconds only mean that something cuts them."""
        if now - opened_at >= _QUICK_S * MS_PER_S:
            self._quick_ends = 0
            return
        self._quick_ends += 1
        if self._quick_ends >= _QUICK_ENDS:
            self._quick_ends = 0
            self.buffered(now)
