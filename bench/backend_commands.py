"""Durable replies from 32 clients: our backend against a bare handler that makes the same inserts with group commit."""

import asyncio
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import msgspec

from bench.http_load import Load, drive
from bench.measure import ROUNDS, Measure, percentile
from bench.processes import bare_server, desk_server
from desk.commands import Envelope, Reply
from desk.ids import CommandId, TicketId
from desk.wire import CommandBatch

CLIENTS = 32
EACH = 40


def _bodies(tickets: tuple[str, ...], number: int) -> Iterator[bytes]:
    """What one client posts: replies to tickets of its own, so that none conflicts."""
    for turn in range(EACH):
        ticket_id = TicketId(tickets[(number * EACH + turn) % len(tickets)])
        command = Reply(ticket_id=ticket_id, body="We are looking into this transfer; you will hear from us today.")
        envelope = Envelope(id=CommandId(uuid4().hex), command=command, composed_at=0, on_top=True)
        yield msgspec.json.encode(CommandBatch(commands=(envelope,)))


def _drive(port: int, tickets: tuple[str, ...], token: str) -> Load:
    head = (
        b"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer " + token.encode() + b"\r\n"
    )
    return asyncio.run(drive(port, head, lambda number: _bodies(tickets, number), CLIENTS))


def run() -> Iterable[Measure]:
    """Throughput and p99, each as the median of the rounds' ratios."""
    rounds: list[tuple[Load, Load]] = []
    with (
        TemporaryDirectory() as folder,
        desk_server(CLIENTS * EACH) as ours,
        bare_server("bench.bare_backend", str(Path(folder) / "bare.db")) as bare,
    ):
        for _ in range(ROUNDS):
            rounds.append((_drive(ours.port, ours.tickets, ours.token), _drive(bare, ours.tickets, "none")))
    per_s = [(mine.per_s, floor.per_s) for mine, floor in rounds]
    p99 = [(percentile(mine.latencies_s, 99) * 1e3, percentile(floor.latencies_s, 99) * 1e3) for mine, floor in rounds]
    for what, pairs, bound, at_least, unit in (
        ("commands per second, 32 clients, vs bare handler", per_s, 0.3, True, "/s"),
        ("command p99, 32 clients, vs bare handler", p99, 4.0, False, "ms"),
    ):
        mine, floor = (statistics.median(side) for side in zip(*pairs, strict=True))
        value = statistics.median(a / b for a, b in pairs)
        yield Measure(what, value, bound, f"{mine:.1f} {unit} vs {floor:.1f} {unit}", at_least)
