"""Keeps the customers of a running sample desk writing: answers to what was asked, new matters, impatience."""

import threading
from random import Random
from types import TracebackType
from typing import Self

from msgspec import Struct
from sqlalchemy import Connection, func, select

from backend import tables
from backend.demo.assets import ASSETS
from backend.demo.minting import mint
from backend.demo.people import CustomerFile
from backend.demo.phrase import fill
from backend.demo.plot import pick_scenario
from backend.demo.scenario import Scenario, common, scenarios
from backend.demo.slots import free_slots
from backend.demo.voice import casually
from backend.embedded import EmbeddedServer
from backend.rows import read_customer, read_ticket
from backend.services.intake import receive_message, start_ticket
from backend.services.lookup import accounts_of
from backend.transaction import Transaction
from desk.ids import CustomerId, MessageId, TicketId
from desk.intake import Incoming, NewTicket
from desk.records import Channel, Customer, Status, Ticket

PAUSE_S = (4.0, 14.0)
"""Between two messages, least and most."""

_STARTS = 0.4
"""The share of messages that begin a ticket."""


class _Whose(Struct, frozen=True):
    customer: Customer
    slots: dict[str, str]


class LiveCustomers:
    """Writes to the desk from a thread between ``with`` and its end."""

    def __init__(self, server: EmbeddedServer, *, seed: int, pause_s: tuple[float, float] = PAUSE_S) -> None:
        self._server = server
        self._rng = Random(f"{seed}/live")
        self._pause_s = pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.written = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.wait(self._rng.uniform(*self._pause_s)):
            self._server.write(self._write_one)
            self.written += 1

    def _write_one(self, tx: Transaction) -> None:
        waiting = None if self._rng.random() < _STARTS else self._some_waiting(tx.conn)
        if waiting is None:
            self._start(tx)
        else:
            self._go_on(tx, waiting)

    def _some_waiting(self, conn: Connection) -> Ticket | None:
        """A ticket on which the desk waits for the customer, one of the newest."""
        newest = select(tables.ticket.c.doc).order_by(tables.ticket.c.updated_at.desc()).limit(300)
        tickets = [read_ticket(str(doc)) for doc in conn.execute(newest).scalars()]
        waiting = [ticket for ticket in tickets if ticket.status in (Status.WAITING, Status.NEW)]
        return self._rng.choice(waiting) if waiting else None

    def _go_on(self, tx: Transaction, ticket: Ticket) -> None:
        scenario = _scenario_of(ticket)
        whose = self._whose(tx.conn, ticket.customer_id, scenario)
        told = scenario.zh if ticket.lang == "zh" else scenario.en
        templates = told.detail if ticket.status is Status.WAITING else common(ticket.lang).more
        receive_message(tx, ticket.id, self._message(tx, whose, self._rng.choice(templates)))

    def _start(self, tx: Transaction) -> None:
        scenario = pick_scenario(self._rng)
        count = tx.conn.execute(select(func.count()).select_from(tables.customer)).scalar_one()
        position = (
            select(tables.customer.c.id).order_by(tables.customer.c.id).offset(self._rng.randrange(count)).limit(1)
        )
        whose = self._whose(tx.conn, CustomerId(str(tx.conn.execute(position).scalar_one())), scenario)
        customer = whose.customer
        told = scenario.zh if customer.language == "zh" else scenario.en
        start = NewTicket(
            id=TicketId(mint(tx.now, self._rng)),
            ref="",
            subject=fill(self._rng.choice(told.subject), whose.slots, self._rng),
            customer_id=customer.id,
            customer_name=customer.name,
            team_id=scenario.team,
            channel=self._rng.choice((Channel.CHAT, Channel.TELEGRAM, Channel.WHATSAPP)),
            created_at=tx.now,
            lang=customer.language,
            tier=customer.tier,
            severity=scenario.severity,
            tags=scenario.tags,
        )
        start_ticket(tx, start, (self._message(tx, whose, self._rng.choice(told.open)),))

    def _whose(self, conn: Connection, customer_id: CustomerId, scenario: Scenario) -> _Whose:
        doc = conn.execute(select(tables.customer.c.doc).where(tables.customer.c.id == customer_id)).scalar_one()
        customer = read_customer(str(doc))
        file = CustomerFile(customer, accounts_of(conn, customer_id), (), "iPhone 15")
        asset = ASSETS[self._rng.choice(scenario.assets)]
        return _Whose(customer, free_slots(scenario, file, asset, self._rng))

    def _message(self, tx: Transaction, whose: _Whose, template: str) -> Incoming:
        text = fill(template.replace(" // ", " "), whose.slots, self._rng)
        customer = whose.customer
        return Incoming(
            id=MessageId(mint(tx.now, self._rng)),
            body=casually(text, self._rng),
            at=tx.now,
            author_id=customer.id,
            author_name=customer.name,
        )


def _scenario_of(ticket: Ticket) -> Scenario:
    """The matter a ticket is about, by its tags."""
    return max(scenarios(), key=lambda scenario: len(set(scenario.tags) & set(ticket.tags)))
