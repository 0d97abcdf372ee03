"""Service clocks and business calendars, over clock changes and holidays."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.calendars import NEVER_AT, add_open_time, open_between, take_open_time
from desk.clocks import DEFAULT_TARGETS, MAX_KEPT_EVENTS, compact, deadlines, is_running, is_started
from desk.records import Calendar, ClockAction, ClockEvent, ClockName, Interval, Policy, Severity, Targets

MIN, HOUR = 60, 3600
OFFICE_DAY = (Interval(start_min=9 * 60, end_min=12 * 60), Interval(start_min=13 * 60, end_min=18 * 60))
OFFICE = Calendar(zone="Asia/Shanghai", week=(OFFICE_DAY,) * 5 + ((), ()), holidays=("2026-10-01",))
ALL_DAY = (Interval(start_min=0, end_min=1440),)
BERLIN = Calendar(zone="Europe/Berlin", week=(ALL_DAY,) * 7)
NIGHT = Calendar(zone="Europe/Berlin", week=((Interval(start_min=60, end_min=240),),) * 7)
CALENDARS = st.sampled_from([OFFICE, BERLIN, NIGHT, None])
INSTANTS = st.integers(1_750_000_000, 1_850_000_000).map(lambda second: second * 1000)


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    """The instant of a wall-clock time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ("2026-09-28T10:00", 1 * HOUR, "2026-09-28T11:00"),
        ("2026-09-28T11:30", 1 * HOUR, "2026-09-28T13:30"),  # over lunch
        ("2026-09-28T17:30", 1 * HOUR, "2026-09-29T09:30"),  # over night
        ("2026-09-26T12:00", 1 * HOUR, "2026-09-28T10:00"),  # from a Saturday
        ("2026-09-30T17:00", 2 * HOUR, "2026-10-02T10:00"),  # over a holiday
        ("2026-09-28T09:00", 3 * HOUR, "2026-09-28T12:00"),  # exactly to the end of an interval
        ("2026-09-28T02:00", 0, "2026-09-28T02:00"),
    ],
)
def test_open_time_passes_in_open_hours_only(start: str, seconds: int, end: str) -> None:
    assert add_open_time(OFFICE, at(start), seconds) == at(end)


def test_a_day_with_a_clock_change_is_as_long_as_it_is() -> None:
    spring, autumn = "2026-03-29T00:00", "2026-10-25T00:00"
    assert (
        open_between(BERLIN, at(spring, "Europe/Berlin"), at("2026-03-30T00:00", "Europe/Berlin")) == 23 * HOUR * 1000
    )
    assert (
        open_between(BERLIN, at(autumn, "Europe/Berlin"), at("2026-10-26T00:00", "Europe/Berlin")) == 25 * HOUR * 1000
    )
    # 01:00–04:00 loses the hour that the wall clock skips
    assert open_between(NIGHT, at(spring, "Europe/Berlin"), at("2026-03-30T00:00", "Europe/Berlin")) == 2 * HOUR * 1000
    assert add_open_time(NIGHT, at(spring, "Europe/Berlin"), 2 * HOUR) == at("2026-03-29T04:00", "Europe/Berlin")


def test_a_calendar_that_never_opens_has_no_deadline() -> None:
    closed = Calendar(zone="UTC", week=((),) * 7)
    assert add_open_time(closed, at("2026-01-01T00:00"), 1) == NEVER_AT
    assert open_between(closed, at("2026-01-01T00:00"), at("2026-02-01T00:00")) == 0


def test_overlapping_intervals_count_once() -> None:
    twice = (Interval(start_min=540, end_min=720), Interval(start_min=600, end_min=780))
    calendar = Calendar(zone="Asia/Shanghai", week=(twice,) * 7)
    assert open_between(calendar, at("2026-09-28T00:00"), at("2026-09-29T00:00")) == 4 * HOUR * 1000


@settings(max_examples=200, deadline=None)
@given(CALENDARS, INSTANTS, st.integers(1, 200 * HOUR))
def test_so_much_open_time_lies_between(calendar: Calendar | None, start: int, seconds: int) -> None:
    end = add_open_time(calendar, start, seconds)
    assert end >= start + seconds * 1000
    assert open_between(calendar, start, end) == seconds * 1000
    assert open_between(calendar, take_open_time(calendar, end, seconds), end) == seconds * 1000


@settings(max_examples=200, deadline=None)
@given(CALENDARS, INSTANTS, st.integers(0, 99 * HOUR), st.integers(0, 99 * HOUR))
def test_more_time_is_never_due_earlier(calendar: Calendar | None, start: int, some: int, more: int) -> None:
    assert add_open_time(calendar, start, some) <= add_open_time(calendar, start, some + more)
    assert add_open_time(calendar, start, some) <= add_open_time(calendar, start + more * 1000, some)


