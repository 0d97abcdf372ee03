"""A backend with a desk of many tickets, in a process of its own; see :mod:`bench.serve_desk`.

The first page of a snapshot holds the most urgent tickets: what comes later belongs below them in a queue.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from backend.bulk import BulkLoader, Conversation
from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from backend.transaction import Transaction
from bench import desk_data
from desk.ids import CustomerId, TeamId
from desk.records import Customer, Severity, Status

MESSAGES = 4
BATCH = 500
CUSTOMERS = 200
TEAM = TeamId("t")
_FAR = 10_000_000_000_000


def _conversation(number: int) -> Conversation:
    ticket = msgspec.structs.replace(
        desk_data.ticket(number, messages=MESSAGES),
        team_id=TEAM,
        customer_id=CustomerId(f"customer-{number % CUSTOMERS}"),
        assignee_id=None,
        status=Status.OPEN,
        severity=Severity.NORMAL,
        urgency_at=_FAR - number,
        due_at=_FAR - number,
        clock_events=(),
    )
    messages = tuple(desk_data.message(ticket, n) for n in range(1, MESSAGES + 1))
    return Conversation(ticket=ticket, messages=messages)


def _load(tx: Transaction, tickets: int) -> None:
    loader = BulkLoader(tx)
    loader.customers(Customer(id=CustomerId(f"customer-{n}"), v=1, name="王磊") for n in range(CUSTOMERS))
    for first in range(0, tickets, BATCH):
        loader.conversations([_conversation(number) for number in range(first, min(first + BATCH, tickets))])
    loader.finish()


def main(tickets: int) -> None:
    """Serve until stdin closes."""
    with TemporaryDirectory() as folder:
        config = Config(database=f"sqlite:///{Path(folder) / 'backend.db'}", port=0, limits=NO_LIMITS)
        with EmbeddedServer(config) as server:
            server.add_team(TEAM, "Team")
            server.add_agent("mei", teams=(TEAM,))
            server.write(lambda tx: _load(tx, tickets))
            ready = {"port": server.config.port, "token": server.token("mei")}
            sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
