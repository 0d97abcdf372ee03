"""Commands on their way: ids minted here, and the author's view of the ticket noted with them.

Called by whoever lets a person act: screens and the command line's verbs.
"""

import os

from desk.commands import AnyCommand, Envelope
from desk.ids import CommandId, Instant
from desk.records import Ticket


def new_id(now: Instant) -> str:
    """A fresh uuid7: ids made later sort later."""
    bits = (now & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    digits = f"{bits:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def envelope(
    command: AnyCommand, now: Instant, *, ticket: Ticket | None = None, seen_n: int | None = None, on_top: bool = False
) -> Envelope:
    """``command`` as its author asks for it now, looking at ``ticket`` and having seen messages up to ``seen_n``."""
    return Envelope(
        id=CommandId(new_id(now)),
        command=command,
        composed_at=now,
        expected_version=ticket.v if ticket else None,
        seen_n=seen_n,
        on_top=on_top,
    )
