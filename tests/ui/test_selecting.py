"""Selecting tickets in the queue and in a search: one, a range, the whole view; and what happens to a selection."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.screens.bulk import BulkScreen
from console.screens.picker import Picker
from console.store import Store
from console.sync.events import RowsChanged
from console.workplace import Workplace
from desk.commands import SetStatus
from desk.ids import TicketId
from desk.records import Role, Status
from desk.wire import Changes, Record
from tests.ui.conftest import LI, LOST, NOW, STUCK, TEAM, WANG, fill, ticket


@pytest.fixture
def lead_store(seeded_store: Store) -> Store:
    """A replica of somebody who may act in bulk, with forty tickets more."""
    fill(seeded_store, msgspec.structs.replace(LI, role=Role.LEAD))
    more = [ticket(n, WANG, f"question {n}") for n in range(10, 50)]
    items = [
        Record(p=n, s="org", k="ticket", id=one.id, v=one.v, d=msgspec.Raw(msgspec.json.encode(one)))
        for n, one in enumerate(more, 2)
    ]
    seeded_store.apply_page(
        Changes(items=tuple(items), next="f.99", pos=99, head=99, more=False, now=NOW, scopes_digest="d")
    )
    while seeded_store.index_pending():
        pass
    return seeded_store


@pytest.fixture
def app(lead_store: Store, workplace: Workplace) -> ConsoleApp:
    return ConsoleApp(lead_store, clock=workplace.clock)


async def until(pilot: Pilot[int], true: Callable[[], object]) -> None:
    """Wait until something is true, pressing on nothing."""
    for _ in range(400):
        if true():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came true")


async def begun(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await until(pilot, lambda: app.desk.queue.source.count() == 42)


def lines(app: ConsoleApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_x_selects_and_marks_and_x_again_does_not(app: ConsoleApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(app, pilot)
        await pilot.press("x", "j", "x")
        await until(pilot, lambda: app.desk.queue.picked_count == 2)
        assert app.desk.queue.picked == (STUCK.id, LOST.id)
        assert "✓" in lines(app)[2]
        assert "2 selected" in lines(app)[-1]
        await pilot.press("x")
        await until(pilot, lambda: app.desk.queue.picked == (STUCK.id,))


async def test_a_range_goes_from_the_last_one_selected_to_the_cursor(app: ConsoleApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(app, pilot)
        await pilot.press("j", "x", *"jjjj", "V")
        await until(pilot, lambda: app.desk.queue.picked_count == 5)
        await pilot.press("k", "k", "k", "k", "k", "V")
        await until(pilot, lambda: app.desk.queue.picked_count == 6)


async def test_the_whole_view_is_more_than_the_window(app: ConsoleApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(app, pilot)
        await pilot.press("asterisk")
        await until(pilot, lambda: app.desk.queue.picked_count == 42)
        assert "42 selected" in lines(app)[-1]
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.queue.picked_count == 0)
        assert "selected" not in lines(app)[-1]


async def test_a_selection_follows_its_tickets(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(app, pilot)
        await pilot.press("x")
        first = msgspec.structs.replace(STUCK, v=9, urgency_at=NOW + 10_000_000_000)
        record = Record(p=100, s="org", k="ticket", id=first.id, v=9, d=msgspec.Raw(msgspec.json.encode(first)))
        page = Changes(items=(record,), next="f.100", pos=100, head=100, more=False, now=NOW, scopes_digest="d")
        lead_store.apply_page(page)
        app.desk.take(RowsChanged(ids=frozenset({("ticket", first.id)}), cause="feed"))
        await until(pilot, lambda: app.desk.queue.source.window(41, 1)[0].id == STUCK.id)
        await pilot.press("G")
        await until(pilot, lambda: any("✓" in line for line in lines(app)))


async def test_what_left_my_sight_is_dropped_with_a_sentence(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(app, pilot)
        await pilot.press("x", "j", "x")
        gone = Record(p=101, s="org", k="ticket", id=STUCK.id, op="leave")
        page = Changes(items=(gone,), next="f.101", pos=101, head=101, more=False, now=NOW, scopes_digest="d")
        lead_store.apply_page(page)
        app.desk.take(RowsChanged(ids=frozenset({("ticket", STUCK.id)}), cause="feed"))
        await until(pilot, lambda: app.desk.queue.picked == (LOST.id,))
        assert "1 ticket left your sight" in app.desk.key_line.sentence


async def test_an_agent_is_told_that_it_takes_a_lead(workplace: Workplace, seeded_store: Store) -> None:
    app = ConsoleApp(seeded_store, clock=workplace.clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        await pilot.press("colon")
        await until(pilot, lambda: "Select tickets first" in app.desk.key_line.sentence)
        await pilot.press("x", "colon")
        await until(pilot, lambda: "takes a lead" in app.desk.key_line.sentence)


async def test_colon_leads_from_the_selection_to_its_preview_and_back(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await begun(app, pilot)
        await pilot.press("asterisk")
        await until(pilot, lambda: app.desk.queue.picked_count == 42)
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press(*"status", "enter")
        await until(pilot, lambda: isinstance(app.screen, Picker) and "Status" in "".join(lines(app)))
        await pilot.press(*"solved", "enter")
        await until(pilot, lambda: isinstance(app.screen, BulkScreen))
        await until(pilot, lambda: "42 will change" in "".join(lines(app)))
        await pilot.press("ctrl+d")
        await until(pilot, lambda: lead_store.outbox_count() == 42)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
        assert app.desk.queue.picked_count == 0
        shown = lead_store.ticket(STUCK.id)
        assert shown is not None
        assert shown.status is Status.SOLVED
        await pilot.press("u")
        await until(pilot, lambda: lead_store.outbox_count() == 0)
        again = lead_store.ticket(STUCK.id)
        assert again is not None
        assert again.status is STUCK.status


async def test_found_tickets_are_selected_and_acted_on(app: ConsoleApp) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await begun(app, pilot)
        await pilot.press("/", *"question")
        await until(pilot, lambda: "40 tickets" in "".join(lines(app)))
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "2 selected" in "".join(lines(app)))
        await pilot.press("ctrl+a")
        await until(pilot, lambda: "40 selected" in "".join(lines(app)))
        await pilot.press("ctrl+d")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert app.desk.queue.picked_count == 40


def test_a_ticket_of_mine_alone_can_be_selected(lead_store: Store) -> None:
    """What only the overlay knows has a row, too."""
    from console.envelopes import envelope
    from desk.commands import OpenTicket
    from desk.query import parse_query
    from desk.records import Channel

    made = OpenTicket(
        ticket_id=TicketId("t-own"),
        customer_id=WANG.id,
        subject="New",
        body="Hello",
        channel=Channel.EMAIL,
        team_id=TEAM,
    )
    lead_store.enqueue(envelope(made, NOW))
    lead_store.enqueue(envelope(SetStatus(ticket_id=LOST.id, status=Status.WAITING), NOW))
    ids = lead_store.queue(parse_query(""), NOW).ids()
    assert {"t-own", LOST.id} <= set(ids)
    assert lead_store.missing([TicketId("t-own"), LOST.id, TicketId("t-never")]) == ["t-never"]
