"""The outbox: what needs attention stands first with its whole text, and each way out does what it says."""

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from console.envelopes import envelope
from console.i18n import set_language
from console.screens.outbox import OutboxAnswer, OutboxScreen
from console.styles import FIRST_FRAME
from console.themes import DARK
from console.workplace import Workplace
from desk.commands import AnyCommand, Note, Reply, SetStatus
from desk.ids import MessageId, TicketId
from desk.outbox import SendState
from desk.records import Author, Message, Status, Ticket
from desk.wire import CommandOutcome, Conflict, Finding, Held, Rejected


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.outbox = OutboxScreen(workplace)
        self.answers: list[OutboxAnswer | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.outbox, self.answers.append)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def queue(workplace: Workplace, command: AnyCommand, outcome: type[Conflict | Rejected | Held] | None = None) -> str:
    entry = workplace.store.enqueue(envelope(command, workplace.clock()))
    made: CommandOutcome
    if outcome is Conflict:
        between = Message(ticket_id=TicketId(entry.lane), n=2, id=MessageId("m"), author=Author.AGENT,
                          author_name="Mei\x1b[2J Chen", body="I have answered\u202e.", at=1)  # fmt: skip
        made = Conflict(id=entry.id, what="reply", messages=(between,))
    elif outcome is Rejected:
        made = Rejected(id=entry.id, code="closed", why="This ticket is closed; open a new one.")
    elif outcome is Held:
        made = Held(id=entry.id, findings=(Finding(kind="seed-request", start=0, end=2),))
    else:
        return entry.id
    workplace.store.mark_sending([entry.id])
    workplace.store.record_outcome(made, workplace.clock())
    return entry.id


def details_of(host: Host) -> str:
    return str(host.outbox.query_one("#outbox-text", Static).content)


LONG = "\n".join(f"line {i} of a long reply" for i in range(60))


async def test_what_needs_attention_is_first_with_its_whole_text(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Note(ticket_id=wang_ticket.id, body="fine"))
    queue(workplace, Reply(ticket_id=wang_ticket.id, body=LONG), Conflict)
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert host.outbox.chosen is not None and host.outbox.chosen.state is SendState.CONFLICT
        text = details_of(host)
        assert "line 59 of a long reply" in text
        assert "I have answered" in text and "Mei Chen" in text
        assert "\x1b" not in text and "\u202e" not in text
        heading = str(host.outbox.query_one("#outbox-heading", Static).content)
        assert "1 needs attention" in heading


@pytest.mark.parametrize(("outcome", "said"), [(Rejected, "closed"), (Held, "recovery phrase")])
async def test_the_reason_is_a_sentence(
    workplace: Workplace,
    wang_ticket: Ticket,
    outcome: type[Conflict | Rejected | Held],
    said: str,
) -> None:
    queue(workplace, Reply(ticket_id=wang_ticket.id, body="text"), outcome)
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert said in details_of(host)


async def test_send_on_top_goes_out_again_under_a_new_id(workplace: Workplace, wang_ticket: Ticket) -> None:
    old = queue(workplace, Reply(ticket_id=wang_ticket.id, body="mine"), Conflict)
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert entry.id != old and entry.state is SendState.QUEUED and entry.envelope.on_top


async def test_edit_makes_it_a_draft_and_goes_there(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Reply(ticket_id=wang_ticket.id, body="mine"), Conflict)
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        assert host.answers == [OutboxAnswer(wang_ticket.id, "reply")]
        draft = workplace.store.draft(wang_ticket.id, "reply")
        assert draft is not None and draft.body == "mine"


async def test_keep_as_note(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Reply(ticket_id=wang_ticket.id, body="mine"), Held)
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert isinstance(entry.envelope.command, Note) and entry.envelope.command.body == "mine"


async def test_discard_goes_to_the_trash_which_shows_it_whole(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Reply(ticket_id=wang_ticket.id, body=LONG), Rejected)
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert workplace.store.attention() == []
        await pilot.press("t")
        await settle(pilot)
        assert "line 59" in details_of(host)
        await pilot.press("escape")
        await settle(pilot)
        assert host.answers == []


async def test_what_waits_can_be_taken_back_into_a_draft(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Reply(ticket_id=wang_ticket.id, body="too early"))
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        assert workplace.store.outbox() == []
        draft = workplace.store.draft(wang_ticket.id, "reply")
        assert draft is not None and draft.body == "too early"


async def test_a_change_that_needs_no_decision_says_so(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, SetStatus(ticket_id=wang_ticket.id, status=Status.SOLVED))
    host = Host(workplace)
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert len(workplace.store.outbox()) == 1


async def test_enter_opens_the_ticket_and_escape_goes_back(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Note(ticket_id=wang_ticket.id, body="x"))
    host = Host(workplace)
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        host.outbox.query_one(OptionList).focus()
        await pilot.press("enter")
        await settle(pilot)
        assert host.answers == [OutboxAnswer(wang_ticket.id)]


async def test_in_chinese_the_reason_is_chinese(workplace: Workplace, wang_ticket: Ticket) -> None:
    queue(workplace, Reply(ticket_id=wang_ticket.id, body="text"), Rejected)
    set_language("zh")
    host = Host(workplace)
    async with host.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "工单已关闭" in details_of(host)
        assert "closed" not in details_of(host)
