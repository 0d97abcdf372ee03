"""Open hours: stepping through the time in which a service clock runs.

Intervals are local wall-clock time; what they are in UTC follows the zone's rules for that date, so a day with a clock
change is an hour shorter or longer and an interval inside the change loses or gains what the wall clock does.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from desk.ids import MS_PER_S, Instant
from desk.records import Calendar

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ALWAYS = "always"
"""The calendar that needs no entry: every hour of every day."""

NEVER_AT: Instant = 253_000_000_000_000
"""In the year 9987: when a deadline comes that does not come."""

_FIRST_AT: Instant = 0
_HORIZON_DAYS = 3 * 366
"""How far to look for open hours before a calendar counts as closed for ever."""

_CLOSES_WITHIN_MS = 31 * 86_400 * MS_PER_S
"""What stays open for longer counts as never closing."""

_Span = tuple[Instant, Instant]


def add_open_time(calendar: Calendar | None, start: Instant, seconds: int) -> Instant:
    """The instant at which ``seconds`` of open time have passed since ``start`` (None: it is always open).

    :data:`NEVER_AT` when the calendar has no open hours. With nothing to pass, the start itself, open or not.
    """
    left = max(seconds, 0) * MS_PER_S
    if calendar is None or left == 0 or not _FIRST_AT <= start < NEVER_AT:
        return min(start + left, NEVER_AT) if start < NEVER_AT else start
    for opens, closes in _spans_from(calendar, start):
        begin = max(opens, start)
        if closes - begin >= left:
            return begin + left
        left -= max(closes - begin, 0)
    return NEVER_AT


def take_open_time(calendar: Calendar | None, end: Instant, seconds: int) -> Instant:
    """The latest instant from which ``seconds`` of open time pass until ``end``; reverses :func:`add_open_time`."""
    left = max(seconds, 0) * MS_PER_S
    if calendar is None or left == 0 or not _FIRST_AT <= end < NEVER_AT:
        return end - left
    for opens, closes in _spans_back(calendar, end):
        finish = min(closes, end)
        if finish - opens >= left:
            return finish - left
        left -= max(finish - opens, 0)
    return end - left


def open_between(calendar: Calendar | None, start: Instant, end: Instant) -> int:
    """Milliseconds of open time from ``start`` to ``end``; 0 when they are in the other order."""
    if end <= start:
        return 0
    if calendar is None or not _FIRST_AT <= start < end < NEVER_AT:
        return end - start
    total = 0
    for opens, closes in _spans_from(calendar, start, until=end):
        total += max(min(closes, end) - max(opens, start), 0)
    return total


def is_open(calendar: Calendar | None, at: Instant) -> bool:
    """Whether a calendar is open at an instant (None: it is always open)."""
    if calendar is None or not _FIRST_AT <= at < NEVER_AT:
        return calendar is None
    return any(opens <= at for opens, _closes in _spans_from(calendar, at, until=at))


def change_after(calendar: Calendar | None, at: Instant) -> Instant | None:
    """When a calendar next opens or closes; spans that touch are one. None when it never does."""
    if calendar is None or not _FIRST_AT <= at < NEVER_AT:
        return None
    end: Instant | None = None
    for opens, closes in _spans_from(calendar, at):
        if end is None and opens > at:
            return opens
        if end is not None and opens > end:
            return end
        end = closes
        if end - at > _CLOSES_WITHIN_MS:
            return None
    return end


def _spans_from(calendar: Calendar, start: Instant, until: Instant | None = None) -> Iterator[_Span]:
    """Open spans that end after ``start``, in order, through ``until`` or else the horizon."""
    day = _local_date(calendar, start) - timedelta(days=1)
    days = _HORIZON_DAYS if until is None else int((until - start) / (86_400 * MS_PER_S)) + 4
    for ahead in range(days):
        for opens, closes in _spans_of(calendar, day + timedelta(days=ahead)):
            if closes > start:
                yield opens, closes


def _spans_back(calendar: Calendar, end: Instant) -> Iterator[_Span]:
    """Open spans that start before ``end``, latest first, back to the horizon."""
    day = _local_date(calendar, end) + timedelta(days=1)
    for back in range(min(_HORIZON_DAYS, day.toordinal() - 1)):
        for opens, closes in reversed(_spans_of(calendar, day - timedelta(days=back))):
            if opens < end:
                yield opens, closes


def _spans_of(calendar: Calendar, day: date) -> tuple[_Span, ...]:
    """The open spans of one local day, in order, without overlap."""
    weekday = day.weekday()
    if weekday >= len(calendar.week) or day.isoformat() in calendar.holidays:
        return ()
    hours = tuple((interval.start_min, interval.end_min) for interval in calendar.week[weekday])
    return _in_utc(calendar.zone, day, hours)


@lru_cache(maxsize=4096)
def _in_utc(zone: str, day: date, hours: tuple[tuple[int, int], ...]) -> tuple[_Span, ...]:
    spans: list[_Span] = []
    for start_min, end_min in sorted(hours):
        opens, closes = _instant(zone, day, start_min), _instant(zone, day, end_min)
        if spans:
            opens = max(opens, spans[-1][1])
        if closes > opens:
            spans.append((opens, closes))
    return tuple(spans)


def _instant(zone: str, day: date, minute: int) -> Instant:
    """When the wall clock of a zone shows so many minutes after midnight of a day."""
    minute = min(max(minute, 0), 1440)
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return round(wall.replace(tzinfo=_zone(zone)).timestamp()) * MS_PER_S


def _local_date(calendar: Calendar, at: Instant) -> date:
    return datetime.fromtimestamp(at / MS_PER_S, _zone(calendar.zone)).date()


@lru_cache(maxsize=64)
def _zone(name: str) -> "ZoneInfo":
    """The zone of that name; UTC for a name that is none, because a misspelt policy must not stop the desk."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # 7 ms, for desks that have calendars

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
