"""The customer pane on a real replica: everything that is known, harmless whatever it says."""

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import OptionList

from console.i18n import set_language
from console.screens.customer_dock import CustomerDock
from console.screens.docks import TicketRequested
from console.styles import FOLDER
from console.themes import DARK
from console.widgets.customer_lines import CustomerRecords, PaneLine, pane_lines, shortened
from console.workplace import Workplace
from desk.commands import NoteCustomer
from desk.records import Account, Channel, Contact, Customer, CustomerNote, Ticket, Transfer


class Desk(App[None]):
    CSS_PATH = str(FOLDER / "customer.tcss")

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.dock = CustomerDock(workplace)
        self.said: list[Message] = []
        self.copied: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.dock

    def keep(self, message: Message) -> None:
        if isinstance(message, TicketRequested) and message not in self.said:
            self.said.append(message)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def text_of(lines: list[PaneLine]) -> str:
    return "\n".join(line.content.plain for line in lines)


async def shown(pilot: Pilot[None], desk: Desk, ticket: Ticket) -> str:
    desk.dock.show(ticket)
    await settle(pilot)
    records = desk.dock.pane.records
    assert records is not None
    return text_of(pane_lines(records))


async def test_everything_known_is_there(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with desk.run_test(size=(48, 40), message_hook=desk.keep) as pilot:
        text = await shown(pilot, desk, wang_ticket)
    for part in (
        "王磊", "VIP", "中文", "Identity: ✓ 护照", "@wanglei ✓ login", "wang@example.com not verified",
        "2 tickets · 1 reopened", "T-3", "solved · reopened ×1", "▸ T-1", "confirming 3/20", "12400 USDT",
        "7b3f9a…6e77e1"[:6], "77e1 TRON", "to TXYZab…yz1234", "Main · wallet · active", "Prefers Telegram.",
    ):  # fmt: skip
        assert part in text, part


async def test_enter_opens_an_earlier_ticket(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with desk.run_test(size=(48, 40), message_hook=desk.keep) as pilot:
        await shown(pilot, desk, wang_ticket)
        desk.dock.pane.query_one(OptionList).focus()
        for _ in range(20):
            line = desk.dock.pane.chosen
            if line and line.kind == "ticket" and line.target == "t-3":
                break
            await pilot.press("j")
        await pilot.press("enter")
        await settle(pilot)
        assert [m.ticket_id for m in desk.said if isinstance(m, TicketRequested)] == ["t-3"]


async def test_a_transaction_is_shown_with_both_ends_and_copied_whole(
    workplace: Workplace, wang_ticket: Ticket
) -> None:
    desk = Desk(workplace)
    async with desk.run_test(size=(48, 40), message_hook=desk.keep) as pilot:
        await shown(pilot, desk, wang_ticket)
        desk.dock.pane.query_one(OptionList).focus()
        for _ in range(30):
            line = desk.dock.pane.chosen
            if line and line.kind == "copy" and line.target.startswith("7b3f"):
                break
            await pilot.press("j")
        await pilot.press("y")
        await settle(pilot)
        assert len(desk.copied) == 1 and len(desk.copied[0]) == 64


async def test_a_note_about_the_customer_is_durable_and_shown(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with desk.run_test(size=(48, 40), message_hook=desk.keep) as pilot:
        await shown(pilot, desk, wang_ticket)
        desk.dock.pane.query_one(OptionList).focus()
        await pilot.press("N")
        await pilot.press(*"calls at 9")
        await pilot.press("enter")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert isinstance(entry.envelope.command, NoteCustomer)
        assert entry.envelope.command.text == "calls at 9"
        records = desk.dock.pane.records
        assert records is not None and "calls at 9" in text_of(pane_lines(records))


async def test_escape_keeps_a_half_typed_note(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with desk.run_test(size=(48, 40)) as pilot:
        await shown(pilot, desk, wang_ticket)
        desk.dock.pane.query_one(OptionList).focus()
        await pilot.press("N", "a", "b", "escape", "N")
        await pilot.press("c", "enter")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert isinstance(entry.envelope.command, NoteCustomer) and entry.envelope.command.text == "abc"


HOSTILE = "[@click=app.quit]x[/nope]\x1b]52;c;ZXZpbA==\x07\u202ekcatta\u200b\x9b31m\x00"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_fields_are_shown_as_plain_text(lang: str, wang_ticket: Ticket) -> None:
    set_language(lang)
    records = CustomerRecords(
        customer=Customer(
            id=wang_ticket.customer_id, v=1, name=HOSTILE, country=HOSTILE, language=HOSTILE,
            verified_how=HOSTILE, verified_at=1,
            contacts=(Contact(channel=Channel.EMAIL, address=HOSTILE, verified_how=HOSTILE, verified_at=1),),
            notes=(CustomerNote(id="n", author_id=wang_ticket.assignee_id or "", author_name=HOSTILE,  # type: ignore[arg-type]
                                text=HOSTILE + "\nsecond", at=1),),
        ),
        tickets=[replace(wang_ticket, subject=HOSTILE, ref=HOSTILE)],
        accounts=[Account(id="a", v=1, customer_id=wang_ticket.customer_id, kind=HOSTILE, label=HOSTILE,  # type: ignore[arg-type]
                          network=HOSTILE, address=HOSTILE, status=HOSTILE)],
        transfers=[Transfer(id="t", v=1, customer_id=wang_ticket.customer_id, kind=HOSTILE, status=HOSTILE,  # type: ignore[arg-type]
                            asset=HOSTILE, amount=HOSTILE, network=HOSTILE, tx_id=HOSTILE, address=HOSTILE,
                            memo=HOSTILE, detail=HOSTILE)],
    )  # fmt: skip
    lines = pane_lines(records)
    text = text_of(lines)
    assert "[@click=app.quit]" in text
    for line in lines:
        for shown_text in (line.content.plain, line.target):
            assert not [c for c in shown_text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
            assert "\u202e" not in shown_text and "\u200b" not in shown_text


def test_an_id_is_shortened_with_both_ends() -> None:
    assert shortened("7b3f9a2c11d84e5566aa77e1") == "7b3f9a…aa77e1"
    assert shortened("short") == "short"
