"""The cursor: where in which feed a console has read to. Opaque to consoles."""

import re
from dataclasses import dataclass

from backend.errors import ProblemError

_SHAPE = re.compile(r"([0-9a-f]{16})\.(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class FeedState:
    """Which feed this is and the positions from which it can be read on: ``min_pos`` … ``head``."""

    feed_id: str
    min_pos: int
    head: int

    def cursor(self, pos: int) -> str:
        """The cursor of a position of this feed."""
        return f"{self.feed_id}.{pos}"

    def position(self, cursor: str) -> int:
        """The position of a cursor; raises the problem that tells the console to rebuild, or that it is nonsense."""
        shape = _SHAPE.fullmatch(cursor)
        if shape is None:
            raise ProblemError("cursor-malformed", "Send the cursor exactly as a page, snapshot or event gave it.")
        pos = int(shape[2])
        if shape[1] != self.feed_id or pos > self.head:
            raise ProblemError("feed-changed", "The feed was replaced; fetch everything again by snapshot.")
        if pos < self.min_pos:
            raise ProblemError("cursor-expired", "The feed no longer reaches back that far; fetch a snapshot.")
        return pos
