"""What is known of many tickets named by their ids: which are still here, and which languages their customers write.

Read in pieces, because SQLite takes only so many parameters, and with a breath between them for whoever paints.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence

from desk.ids import TicketId

_AT_ONCE = 500
_BREATH_S = 0.001


def missing(reader: sqlite3.Connection, ticket_ids: Sequence[TicketId]) -> list[TicketId]:
    """Those that are not on this machine any more."""
    gone: list[TicketId] = []
    for part, marks in _parts(ticket_ids):
        select = (
            f"SELECT id FROM ticket WHERE id IN ({marks}) UNION SELECT id FROM overlay_ticket WHERE id IN ({marks})"
        )
        here = {found for (found,) in reader.execute(select, (*part, *part))}
        gone += [ticket_id for ticket_id in part if ticket_id not in here]
    return gone


def languages(reader: sqlite3.Connection, ticket_ids: Sequence[TicketId]) -> dict[str, int]:
    """How many of the tickets are in which language, the most frequent first."""
    counts: dict[str, int] = {}
    for part, marks in _parts(ticket_ids):
        select = f"SELECT lang, count(*) FROM ticket WHERE id IN ({marks}) GROUP BY lang"
        for lang, count in reader.execute(select, part):
            counts[lang] = counts.get(lang, 0) + count
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def ids_of_rows(reader: sqlite3.Connection, numbers: Sequence[int]) -> list[TicketId]:
    """The ids of tickets by their local numbers, in that order; those that are gone are missing."""
    found: list[TicketId] = []
    for first in range(0, len(numbers), _AT_ONCE):
        part = numbers[first : first + _AT_ONCE]
        wanted = ",".join(map(str, part))
        select = f"SELECT row, id FROM ticket WHERE row IN ({wanted}) UNION SELECT row, id FROM overlay_ticket "
        ids = dict(reader.execute(f"{select} WHERE row IN ({wanted})"))
        found += [ids[number] for number in part if number in ids]
        time.sleep(_BREATH_S)
    return found


def _parts(ticket_ids: Sequence[TicketId]) -> Iterator[tuple[Sequence[TicketId], str]]:
    for first in range(0, len(ticket_ids), _AT_ONCE):
        part = ticket_ids[first : first + _AT_ONCE]
        yield part, ",".join("?" * len(part))
        time.sleep(_BREATH_S)