def event(clock: ClockName, action: ClockAction, when: int) -> ClockEvent:
    return ClockEvent(clock=clock, action=action, at=when)


START, PAUSE, RESUME, STOP = ClockAction.START, ClockAction.PAUSE, ClockAction.RESUME, ClockAction.STOP
RESOLVE, FIRST, NEXT = ClockName.RESOLVE, ClockName.FIRST_REPLY, ClockName.NEXT_REPLY
POLICY = Policy(
    targets={"normal": Targets(first_reply_s=HOUR, next_reply_s=2 * HOUR, resolve_s=8 * HOUR)},
    calendars={"office": OFFICE},
)


def test_each_running_clock_has_its_deadline() -> None:
    events = (event(FIRST, START, 0), event(RESOLVE, START, 0))
    due = deadlines(events, Severity.NORMAL, POLICY, "always")
    assert due == {FIRST: HOUR * 1000, RESOLVE: 8 * HOUR * 1000}


def test_the_calendar_of_the_team_counts() -> None:
    friday = at("2026-09-25T17:30")
    due = deadlines((event(FIRST, START, friday),), Severity.NORMAL, POLICY, "office")
    assert due == {FIRST: at("2026-09-28T09:30")}


def test_a_severity_without_a_target_uses_normal_and_then_the_defaults() -> None:
    events = (event(NEXT, START, 0),)
    assert deadlines(events, Severity.URGENT, POLICY, "always") == {NEXT: 2 * HOUR * 1000}
    expected = DEFAULT_TARGETS[Severity.URGENT].next_reply_s * 1000
    assert deadlines(events, Severity.URGENT, Policy(), "always") == {NEXT: expected}


def test_a_pause_moves_the_deadline_and_a_paused_clock_has_none() -> None:
    paused = (event(RESOLVE, START, 0), event(RESOLVE, PAUSE, 3 * HOUR * 1000))
    assert deadlines(paused, Severity.NORMAL, POLICY, "always") == {}
    resumed = (*paused, event(RESOLVE, RESUME, 100 * HOUR * 1000))
    assert deadlines(resumed, Severity.NORMAL, POLICY, "always") == {RESOLVE: 105 * HOUR * 1000}
    stopped = (*resumed, event(RESOLVE, STOP, 101 * HOUR * 1000))
    assert deadlines(stopped, Severity.NORMAL, POLICY, "always") == {}
    assert (is_started(paused, RESOLVE), is_running(paused, RESOLVE), is_started(stopped, RESOLVE)) == (
        True,
        False,
        False,
    )


def test_what_was_late_before_a_pause_stays_late_since_then() -> None:
    events = (
        event(RESOLVE, START, 0),
        event(RESOLVE, PAUSE, 9 * HOUR * 1000),
        event(RESOLVE, RESUME, 50 * HOUR * 1000),
    )
    assert deadlines(events, Severity.NORMAL, POLICY, "always") == {RESOLVE: 8 * HOUR * 1000}


STEPS = st.lists(
    st.tuples(st.sampled_from(ClockName), st.sampled_from(ClockAction), st.integers(0, 5 * HOUR)), max_size=80
)


def history(steps: list[tuple[ClockName, ClockAction, int]]) -> tuple[ClockEvent, ...]:
    """Events at growing instants on whole seconds."""
    when, events = at("2026-09-21T08:00"), []
    for clock, action, seconds in steps:
        when += seconds * 1000
        events.append(event(clock, action, when))
    return tuple(events)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.sampled_from(["always", "office"]))
def test_compacting_keeps_every_deadline(steps: list[tuple[ClockName, ClockAction, int]], calendar: str) -> None:
    events = history(steps)
    short = compact(events, POLICY.calendars.get(calendar))
    assert deadlines(short, Severity.NORMAL, POLICY, calendar) == deadlines(events, Severity.NORMAL, POLICY, calendar)
    assert compact(short, POLICY.calendars.get(calendar)) == short
    assert len(short) <= 3 * MAX_KEPT_EVENTS
    assert [event.at for event in short] == sorted(event.at for event in short)


@pytest.mark.parametrize("calendar", ["always", "office"])
def test_a_long_history_becomes_a_short_one_with_the_same_deadline(calendar: str) -> None:
    cycles = [(RESOLVE, action, 7 * MIN) for _ in range(30) for action in (PAUSE, RESUME)]
    events = history([(RESOLVE, START, 2 * HOUR), *cycles])
    short = compact(events, POLICY.calendars.get(calendar))
    assert [event.action for event in short] == [START]
    assert deadlines(short, Severity.NORMAL, POLICY, calendar) == deadlines(events, Severity.NORMAL, POLICY, calendar)
