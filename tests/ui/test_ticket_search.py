"""Searching tickets: what was typed faster than found still opens, and an empty query says nothing about hits."""

from textual.app import App
from textual.pilot import Pilot

from console.screens.ticket_search import Found, HitList, TicketSearch
from console.styles import FIRST_FRAME
from console.themes import DARK
from console.workplace import Workplace
from desk.records import Ticket


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.search = TicketSearch(workplace)
        self.answers: list[Found | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.search, self.answers.append)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def hits_of(host: Host) -> str:
    hits = host.search.query_one(HitList)
    return "\n".join(hits.render_line(y).text.rstrip() for y in range(hits.size.height)).strip()


async def test_enter_right_after_typing_opens_what_is_found(workplace: Workplace, wang_ticket: Ticket) -> None:
    host = Host(workplace)
    async with host.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"提现", "enter")
        await settle(pilot)
        assert host.answers == [Found(ticket_id=wang_ticket.id)]


async def test_enter_opens_the_hit_of_the_text_that_stands_there(workplace: Workplace, novak_ticket: Ticket) -> None:
    host = Host(workplace)
    async with host.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"提现")
        await settle(pilot)
        await pilot.press("ctrl+u", *"2FA", "enter")
        await settle(pilot)
        assert host.answers == [Found(ticket_id=novak_ticket.id)]


async def test_only_a_query_can_find_nothing(workplace: Workplace) -> None:
    host = Host(workplace)
    async with host.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert hits_of(host) == ""
        await pilot.press(*"zzzz", "enter")
        await settle(pilot)
        assert hits_of(host) == "No ticket fits."
        assert host.answers == []
