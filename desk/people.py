"""Who can be given work now: whether an agent is away, on shift, and until when."""

from desk.calendars import ALWAYS, change_after, is_open
from desk.ids import Instant
from desk.records import Agent, Policy


def is_away(agent: Agent, now: Instant) -> bool:
    """Whether the agent is away. One whose time has come counts as back, though nobody has said so."""
    return agent.away and (agent.away_until is None or now < agent.away_until)


def on_shift(agent: Agent, policy: Policy, now: Instant) -> bool:
    """Whether it is within the agent's working hours; a shift that the policy does not know has no end."""
    return is_open(policy.calendars.get(agent.shift), now)


def shift_changes_at(agent: Agent, policy: Policy, now: Instant) -> Instant | None:
    """When the agent's shift ends, or the next one begins; None when that never happens."""
    return change_after(policy.calendars.get(agent.shift), now)


def is_present(agent: Agent, policy: Policy, now: Instant) -> bool:
    """Whether the agent can be given work now: still here, on shift and not away."""
    return agent.active and not is_away(agent, now) and on_shift(agent, policy, now)


def is_known_shift(shift: str, policy: Policy) -> bool:
    """Whether a shift has a calendar."""
    return shift == ALWAYS or shift in policy.calendars
