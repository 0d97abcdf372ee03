"""How instants and durations are written: countdowns, times of day, ages. Pure; always at most the stated width."""

import time

from console.i18n import gettext as _
from desk.ids import MS_PER_S, Instant

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400
TICKING_S = 600
"""Under this a countdown shows seconds."""


def countdown(due_at: Instant, now: Instant) -> str:
    """How long until ``due_at``, in at most 6 cells: ``3d04h``, ``4h10``, ``42m``, ``9:41``; ``-12m`` when past."""
    left_s = (due_at - now) // MS_PER_S
    sign, s = ("-", -left_s) if left_s < 0 else ("", left_s)
    if s >= 10 * DAY_S:
        return f"{sign}{min(s // DAY_S, 999)}d"
    if s >= DAY_S:
        return f"{sign}{s // DAY_S}d{s % DAY_S // HOUR_S:02}h"
    if s >= HOUR_S:
        return f"{sign}{s // HOUR_S}h{s % HOUR_S // MINUTE_S:02}"
    if s >= TICKING_S or sign:
        return f"{sign}{s // MINUTE_S}m"
    return f"{s // MINUTE_S}:{s % MINUTE_S:02}"


def clock_time(at: Instant) -> str:
    """The local time of day, ``14:02``."""
    return time.strftime("%H:%M", time.localtime(at // MS_PER_S))


def day(at: Instant) -> str:
    """The local date, ``2026-03-20``."""
    return time.strftime("%Y-%m-%d", time.localtime(at // MS_PER_S))


def moment(at: Instant, now: Instant) -> str:
    """The local time of day, with the date when it is another day."""
    return clock_time(at) if day(at) == day(now) else f"{day(at)} {clock_time(at)}"


def age(s: int) -> str:
    """A duration in one unit: ``12 s``, ``3 min``, ``2 h``, ``5 d``."""
    if s < MINUTE_S:
        return _("{n} s").format(n=max(0, s))
    if s < HOUR_S:
        return _("{n} min").format(n=s // MINUTE_S)
    if s < 2 * DAY_S:
        return _("{n} h").format(n=s // HOUR_S)
    return _("{n} d").format(n=s // DAY_S)
