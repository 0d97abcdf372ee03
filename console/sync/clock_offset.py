"""How far this machine's clock is from the backend's: the median of the last five readings. For labels only."""

from collections import deque

from desk.ids import MS_PER_S, Instant

BANNER_S = 30
_READINGS = 5


class ClockOffset:
    """Collects readings."""

    def __init__(self) -> None:
        self._readings: deque[int] = deque(maxlen=_READINGS)

    def read(self, asked_at: Instant, answered_at: Instant, server_now: Instant) -> None:
        """The backend's time in an answer, taken to be in the middle between asking and having the answer."""
        self._readings.append(server_now - (asked_at + answered_at) // 2)

    @property
    def ms(self) -> int:
        """Add this to the local clock to have the backend's."""
        return sorted(self._readings)[(len(self._readings) - 1) // 2] if self._readings else 0

    @property
    def worth_telling(self) -> bool:
        """Whether the clock is so wrong that its owner should know."""
        return abs(self.ms) > BANNER_S * MS_PER_S
