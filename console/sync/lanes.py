"""Which commands go out next, in which requests. Pure: the outbox decides what is due, this decides how it travels.

A lane (a ticket) is strictly first in, first out: its next command leaves only when the last one was answered. Other
lanes never wait for it. At most four requests are under way, each with heads of different lanes.
"""

from collections.abc import Iterable, Sequence

import msgspec

from desk.ids import CommandId
from desk.outbox import OutboxEntry
from desk.wire import MAX_BODY_BYTES, MAX_COMMANDS

REQUESTS_IN_FLIGHT = 4
_FRAME_BYTES = 64
"""Room for the batch around its commands."""


def plan_batches(
    due: Sequence[OutboxEntry],
    free: int,
    *,
    most_commands: int = MAX_COMMANDS,
    most_bytes: int = MAX_BODY_BYTES,
) -> list[list[OutboxEntry]]:
    """Batches to send now: at most ``free`` of them, oldest first, spread evenly, one command a lane.

    A command too large for any batch travels alone; the backend then says so.
    """
    heads = _heads(due)
    if not heads or free <= 0:
        return []
    share = min(most_commands, max(1, -(-len(heads) // free)))
    batches: list[list[OutboxEntry]] = [[]]
    used = _FRAME_BYTES
    for entry in heads:
        size = encoded_size(entry)
        if batches[-1] and (len(batches[-1]) >= share or used + size > most_bytes):
            if len(batches) == free:
                break
            batches.append([])
            used = _FRAME_BYTES
        batches[-1].append(entry)
        used += size
    return batches


def encoded_size(entry: OutboxEntry) -> int:
    """Bytes of a command on the wire, with its comma."""
    return len(msgspec.json.encode(entry.envelope)) + 1


def unanswered(sent: Iterable[CommandId], answered: Iterable[CommandId]) -> list[CommandId]:
    """Commands of which the backend said nothing, in the order they were sent."""
    known = set(answered)
    return [command_id for command_id in sent if command_id not in known]


def _heads(due: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    taken: set[str] = set()
    heads = []
    for entry in sorted(due, key=lambda entry: entry.seq):
        if entry.lane not in taken:
            taken.add(entry.lane)
            heads.append(entry)
    return heads
