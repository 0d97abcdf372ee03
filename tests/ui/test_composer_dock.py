"""Writing on a real replica: drafts survive, sending is durable, what must not go out does not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

from console.screens.composer_dock import ComposerDock
from console.screens.docks import ComposerClosed, ReplyQueued, WritingChanged
from console.styles import FOLDER
from console.themes import DARK
from console.widgets.composer import SAVE_AFTER_S, SAVE_AT_LATEST_S, Composer
from console.workplace import Workplace
from desk.commands import ApplyMacro, Note, Reply
from desk.records import Ticket
from desk.text import clean_text


class Desk(App[None]):
    """Stands in for the desk: one dock, and everything it said."""

    CSS_PATH = str(FOLDER / "composer.tcss")

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.dock = ComposerDock(workplace)
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield Static("")
        yield self.dock

    def keep(self, message: Message) -> None:
        if isinstance(message, (ComposerClosed, ReplyQueued, WritingChanged)) and message not in self.said:
            self.said.append(message)


@pytest.fixture
def desk(workplace: Workplace) -> Iterator[Desk]:
    yield Desk(workplace)


def opened(desk: Desk):  # type: ignore[no-untyped-def]  # an async context manager
    return desk.run_test(size=(100, 30), message_hook=desk.keep)


async def settle(pilot: Pilot[None]) -> None:
    """Until every worker is done and its messages are handled."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def write(pilot: Pilot[None], slot: str, ticket: Ticket, text: str) -> Composer:
    desk = pilot.app
    assert isinstance(desk, Desk)
    desk.dock.write("note" if slot == "note" else "reply", ticket, ticket.last_n)
    await settle(pilot)
    composer = desk.dock.query_one(Composer)
    for character in text:
        composer.area.post_message(events.Key(character, character))
    await pilot.pause()
    return composer


