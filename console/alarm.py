"""Keeps an emergency loud: rings when it comes, and again until somebody takes it.

The desk says which emergencies concern this agent now (:func:`desk.emergencies.concerns`); the app lets the time tick.
"""

from collections.abc import Callable, Mapping

from console.clock import Clock
from desk.ids import MS_PER_S, Instant, TicketId


class EmergencyAlarm:
    """Rings through ``ring``, which is given the references to name."""

    def __init__(self, ring: Callable[[str], None], clock: Clock, repeat_s: int) -> None:
        """``repeat_s`` 0 rings once for each emergency."""
        self._ring = ring
        self._clock = clock
        self._repeat_ms = repeat_s * MS_PER_S
        self._loud: Mapping[TicketId, str] = {}
        self._rang_at: Instant = 0

    @property
    def is_loud(self) -> bool:
        """Whether there is anything left to ring for."""
        return bool(self._loud)

    def heed(self, loud: Mapping[TicketId, str]) -> None:
        """These are loud now, by their references; one that was not before rings at once."""
        fresh = [ref for ticket_id, ref in loud.items() if ticket_id not in self._loud]
        self._loud = dict(loud)
        if fresh:
            self._sound(fresh)

    def tick(self) -> None:
        """Time went by: ring again for what nobody has taken."""
        if self._loud and self._repeat_ms and self._clock() - self._rang_at >= self._repeat_ms:
            self._sound(list(self._loud.values()))

    def _sound(self, refs: list[str]) -> None:
        self._rang_at = self._clock()
        more = f" +{len(refs) - 1}" if len(refs) > 1 else ""
        self._ring(refs[0] + more)
