"""Macros and procedures as they were last looked at; see :mod:`test_snapshots`."""

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Literal, TypeAlias

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from backend.demo.content import macros
from backend.procedures import shipped
from console.app import ConsoleApp
from console.clock import frozen_clock
from console.i18n import set_language
from console.screens.desk import DeskScreen
from console.screens.picker import Picker
from console.settings import Settings
from console.store import Store
from console.widgets.procedure_panel import ProcedurePanel
from desk.ids import TicketId
from desk.wire import Snapshot, SnapshotItem

NOW = 1_774_000_000_000
WIDE, SMALL = (200, 50), (80, 24)
Steps: TypeAlias = Callable[[Pilot[Any]], Awaitable[None]]
Draw: TypeAlias = Callable[[tuple[int, int], Literal["en", "zh"], Steps], bool]


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
def draw(snap_compare: Callable[..., bool], seeded_store: Store) -> Draw:
    """Whether the console, after some steps, looks as it did."""
    records = [("procedure", one) for one in shipped(NOW)] + [("macro", one) for one in macros()]
    items = tuple(
        SnapshotItem(k=kind, id=record.id, v=record.v, d=msgspec.Raw(msgspec.json.encode(record)))
        for kind, record in records
    )
    seeded_store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=items, done=True), "org")

    def compare(size: tuple[int, int], lang: Literal["en", "zh"], steps: Steps) -> bool:
        set_language(lang)
        app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))

        async def before(pilot: Pilot[Any]) -> None:
            await app.settled()
            await quiet(pilot)
            await steps(pilot)
            for text in (*app.screen.query(Input), *app.screen.query(TextArea)):
                text.cursor_blink = False
            await quiet(pilot)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


async def quiet(pilot: Pilot[Any]) -> None:
    """Until the picture stays as it is."""
    same, before = 0, ""
    while same < 3:
        await pilot.pause(0.1)
        now = pilot.app.export_screenshot()
        same, before = (same + 1 if now == before else 0), now


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait for what a worker brings about."""
    for _try in range(200):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came")


async def run(pilot: Pilot[Any]) -> None:
    """A withdrawal that was held, three steps on."""
    desk = pilot.app.screen
    assert isinstance(desk, DeskScreen)
    desk.open_ticket(TicketId("t-1"))
    await pilot.press("b")
    await until(pilot, lambda: isinstance(pilot.app.screen, Picker))
    await pilot.press("enter")
    await until(pilot, lambda: bool(desk.query(ProcedurePanel)) and desk.query_one(ProcedurePanel).shown is not None)
    for number, key in enumerate(("y", "1", "2"), 2):
        panel = desk.query_one(ProcedurePanel)
        await pilot.press(key)
        await until(pilot, lambda: panel.shown is not None and panel.shown.number == number)  # noqa: B023  # waits here


def keys(*pressed: str) -> Steps:
    async def press(pilot: Pilot[Any]) -> None:
        for key in pressed:
            await pilot.press(key)
            await quiet(pilot)

    return press


@pytest.mark.parametrize(("size", "lang"), [(SMALL, "en"), (WIDE, "zh")], ids=["small", "wide"])
def test_a_run(draw: Draw, size: tuple[int, int], lang: Literal["en", "zh"]) -> None:
    assert draw(size, lang, run)


@pytest.mark.parametrize(("size", "lang"), [(SMALL, "zh"), (WIDE, "en")], ids=["small", "wide"])
def test_procedures(draw: Draw, size: tuple[int, int], lang: Literal["en", "zh"]) -> None:
    assert draw(size, lang, keys("g", "s", "j"))


@pytest.mark.parametrize(("size", "lang"), [(SMALL, "en"), (WIDE, "zh")], ids=["small", "wide"])
def test_macros(draw: Draw, size: tuple[int, int], lang: Literal["en", "zh"]) -> None:
    assert draw(size, lang, keys("g", "m", "j", "j"))


def test_a_macro_being_written(draw: Draw) -> None:
    assert draw(WIDE, "en", keys("g", "m", "c"))


def test_a_procedure_being_written(draw: Draw) -> None:
    assert draw(SMALL, "en", keys("g", "s", "enter"))
