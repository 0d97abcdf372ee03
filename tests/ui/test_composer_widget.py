"""The composer: what it looks like, what it lets in, and what it asks its screen for."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from console.i18n import set_language
from console.styles import FOLDER
from console.themes import DARK
from console.widgets.attachment_list import AttachmentLine
from console.widgets.completion import Completion, CompletionList
from console.widgets.composer import Composer, Slot
from desk.ids import AgentId, CustomerId, MacroId, TeamId, TicketId
from desk.records import Agent, Attachment, Channel, Macro, Status, Ticket
from desk.text import clean_text

ME = Agent(id=AgentId("a-me"), v=1, handle="li", name="Li Na")
MEI = Agent(id=AgentId("a-mei"), v=1, handle="mei", name="Mei Chen")
GONE = Agent(id=AgentId("a-gone"), v=1, handle="melissa", name="Melissa", active=False)
TICKET = Ticket(
    id=TicketId("t1"), v=3, ref="T-7", subject="USDT 提现未到账", customer_id=CustomerId("c1"), customer_name="王磊",
    team_id=TeamId("team"), channel=Channel.TELEGRAM, created_at=0, updated_at=0, urgency_at=0, lang="zh",
    status=Status.OPEN,
)  # fmt: skip
DELAY = Macro(
    id=MacroId("m1"), v=1, shortcut="delay", title={"en": "Withdrawal delay", "zh": "提现延迟"},
    body={"zh": "{{ customer }}您好，网络拥堵。", "en": "Hi {{ customer }}, the network is busy."},
    status=Status.WAITING, add_tags=("delay",),
)  # fmt: skip
FEES = Macro(id=MacroId("m2"), v=1, shortcut="fees", title={"en": "Fees"}, body={"en": "Fees are …"})


class Host(App[None]):
    """Shows one composer and keeps what it posts."""

    CSS_PATH = str(FOLDER / "composer.tcss")

    def __init__(self, slot: Slot = "reply", body: str = "", ticket: Ticket = TICKET, limit: int = 4096) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.composer = Composer(slot, ticket, ME, body=body, limit=limit, macros=[DELAY, FEES], agents=[ME, MEI, GONE])
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.composer

    def on_mount(self) -> None:
        self.composer.area.focus()

    def keep(self, message: Message) -> None:
        if type(message).__qualname__.startswith("Composer.") and message not in self.posted:
            self.posted.append(message)

    def of(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.posted if type(message) is kind]


def run(host: Host, size: tuple[int, int] = (100, 30)):  # type: ignore[no-untyped-def]  # an async context manager
    return host.run_test(size=size, message_hook=host.keep)


def shown(host: Host) -> str:
    """The text on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in host.screen._compositor.render_strips())


async def type_text(pilot: Pilot[None], text: str) -> None:
    for character in text:
        pilot.app.screen.focused.post_message(events.Key(character, character))  # type: ignore[union-attr]
    await pilot.pause()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


async def test_reply_and_note_differ_in_label_border_gutter_and_ground() -> None:
    seen = []
    slots: tuple[Slot, Slot] = ("reply", "note")
    for slot in slots:
        host = Host(slot)
        async with run(host):
            composer = host.composer
            seen.append(
                (str(composer.border_title), composer.styles.border_top[0], composer.styles.background, shown(host))
            )
    reply, note = seen
    assert "王磊" in reply[0] and "Telegram" in reply[0]
    assert "NOTE" in note[0] and "not see" in note[0]
    assert reply[1] != note[1]
    assert reply[2] != note[2]
    assert "> " in reply[3] and "# " in note[3]


async def test_no_key_turns_a_reply_into_a_note() -> None:
    host = Host("reply", "hello")
    async with run(host) as pilot:
        for key in ("ctrl+n", "ctrl+r", "ctrl+t", "escape", "f2", "tab", "shift+tab", "ctrl+o"):
            await pilot.press(key)
        assert host.composer.slot == "reply"
        assert host.composer.has_class("-reply") and not host.composer.has_class("-note")


HOSTILE = "a\x1b]52;c;ZXZpbA==\x07b\x1b[31mc\x9b2Jd\x00e\x7ff\u202eg\u200bh\ti"


@pytest.mark.parametrize("way", ["paste", "insert", "load", "rewrite"])
async def test_no_control_byte_gets_in_whichever_way_it_comes(way: str) -> None:
    host = Host("reply", HOSTILE if way == "load" else "")
    async with run(host) as pilot:
        if way == "paste":
            host.composer.area.post_message(events.Paste(HOSTILE))
        elif way == "insert":
            host.composer.insert(HOSTILE)
        elif way == "rewrite":
            host.composer.rewrite(HOSTILE)
        await pilot.pause()
        assert host.composer.body == clean_text(host.composer.body) != ""
        assert not [
            c for c in shown(host) if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u200b"
        ]


async def test_undo_in_the_text_brings_back_cleaned_text_only() -> None:
    host = Host()
    async with run(host) as pilot:
        host.composer.insert(HOSTILE)
        host.composer.rewrite("other")
        await pilot.press("ctrl+z")
        assert host.composer.body == clean_text(HOSTILE)


