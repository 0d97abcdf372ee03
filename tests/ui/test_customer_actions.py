"""The customer pane's keys: what is known of a customer is changed from it; records of one person stand together."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.app import ConsoleApp
from console.client import Client
from console.clock import frozen_clock
from console.i18n import set_language
from console.screens.picker import ChoiceList, Picker
from console.screens.ticket_search import TicketSearch
from console.settings import Settings
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.sync.engine import SyncEngine
from desk.commands import SaveCustomer, Seen, VerifyCustomer
from desk.ids import CustomerId
from desk.records import Customer, Frozen, Role, Tier
from desk.views import VIEWS
from desk.wire import Snapshot, SnapshotItem
from tests.ui.conftest import NOVAK, NOW, STUCK, WANG
from tests.ui.test_escalation_screens import work_as

LEI = Customer(
    id=CustomerId("c-lei"), v=1, name="Lei Wang", language="en", do_not_contact=True, contacts=NOVAK.contacts
)


def put(store: Store, *records: tuple[str, Frozen]) -> None:
    """Bring records into the replica, newer than what is there."""
    items = tuple(
        SnapshotItem(k=kind, id=record.id, v=record.v, d=msgspec.Raw(msgspec.json.encode(record)))  # type: ignore[attr-defined]
        for kind, record in records
    )
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=2, items=items, done=True), "org")


def one_person(store: Store) -> None:
    """Wang has a second record, with a ticket."""
    put(
        store,
        ("customer", replace(WANG, v=9, alias_ids=(LEI.id,))),
        ("customer", replace(LEI, v=9, merged_into=WANG.id)),
        ("ticket", replace(STUCK, id="t-9", ref="T-9", customer_id=LEI.id, subject="Card was declined", v=9)),
    )


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal of true colour in UTC, whatever machine this is."""
    for name, value in {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def app(seeded_store: Store) -> ConsoleApp:
    work_as(seeded_store, "mei")
    return ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))


def text_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await pilot.pause(0.02)


async def in_pane(pilot: Pilot[int], app: ConsoleApp) -> None:
    """Go to the customer of the first ticket."""
    await app.settled()
    await pilot.press("g", "c")
    await until(pilot, lambda: app.focused is not None and app.focused.id == "customer-lines")


