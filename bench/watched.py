"""A terminal somebody looks at: types, and tells the instant at which something was drawn for it."""

import re
import time
from typing import Self

from bench.terminal import Terminal

GIVE_UP_S = 20.0
STILL_S = 0.1
"""Nothing drawn for so long: what a key began is on the screen."""

_BAR = re.compile(rb"\x1b\[(\d+);\d+H(?:\x1b\[[\d;:]*m)*\xe2\x96\x8c")
"""The cursor's bar at the begin of a line, and the line's number."""
_OWN_MESSAGE = rb"\xe2\x94\x83(?:\x1b\[[\d;]*m| )*"
"""The origin gutter of what an agent said."""


class Watched(Terminal):
    """Reads what is drawn as it comes, so that an instant is the one at which the bytes arrived."""

    def __enter__(self) -> Self:
        return self

    def until(self, text: str, since: int = 0) -> float:
        """The instant at which ``text`` was there, in what was drawn from the byte ``since`` on."""
        return self._until(re.compile(re.escape(text).encode()), since)

    def type(self, text: str) -> None:
        """Type a text and let it be drawn."""
        self.press(text)
        self.settle(STILL_S)

    def key_until(self, key: str, text: str) -> float:
        """Seconds from a key until ``text`` was drawn for it."""
        since, begun = len(self.drawn), time.perf_counter()
        self.press(key)
        return self.until(text, since) - begun

    def key_until_message(self, key: str, text: str) -> float:
        """Seconds from a key until an own message that begins with ``text`` was drawn in the conversation."""
        since, begun = len(self.drawn), time.perf_counter()
        self.press(key)
        return self._until(re.compile(_OWN_MESSAGE + re.escape(text).encode()), since) - begun

    def key_until_cursor_moves(self, key: str) -> float:
        """Seconds from a key until the cursor's bar was drawn on another line than the last."""
        before = self.cursor_line()
        since, begun = len(self.drawn), time.perf_counter()
        self.press(key)
        while self.cursor_line(since) in (None, before):
            self._read_on(begun, "the cursor on another line")
        return time.perf_counter() - begun

    def cursor_line(self, since: int = 0) -> int | None:
        """The line on which the cursor's bar was drawn last, of what was drawn from the byte ``since`` on."""
        found = _BAR.findall(self.drawn, since)
        return int(found[-1]) if found else None

    def forget(self) -> None:
        """Forget what was drawn so far but the last of it."""
        self.drawn = self.drawn[-65_536:]

    def _until(self, wanted: re.Pattern[bytes], since: int) -> float:
        begun = time.perf_counter()
        while wanted.search(self.drawn, since) is None:
            self._read_on(begun, repr(wanted.pattern))
        return time.perf_counter()

    def _read_on(self, begun: float, wanted: str) -> None:
        if time.perf_counter() - begun > GIVE_UP_S:
            raise TimeoutError(f"{wanted} was not drawn: {self.drawn[-300:]!r}")
        self._read(0.5)