async def test_the_customers_hostile_name_in_the_label_is_harmless() -> None:
    host = Host(ticket=replace(TICKET, customer_name="[bold]\x1b]0;x\x07\u200b\u202eevil[/nope]"))
    async with run(host):
        title = shown(host)
        assert "[bold]" in title and "evil[/nope]" in title
        assert "\x1b" not in title and "\u202e" not in title


async def test_a_macro_is_previewed_then_goes_into_the_draft_and_sends_nothing() -> None:
    host = Host()
    async with run(host) as pilot:
        await type_text(pilot, "::de")
        popup = host.composer.query_one(CompletionList)
        assert popup.display
        assert [c.label for c in popup.completions] == ["::delay"]
        preview = "\n".join(popup.preview)
        assert "status open → waiting" in preview
        assert "+delay" in preview
        assert "王磊您好" in preview
        await pilot.press("enter")
        assert host.composer.body == "王磊您好，网络拥堵。"
        assert host.of(Composer.MacroApplied) and not host.of(Composer.SendRequested)
        assert not popup.display


async def test_arrows_choose_among_macros_and_escape_only_closes_the_list() -> None:
    host = Host()
    async with run(host) as pilot:
        await type_text(pilot, "::")
        popup = host.composer.query_one(CompletionList)
        assert len(popup.completions) == 2
        await pilot.press("down")
        assert popup.chosen == 1
        await pilot.press("down")
        assert popup.chosen == 0
        await pilot.press("escape")
        assert not popup.display
        assert host.composer.body == "::"
        assert not host.of(Composer.Left)
        await pilot.press("escape")
        assert host.of(Composer.Left)


async def test_the_list_opens_under_the_trigger() -> None:
    host = Host(body="")
    async with run(host) as pilot:
        await type_text(pilot, "您好 ::")
        popup = host.composer.query_one(CompletionList)
        cursor = host.composer.area.cursor_screen_offset
        assert popup.region.y == cursor.y + 1
        assert popup.region.x <= cursor.x


async def test_mentions_in_a_note_name_active_people_and_are_told() -> None:
    host = Host("note")
    async with run(host) as pilot:
        await type_text(pilot, "see @me")
        popup = host.composer.query_one(CompletionList)
        assert [c.label for c in popup.completions] == ["@mei"]
        await pilot.press("tab")
        assert host.composer.body == "see @mei "
        assert host.composer.mentions == (MEI.id,)


async def test_a_reply_offers_no_mentions() -> None:
    host = Host("reply")
    async with run(host) as pilot:
        await type_text(pilot, "@me")
        assert host.composer.query_one(CompletionList).completions == ()


async def test_articles_are_asked_of_the_screen_and_a_late_answer_is_dropped() -> None:
    host = Host()
    async with run(host) as pilot:
        await type_text(pilot, "??fee")
        wanted = host.of(Composer.ArticlesWanted)
        last = wanted[-1]
        assert isinstance(last, Composer.ArticlesWanted) and last.trigger.query == "fee"
        popup = host.composer.query_one(CompletionList)
        host.composer.offer(last.trigger, (Completion("art", clean_text("Fees")),))
        assert popup.display
        await type_text(pilot, "s")
        host.composer.offer(last.trigger, (Completion("old", clean_text("Old")),))
        assert host.composer.area.completions == ()


async def test_the_limit_counts_and_warns() -> None:
    host = Host(limit=10)
    async with run(host) as pilot:
        await type_text(pilot, "1234567890")
        assert "10 / 10" in str(host.composer.border_subtitle)
        assert not host.composer.over_limit
        await type_text(pilot, "提现")
        assert "2 too many" in str(host.composer.border_subtitle)
        assert host.composer.over_limit


async def test_leaving_and_sending_ask_for_the_draft_to_be_saved_first() -> None:
    for key, kind in (("escape", Composer.Left), ("ctrl+d", Composer.SendRequested)):
        host = Host()
        async with run(host) as pilot:
            await type_text(pilot, "words")
            await pilot.press(key)
            kinds = [type(message) for message in host.posted]
            assert kinds.index(Composer.DraftChanged) < kinds.index(kind)


async def test_a_path_is_asked_for_and_handed_over() -> None:
    host = Host()
    async with run(host) as pilot:
        await pilot.press("ctrl+t")
        await type_text(pilot, "'/tmp/a b.png'")
        await pilot.press("enter")
        asked = host.of(Composer.AttachRequested)
        assert [message.path for message in asked if isinstance(message, Composer.AttachRequested)] == ["/tmp/a b.png"]
        assert host.focused is host.composer.area


async def test_files_show_their_state_in_words() -> None:
    host = Host()
    async with run(host) as pilot:
        done = Attachment(sha256="0" * 64, name="tx.png", media_type="image/png", size_bytes=2048)
        host.composer.files = (
            AttachmentLine("/x/tx.png", "tx.png", attachment=done),
            AttachmentLine("/x/b.pdf", "b\x1b[2J.pdf", done=5, total=10),
            AttachmentLine("/x/c", "c", error="There is no such file."),
        )
        await pilot.pause()
        text = shown(host)
        assert "tx.png · 2.0 kB · image/png" in text
        assert "b.pdf · on its way, 50 %" in text
        assert "There is no such file." in text
        assert host.composer.attachments == (done,)
