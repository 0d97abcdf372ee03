"""An incident from the first key to the last customer: a lead's screen, its engine, and a running backend."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from textual.app import App
from textual.pilot import Pilot

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.client import Client
from console.screens.bulk import BulkScreen
from console.screens.incident_form import IncidentForm
from console.screens.incident_update import IncidentUpdateForm
from console.screens.incidents import IncidentsScreen
from console.settings import Settings
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.styles import FIRST_FRAME
from console.sync.engine import SyncEngine
from console.themes import DARK
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import CleanInput
from console.workplace import Workplace
from desk.ids import TicketId
from desk.records import Role

WAIT_S = 30.0
EN, ZH = "TRON is slow today. Your money is safe.", "波场网络今天较慢。您的资金安全。"


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.incidents = IncidentsScreen(workplace)

    def on_mount(self) -> None:
        self.push_screen(self.incidents)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        running.add_team("en", "English")
        running.add_team("zh", "中文")
        running.add_agent("lena", role=Role.LEAD, teams=("en", "zh"))
        yield running


@pytest.fixture
def workplace(server: EmbeddedServer, tmp_path: Path) -> Iterator[Workplace]:
    store = Store.open(tmp_path / "local.db")
    tokens = MemoryTokens(Login(access=server.token("lena")))
    engine = SyncEngine(store, lambda: Client(server.url, tokens), on_event=lambda _event: None)
    engine.start()
    yield Workplace(store=store, settings=Settings(), engine=engine)
    assert engine.stop(10)
    store.close()


async def until(pilot: Pilot[None], reached: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_S
    while not reached():
        assert time.monotonic() < end, pilot.app.screen
        await pilot.pause(0.02)


def bodies(server: EmbeddedServer, ticket_id: TicketId) -> list[str]:
    headers = {"authorization": f"Bearer {server.token('lena')}"}
    view: Any = httpx.get(f"{server.url}/v1/tickets/{ticket_id}", headers=headers).raise_for_status().json()
    return [line["body"] for line in view["messages"] if line.get("kind", "reply") == "reply"]


async def test_from_the_first_key_to_the_last_customer(server: EmbeddedServer, workplace: Workplace) -> None:
    store = workplace.store
    early = [
        server.customer_writes(lang, f"TRC20 withdrawal {n} is pending", customer=f"c-{n}", lang=lang)
        for n, lang in enumerate(["en", "zh"] * 3)
    ]
    host = Host(workplace)
    async with host.run_test(size=(120, 40)) as pilot:

        def shown(kind: type) -> Callable[[], bool]:
            return lambda: isinstance(host.screen, kind)

        async def applied() -> None:
            """Do what the preview shows, and leave when it is done."""
            await until(pilot, shown(BulkScreen))
            bulk, before = host.screen, store.bulks.latest()
            assert isinstance(bulk, BulkScreen)

            def done() -> bool:
                last = store.bulks.latest()
                is_new = last is not None and (before is None or last.id != before.id)
                return is_new and last is not None and last.tally.applied == len(early)

            await until(pilot, lambda: bulk.rows.count() == len(early))
            await pilot.press("ctrl+d")
            await until(pilot, done)
            await pilot.press("escape")
            await until(pilot, shown(IncidentsScreen))

        await until(pilot, lambda: store.me() is not None and all(store.ticket(one.id) for one in early))
        await until(pilot, lambda: not store.index_pending())
        await pilot.press("a")
        await until(pilot, shown(IncidentForm))
        host.screen.query_one("#en", CleanInput).value = "TRON is slow"
        host.screen.query_one("#rules", DraftArea).load_text("network:tron pending")
        await pilot.press("ctrl+d")
        await until(pilot, shown(IncidentsScreen))
        await until(pilot, lambda: host.incidents.incident() is not None)
        await pilot.press("plus")
        await applied()
        await pilot.press("u")
        await until(pilot, shown(IncidentUpdateForm))
        host.screen.query_one("#zh", DraftArea).load_text(ZH)
        host.screen.query_one("#en", DraftArea).load_text(EN)
        await pilot.press("ctrl+d")
        await applied()
        await until(pilot, lambda: not store.outbox_count())
    for ticket in early:
        assert bodies(server, ticket.id)[-1] == (ZH if ticket.lang == "zh" else EN)
    late = server.customer_writes("zh", "TRC20 pending 一直没到", customer="c-late", lang="zh")
    assert bodies(server, late.id) == ["TRC20 pending 一直没到", ZH]
