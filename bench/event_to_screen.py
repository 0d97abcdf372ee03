"""A colleague's note on the ticket that is on this screen: from its commit to the paint, above what the bytes alone
take.

The console runs on a pty and syncs with a backend in another process; the colleague's notes are posted from this one.
After each, the bytes that brought it go through a bare SSE echo.
"""

import http.client
import socket
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import msgspec

from bench.measure import ROUNDS, Measure, percentile
from bench.processes import Served, bare_server, desk_server
from bench.watched import STILL_S, Watched
from console.store import Store
from desk.commands import Envelope, Note
from desk.ids import CommandId, TicketId
from desk.wire import CommandBatch

TICKETS = 25
NOTES = 6
"""On each ticket: more would not fit the screen."""
APART_S = 0.3
"""Events that come faster than four a second wait for one another; here each comes alone."""
DOWN, UP = "\x1b[B", "\x1b[A"


def run() -> Iterable[Measure]:
    """The difference between the 95th percentiles of a round, median of the rounds."""
    ours: list[float] = []
    floors: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        desk_server(TICKETS) as served,
        bare_server("bench.bare_echo") as port,
        closing(Echo(port)) as echo,
        closing(Colleague(served)) as colleague,
    ):
        replica, url = Path(folder, "local.db"), f"http://127.0.0.1:{served.port}"
        args = ["-m", "bench.open_desk", str(replica), url, served.token]
        with Watched(args, Path(folder, "cache")) as desk:
            desk.until("live")
            event = colleague.event_of_a_note(TicketId(served.tickets[0]), replica)
            each = TICKETS // ROUNDS
            for first in range(0, TICKETS, each):
                samples = [
                    (
                        _painted(desk, colleague, TicketId(served.tickets[number]), f"note {number}-{n}"),
                        echo.after(event),
                    )
                    for number in range(first, first + each)
                    for n in range(NOTES)
                    if n or _shows(desk, number)
                ]
                mine, floor = (percentile([pair[side] for pair in samples], 95) * 1e3 for side in (0, 1))
                ours.append(mine)
                floors.append(floor)
    yield Measure(
        "event to another screen: committed to painted, p95 above an SSE echo",
        statistics.median(mine - floor for mine, floor in zip(ours, floors, strict=True)),
        100,
        f"{statistics.median(ours):.0f} ms, echo of {len(event):,} bytes {statistics.median(floors):.1f} ms",
        unit="ms",
    )


def _shows(desk: Watched, number: int) -> bool:
    """Bring ticket ``number`` beside the queue: they are sorted as they were made."""
    desk.type(DOWN if number else DOWN + UP)
    desk.until(f"transfer {number}?")
    desk.settle(STILL_S)
    return True


def _painted(desk: Watched, colleague: "Colleague", ticket_id: TicketId, body: str) -> float:
    """Seconds from the answer to a note, which comes after its commit, until it is on the screen."""
    desk.draws_within(APART_S)
    since = len(desk.drawn)
    committed = colleague.notes(ticket_id, body)
    return desk.until(body, since) - committed


class Colleague:
    """Another agent, at another console."""

    def __init__(self, served: Served) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port)
        self._headers = {"Authorization": f"Bearer {served.colleague}", "Content-Type": "application/json"}

    def notes(self, ticket_id: TicketId, body: str) -> float:
        """Write a note; the instant at which the backend had committed it."""
        envelope = Envelope(id=CommandId(str(uuid4())), command=Note(ticket_id=ticket_id, body=body), composed_at=0)
        answer = self._ask("POST", "/v1/commands", msgspec.json.encode(CommandBatch(commands=(envelope,))))
        answered = time.perf_counter()
        if b'"applied"' not in answer:
            raise RuntimeError(f"not applied: {answer!r}")
        return answered

    def event_of_a_note(self, ticket_id: TicketId, replica: Path) -> bytes:
        """What the stream says of a note: the page that follows the cursor of a replica that was up to date."""
        with closing(Store.open(replica, read_only=True)) as store:
            cursor = store.meta("cursor")
        self.notes(ticket_id, "a first note")
        return self._ask("GET", f"/v1/sync/changes?cursor={cursor}")

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        with self._connection.getresponse() as answer:
            return answer.read()


class Echo:
    """Both ends of :mod:`bench.bare_echo`."""

    def __init__(self, port: int) -> None:
        self._posting = http.client.HTTPConnection("127.0.0.1", port)
        self._listening = socket.create_connection(("127.0.0.1", port), 20)
        self._listening.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self._read_until(b"ping")

    def after(self, event: bytes) -> float:
        """Seconds from the answer to a post of these bytes until they are here."""
        self._posting.request("POST", "/", event)
        self._posting.getresponse().read()
        answered = time.perf_counter()
        self._read_until(event)
        return time.perf_counter() - answered

    def close(self) -> None:
        """Hang up."""
        self._posting.close()
        self._listening.close()

    def _read_until(self, wanted: bytes) -> None:
        heard = b""
        while wanted not in heard:
            if not (more := self._listening.recv(1 << 16)):
                raise RuntimeError("the echo hung up")
            heard += more
