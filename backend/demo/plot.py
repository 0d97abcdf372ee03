"""Decides what tickets there are: which matter, whose, on which channel, how far it has come, and when each step was.

A plot is cheap, so a whole desk is plotted first, numbered in the order of creation, and told later one by one.
"""

from itertools import accumulate
from random import Random

from msgspec import Struct

from backend.demo.scenario import Scenario, scenarios
from desk.ids import Instant
from desk.records import Channel, Severity

_MIN_MS = 60_000
_DAY_MIN = 1440.0

# Steps of a story. The customer: open (begins), more (adds something, unanswered), upset (is angry), detail (answers
# our question), thanks (is happy), back (it came up again). The agent: take, ask (a question), note, mention (a note to
# a colleague), escalate (to the seniors, with a hand-over sheet), remind (it comes back on a date), draft (an answer
# that waits for approval), hold (others work on it), answer (the solution, then we wait), done (the solution, and
# solved), solve and close (without a word), sleep_until, sleep_answer (snoozed). A senior: accept, give_back. And bot
# answers.
_B = ("open", "bot")
_TALK = ("take", "ask", "detail")
ARCS: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "new": ((5, _B), (2, ("open",)), (3, (*_B, "more")), (1, ("open", "more")), (1, (*_B, "more", "upset"))),
    "open": (
        (4, (*_B, *_TALK)),
        (2, (*_B, "take")),
        (2, (*_B, *_TALK, "upset")),
        (2, (*_B, *_TALK, "answer", "upset")),
        (1, (*_B, "take", "mention")),
        (2, (*_B, *_TALK, "note")),
        (1, (*_B, *_TALK, "answer", "back", "more")),
        (1, (*_B, *_TALK, "escalate", "accept", "give_back")),
    ),
    "reopened": ((3, (*_B, *_TALK, "done", "back")), (1, (*_B, "take", "done", "back", "more"))),
    "waiting": ((3, (*_B, "take", "ask")), (3, (*_B, *_TALK, "answer")), (1, (*_B, *_TALK, "note", "answer"))),
    "on_hold": ((2, (*_B, *_TALK, "note", "hold", "remind")), (1, (*_B, "more", "take", "mention", "hold"))),
    "in_review": ((1, (*_B, *_TALK, "draft")), (1, (*_B, "take", "draft"))),
    "snoozed": ((2, (*_B, *_TALK, "note", "sleep_until")), (1, (*_B, *_TALK, "answer", "sleep_answer"))),
    "escalated": (
        (3, (*_B, *_TALK, "escalate")),
        (1, (*_B, *_TALK, "upset", "escalate", "mention")),
        (2, (*_B, *_TALK, "escalate", "accept")),
        (1, (*_B, *_TALK, "escalate", "accept", "hold", "remind")),
    ),
    "solved": (
        (4, (*_B, *_TALK, "answer", "thanks", "solve")),
        (2, (*_B, "take", "done")),
        (2, (*_B, *_TALK, "note", "done")),
        (1, (*_B, "more", *_TALK, "hold", "answer", "thanks", "solve")),
        (1, (*_B, *_TALK, "answer", "upset", "note", "done")),
    ),
}
ARCS["closed"] = (
    (4, ("open", "take", "done", "close")),
    (2, ("open", "take", "ask", "detail", "done", "close")),
    *((1, (*steps, "close")) for _, steps in ARCS["solved"]),
)

_ACTIVE = {
    "new": 26,
    "open": 31,
    "waiting": 21,
    "on_hold": 8,
    "snoozed": 5,
    "escalated": 7,
    "reopened": 4,
    "in_review": 3,
}
_CHANNELS = {Channel.EMAIL: 32, Channel.CHAT: 30, Channel.TELEGRAM: 26, Channel.WHATSAPP: 12}
_SEVERITIES = {
    Severity.NORMAL: {Severity.LOW: 14, Severity.NORMAL: 76, Severity.HIGH: 10},
    Severity.HIGH: {Severity.NORMAL: 10, Severity.HIGH: 70, Severity.URGENT: 18, Severity.EMERGENCY: 2},
    Severity.URGENT: {Severity.HIGH: 15, Severity.URGENT: 60, Severity.EMERGENCY: 25},
}
"""How bad it turns out to be, by how bad such a matter usually is."""

_GAP_MIN = {Channel.EMAIL: (25, 420), Channel.CHAT: (1, 14), Channel.TELEGRAM: (2, 80), Channel.WHATSAPP: (2, 120)}
"""Least and usual most minutes between steps."""

