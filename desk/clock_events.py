"""What happens to a service clock, as it is stored: apart from the records, because parts of a ticket keep them too."""

from enum import StrEnum

from desk.frozen import Frozen
from desk.ids import Instant


class ClockName(StrEnum):
    """The three service clocks of a ticket, and the clock of the tier it was escalated to."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLVE = "resolve"
    TIER = "tier"


class ClockAction(StrEnum):
    """What happened to a clock. Stored for ever; deadlines are derived from these by :mod:`desk.clocks`."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class ClockEvent(Frozen, frozen=True, kw_only=True):
    """One immutable fact about one clock of a ticket."""

    clock: ClockName
    action: ClockAction
    at: Instant
