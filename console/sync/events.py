"""What the engine tells the app. Plain facts; they are made in the engine's thread and may be posted to any other."""

from typing import Literal, TypeAlias

from msgspec import Struct

from desk.ids import Instant, TicketId
from desk.wire import Presence

State: TypeAlias = Literal["connecting", "bootstrapping", "live", "offline", "signed-out", "refused", "follower"]
"""``refused`` is a backend that cannot serve this console (another version, another user's replica): trying again
changes nothing. ``follower``: another console on the same file does the syncing."""


class StateChanged(Struct, frozen=True, kw_only=True):
    """The engine's state. ``since`` is when it entered it; ``done`` of ``total`` (0: unknown) rows while bootstrapping;
    ``sentence`` says why and what to do, empty when all is well."""

    state: State
    since: Instant
    done: int = 0
    total: int = 0
    sentence: str = ""


class RowsChanged(Struct, frozen=True, kw_only=True):
    """Rows changed in local.db: pairs of kind and id. An empty set means: more than is worth naming, read again.

    ``cause``: ``feed``, ``bootstrap``, ``outbox``, or ``elsewhere`` for another process on the same file.
    """

    ids: frozenset[tuple[str, str]]
    cause: Literal["feed", "bootstrap", "outbox", "elsewhere"]


class PresenceChanged(Struct, frozen=True, kw_only=True):
    """Who is online and who looks at what."""

    presence: Presence


class OutboxChanged(Struct, frozen=True, kw_only=True):
    """An entry of the outbox moved on; ``attention`` counts those that wait for their author."""

    unfinished: int
    attention: int


class BulkMoved(Struct, frozen=True, kw_only=True):
    """Commands given to many tickets at once: ``done`` of ``total`` are settled (0 of 0: none is under way any
    more)."""

    done: int
    total: int


class Notified(Struct, frozen=True, kw_only=True):
    """Somebody mentioned me, gave me a ticket, accepted what I escalated, or decided about a reply of mine. ``by`` is a
    name, empty when unknown."""

    kind: Literal["mention", "assignment", "accepted", "taken_over", "approved", "changed", "returned"]
    ticket_id: TicketId
    by: str = ""


SyncEvent: TypeAlias = StateChanged | RowsChanged | PresenceChanged | OutboxChanged | BulkMoved | Notified
