"""How one backend runs: where its data lies, what it allows, how long things live. Handed in once, never global."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from desk.ids import MS_PER_S, Instant

Clock: TypeAlias = Callable[[], Instant]


def system_clock() -> Instant:
    """The time of this machine."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: so many a second for long, so many at once."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What one caller may do; None is without limit. Requests and commands count per token, sign-ins per address
    and user. The commands of a bulk count for themselves: a lead moves thousands of tickets at a time."""

    requests: Rate | None = Rate(20, 60)
    commands: Rate | None = Rate(5, 200)
    bulk_commands: Rate | None = Rate(200, 400)
    sign_ins: Rate | None = Rate(5 / 60, 5)
    streams: int | None = 3


NO_LIMITS = RateLimits(None, None, None, None, None)
"""For benches, and bulk work on a trusted network."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a backend is told. ``blobs`` is the folder of attachments (None: beside the database)."""

    database: str
    host: str = "127.0.0.1"
    port: int = 8470
    blobs: Path | None = None
    limits: RateLimits = RateLimits()
    clock: Clock = system_clock
    access_token_s: int = 15 * 60
    refresh_token_s: int = 30 * 86_400
    watch_s: int = 24 * 3600
    heartbeat_s: float = 15.0
    stream_life_s: float = 15 * 60.0
    coalesce_s: float = 0.25
    presence_s: float = 45.0
    housekeeping_s: float = 60.0
    feed_kept_s: int = 30 * 86_400
    command_log_kept_s: int = 90 * 86_400

    def later(self, seconds: float) -> Instant:
        """The instant so many seconds from now."""
        return self.clock() + int(seconds * MS_PER_S)
