"""How many rows to ask for at once, so that applying them never holds the interface up for long. Pure."""

from desk.wire import MAX_PAGE

_SMALLEST = 25
_TARGET_S = 0.008
"""As long as one slice of decoding and writing may take beside a person who is typing."""


class PageSize:
    """Halves when a page took too long to apply, grows slowly while pages are quick."""

    def __init__(self, start: int = 100, largest: int = MAX_PAGE) -> None:
        self.rows = start
        self._largest = largest

    def took(self, seconds: float, rows: int) -> None:
        """Learn from a page of ``rows`` rows."""
        if seconds > _TARGET_S:
            self.rows = max(_SMALLEST, self.rows // 2)
        elif seconds < _TARGET_S / 2 and rows >= self.rows:
            self.rows = min(self._largest, self.rows + self.rows // 4)
