"""Long lists and conversations: only what is in view is read, the place is kept, hostile text stays text."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from console.clock import frozen_clock
from console.themes import DARK
from console.widgets.conversation import Conversation
from console.widgets.line_list import Rows
from console.widgets.queue_list import QueueList
from desk.ids import CommandId, TicketId
from desk.outbox import SendState
from desk.records import Attachment, Author, Channel, Message, MessageKind, Severity, Status, Tier
from desk.rows import QueueRow, ThreadLine

NOW = 1_774_000_000_000
MINUTE = 60_000


def row(number: int, **changes: object) -> QueueRow:
    values: dict[str, object] = {
        "id": TicketId(f"t-{number}"), "v": 1, "ref": f"T-{number}", "subject": f"Subject {number}",
        "customer_name": f"Customer {number}", "tier": Tier.STANDARD, "channel": Channel.EMAIL, "lang": "en",
        "status": Status.OPEN, "severity": Severity.NORMAL, "tags": (), "assignee_id": None, "due_at": None,
        "due_clock": None, "urgency_at": NOW + number, "snoozed_until": None, "last_n": 1, "read_n": 1,
    }  # fmt: skip
    return QueueRow(**(values | changes))  # type: ignore[arg-type]


class Million:
    """A million rows that counts what is read of it."""

    def __init__(self) -> None:
        self.read = 0

    def count(self) -> int:
        return 1_000_000

    def window(self, first: int, n: int) -> Sequence[QueueRow]:
        self.read += n
        return [row(i) for i in range(first, min(first + n, self.count()))]


def line(n: int, body: str = "", **changes: object) -> ThreadLine:
    values: dict[str, object] = {
        "ticket_id": TicketId("t-1"), "n": n, "author": Author.CUSTOMER, "author_name": "王磊",
        "body": body or f"Message {n}", "at": NOW + n * MINUTE,
    }  # fmt: skip
    return ThreadLine(message=Message(**(values | changes)))  # type: ignore[arg-type]


class OneList(App[None]):
    """A queue and a conversation, above each other."""

    CSS = "QueueList { height: 20; overflow: hidden hidden; } Conversation { height: 20; }"

    def on_load(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield QueueList(clock=frozen_clock(NOW))
        yield Conversation(clock=frozen_clock(NOW))


@asynccontextmanager
async def shown() -> AsyncIterator[tuple[Pilot[None], QueueList, Conversation]]:
    app = OneList()
    async with app.run_test(size=(80, 40)) as pilot:
        yield pilot, app.query_one(QueueList), app.query_one(Conversation)


def text_of(widget: QueueList | Conversation) -> str:
    return "\n".join(widget.render_line(y).text for y in range(widget.size.height))


async def test_a_million_rows_cost_what_is_in_view() -> None:
    async with shown() as (pilot, queue, _conversation):
        rows = Million()
        queue.show(rows, cursor=0)
        await pilot.press("G")
        assert "Subject 999999" in text_of(queue)
        assert rows.read < 200
        await pilot.press("k", "home")
        assert "Subject 0" in text_of(queue)


async def test_the_cursor_stays_in_view_while_scrolling() -> None:
    async with shown() as (pilot, queue, _conversation):
        queue.show(Million(), cursor=0)
        for _step in range(30):
            await pilot.press("j")
            assert f"Subject {queue.cursor} " in text_of(queue)
        await pilot.press("ctrl+f", "ctrl+b")
        assert queue.cursor == 30


async def test_one_line_rows_show_twice_as_many() -> None:
    async with shown() as (pilot, queue, _conversation):
        queue.show(Rows([row(i) for i in range(100)]), cursor=0)
        two = text_of(queue).count("Subject")
        queue.focus()
        await pilot.press("D")
        assert (two, text_of(queue).count("Subject")) == (10, 20)


async def test_marks_are_letters() -> None:
    async with shown() as (_pilot, queue, _conversation):
        emergency = row(1, severity=Severity.EMERGENCY, tier=Tier.VIP, last_n=4)
        queue.show(Rows([emergency, row(2, escalated=True, pending=1)]), cursor=0)
        text = text_of(queue)
        assert "!!" in text
        assert "VIP" in text
        assert "3 new" in text
        assert "escalated" in text


async def test_a_tick_paints_only_rows_that_read_differently() -> None:
    async with shown() as (_pilot, queue, _conversation):
        queue.show(Rows([row(i) for i in range(9)]), cursor=0)
        text_of(queue)
        painted = dict(queue._painted)
        queue.repaint_stamped()
        assert text_of(queue)
        assert queue._painted == painted


@pytest.mark.parametrize(
    "hostile", ["\x1b]52;c;aGk=\x07", "\x1b[2J", "[@click=app.quit]x[/]", "[/nope]", "a\u202eb", "\u200bz"]
)
async def test_hostile_text_is_only_text(hostile: str) -> None:
    async with shown() as (_pilot, queue, conversation):
        queue.show(Rows([row(1, subject=hostile, customer_name=hostile, tags=(hostile,))]), cursor=0)
        conversation.open(Rows([line(1, hostile, author_name=hostile), line(2, hostile, kind=MessageKind.EVENT)]), None)
        text = text_of(queue) + text_of(conversation)
        assert not [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u200b"]


async def test_a_conversation_opens_at_the_newest_unread() -> None:
    async with shown() as (_pilot, _queue, conversation):
        conversation.open(Rows([line(n) for n in range(1, 2001)]), 1500)
        text = text_of(conversation)
        assert "Message 1501" in text
        assert "500 new" in text
        assert "Message 1500\n" not in text


async def test_a_conversation_opens_at_its_end_and_follows_it() -> None:
    async with shown() as (_pilot, _queue, conversation):
        lines = [line(n) for n in range(1, 10_001)]
        conversation.open(Rows(lines), None)
        assert "Message 10000" in text_of(conversation)
        conversation.reload(Rows([*lines, line(10_001)]))
        assert "Message 10001" in text_of(conversation)


async def test_the_end_stays_in_view_when_a_composer_takes_room() -> None:
    async with shown() as (pilot, _queue, conversation):
        lines = [line(n) for n in range(1, 101)]
        conversation.open(Rows(lines), None)
        await pilot.pause()
        conversation.styles.height = 8
        await pilot.pause()
        assert "Message 100" in text_of(conversation)
        conversation.reload(Rows([*lines, line(101)]))
        assert "Message 101" in text_of(conversation)


async def test_reading_further_up_is_not_disturbed() -> None:
    async with shown() as (pilot, _queue, conversation):
        lines = [line(n) for n in range(1, 501)]
        conversation.open(Rows(lines), None)
        conversation.focus()
        await pilot.press("ctrl+b", "ctrl+b", "k")
        before = text_of(conversation)
        conversation.reload(Rows([*lines, line(501)]))
        assert text_of(conversation) == before


async def test_all_of_a_conversation_can_be_reached() -> None:
    async with shown() as (pilot, _queue, conversation):
        conversation.open(Rows([line(n, f"Message {n}\n" * 30) for n in range(1, 6)]), None)
        conversation.focus()
        await pilot.press("home")
        seen = text_of(conversation)
        for _page in range(12):
            await pilot.press("ctrl+f")
            seen += text_of(conversation)
        assert all(seen.count(f"Message {n}\n".strip()) >= 30 for n in range(1, 6))


async def test_five_megabytes_are_shown_in_parts() -> None:
    async with shown() as (pilot, _queue, conversation):
        conversation.open(Rows([line(1, "word " * 1_000_000)]), None)
        conversation.focus()
        await pilot.press("G")
        assert "5,000,000 characters in all" in text_of(conversation)
        await pilot.press("enter", "home")
        assert "word word" in text_of(conversation)


async def test_quoted_mail_is_folded_and_unfolds() -> None:
    async with shown() as (pilot, _queue, conversation):
        quoted = "Thanks!\n\nOn Monday Mei wrote:\n> first\n> second\n> third"
        conversation.open(Rows([line(1, quoted)]), None)
        assert "4 quoted lines" in text_of(conversation)
        assert "second" not in text_of(conversation)
        conversation.focus()
        await pilot.press("enter")
        assert "second" in text_of(conversation)


async def test_who_speaks_is_told_by_shape() -> None:
    async with shown() as (_pilot, _queue, conversation):
        said = [
            line(1), line(2, author=Author.AGENT), line(3, author=Author.BOT), line(4, kind=MessageKind.NOTE),
            line(5, "taken", kind=MessageKind.EVENT, author_name="Mei"),
        ]  # fmt: skip
        conversation.open(Rows(said), 0)
        gutters = {text[1] for text in text_of(conversation).splitlines() if text.strip()}
        assert {"│", "┃", "╎", "▒", "·"} <= gutters
        assert "Mei took the ticket" in text_of(conversation)


async def test_own_messages_show_their_delivery() -> None:
    async with shown() as (_pilot, _queue, conversation):
        sent = line(2, "Hello", author=Author.AGENT).message
        held = ThreadLine(message=sent, state=SendState.QUEUED, command_id=CommandId("c"), not_before=NOW + 4000)
        conversation.open(Rows([held]), None)
        assert "sends in 4 s" in text_of(conversation)
        conversation.me = "a-li"
        conversation.reload(Rows([line(2, "Hello", author=Author.AGENT, author_id="a-li")]))
        assert "· sent" in text_of(conversation)
        conversation.refusals = {CommandId("c"): "Mei wrote first"}
        conversation.reload(Rows([ThreadLine(message=sent, state=SendState.CONFLICT, command_id=CommandId("c"))]))
        assert "NOT SENT: Mei wrote first" in text_of(conversation)


async def test_chips_keep_both_ends_and_attachments_are_listed() -> None:
    async with shown() as (_pilot, _queue, conversation):
        tx = "7b3f9a2c11d84e5566aa77bb88cc99dd00ee11ff22aa33bb44cc55dd66ee77e1"
        file = Attachment(sha256="0" * 64, name="proof.png", media_type="image/png", size_bytes=24_000)
        conversation.open(Rows([line(1, f"my tx {tx} is stuck", attachments=(file,))]), None)
        text = text_of(conversation)
        assert "tx 7b3f…77e1" in text
        assert "[proof.png · image/png · 24 kB]" in text