async def test_a_reply_is_in_the_outbox_when_the_composer_closes(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        await write(pilot, "reply", wang_ticket, "您好")
        await pilot.press("ctrl+d")
        await settle(pilot)
        entries = workplace.store.outbox()
        assert [type(entry.envelope.command) for entry in entries] == [Reply]
        assert entries[0].envelope.seen_n == 1
        assert entries[0].not_before == workplace.clock() + 5000
        assert not desk.dock.display
        assert workplace.store.draft(wang_ticket.id, "reply") is None
        assert [type(message) for message in desk.said][-2:] == [ReplyQueued, ComposerClosed]


async def test_leaving_keeps_the_draft_and_coming_back_brings_it(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        await write(pilot, "reply", wang_ticket, "half a")
        await pilot.press("escape")
        await settle(pilot)
        draft = workplace.store.draft(wang_ticket.id, "reply")
        assert draft is not None and draft.body == "half a"
        composer = await write(pilot, "reply", wang_ticket, " reply")
        assert composer.body == "half a reply"


async def test_another_ticket_shown_keeps_the_draft_too(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket, novak_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        await write(pilot, "note", wang_ticket, "check this")
        desk.dock.show(novak_ticket)
        await settle(pilot)
        draft = workplace.store.draft(wang_ticket.id, "note")
        assert draft is not None and draft.body == "check this"
        assert not desk.dock.display


async def test_reply_and_note_have_drafts_of_their_own(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        await write(pilot, "reply", wang_ticket, "to him")
        composer = await write(pilot, "note", wang_ticket, "to us")
        assert composer.slot == "note" and composer.body == "to us"
        await pilot.press("escape")
        await settle(pilot)
        assert {draft.slot: draft.body for draft in workplace.store.drafts()} == {"reply": "to him", "note": "to us"}


async def test_a_text_that_asks_for_a_seed_phrase_stays_with_an_explanation(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "请把您的助记词发给我")
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert workplace.store.outbox() == []
        assert "recovery phrase" in composer.warning
        assert composer.area.selected_text
        assert desk.dock.display


async def test_a_warning_about_seed_phrases_goes_out(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        await write(pilot, "reply", wang_ticket, "请勿把助记词告诉任何人")
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert len(workplace.store.outbox()) == 1


async def test_over_the_channels_limit_nothing_goes_out(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "")
        composer.insert("长" * 4097)
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert workplace.store.outbox() == []
        assert "4096" in composer.warning


async def test_when_a_colleague_answered_meanwhile_the_author_decides(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "mine")
        desk.dock.show(replace(wang_ticket, last_n=2, last_agent_n=2))
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert workplace.store.outbox() == []
        assert "colleague" in composer.warning
        await pilot.press("ctrl+d")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert entry.envelope.on_top and entry.envelope.seen_n == 2


async def test_a_note_tells_whom_it_mentions(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        await write(pilot, "note", wang_ticket, "@mei please look")
        await pilot.press("ctrl+d")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert isinstance(entry.envelope.command, Note)
        assert entry.envelope.command.mentions == ("a-mei",)


async def test_a_macro_changes_the_ticket_and_sends_nothing(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "::delay")
        await pilot.press("enter")
        await settle(pilot)
        assert composer.body == "王磊您好，网络拥堵，请稍候。"
        assert [type(entry.envelope.command) for entry in workplace.store.outbox()] == [ApplyMacro]


async def test_the_macro_key_offers_them_all(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        desk.dock.macro(wang_ticket, 1)
        await settle(pilot)
        composer = desk.dock.query_one(Composer)
        assert [completion.label for completion in composer.area.completions] == ["::delay"]


async def test_an_article_is_found_and_inserted_in_the_customers_language(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "??withdrawal")
        await settle(pilot)
        labels = [completion.label for completion in composer.area.completions]
        assert "Withdrawal delays" in labels
        while composer.area.completions[composer.area.pointed].label != "Withdrawal delays":
            await pilot.press("down")
        await pilot.press("enter")
        await settle(pilot)
        assert "提现需要链上确认" in composer.body
        assert "https://help.example/zh/delay" in composer.body


async def test_a_file_goes_with_the_reply_and_is_remembered_by_the_draft(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket, tmp_path: Path
) -> None:
    picture = tmp_path / "tx.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "see")
        composer.post_message(Composer.AttachRequested(composer, str(picture)))
        await settle(pilot)
        assert [attachment.media_type for attachment in composer.attachments] == ["image/png"]
        await pilot.press("escape")
        await settle(pilot)
        draft = workplace.store.draft(wang_ticket.id, "reply")
        assert draft is not None and draft.attachments == (str(picture),)
        await write(pilot, "reply", wang_ticket, "")
        await settle(pilot)
        await pilot.press("ctrl+d")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert isinstance(entry.envelope.command, Reply)
        assert [a.name for a in entry.envelope.command.attachments] == ["tx.png"]


async def test_a_missing_file_is_one_sentence_and_blocks_sending(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket, tmp_path: Path
) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "see")
        composer.post_message(Composer.AttachRequested(composer, str(tmp_path / "nothing.png")))
        await settle(pilot)
        assert composer.files[0].error
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert workplace.store.outbox() == []
        assert composer.warning


async def test_others_are_told_when_writing_begins_and_ends(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket
) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "x")
        composer.flush()
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        told = [message.writing for message in desk.said if isinstance(message, WritingChanged)]
        assert told == ["reply", ""]


async def test_two_consoles_on_one_draft_keep_both_texts(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "mine")
        workplace.store.save_draft(wang_ticket.id, "reply", "theirs", 0, workplace.clock())
        composer.flush()
        await settle(pilot)
        assert {draft.body for draft in workplace.store.drafts()} == {"mine", "theirs"}


async def test_a_pause_in_typing_saves_the_draft(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "half")
        assert workplace.store.drafts() == []
        await pilot.pause(SAVE_AFTER_S + 0.05)
        await settle(pilot)
        (draft,) = workplace.store.drafts()
        assert draft.body == "half"
        assert "saved" in composer.state


async def test_who_types_on_is_saved_too(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "")
        pauses = int(SAVE_AT_LATEST_S / (SAVE_AFTER_S / 2)) + 2
        for _ in range(pauses):
            composer.insert("a")
            await pilot.pause(SAVE_AFTER_S / 2)
        await settle(pilot)
        (draft,) = workplace.store.drafts()
        assert draft.body
        assert len(draft.body) < pauses + 1


async def test_an_emptied_draft_is_forgotten(desk: Desk, workplace: Workplace, wang_ticket: Ticket) -> None:
    async with opened(desk) as pilot:
        composer = await write(pilot, "reply", wang_ticket, "x")
        composer.flush()
        await settle(pilot)
        assert len(workplace.store.drafts()) == 1
        composer.rewrite("")
        await pilot.press("escape")
        await settle(pilot)
        assert workplace.store.drafts() == []


async def test_the_hostile_corpus_goes_through_the_composer_without_a_control_byte(
    desk: Desk, workplace: Workplace, wang_ticket: Ticket, shared_data: Path
) -> None:
    lines = json.loads((shared_data / "hostile_strings" / "blns.json").read_text("utf-8"))
    async with opened(desk) as pilot:
        composer = await write(pilot, "note", wang_ticket, "")
        for start in range(0, len(lines), 40):
            composer.rewrite("\n".join(map(str, lines[start : start + 40])))
            await pilot.pause()
            strips = desk.screen._compositor.render_strips()
            shown = "".join(segment.text for strip in strips for segment in strip)
            assert not [c for c in shown if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]
            assert composer.body == clean_text(composer.body)
        assert len(lines) > 400