async def asked(pilot: Pilot[int], app: ConsoleApp, key: str) -> list[str]:
    """Press a key of the pane; the labels of the picker that it opens."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, Picker) and bool(app.screen.query(ChoiceList)))
    await pilot.pause()
    return [choice.label for choice in app.screen.query_one(ChoiceList).source.window(0, 50)]


async def saved(pilot: Pilot[int], app: ConsoleApp) -> list[object]:
    """What was given, once it is durable."""
    store = app.workplace.store
    await until(pilot, lambda: any(not isinstance(e.envelope.command, Seen) for e in store.outbox()))
    await pilot.pause()
    return [e.envelope.command for e in store.outbox() if not isinstance(e.envelope.command, Seen)]


async def test_the_tier_is_chosen(app: ConsoleApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        assert await asked(pilot, app, "t") == ["standard", "Plus", "VIP"]
        await pilot.press("down", "enter")
        assert await saved(pilot, app) == [SaveCustomer(customer_id=WANG.id, tier=Tier.PLUS)]
        await until(pilot, lambda: "Plus · 中文" in text_of(app))
        assert "王磊 is Plus." in text_of(app)


async def test_a_language_may_be_typed_as_a_code_and_nonsense_is_refused(app: ConsoleApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        await asked(pilot, app, "l")
        await pilot.press(*"x!", "enter")
        await until(pilot, lambda: "A language is written as a code" in text_of(app))
        await asked(pilot, app, "l")
        await pilot.press(*"pt-BR", "enter")
        assert await saved(pilot, app) == [SaveCustomer(customer_id=WANG.id, language="pt-BR")]


async def test_one_contact_is_verified_with_how(app: ConsoleApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        assert await asked(pilot, app, "v") == ["Who they are", "Telegram @wanglei", "e-mail wang@example.com"]
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: "How?" in text_of(app))
        await pilot.press(*"answered the call", "enter")
        command = VerifyCustomer(customer_id=WANG.id, how="answered the call", address="wang@example.com")
        assert await saved(pilot, app) == [command]
        await until(pilot, lambda: "✓ answered the call" in text_of(app))


async def test_do_not_contact_is_said_in_the_pane_and_taken_back(app: ConsoleApp, seeded_store: Store) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        await pilot.press("d")
        assert await saved(pilot, app) == [SaveCustomer(customer_id=WANG.id, do_not_contact=True)]
        await until(pilot, lambda: "! Do not contact" in text_of(app))
        await pilot.press("d")
        await until(pilot, lambda: "! Do not contact" not in text_of(app))


async def test_an_agent_is_told_what_takes_a_senior(seeded_store: Store) -> None:
    app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        await pilot.press("d")
        await until(pilot, lambda: "are a senior's to say" in text_of(app))
        assert seeded_store.outbox_count() == 0


async def test_merging_customers_needs_the_server(app: ConsoleApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        await asked(pilot, app, "m")
        await pilot.press(*"novak")
        await until(pilot, lambda: "Enter: Anna Novak" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Merging customers needs the server; you are offline." in text_of(app))


async def test_records_of_one_person_are_shown_treated_and_searched_together(
    app: ConsoleApp, seeded_store: Store
) -> None:
    one_person(seeded_store)
    async with app.run_test(size=(200, 50)) as pilot:
        await in_pane(pilot, app)
        shown = text_of(app)
        assert "The same person" in shown and "Lei Wang" in shown
        assert "3 tickets" in shown and "Card was declined" in shown
        assert (await asked(pilot, app, "m"))[-1] == "Take apart: Lei Wang"
        await pilot.press("escape")
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.screen, TicketSearch) and "3 tickets" in text_of(app))
        assert "Card was declined" in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TicketSearch))
        await asked(pilot, app, "t")
        await pilot.press("enter")
        assert await saved(pilot, app) == [SaveCustomer(customer_id=WANG.id, tier=Tier.STANDARD)]


async def test_customers_are_merged_and_taken_apart_on_a_backend(tmp_path: Path) -> None:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    store = Store.open(tmp_path / "console.db")
    with EmbeddedServer(config) as server:
        server.add_team("en", "English")
        server.add_agent("sen", teams=("en",), role=Role.SENIOR)
        server.customer_writes("en", "Where is my money?", customer="anna")
        server.customer_writes("en", "Hello", customer="annette", subject="Second")
        tokens = MemoryTokens(Login(access=server.token("sen")))

        def engine(replica: Store, on_event: Any) -> SyncEngine:
            return SyncEngine(replica, partial(Client, server.url, tokens), on_event=on_event)

        app = ConsoleApp(store, make_engine=engine)
        async with app.run_test(size=(200, 50)) as pilot:
            await until(pilot, lambda: (e := app.workplace.engine) is not None and e.live and store.me() is not None)
            await until(pilot, lambda: store.count(VIEWS["all"], app.workplace.clock()) == 2)
            await until(pilot, lambda: app.desk.queue.current is not None)
            await in_pane(pilot, app)
            await until(pilot, lambda: "Customer an" in text_of(app))
            whose = app.desk.shown_id and store.ticket(app.desk.shown_id)
            assert whose
            other = "annette" if whose.customer_id == "anna" else "anna"
            await asked(pilot, app, "m")
            await pilot.press(*f"customer {other}", "enter")
            await until(pilot, lambda: len(store.person(whose.customer_id)) == 2)
            await until(pilot, lambda: "2 tickets" in text_of(app))
            assert (await asked(pilot, app, "m"))[-1].startswith("Take apart: Customer")
            await pilot.press("enter")
            await until(pilot, lambda: len(store.person(whose.customer_id)) == 1)
            await app.action_quit()
    store.close()


@pytest.mark.parametrize(("size", "lang"), [((200, 50), "en"), ((80, 24), "zh")])
def test_the_pane_of_a_person_with_two_records_looks(
    snap_compare: Callable[..., bool], seeded_store: Store, size: tuple[int, int], lang: Literal["en", "zh"]
) -> None:
    one_person(seeded_store)
    put(seeded_store, ("customer", replace(WANG, v=10, alias_ids=(LEI.id,), do_not_contact=True)))
    set_language(lang)
    app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))

    async def before(pilot: Pilot[int]) -> None:
        await in_pane(pilot, app)
        await pilot.press("j")
        await until(pilot, lambda: "Lei Wang" in text_of(app))
        await pilot.pause()

    steps: Callable[[Pilot[int]], Awaitable[None]] = before
    assert snap_compare(app, terminal_size=size, run_before=steps)
