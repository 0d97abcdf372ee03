"""What time it is. The rest of the console is handed a :data:`Clock`, so that a test or a screenshot may hold it."""

import time
from collections.abc import Callable
from typing import TypeAlias

from desk.ids import MS_PER_S, Instant

Clock: TypeAlias = Callable[[], Instant]


def system_clock() -> Instant:
    """The machine's time now."""
    return time.time_ns() // (1_000_000_000 // MS_PER_S)


def frozen_clock(at: Instant) -> Clock:
    """A clock that stands still, for screenshots."""
    return lambda: at
