"""A command that waits in a console to be sent, and the states it passes through.

``queued → sending → acked → done``: acked means the backend answered, done means the answer has come back through the
feed. ``conflict``, ``rejected``, ``held`` and ``stale`` need the author's attention; the whole text is kept until
they decide.
"""

from enum import StrEnum

from desk.commands import Envelope
from desk.ids import CommandId, Instant
from desk.records import Frozen
from desk.wire import CommandOutcome

STALE_AFTER_S = 7 * 86_400
"""A command that waited longer than this offline is not sent before its author was asked."""


class SendState(StrEnum):
    """Where an outbox entry stands."""

    QUEUED = "queued"
    SENDING = "sending"
    ACKED = "acked"
    DONE = "done"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    HELD = "held"
    STALE = "stale"
    DISCARDED = "discarded"


NEEDS_ATTENTION = frozenset({SendState.CONFLICT, SendState.REJECTED, SendState.HELD, SendState.STALE})
UNFINISHED = frozenset({SendState.QUEUED, SendState.SENDING, SendState.ACKED})
"""States whose effect is shown on top of the confirmed rows."""


class OutboxEntry(Frozen, frozen=True, kw_only=True):
    """One row of the outbox. ``seq`` is the order in this console, ``not_before`` leaves time to undo a send,
    ``next_at`` is the earliest next attempt, ``acked_v`` the version at which the effect is confirmed."""

    seq: int
    id: CommandId
    lane: str
    kind: str
    envelope: Envelope
    state: SendState
    not_before: Instant
    attempts: int = 0
    next_at: Instant = 0
    outcome: CommandOutcome | None = None
    acked_v: int | None = None
    replaces: CommandId | None = None
