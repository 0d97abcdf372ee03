"""Tells the app what the engine does, without repeating itself."""

import logging
from collections.abc import Callable, Iterable

from console.sync.events import (
    BulkMoved,
    Notified,
    OutboxChanged,
    PresenceChanged,
    RowsChanged,
    State,
    StateChanged,
    SyncEvent,
)
from desk.ids import Instant
from desk.wire import Presence

_log = logging.getLogger("console.sync")


class Reporter:
    """Holds the state as it was last told. Called in the engine's thread only."""

    def __init__(self, on_event: Callable[[SyncEvent], None], clock: Callable[[], Instant]) -> None:
        self._on_event = on_event
        self._clock = clock
        self._outbox: OutboxChanged | None = None
        self._bulk = BulkMoved(done=0, total=0)
        self.now = StateChanged(state="connecting", since=clock())

    def state(self, state: State, sentence: str = "", *, done: int = 0, total: int = 0) -> None:
        """Say where we stand; ``since`` moves only when the state itself does."""
        since = self.now.since if self.now.state == state else self._clock()
        told = StateChanged(state=state, since=since, done=done, total=total, sentence=sentence)
        if told != self.now:
            if state != self.now.state:
                _log.info("%s %s", state, sentence)
            self.now = told
            self._on_event(told)

    def rows(self, ids: Iterable[tuple[str, str]], cause: str) -> None:
        """Say which rows changed; nothing when none did."""
        changed = frozenset(ids)
        if changed:
            self._on_event(RowsChanged(ids=changed, cause=cause))  # type: ignore[arg-type]  # a literal of the callers

    def everything(self, cause: str) -> None:
        """Say that more changed than is worth naming."""
        self._on_event(RowsChanged(ids=frozenset(), cause=cause))  # type: ignore[arg-type]  # as above

    def presence(self, presence: Presence) -> None:
        """Say who is here."""
        self._on_event(PresenceChanged(presence=presence))

    def outbox(self, unfinished: int, attention: int) -> None:
        """Say what is still to be sent, when that changed."""
        told = OutboxChanged(unfinished=unfinished, attention=attention)
        if told != self._outbox:
            self._outbox = told
            self._on_event(told)

    def bulk(self, done: int, total: int) -> None:
        """Say how far what was asked of many tickets is, when that changed."""
        told = BulkMoved(done=done, total=total)
        if told != self._bulk:
            self._bulk = told
            self._on_event(told)

    def notified(self, notice: Notified) -> None:
        """Pass a notice on."""
        self._on_event(notice)
