"""History: who changed what from a running backend, the leads' search, and what is left without one."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.client import Client
from console.clock import frozen_clock
from console.screens.history import HistoryScreen
from console.settings import Settings
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.styles import FIRST_FRAME
from console.sync.engine import SyncEngine
from console.themes import DARK
from console.widgets.history_list import HistoryList
from console.workplace import Workplace
from desk.ids import TicketId
from desk.records import Role, Ticket

NOW = 1_774_000_000_000


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, workplace: Workplace, ticket: Ticket | None = None) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.history = HistoryScreen(workplace, ticket)
        self.answers: list[TicketId | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.history, self.answers.append)

    def said(self, widget: str) -> str:
        return str(self.history.query_one(widget, Static).content)

    @property
    def rows(self) -> list[str]:
        source = self.history.query_one(HistoryList).source
        return [f"{row.who} {row.what} {row.on} {row.changes}" for row in source.window(0, source.count())]


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A backend whose clock stands still, with a ticket that two people worked on."""
    config = Config(database=f"sqlite:///{tmp_path / 'desk.db'}", port=0, limits=NO_LIMITS, clock=frozen_clock(NOW))
    with EmbeddedServer(config) as server:
        server.add_team("en", "English")
        server.add_agent("mei", teams=("en",), name="Mei Chen")
        server.add_agent("lena", teams=("en",), name="Lena Ortiz", role=Role.LEAD)
        yield server


def acted(desk: EmbeddedServer, handle: str, *commands: dict[str, object]) -> None:
    headers = {"authorization": f"Bearer {desk.token(handle)}"}
    for command in commands:
        body = {"commands": [{"id": f"{handle}-{command['kind']}", "command": command, "composed_at": 1}]}
        answer = httpx.post(f"{desk.url}/v1/commands", json=body, headers=headers).raise_for_status()
        assert answer.json()["outcomes"][0]["outcome"] == "applied", answer.text


@pytest.fixture
def ticket(desk: EmbeddedServer) -> Ticket:
    made = desk.customer_writes("en", "Where is my money?", subject="提现未到账 withdrawal")
    acted(
        desk,
        "mei",
        {"kind": "take", "ticket_id": made.id},
        {"kind": "severity", "ticket_id": made.id, "severity": "high"},
    )
    acted(desk, "lena", {"kind": "tags", "ticket_id": made.id, "add": ["chargeback", "vip"]})
    return made


@pytest.fixture
def connected(desk: EmbeddedServer, seeded_store: Store) -> Iterator[Callable[[str], Workplace]]:
    """A console whose engine answers; it syncs nothing here."""
    engines: list[SyncEngine] = []

    def make(handle: str) -> Workplace:
        tokens = MemoryTokens(Login(access=desk.token(handle)))
        engine = SyncEngine(seeded_store, partial(Client, desk.url, tokens), on_event=lambda _event: None)
        engine.start()
        assert engine._ready.wait(10)
        engines.append(engine)
        return Workplace(store=seeded_store, settings=Settings(), clock=frozen_clock(NOW), engine=engine)

    yield make
    for engine in engines:
        engine.stop(10)


async def test_a_tickets_history_is_newest_first_in_words(
    connected: Callable[[str], Workplace], ticket: Ticket
) -> None:
    host = Host(connected("mei"), ticket)
    async with host.run_test(size=(110, 30)) as pilot:
        await settle(pilot)
        assert host.rows == [
            "Lena Ortiz tags  tags: – → chargeback, vip",
            "Mei Chen severity  severity: normal → high",
            *host.rows[2:],
        ]
        assert "message from the customer" in host.rows[3]
        assert "status: new → open" in host.rows[2] and "assignee: – → " in host.rows[2]
        assert f"History of {ticket.ref}" in host.said("#history-heading")
        assert "4 changes" in host.said("#history-heading")
        await pilot.press("j")
        assert "severity: normal → high" in host.said("#history-detail")


async def test_a_lead_searches_by_number_words_and_person_and_opens_the_ticket(
    connected: Callable[[str], Workplace], ticket: Ticket
) -> None:
    host = Host(connected("lena"))
    async with host.run_test(size=(110, 30)) as pilot:
        await settle(pilot)
        assert any("chargeback" in row for row in host.rows)
        host.history.query_one(Input).value = ticket.ref
        await settle(pilot)
        assert len(host.rows) == 4 and all(ticket.ref in row for row in host.rows)
        host.history.query_one(Input).value = "chargeback"
        await settle(pilot)
        assert host.rows[-1].startswith("Lena Ortiz tags")
        await pilot.press("end", "enter")
        await settle(pilot)
        assert host.answers == [ticket.id]


async def test_without_a_backend_the_conversation_tells_what_it_can(workplace: Workplace, wang_ticket: Ticket) -> None:
    host = Host(workplace, wang_ticket)
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert host.rows == []
        assert "needs the server" in host.said("#history-detail")
        assert "offline" in host.said("#history-heading")
        await pilot.press("escape")
        await settle(pilot)
        assert host.answers == [None]


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
def test_it_looks_as_it_did(
    snap_compare: Callable[..., bool], connected: Callable[[str], Workplace], ticket: Ticket, size: tuple[int, int]
) -> None:
    assert snap_compare(Host(connected("lena")), terminal_size=size, run_before=settle)
