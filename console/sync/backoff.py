"""How long to wait before trying again: full jitter, doubling to a cap; what the backend asks for wins."""

import random

BASE_S = 0.5
FACTOR = 2.0
CAP_S = 30.0
STREAM_CAP_S = 15.0
PROBE_S = 15.0
"""How often an offline console looks whether the backend is back, at the latest."""


def delay_s(attempts: int, rng: random.Random, *, cap_s: float = CAP_S, after_s: float | None = None) -> float:
    """Seconds to wait after ``attempts`` failures in a row (1 or more).

    ``after_s`` is a ``Retry-After``: never asked again before it, and a little later so that not all come at once.
    """
    ceiling = min(cap_s, BASE_S * FACTOR ** min(attempts - 1, 30))
    jitter = rng.uniform(0, ceiling)
    if after_s is not None:
        return after_s + min(jitter, BASE_S)
    return jitter


class Backoff:
    """Counts failures in a row."""

    def __init__(self, rng: random.Random, cap_s: float = CAP_S) -> None:
        self._rng = rng
        self._cap_s = cap_s
        self.attempts = 0

    def failed(self, after_s: float | None = None) -> float:
        """Seconds to wait now."""
        self.attempts += 1
        return delay_s(self.attempts, self._rng, cap_s=self._cap_s, after_s=after_s)

    def succeeded(self) -> None:
        """Start over."""
        self.attempts = 0
