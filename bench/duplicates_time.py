"""What looking for a duplicate costs a new ticket among 100,000, against one full-text query on the same table.

The tickets are of made-up words that are as frequent as words are (Zipf), in both languages, so that a search finds
what a search would: much for common words, little for rare ones. Every tenth new ticket repeats an older one.
"""

import random
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, text

from backend.bulk import BulkLoader, Conversation
from backend.database import Database
from backend.services.duplicates import suggestion
from backend.services.search_index import index_messages
from bench.measure import Measure, ratio, seconds
from desk.folding import match_expression
from desk.ids import CustomerId, MessageId, TeamId, TicketId
from desk.intake import Incoming, NewTicket, begin
from desk.outcome import Outcome
from desk.records import Channel, Customer, Policy, Team, Ticket

TICKETS = 100_000
CUSTOMERS = 20_000
ASKED = 20
BOUND = 3.0
START_AT = 1_760_000_000_000

_SYLLABLES = ("ka", "lo", "mi", "ten", "ra", "su", "ver", "dal", "ing", "por", "net", "bri", "cha", "wol", "ex", "um")
_HAN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经提现账户冻结转币到"
)
_FTS = text("SELECT rowid FROM message_fts WHERE message_fts MATCH :match ORDER BY rank LIMIT 50")


class Talk:
    """Sentences of words with the frequencies of a language."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._words = ["".join(self._rng.choices(_SYLLABLES, k=self._rng.randint(1, 4))) for _ in range(20_000)]
        self._weights = list(_cumulated(1 / (rank + 10) for rank in range(len(self._words))))

    def english(self) -> str:
        """What an English customer writes."""
        return " ".join(self._rng.choices(self._words, cum_weights=self._weights, k=self._rng.randint(15, 45)))

    def chinese(self) -> str:
        """What a Chinese customer writes."""
        return "，".join("".join(self._rng.choices(_HAN, k=self._rng.randint(6, 14))) for _ in range(3))


def _cumulated(weights: Iterator[float]) -> Iterator[float]:
    total = 0.0
    for weight in weights:
        total += weight
        yield total


def _conversation(number: int, said: str) -> Conversation:
    outcome = _begun(number, said)
    ticket = outcome.changes[0]
    assert isinstance(ticket, Ticket)
    return Conversation(ticket=ticket, messages=outcome.messages, clock_events=outcome.clock_events)


def _begun(number: int, said: str) -> Outcome:
    at = START_AT + number * 10_000
    start = NewTicket(
        id=TicketId(f"t{number}"),
        ref=f"T-{number}",
        subject=said[:40],
        customer_id=CustomerId(f"c{number % CUSTOMERS}"),
        customer_name="Anna",
        team_id=TeamId("team"),
        channel=Channel.CHAT,
        created_at=at,
    )
    message = Incoming(id=MessageId(f"m{number}"), body=f"{said} 0x{random.Random(number).randbytes(32).hex()}", at=at)
    return begin(start, (message,), Policy(), at)


def _fill(database: Database) -> list[str]:
    """Load the tickets and index them; returns what some of their customers wrote."""
    talk = Talk(7)
    said = [talk.chinese() if number % 3 == 0 else talk.english() for number in range(TICKETS)]
    with database.write(START_AT) as tx:
        loader = BulkLoader(tx)
        loader.org([Team(id=TeamId("team"), v=1, name="Team")])
        loader.customers(Customer(id=CustomerId(f"c{n}"), v=1, name="Anna") for n in range(CUSTOMERS))
        talks = (_conversation(number, words) for number, words in enumerate(said))
        while batch := list(islice(talks, 500)):
            loader.conversations(batch)
        loader.finish()
    while True:
        with database.write(START_AT) as tx:
            if not index_messages(tx, 5_000):
                return said


def _new_tickets(said: list[str]) -> list[tuple[Ticket, str]]:
    talk = Talk(8)
    fresh = []
    for number in range(ASKED):
        words = said[number * 977] if number % 10 == 0 else (talk.chinese() if number % 3 == 0 else talk.english())
        outcome = _begun(TICKETS + number, words)
        ticket = outcome.changes[0]
        assert isinstance(ticket, Ticket)
        fresh.append((ticket, f"{ticket.subject}\n{outcome.messages[0].body}"))
    return fresh


def run() -> Iterator[Measure]:
    """Median of five rounds, each over the same new tickets."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder, 'desk.db')}")
        fresh = _new_tickets(_fill(database))
        with database.read() as conn:
            found = sum(suggestion(conn, ticket, words) is not None for ticket, words in fresh)
            times, ours, floor = ratio(lambda: _suggest(conn, fresh), lambda: _search(conn, fresh))
        database.close()
    detail = f"{ours / ASKED * 1000:.1f} ms against {floor / ASKED * 1000:.1f} ms, {found} of {ASKED} repeat one"
    yield Measure("duplicate of a new ticket among 100,000, to one full-text query", times, BOUND, detail)


def _suggest(conn: Connection, fresh: list[tuple[Ticket, str]]) -> float:
    return seconds(lambda: [suggestion(conn, ticket, words) for ticket, words in fresh])


def _search(conn: Connection, fresh: list[tuple[Ticket, str]]) -> float:
    """For each, one query of two of its words, as somebody would search for it."""
    queries = [match_expression(" ".join(words.split()[2:4]) if " " in words else words[:4]) for _, words in fresh]
    return seconds(lambda: [conn.execute(_FTS, {"match": query}).all() for query in queries if query])