_FIRST_TARGET_MIN = {
    Severity.LOW: 480, Severity.NORMAL: 240, Severity.HIGH: 60, Severity.URGENT: 30, Severity.EMERGENCY: 10,
}  # fmt: skip
_CUSTOMER = frozenset({"open", "more", "upset", "detail", "back", "thanks"})
_QUICK = frozenset({"bot"})


class Plot(Struct, frozen=True):
    """One ticket to be told. ``steps`` and ``times`` go together; ``seed`` draws its words."""

    seed: str
    state: str
    scenario: Scenario
    customer: int
    channel: Channel
    severity: Severity
    steps: tuple[str, ...]
    times: tuple[Instant, ...]


def active_share(tickets: int) -> int:
    """How many of so many tickets are unsettled: over half of a day's, a tenth of a long history."""
    return min(tickets * 55 // 100, 500 + tickets * 8 // 100)


def plot(count: int, customers: int, now: Instant, seed: int, unsettled: int = 0) -> list[Plot]:
    """So many tickets, oldest first. ``unsettled`` of them are not settled; 0: as many as there usually are."""
    active = min(unsettled, count) or active_share(count)
    span_days = 1.5 if count <= 1000 else 700.0
    plots = [_one(f"{seed}/ticket/{i}", i < active, customers, span_days, now) for i in range(count)]
    return sorted(plots, key=lambda p: (p.times[0], p.seed))


_SCENARIO_WEIGHTS: list[int] = []


def pick_scenario(rng: Random) -> Scenario:
    """Something that happens, the frequent more often."""
    known = scenarios()
    if not _SCENARIO_WEIGHTS:
        _SCENARIO_WEIGHTS.extend(accumulate(scenario.weight for scenario in known))
    return rng.choices(known, cum_weights=_SCENARIO_WEIGHTS)[0]


def _pick(weights: dict[str, int], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _one(seed: str, active: bool, customers: int, span_days: float, now: Instant) -> Plot:
    rng = Random(seed)
    if active:
        state = _pick(_ACTIVE, rng)
        days_ago = 0.0
    else:
        # Most of what is settled was settled in the span; some is a customer's older history.
        days_ago = rng.uniform(0, span_days) if rng.random() < 0.62 else rng.uniform(span_days, 400.0)
        state = "solved" if days_ago < 7 else "closed"
    scenario = pick_scenario(rng)
    channel = rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
    severities = _SEVERITIES[scenario.severity]
    severity = rng.choices(list(severities), list(severities.values()))[0]
    arcs = ARCS[state]
    steps = rng.choices([arc for _, arc in arcs], [weight for weight, _ in arcs])[0]
    times = _times(steps, channel, severity, days_ago, now, rng)
    # A few customers write much more often than others.
    customer = int(customers * rng.random() ** 1.6)
    return Plot(seed, state, scenario, customer, channel, severity, steps, times)


def _gap_min(step: str, channel: Channel, rng: Random) -> float:
    """Minutes before a step."""
    if step in _QUICK:
        return rng.uniform(0.03, 0.2)
    least, most = _GAP_MIN[channel]
    return least + (most - least) * rng.betavariate(1.3, 3.0)


def _times(
    steps: tuple[str, ...], channel: Channel, severity: Severity, days_ago: float, now: Instant, rng: Random
) -> tuple[Instant, ...]:
    """When each step was. The customer's unanswered turn lies as far back as its deadline makes likely."""
    gaps = [0.0, *(_gap_min(step, channel, rng) for step in steps[1:])]
    turn = _unanswered_from(steps)
    if days_ago:
        end_min = days_ago * _DAY_MIN
    elif turn is None:
        end_min = rng.betavariate(1.1, 2.2) * 20 * 60 + 2
    else:
        age_min = rng.betavariate(1.2, 2.2) * _FIRST_TARGET_MIN[severity] * (1.15 if turn == 0 else 1.4) + 1
        after = sum(gaps[turn + 1 :])
        if after > age_min * 0.9:  # what came after the turn has to fit in
            scale = age_min * 0.9 / after
            gaps[turn + 1 :] = [gap * scale for gap in gaps[turn + 1 :]]
            after *= scale
        end_min = age_min - after
    total = sum(gaps)
    start_min = end_min + total
    return tuple(now - int((start_min - passed) * _MIN_MS) for passed in accumulate(gaps))


def _unanswered_from(steps: tuple[str, ...]) -> int | None:
    """The step at which the customer began to wait, or None when it is not our turn."""
    turn = None
    for i, step in enumerate(steps):
        if step in _CUSTOMER:
            turn = i if turn is None else turn
        elif step in {"ask", "answer", "hold", "done", "solve", "close", "sleep_until", "sleep_answer"}:
            turn = None
    return turn
