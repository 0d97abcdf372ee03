"""The frame of every bench: a ratio between two things measured alternately in one run, and the bound it must keep.

A bench module in this folder has ``def run() -> Iterable[Measure]``. ``python -m bench [NAME …]`` runs them and
prints the table.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Measure:
    """One line of the table. ``value`` is kept when it is ``<= bound`` (or ``>= bound`` where ``at_least``).

    ``detail`` tells the absolute figures behind a ratio, with their units.
    """

    what: str
    value: float
    bound: float
    detail: str = ""
    at_least: bool = False
    unit: str = "×"

    @property
    def kept(self) -> bool:
        """Whether the bound holds."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(ours: Callable[[], float], floor: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Medians of ``ours`` and ``floor`` measured in turn, and the median of the rounds' ratios, as (ratio, ours,
    floor)."""
    pairs = [(ours(), floor()) for _ in range(rounds)]
    return (
        statistics.median(mine / base for mine, base in pairs),
        statistics.median(mine for mine, _ in pairs),
        statistics.median(base for _, base in pairs),
    )


def percentile(samples: list[float], p: float) -> float:
    """The ``p``-th percentile (0–100) of unsorted samples, by the nearest rank."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))]
