"""A procedure run beside its ticket: answered by keys, gone back in, left and taken up again, to each of its ends."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import ConsoleApp
from console.screens.desk import DeskScreen
from console.screens.hand_over import HandOverScreen
from console.screens.picker import Picker
from console.store import Store
from console.widgets.completion import CompletionList
from console.widgets.composer_area import DraftArea
from console.widgets.procedure_panel import AnswerLine, ProcedurePanel
from console.workplace import Workplace
from desk.commands import AnswerStep, StopProcedure
from desk.ids import ProcedureId
from desk.records import Procedure, Ticket
from desk.ticket_parts import EscalationTier
from desk.wire import Snapshot, SnapshotItem

SOURCE = """+++
name = "Where is it"
words = ["2FA"]
+++

## way: Which way does it go?

Ask kindly.

- Out of our exchange -> amount
- Into our exchange -> found
- Somewhere else -> gone

## amount: How much?

- [amount] -> moving

## moving: Is more of it moving?

- [yes] -> stolen
- [no] -> found

## stolen: It is being stolen.

Freeze the account.

- [escalate] emergency

## found: It is there.

- [macro] delay

## gone: Not ours.

- [note]
"""


@pytest.fixture
def desk(workplace: Workplace, seeded_store: Store) -> Iterator[ConsoleApp]:
    procedure = Procedure(id=ProcedureId("where"), v=1, source={"en": SOURCE})
    item = SnapshotItem(k="procedure", id="where", v=1, d=msgspec.Raw(msgspec.json.encode(procedure)))
    seeded_store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=(item,), done=True), "org")
    yield ConsoleApp(workplace.store, clock=workplace.clock)


GROUPS = ("acting", "seen", "queue", "draft", "send", "settings", "procedure-command", "emergencies", "follow-ups")


async def settle(pilot: Pilot[Any]) -> None:
    """Let what keys started end; workers that wait for a screen go on waiting."""
    for _round in range(3):
        await pilot.pause()
        if running := [worker for worker in pilot.app.workers if worker.group in GROUPS]:
            await pilot.app.workers.wait_for_complete(running)
    await pilot.pause()


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait for what a worker brings about."""
    for _try in range(200):
        if holds():
            break
        await pilot.pause(0.02)
    assert holds()
    await settle(pilot)


def panel(pilot: Pilot[Any]) -> ProcedurePanel:
    return pilot.app.screen.query_one(ProcedurePanel)


def question(pilot: Pilot[Any]) -> str:
    return str(panel(pilot).query_one("#run-question", Static).render())


def said(workplace: Workplace) -> list[tuple[str, str]]:
    commands = [entry.envelope.command for entry in workplace.store.outbox()]
    return [(command.step, command.answer) for command in commands if isinstance(command, AnswerStep)]


def shown(workplace: Workplace, ticket: Ticket) -> Ticket:
    found = workplace.store.ticket(ticket.id)
    assert found is not None
    return found


async def begin(pilot: Pilot[Any], ticket: Ticket) -> None:
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, DeskScreen)
    screen.open_ticket(ticket.id)
    await settle(pilot)
    await pilot.press("b")
    await until(pilot, lambda: isinstance(pilot.app.screen, Picker))
    await pilot.press("enter")
    await until(pilot, lambda: bool(screen.query(ProcedurePanel)) and panel(pilot).shown is not None)


async def test_numbers_letters_and_typed_answers_lead_to_the_hand_over_sheet(
    desk: ConsoleApp, workplace: Workplace, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        await begin(pilot, novak_ticket)
        assert question(pilot) == "Which way does it go?"
        await pilot.press("1")
        await settle(pilot)
        assert question(pilot) == "How much?"
        await pilot.press(*"lots", "enter")
        await settle(pilot)
        assert "amount" in panel(pilot).problem
        panel(pilot).query_one(AnswerLine).value = ""
        await pilot.press(*"12,400 USDT", "enter")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert question(pilot) == "It is being stolen."
        assert "EMERGENCY" in str(panel(pilot).query_one("#run-answers").render_line(0).text)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HandOverScreen))
        assert isinstance(pilot.app.screen, HandOverScreen)
        values = pilot.app.screen.values()
        assert values["tier"] == EscalationTier.EMERGENCY
        assert values["tried"].splitlines() == [
            "1. Which way does it go? — Out of our exchange",
            "2. How much? — 12,400 USDT",
            "3. Is more of it moving? — Yes",
            "→ It is being stolen.",
        ]
        assert said(workplace) == [("way", "1"), ("amount", "12,400 USDT"), ("moving", "yes"), ("stolen", "")]
        assert shown(workplace, novak_ticket).run is None


async def test_a_macro_end_opens_the_composer_with_its_preview(
    desk: ConsoleApp, workplace: Workplace, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        await begin(pilot, novak_ticket)
        await pilot.press("2")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        area = pilot.app.screen.query_one(DraftArea)
        assert area.text == "::delay" and area.has_focus
        popup = pilot.app.screen.query_one(CompletionList)
        assert "Hi Anna Novak, the network is busy." in "\n".join(popup.preview)
        await pilot.press("enter")
        await settle(pilot)
        assert area.text == "Hi Anna Novak, the network is busy."


async def test_a_run_is_left_and_taken_up_again_where_it_was(
    desk: ConsoleApp, workplace: Workplace, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(160, 40)) as pilot:
        await begin(pilot, novak_ticket)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, DeskScreen)
        assert screen.side_shows() == "customer"
        assert screen.header.shown is not None
        assert screen.header.shown.procedure == "procedure: Where is it 2/4"
        await pilot.press("b")
        await until(pilot, lambda: screen.side_shows() == "procedure")
        assert question(pilot) == "How much?"


async def test_a_step_back_shows_its_answer_and_another_goes_on_from_there(
    desk: ConsoleApp, workplace: Workplace, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(120, 40)) as pilot:
        await begin(pilot, novak_ticket)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("ctrl+b")
        await settle(pilot)
        assert question(pilot) == "Which way does it go?"
        earlier = panel(pilot).shown
        assert earlier is not None and earlier.given == "Out of our exchange"
        await pilot.press("right")
        await settle(pilot)
        assert question(pilot) == "How much?"
        await pilot.press("ctrl+b", "j", "j", "enter")
        await settle(pilot)
        assert question(pilot) == "Not ours."
        run = shown(workplace, novak_ticket).run
        assert run is not None and [one.answer for one in run.answers] == ["Somewhere else"]
        await pilot.press("enter")
        await settle(pilot)
        last = workplace.store.thread(novak_ticket.id)
        line = last.window(last.count() - 1, 1)[0]
        assert line.message.body.endswith("Ended with this note: Not ours.")


async def test_a_stopped_run_keeps_what_was_answered(
    desk: ConsoleApp, workplace: Workplace, novak_ticket: Ticket
) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await begin(pilot, novak_ticket)
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("ctrl+b", "D")
        await settle(pilot)
        assert isinstance(workplace.store.outbox()[-1].envelope.command, StopProcedure)
        assert shown(workplace, novak_ticket).run is None
