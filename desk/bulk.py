"""One thing asked of many tickets: how much goes at once, what becomes of each, and how that is summed up. Pure.

A bulk is many ordinary commands with one ``bulk_id``: the backend authorises and decides each for itself, so nothing
here says what a command does. It says how they are counted, and what one row of the list holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from desk.ids import Instant, TicketId
from desk.records import Frozen

MAX_STEP = 200
"""Commands of a bulk that are under way at once; the next so many follow when these were answered."""


class ItemState(StrEnum):
    """What became of one command of a bulk. ``planned`` waits for its step, ``queued`` is in the outbox; ``same`` found
    its effect already there; ``dropped`` was taken back before it was sent."""

    PLANNED = "planned"
    QUEUED = "queued"
    APPLIED = "applied"
    SAME = "same"
    REFUSED = "refused"
    DROPPED = "dropped"


WAITING = (ItemState.PLANNED, ItemState.QUEUED)


class BulkState(StrEnum):
    """Where a bulk stands. ``planning`` is being written down; ``stopped`` goes no further unless it is told to."""

    PLANNING = "planning"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class BulkRow(Frozen, frozen=True, kw_only=True):
    """One ticket of a bulk as shown. ``n`` is its place; ``change`` what becomes of it, in words (``mei → li``);
    ``code`` and ``why`` a refusal's, empty without one."""

    n: int
    ticket_id: TicketId
    state: ItemState
    ref: str = ""
    customer_name: str = ""
    subject: str = ""
    lang: str = ""
    change: str = ""
    note: str = ""
    code: str = ""
    why: str = ""


class Tally(Frozen, frozen=True, kw_only=True):
    """How many commands of a bulk are in which state; before it is applied, ``planned`` are those that will change."""

    planned: int = 0
    queued: int = 0
    applied: int = 0
    same: int = 0
    refused: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.settled + self.planned + self.queued

    @property
    def settled(self) -> int:
        """Those of which nothing more is to come."""
        return self.applied + self.same + self.refused + self.dropped


class Bulk(Frozen, frozen=True, kw_only=True):
    """A bulk that was applied. ``why`` is the code of what stopped it (empty: a person did); ``undoes`` is the bulk
    that it takes back."""

    id: str
    title: str
    state: BulkState
    planned_at: Instant
    tally: Tally
    why: str = ""
    undoes: str = ""


def tally(counts: Mapping[str, int]) -> Tally:
    """The tally of counts by state."""
    return Tally(**{state.value: counts.get(state.value, 0) for state in ItemState})


def refusal_groups(rows: Iterable[BulkRow]) -> Sequence[tuple[str, str, int]]:
    """Refusals by code with one sentence of each and how many there are, the most frequent first."""
    found: dict[str, tuple[str, int]] = {}
    for row in rows:
        if row.state is ItemState.REFUSED:
            why, count = found.get(row.code, (row.why, 0))
            found[row.code] = (why, count + 1)
    groups = [(code, why, count) for code, (why, count) in found.items()]
    return sorted(groups, key=lambda group: (-group[2], group[0]))
