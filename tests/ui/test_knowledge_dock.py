"""The knowledge panel on a real replica: found while typing, read, inserted, judged."""

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from console.screens.docks import InsertRequested, KnowledgeClosed, Said
from console.screens.knowledge_dock import KnowledgeDock
from console.styles import FOLDER
from console.themes import DARK
from console.widgets.article_view import ArticleView
from console.workplace import Workplace
from desk.commands import RateArticle
from desk.records import Ticket


class Desk(App[None]):
    CSS_PATH = str(FOLDER / "knowledge.tcss")

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.dock = KnowledgeDock(workplace)
        self.said: list[Message] = []
        self.copied = ""

    def compose(self) -> ComposeResult:
        yield self.dock

    def keep(self, message: Message) -> None:
        if isinstance(message, (InsertRequested, KnowledgeClosed, Said)) and message not in self.said:
            self.said.append(message)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text


def opened(desk: Desk):  # type: ignore[no-untyped-def]  # an async context manager
    return desk.run_test(size=(60, 30), message_hook=desk.keep)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def titles(desk: Desk) -> list[str]:
    return [hit.title for hit in desk.dock.panel.hits]


async def test_an_empty_query_suggests_for_the_ticket(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search()
        await settle(pilot)
        assert titles(desk)[0] == "提现延迟的原因"
        assert desk.dock.panel.heading == "For this ticket"


async def test_typing_searches_and_the_newest_query_wins(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search()
        await settle(pilot)
        await pilot.press(*"delays")
        await settle(pilot)
        assert "Withdrawal delays" in titles(desk)
        assert "article" in desk.dock.panel.heading


async def test_enter_reads_escape_goes_back_then_away(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search("提现")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert desk.dock.panel.reading
        text = str(desk.dock.query_one("#article-text", Static).render())
        assert "20 个确认" in text and "#" not in text
        await pilot.press("escape")
        assert not desk.dock.panel.reading
        assert not any(isinstance(message, KnowledgeClosed) for message in desk.said)
        await pilot.press("escape")
        assert any(isinstance(message, KnowledgeClosed) for message in desk.said)


async def test_insert_gives_the_customers_language_and_y_copies_the_link(
    workplace: Workplace, wang_ticket: Ticket
) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search("Withdrawal delays")
        await settle(pilot)
        await pilot.press("tab")
        while desk.dock.panel.chosen_id != "art-en":
            await pilot.press("down")
        await pilot.press("i")
        await settle(pilot)
        inserted = [message.text for message in desk.said if isinstance(message, InsertRequested)]
        assert "提现需要链上确认" in inserted[0] and "https://help.example/zh/delay" in inserted[0]
        await pilot.press("y")
        assert desk.copied == "https://help.example/en/delay"


async def test_letters_typed_into_the_query_are_text_not_keys(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search()
        await settle(pilot)
        await pilot.press("i", "y", "plus")
        await settle(pilot)
        assert desk.dock.panel.query_text == "iy+"
        assert desk.copied == "" and workplace.store.outbox() == []


async def test_a_vote_is_recorded_and_shown(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search("提现")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("minus")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        command = entry.envelope.command
        assert isinstance(command, RateArticle)
        assert (command.article_id, command.ticket_id, command.helped) == ("art-zh", wang_ticket.id, False)
        page = desk.dock.query_one(ArticleView).page
        assert page is not None and page.vote is False


async def test_nothing_found_offers_to_ask_for_the_article(workplace: Workplace, wang_ticket: Ticket) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        desk.dock.search("zzqqxx")
        await settle(pilot)
        assert titles(desk) == []
        assert desk.dock.query_one(OptionList).option_count == 1
        await pilot.press("enter")
        await settle(pilot)
        asked = [gap for gap in workplace.store.gaps() if gap.wanted]
        assert [(gap.query, gap.lang, gap.ticket_ids) for gap in asked] == [("zzqqxx", "zh", (wang_ticket.id,))]


async def test_a_search_without_a_result_is_told_once_and_a_secret_never(
    workplace: Workplace, wang_ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.screens.knowledge_dock.GAP_AFTER_S", 0.01)
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(wang_ticket)
        for query in ("zzqqxx", "提现", "ZZqqxx", "zz", "zoo " * 12):
            desk.dock.search(query)
            await settle(pilot)
            await pilot.pause(0.1)  # ten times as long as a search has to stand here
            await settle(pilot)
        assert [(gap.query, gap.searches) for gap in workplace.store.gaps()] == [("zzqqxx", 1)]


async def test_a_hostile_query_is_cleaned_and_finds_nothing(workplace: Workplace) -> None:
    desk = Desk(workplace)
    async with opened(desk) as pilot:
        desk.dock.show(None)
        desk.dock.search('"\x1b]0;x\x07 OR NEAR( \u202e*')
        await settle(pilot)
        assert "\x1b" not in desk.dock.panel.query_text and "\u202e" not in desk.dock.panel.query_text
        assert desk.dock.is_mounted
