"""Who can be given work, and what a lead may change about it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.calendars import change_after, is_open, open_between
from desk.commands import Envelope, SaveAgent, SaveTeam
from desk.decide import decide
from desk.decisions.people import MAX_CAPACITY, MAX_SKILLS
from desk.ids import AgentId, CommandId, TeamId
from desk.outcome import Outcome, Refusal, View
from desk.people import is_away, is_present, on_shift, shift_changes_at
from desk.records import Agent, Calendar, Interval, Policy, Role, Team

MONDAY_8 = 1_780_300_800_000  # 2026-06-01 08:00 UTC, a Monday
HOUR = 3_600_000
WALLETS, TRADING = TeamId("wallets"), TeamId("trading")
MEI = Agent(id=AgentId("mei"), v=4, handle="mei", name="Mei", team_ids=(WALLETS,), skills=("tron",), languages=("zh",))
YAN = replace(MEI, id=AgentId("yan"), handle="yan", name="Yan")
ANA = replace(MEI, id=AgentId("ana"), handle="ana", name="Ana", role=Role.LEAD)
LI = replace(MEI, id=AgentId("li"), handle="li", name="Li", role=Role.SENIOR)
BO = replace(ANA, id=AgentId("bo"), handle="bo", team_ids=(TRADING,))
ROOT = replace(MEI, id=AgentId("root"), handle="root", role=Role.ADMIN, team_ids=())
DAYS = Calendar(zone="UTC", week=((Interval(start_min=540, end_min=1020),),) * 5)
NIGHTS = Calendar(
    zone="Asia/Shanghai", week=((Interval(start_min=0, end_min=60), Interval(start_min=1320, end_min=1440)),) * 7
)
ALL_DAY = Calendar(zone="UTC", week=((Interval(start_min=0, end_min=1440),),) * 7)
POLICY = Policy(calendars={"days": DAYS, "nights": NIGHTS, "closed": Calendar(zone="UTC", week=()), "all-day": ALL_DAY})


def saved(by: Agent, about: Agent = MEI, now: int = MONDAY_8, **what: Any) -> Agent | Refusal:
    command = SaveAgent(agent_id=about.id, **what)
    envelope = Envelope(id=CommandId("c1"), command=command, composed_at=now)
    verdict = decide(envelope, View(policy=POLICY, agent=about), by, now)
    if isinstance(verdict, Refusal):
        return verdict
    (changed,) = verdict.changes
    assert isinstance(changed, Agent) and changed.v == about.v + 1
    assert not verdict.messages and not verdict.also
    return changed


def code(verdict: Agent | Refusal) -> str:
    assert isinstance(verdict, Refusal), verdict
    assert verdict.why.endswith(".")
    return verdict.code


# Whether somebody is there


def test_who_is_away_until_a_time_is_back_when_it_comes() -> None:
    away = replace(MEI, away=True, away_until=MONDAY_8 + HOUR)
    assert is_away(away, MONDAY_8)
    assert not is_away(away, MONDAY_8 + HOUR)
    assert is_away(replace(away, away_until=None), MONDAY_8 + 99 * HOUR)
    assert not is_away(replace(MEI, away_until=MONDAY_8 + HOUR), MONDAY_8)


def test_a_shift_is_its_calendar() -> None:
    mei = replace(MEI, shift="days")
    assert not on_shift(mei, POLICY, MONDAY_8)
    assert shift_changes_at(mei, POLICY, MONDAY_8) == MONDAY_8 + HOUR
    assert on_shift(mei, POLICY, MONDAY_8 + HOUR)
    assert shift_changes_at(mei, POLICY, MONDAY_8 + HOUR) == MONDAY_8 + 9 * HOUR
    friday_evening = MONDAY_8 + 4 * 24 * HOUR + 10 * HOUR
    assert shift_changes_at(mei, POLICY, friday_evening) == MONDAY_8 + (7 * 24 + 1) * HOUR


def test_a_shift_over_midnight_is_one() -> None:
    ten_at_night = MONDAY_8 + 6 * HOUR  # 22:00 in Shanghai
    nights = replace(MEI, shift="nights")
    assert on_shift(nights, POLICY, ten_at_night)
    assert shift_changes_at(nights, POLICY, ten_at_night) == ten_at_night + 3 * HOUR


@pytest.mark.parametrize("shift", ["always", "all-day", "no longer in the policy"])
def test_some_shifts_never_end(shift: str) -> None:
    assert on_shift(replace(MEI, shift=shift), POLICY, MONDAY_8)
    assert shift_changes_at(replace(MEI, shift=shift), POLICY, MONDAY_8) is None


def test_some_never_begin() -> None:
    assert not on_shift(replace(MEI, shift="closed"), POLICY, MONDAY_8)
    assert shift_changes_at(replace(MEI, shift="closed"), POLICY, MONDAY_8) is None


def test_present_is_here_on_shift_and_not_away() -> None:
    mei = replace(MEI, shift="days")
    assert is_present(mei, POLICY, MONDAY_8 + HOUR)
    assert not is_present(mei, POLICY, MONDAY_8)
    assert not is_present(replace(mei, away=True), POLICY, MONDAY_8 + HOUR)
    assert not is_present(replace(mei, active=False), POLICY, MONDAY_8 + HOUR)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted), max_size=3)
    week = tuple(
        tuple(Interval(start_min=start, end_min=end) for start, end in draw(days) if start < end) for _day in range(7)
    )
    return Calendar(zone=draw(st.sampled_from(("UTC", "Asia/Shanghai", "Europe/Prague"))), week=week)


@given(calendars(), st.integers(MONDAY_8, MONDAY_8 + 400 * 24 * HOUR))
def test_nothing_changes_before_the_next_change_and_then_it_does(calendar: Calendar, at: int) -> None:
    open_now, change_at = is_open(calendar, at), change_after(calendar, at)
    until = change_at if change_at is not None else at + 20 * 24 * HOUR
    assert open_between(calendar, at, until) == (until - at if open_now else 0)
    if change_at is not None:
        assert change_at > at
        assert is_open(calendar, change_at) != open_now


# What may be changed


def test_a_lead_sets_everything_at_once() -> None:
    changed = saved(
        ANA, away=True, away_until=MONDAY_8 + HOUR, capacity=12, skills=("Wallet Recovery", "tron", "TRON"),
        languages=("EN", "pt_BR", "en"), shift="days", needs_review=True,
    )  # fmt: skip
    assert changed == replace(
        MEI, v=5, away=True, away_until=MONDAY_8 + HOUR, capacity=12, skills=("wallet-recovery", "tron"),
        languages=("en", "pt-br"), shift="days", needs_review=True,
    )  # fmt: skip


def test_what_is_not_named_stays() -> None:
    assert saved(ANA, capacity=3) == replace(MEI, v=5, capacity=3)
    assert saved(ANA, skills=()) == replace(MEI, v=5, skills=())


def test_everybody_sets_themselves_away_and_nothing_else() -> None:
    assert saved(MEI, away=True) == replace(MEI, v=5, away=True)
    assert code(saved(MEI, capacity=1)) == "not-allowed"
    assert code(saved(MEI, away=True, needs_review=False)) == "not-allowed"


def test_of_others_decides_a_lead_of_their_team() -> None:
    for nobody in (YAN, LI, BO):
        assert code(saved(nobody, away=True)) == "not-allowed"
    for somebody in (ANA, ROOT):
        assert isinstance(saved(somebody, away=True), Agent)


def test_coming_back_forgets_until_when() -> None:
    away = replace(MEI, away=True, away_until=MONDAY_8 + HOUR)
    assert saved(MEI, away, away=False) == replace(MEI, v=5)
    assert saved(MEI, away, away=True) == replace(MEI, v=5, away=True)
    assert saved(MEI, away, away_until=MONDAY_8 + 2 * HOUR) == replace(away, v=5, away_until=MONDAY_8 + 2 * HOUR)


@pytest.mark.parametrize(
    "what",
    [
        {"capacity": -1},
        {"capacity": MAX_CAPACITY + 1},
        {"skills": ("",)},
        {"skills": ("x" * 41,)},
        {"skills": tuple(f"skill-{n}" for n in range(MAX_SKILLS + 1))},
        {"languages": ("en", "  ")},
        {"languages": ("a-very-long-language",)},
        {"shift": "the moon"},
        {"away": True, "away_until": MONDAY_8},
        {"away": False, "away_until": MONDAY_8 + HOUR},
        {"away_until": MONDAY_8 + HOUR},
    ],
)
def test_impossible_values_are_refused(what: dict[str, Any]) -> None:
    assert code(saved(ANA, **what)) == "bad-value"


@pytest.mark.parametrize(
    "what", [{}, {"capacity": 25}, {"away": False}, {"skills": ("TRON",)}, {"shift": "always"}, {"needs_review": False}]
)
def test_no_change_is_said(what: dict[str, Any]) -> None:
    assert code(saved(ANA, **what)) == "no-change"


def test_an_agent_nobody_knows() -> None:
    command = Envelope(id=CommandId("c1"), command=SaveAgent(agent_id=AgentId("who"), away=True), composed_at=0)
    verdict = decide(command, View(policy=POLICY), ANA, MONDAY_8)
    assert isinstance(verdict, Refusal) and verdict.code == "unknown-agent"


def routed(by: Agent, on: bool, team: Team | None) -> Outcome | Refusal:
    command = Envelope(id=CommandId("c1"), command=SaveTeam(team_id=WALLETS, auto_route=on), composed_at=0)
    return decide(command, View(policy=POLICY, team=team), by, MONDAY_8)


def test_automatic_routing_is_switched_by_a_lead_of_the_team() -> None:
    team = Team(id=WALLETS, v=2, name="Wallets")
    assert routed(ANA, True, team) == Outcome(changes=(replace(team, v=3, auto_route=True),))
    for by, on, of, expected in (
        (ANA, False, team, "no-change"),
        (BO, True, team, "not-allowed"),
        (LI, True, team, "not-allowed"),
        (ANA, True, None, "unknown-team"),
    ):
        refused = routed(by, on, of)
        assert isinstance(refused, Refusal) and refused.code == expected
