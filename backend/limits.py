"""Rate limits: token buckets in memory."""

from dataclasses import dataclass, field

from backend.config import Clock, Rate
from backend.errors import ProblemError
from desk.ids import MS_PER_S, Instant

_SWEEP_AT = 10_000


@dataclass(slots=True)
class Limiter:
    """One bucket per key, all of the same rate. ``rate`` None lets everything through."""

    rate: Rate | None
    clock: Clock
    what: str
    _buckets: dict[str, tuple[float, Instant]] = field(default_factory=dict)

    def take(self, key: str, count: int = 1) -> None:
        """Take ``count`` from the key's bucket; raises ``too-many-requests`` when it does not hold so many.

        A count beyond the whole bucket empties it, so that a large batch is slow but never impossible.
        """
        if self.rate is None:
            return
        now = self.clock()
        level, at = self._buckets.get(key, (float(self.rate.burst), now))
        level = min(float(self.rate.burst), level + max(0, now - at) / MS_PER_S * self.rate.per_s)
        wanted = min(count, self.rate.burst)
        if level < wanted:
            wait_s = (wanted - level) / self.rate.per_s
            raise ProblemError("too-many-requests", f"Too many {self.what}; wait a moment.", retry_after_s=wait_s)
        self._buckets[key] = (level - wanted, now)
        if len(self._buckets) > _SWEEP_AT:
            self._sweep(now)

    def _sweep(self, now: Instant) -> None:
        """Forget buckets that have filled up again."""
        assert self.rate is not None
        full_after = self.rate.burst / self.rate.per_s * MS_PER_S
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket[1] < full_after}
