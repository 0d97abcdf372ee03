"""Which macro a reply began with: told with the reply, forgotten when its text is gone, known again in a kept draft."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import ConsoleApp
from console.screens.desk import DeskScreen
from console.store import Store
from console.widgets.composer_area import DraftArea
from console.workplace import Workplace
from desk.commands import Reply
from desk.ids import MacroId
from desk.records import Macro, Ticket
from desk.wire import Snapshot, SnapshotItem

GROUPS = ("seen", "queue", "draft", "send", "acting")
BROKEN = Macro(id=MacroId("m-old"), v=1, shortcut="old", title={"en": "Old"}, body={"en": "Hi {customer}"})
VIP_ONLY = Macro(
    id=MacroId("m-vip"), v=1, shortcut="dear", title={"en": "V"}, body={"en": "Dear VIP"}, condition="tier == 'vip'"
)  # fmt: skip


@pytest.fixture
def desk(workplace: Workplace, seeded_store: Store) -> Iterator[ConsoleApp]:
    items = tuple(
        SnapshotItem(k="macro", id=macro.id, v=1, d=msgspec.Raw(msgspec.json.encode(macro)))
        for macro in (BROKEN, VIP_ONLY)
    )
    seeded_store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=items, done=True), "org")
    yield ConsoleApp(seeded_store, clock=workplace.clock)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    for _round in range(3):
        await pilot.pause()
        if running := [worker for worker in pilot.app.workers if worker.group in GROUPS]:
            await pilot.app.workers.wait_for_complete(running)
    await pilot.pause()


async def write(pilot: Pilot[Any], ticket: Ticket, *keys: str) -> DraftArea:
    await press(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, DeskScreen)
    screen.open_ticket(ticket.id)
    await press(pilot, "r")
    await press(pilot, *keys)
    return screen.query_one(DraftArea)


def sent(store: Store) -> Reply:
    replies = [entry.envelope.command for entry in store.outbox() if isinstance(entry.envelope.command, Reply)]
    return replies[-1]


async def test_a_reply_tells_its_macro(desk: ConsoleApp, seeded_store: Store, novak_ticket: Ticket) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        area = await write(pilot, novak_ticket, *"::delay", "enter")
        area.insert(" Mei")
        await press(pilot, "ctrl+d")
        assert sent(seeded_store).macro_id == "m-delay"


async def test_a_text_that_was_emptied_began_with_none(
    desk: ConsoleApp, seeded_store: Store, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        area = await write(pilot, novak_ticket, *"::delay", "enter")
        area.load_text("")
        await press(pilot)
        area.insert("Something else.")
        await press(pilot, "ctrl+d")
        assert sent(seeded_store).macro_id is None


async def test_a_kept_draft_knows_its_macro_again(desk: ConsoleApp, seeded_store: Store, novak_ticket: Ticket) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        await write(pilot, novak_ticket, *"::delay", "enter")
        await press(pilot, "escape")
        await write(pilot, novak_ticket)
        await press(pilot, "ctrl+d")
        assert sent(seeded_store).macro_id == "m-delay"


async def test_a_broken_macro_says_why_and_one_for_others_is_not_offered(
    desk: ConsoleApp, seeded_store: Store, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        area = await write(pilot, novak_ticket, *"::old", "enter")
        warning = str(desk.screen.query_one("#composer-warning", Static).render())
        assert warning.startswith("Macro ::old cannot be used. Line 1: “{customer}” is no longer filled in")
        assert area.text == ""
        await press(pilot, *"::dear")
        assert area.completions == ()
