"""A ticket that goes to a team out of sight while it is open: the agent reads where it went, and keeps their words."""

import pytest

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.screens.ticket_search import TicketSearch
from console.store import Store
from console.sync.events import RowsChanged
from desk.ids import AgentId, TeamId, TicketId
from desk.wire import Changes, MovedTo, Record
from tests.ui.conftest import NOW

T1 = TicketId("t-1")


def moved(store: Store, by: str) -> RowsChanged:
    gone = Record(
        p=9_000, s="org", k="ticket", id=T1, op="leave", v=6,
        to=MovedTo(team_id=TeamId("security"), by=AgentId(by)),
    )  # fmt: skip
    store.apply_page(
        Changes(items=(gone,), next="f.9000", pos=9_000, head=9_000, more=False, now=NOW, scopes_digest="")
    )
    return RowsChanged(ids=frozenset({("ticket", T1)}), cause="feed")


def text_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
async def test_the_one_who_has_it_open_reads_where_it_went(seeded_store: Store, size: tuple[int, int]) -> None:
    app = ConsoleApp(seeded_store, clock=frozen_clock(NOW))
    async with app.run_test(size=size) as pilot:
        await app.settled()
        app.desk.open_ticket(T1)
        await pilot.press("r", *"half")
        app.desk.take(moved(seeded_store, "a-mei"))
        await app.settled()
        await pilot.pause()
        assert "T-1 was moved to security by Mei Chen." in text_of(app)
        await pilot.press("escape")
        await app.settled()
    assert [draft.body for draft in seeded_store.drafts()] == ["half"]


async def test_a_search_for_its_number_says_so_too(seeded_store: Store) -> None:
    moved(seeded_store, "somebody-unknown")
    app = ConsoleApp(seeded_store, clock=frozen_clock(NOW))
    async with app.run_test(size=(120, 30)) as pilot:
        await app.settled()
        await pilot.press("slash", *"t-1")
        await pilot.pause(0.3)
        await app.settled()
        assert isinstance(app.screen, TicketSearch)
        assert "T-1 was moved to security." in text_of(app)
