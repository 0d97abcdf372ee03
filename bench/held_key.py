"""A held key: 30 a second for 4 s in a queue of 100,000. Every key gets its frame, and most of a core stays free.

A frame is dropped when two keys pass without one: frames come when Textual's timer says, not at once with the key.
"""

import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from bench.first_frame import TICKETS, fill
from bench.measure import Measure
from bench.terminal import Terminal

A_SECOND = 30
SECONDS = 4


def run() -> Iterable[Measure]:
    """Frames missed, and the share of a core."""
    with tempfile.TemporaryDirectory() as folder:
        replica = Path(folder) / "local.db"
        first = fill(replica, TICKETS)
        with Terminal(["-m", "bench.open_desk", str(replica)], Path(folder) / "cache") as desk:
            desk.wait_for(first)
            desk.settle(1.5)
            desk.press("9")
            desk.settle(1.5)
            before, drew = desk.cpu_s(), []
            for _key in range(A_SECOND * SECONDS):
                desk.press("j")
                drew.append(desk.draws_within(1 / A_SECOND))
            share = (desk.cpu_s() - before) / SECONDS
    missed = sum(not (now or after) for now, after in pairwise(drew))
    yield Measure("held key, frames missed", missed, 0, f"of {A_SECOND * SECONDS}", unit="")
    yield Measure("held key, share of a core", share * 100, 15, unit="%")
