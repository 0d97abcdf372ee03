"""The macro editor: tried as it is typed, mistakes at their field, what others use shown before it changes."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.screens.macro_form import MacroScreen
from console.screens.macros import MacrosScreen
from console.screens.procedure_form import ProcedureScreen
from console.screens.procedures import ProceduresScreen
from console.screens.text_change import TextChange
from console.store import Store
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice
from console.widgets.macro_list import MacroList
from desk.commands import ArchiveMacro, SaveMacro, SaveProcedure
from desk.ids import AgentId, MacroId, ProcedureId
from desk.records import Agent, Frozen, Macro, Procedure, Role, Sharing, Status
from desk.wire import Snapshot, SnapshotItem

NOW = 1_774_000_000_000
LEAD = Agent(id=AgentId("a-li"), v=2, handle="li", name="Li Na", role=Role.LEAD, team_ids=())
SOURCE = '+++\nname = "Small"\n+++\n\n## way: Which way?\n\n- Out -> end\n- In -> end\n\n## end: Found.\n\n- [note]'


def put(store: Store, kind: str, record: Frozen) -> None:
    item = SnapshotItem(k=kind, id=record.id, v=record.v, d=msgspec.Raw(msgspec.json.encode(record)))  # type: ignore[attr-defined]
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=(item,), done=True), "org")


@pytest.fixture
def lead(seeded_store: Store) -> Iterator[ConsoleApp]:
    """A console of somebody who may write all of it, with a macro of an older release that is broken."""
    put(seeded_store, "agent", replace(LEAD, team_ids=next(iter(seeded_store.agents().values())).team_ids))
    broken = Macro(id=MacroId("m-old"), v=1, shortcut="old", title={"en": "Old"}, body={"en": "Hi {customer}"})
    put(seeded_store, "macro", broken)
    put(seeded_store, "procedure", Procedure(id=ProcedureId("small"), v=1, source={"en": SOURCE}, updated_at=NOW))
    yield ConsoleApp(seeded_store, clock=frozen_clock(NOW))


GROUPS = ("macros", "procedures", "draft", "send", "macro-command", "procedure-command", "queue")


async def settle(pilot: Pilot[Any]) -> None:
    """Let what keys started end; workers that wait for a screen go on waiting."""
    for _round in range(3):
        await pilot.pause()
        if running := [worker for worker in pilot.app.workers if worker.group in GROUPS]:
            await pilot.app.workers.wait_for_complete(running)
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def open_list(pilot: Pilot[Any], second: str) -> None:
    await settle(pilot)
    await press(pilot, "g", second)
    await press(pilot)


def text(pilot: Pilot[Any], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())


def commands(store: Store) -> list[object]:
    return [entry.envelope.command for entry in store.outbox() if entry.kind != "seen"]


async def test_a_broken_macro_is_listed_with_what_is_wrong(lead: ConsoleApp) -> None:
    async with lead.run_test(size=(100, 30)) as pilot:
        await open_list(pilot, "m")
        assert isinstance(lead.screen, MacrosScreen)
        assert "1 cannot be used" in text(pilot, "#macros-heading")
        await press(pilot, "j")
        row = lead.screen.query_one(MacroList).current
        assert row is not None and (row.shortcut, row.state) == ("::old", "unusable")
        assert "write {{ customer }}" in text(pilot, "#macros-facts")


async def test_a_macro_of_ones_own_is_tried_while_it_is_typed_and_saved(lead: ConsoleApp, seeded_store: Store) -> None:
    async with lead.run_test(size=(120, 40)) as pilot:
        await open_list(pilot, "m")
        await press(pilot, "a")
        form = lead.screen
        assert isinstance(form, MacroScreen)
        await press(pilot, *"soon", "tab", *"Soon")
        form.query_one("#body-en", DraftArea).insert("Hi {{ custmer }}")
        await settle(pilot)
        assert "there is no variable “custmer”" in text(pilot, "#macro-facts")
        await press(pilot, "ctrl+d")
        assert commands(seeded_store) == []
        assert form.query_one("#body-en").has_focus
        form.query_one("#body-en", DraftArea).load_text(
            "Hi {{ customer }}, {% if lang == 'zh' %}您好{% else %}soon{% endif %}."
        )
        form.query_one("#status", Choice).value = Status.WAITING
        await settle(pilot)
        assert "Hi 王磊, 您好." in text(pilot, "#macro-texts")
        await press(pilot, "ctrl+d")
        (command,) = commands(seeded_store)
        assert isinstance(command, SaveMacro)
        assert (command.shortcut, command.sharing, command.status) == ("soon", Sharing.PERSONAL, Status.WAITING)
        assert isinstance(lead.screen, MacrosScreen)
        saved = seeded_store.macro(command.macro_id)
        assert saved is not None and saved.owner_id == "a-li"


async def test_what_others_use_is_shown_old_and_new_before_it_is_saved(lead: ConsoleApp, seeded_store: Store) -> None:
    async with lead.run_test(size=(80, 24)) as pilot:
        await open_list(pilot, "m")
        await press(pilot, "enter")
        lead.screen.query_one("#body-en", DraftArea).load_text("Hi {{ customer }}, the chain is busy.")
        await press(pilot, "ctrl+d")
        assert isinstance(lead.screen, TextChange)
        assert "the [-network-]{+chain+} is busy" in text(pilot, "#change-text")
        await press(pilot, "escape")
        assert isinstance(lead.screen, MacroScreen) and commands(seeded_store) == []
        await press(pilot, "ctrl+d")
        await press(pilot, "ctrl+d")
        (entry,) = seeded_store.outbox()
        assert isinstance(entry.envelope.command, SaveMacro)
        assert entry.envelope.expected_version == 1


async def test_what_is_typed_is_kept(lead: ConsoleApp) -> None:
    async with lead.run_test(size=(80, 24)) as pilot:
        await open_list(pilot, "m")
        await press(pilot, "a", *"half", "escape")
        assert isinstance(lead.screen, MacrosScreen)
        await press(pilot, "a")
        assert lead.screen.query_one("#shortcut", Input).value == "half"


async def test_archiving_and_a_shortcut_that_is_taken(lead: ConsoleApp, seeded_store: Store) -> None:
    async with lead.run_test(size=(120, 40)) as pilot:
        await open_list(pilot, "m")
        await press(pilot, "d")
        assert commands(seeded_store) == [ArchiveMacro(macro_id=MacroId("m-delay"))]
        await press(pilot, "c")
        form = lead.screen
        form.query_one("#shortcut", Input).value = "old"
        form.query_one("#sharing", Choice).value = Sharing.SHARED
        await press(pilot, "ctrl+d")
        assert "There is ::old already" in text(pilot, "#form-error")
        assert form.query_one("#shortcut").has_focus and len(commands(seeded_store)) == 1


async def test_a_procedure_with_a_mistake_is_not_saved_and_its_line_is_shown(
    lead: ConsoleApp, seeded_store: Store
) -> None:
    async with lead.run_test(size=(120, 40)) as pilot:
        await open_list(pilot, "s")
        assert isinstance(lead.screen, ProceduresScreen)
        assert "Which way?" in text(pilot, "#procedures-outline")
        await press(pilot, "enter")
        form = lead.screen
        assert isinstance(form, ProcedureScreen)
        assert "No mistakes." in text(pilot, "#procedure-mistakes")
        area = form.query_one("#source-en", DraftArea)
        area.load_text(SOURCE.replace("In -> end", "In -> ende"))
        await settle(pilot)
        assert "line 5: step “way” leads to “ende”" in text(pilot, "#procedure-mistakes").lower()
        await press(pilot, "ctrl+d")
        assert commands(seeded_store) == [] and area.cursor_location == (4, 0)
        area.load_text(SOURCE.replace("Found.", "It is there."))
        await press(pilot, "ctrl+d")
        (command,) = commands(seeded_store)
        assert isinstance(command, SaveProcedure) and "It is there." in command.source["en"]
        assert isinstance(lead.screen, ProceduresScreen)
        assert "It is there." in text(pilot, "#procedures-outline")
