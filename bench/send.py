"""Sending a reply: from the key to the composer closed and the message in its place, against what there must be at
least: one raw commit with FULL synchronous writes, and one frame of an app with one Static."""

import sqlite3
import statistics
import tempfile
from collections.abc import Iterable
from contextlib import closing
from itertools import count, islice
from pathlib import Path

from bench.first_frame import TICKETS, fill
from bench.measure import ROUNDS, Measure, percentile, seconds
from bench.watched import STILL_S, Watched

REPLIES = 20
IN_VIEW = 20
"""Replies go to so many tickets in turn, so that each conversation fits the screen."""
PAUSE_S = 0.3
"""Between keys where a person rests, too: an escape that stays alone is no begin of another key's sequence."""
FIRST, DOWN, ESCAPE, CTRL_D = "\x1b[H", "\x1b[B", "\x1b", "\x04"
TEXT = "We are looking into this transfer; you will hear from us today."


def run() -> Iterable[Measure]:
    """The 95th percentile of the replies of a round, median of the rounds."""
    with tempfile.TemporaryDirectory() as folder:
        cache, replica = Path(folder, "cache"), Path(folder, "local.db")
        first = fill(replica, TICKETS)
        ours, floors, numbers = [], [], count(1)
        with (
            Watched(["-m", "bench.open_desk", str(replica)], cache) as desk,
            Watched(["-m", "bench.one_widget"], cache) as bare,
            closing(sqlite3.connect(Path(folder, "raw.db"), isolation_level=None)) as raw,
        ):
            desk.until(first)
            bare.until("rows")
            raw.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE outbox (seq INTEGER PRIMARY KEY, doc)"
            )
            _reply(desk, replica, 0)  # imports the composer
            for _round in range(ROUNDS):
                batch = list(islice(numbers, REPLIES))
                ours.append(percentile([_reply(desk, replica, n) for n in batch], 95))
                floors.append(percentile([_commit(raw) + _frame(bare, n) for n in batch], 95))
                desk.forget()
    yield Measure(
        "send: key to composer closed and reply durable, p95",
        statistics.median(mine / floor for mine, floor in zip(ours, floors, strict=True)),
        3.0,
        f"{statistics.median(ours) * 1e3:.1f} ms, commit and frame {statistics.median(floors) * 1e3:.1f} ms",
    )


def _reply(desk: Watched, replica: Path, number: int) -> float:
    """Write to one of the first tickets; seconds from the key that sends until the reply is in the conversation."""
    before, text = _replies(replica), f"Reply {number}. {TEXT}"
    desk.type(FIRST + DOWN * (number % IN_VIEW))
    desk.key_until("r", "REPLY to")
    desk.settle(PAUSE_S)
    desk.type(text)
    took_s = desk.key_until_message(CTRL_D, text)
    if _replies(replica) != before + 1:
        raise RuntimeError("a reply was shown that is not in the outbox")
    desk.settle(STILL_S)
    desk.press(ESCAPE)
    desk.draws_within(PAUSE_S)
    return took_s


def _replies(replica: Path) -> int:
    """How many replies another process sees in the outbox."""
    with closing(sqlite3.connect(replica)) as connection:
        found: int = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'reply'").fetchone()[0]
    return found


def _commit(raw: sqlite3.Connection) -> float:
    """One row of an envelope's size, durable."""
    return seconds(lambda: raw.execute("INSERT INTO outbox (doc) VALUES (?)", (TEXT * 6,)))


def _frame(bare: Watched, number: int) -> float:
    """One key and its frame."""
    return bare.key_until("j", f"rows {number}")
