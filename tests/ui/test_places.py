"""From the desk to the other places and back: outbox, new ticket, sign-in, articles."""

from pathlib import Path

from textual import events
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.envelopes import envelope
from console.profile import Profile
from console.screens.article_form import ArticleScreen
from console.screens.login import LoginScreen
from console.screens.new_ticket import NewTicketScreen
from console.screens.outbox import OutboxScreen
from console.widgets.composer import Composer
from console.workplace import Workplace
from desk.commands import Reply
from desk.records import Ticket
from desk.wire import Rejected


async def settle(pilot: Pilot[int]) -> None:
    for _ in range(2):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def desk_of(workplace: Workplace, profile: Profile | None = None) -> ConsoleApp:
    return ConsoleApp(workplace.store, clock=workplace.clock, profile=profile)


async def test_edit_in_the_outbox_goes_on_in_the_composer(workplace: Workplace, wang_ticket: Ticket) -> None:
    entry = workplace.store.enqueue(envelope(Reply(ticket_id=wang_ticket.id, body="once more"), workplace.clock()))
    workplace.store.mark_sending([entry.id])
    workplace.store.record_outcome(Rejected(id=entry.id, code="bad-value", why="No."), workplace.clock())
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("g", "o")
        await settle(pilot)
        assert isinstance(app.screen, OutboxScreen)
        await pilot.press("e")
        await settle(pilot)
        assert app.screen.name == "desk"
        assert app.screen.query_one(Composer).body == "once more"


async def test_a_new_ticket_is_shown_once_it_is_opened(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("g", "n")
        await settle(pilot)
        assert isinstance(app.screen, NewTicketScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.name == "desk"


async def test_an_article_is_edited_from_the_panel(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("K")
        await settle(pilot)
        await pilot.press("tab", "e")
        await settle(pilot)
        assert isinstance(app.screen, ArticleScreen)


async def test_signing_in_does_not_leave_the_desk(workplace: Workplace, tmp_path: Path) -> None:
    app = desk_of(workplace, Profile.find(environ={"CONSOLE_HOME": str(tmp_path)}))
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, LoginScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.name == "desk"


async def test_every_key_of_the_composer_is_told_while_it_has_the_focus(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert {"composer.send", "composer.leave"} <= {key.id for key in app.desk.key_line.keys}


async def test_without_attachments_saving_says_so(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "no attachments" in app.desk.key_line.sentence


async def test_two_keys_typed_at_once_are_a_sequence(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        for key in ("g", "o"):
            app.post_message(events.Key(key, key))
        await settle(pilot)
        assert isinstance(app.screen, OutboxScreen)
