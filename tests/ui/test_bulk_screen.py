"""Before and while something is done to many tickets: the preview, its sums, what is refused, taking it back."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.bulk import BulkItem, BulkPlan
from console.clock import frozen_clock
from console.envelopes import envelope
from console.screens.bulk import BulkScreen
from console.settings import Settings
from console.store import Store
from console.workplace import Workplace
from desk.bulk import BulkState
from desk.commands import AnyCommand, Assign, Reply, SetStatus
from desk.ids import CommandId, TicketId
from desk.outbox import SendState
from desk.records import Role, Status
from desk.wire import Applied, Rejected
from tests.ui.conftest import LI, LOST, MEI, NOW, OLD, STUCK, fill

SIZES = [(200, 50), (80, 24)]


@pytest.fixture
def lead_store(seeded_store: Store) -> Store:
    fill(seeded_store, msgspec.structs.replace(LI, role=Role.LEAD))
    seeded_store.enqueue(envelope(SetStatus(ticket_id=OLD.id, status=Status.CLOSED), NOW))
    return seeded_store


@pytest.fixture
def app(lead_store: Store, workplace: Workplace) -> ConsoleApp:
    return ConsoleApp(lead_store, clock=workplace.clock)


def plan(title: str, make: Callable[[TicketId], AnyCommand], ids: Sequence[TicketId]) -> BulkPlan:
    return BulkPlan(title, [BulkItem(ticket_id, make(ticket_id), note="zh" if n == 0 else "") for n, ticket_id in
                            enumerate(ids)])  # fmt: skip


TO_MEI = plan(
    "Assign 4 tickets to Mei Chen",
    lambda ticket_id: Assign(ticket_id=ticket_id, assignee_id=MEI.id),
    [STUCK.id, LOST.id, OLD.id, TicketId("t-gone")],
)


async def until(pilot: Pilot[int], true: Callable[[], object]) -> None:
    for _ in range(400):
        if true():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came true")


def text(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def shown(app: ConsoleApp, pilot: Pilot[int], what: BulkPlan = TO_MEI) -> BulkScreen:
    await pilot.pause(0.05)
    screen = BulkScreen(app.workplace, what)
    await app.push_screen(screen)
    await until(pilot, lambda: "nothing has been done" in text(app) or "Nothing would change" in text(app))
    return screen


async def applied(app: ConsoleApp, pilot: Pilot[int], store: Store) -> str:
    """Apply what is shown; the bulk's id once its commands are queued."""
    await pilot.press("ctrl+d")
    await until(pilot, lambda: (bulk := store.bulks.latest()) is not None and not bulk.tally.planned)
    bulk = store.bulks.latest()
    assert bulk is not None
    return bulk.id


def answer(store: Store) -> None:
    """The backend applies what is queued."""
    entries = [entry for entry in store.outbox((SendState.QUEUED,)) if entry.envelope.bulk_id]
    store.mark_sending([entry.id for entry in entries])
    store.record_outcomes([Applied(id=entry.id, v=6) for entry in entries], NOW)


async def test_the_preview_says_what_changes_and_what_is_refused(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        seen = text(app)
        assert "2 will change · 2 refused" in seen
        assert "nobody → mei" in seen
        assert seen.count("! 1×") == 2
        assert lead_store.bulks.latest() is None
        await pilot.press("f")
        await until(pilot, lambda: "nobody → mei" not in text(app))
        assert "shown: refused" in text(app)


async def test_what_is_applied_is_there_with_its_outcomes(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        bulk_id = await applied(app, pilot, lead_store)
        await until(pilot, lambda: "2 on their way" in text(app))
        assert "2 of 4" in text(app)
        answer(lead_store)
        await until(pilot, lambda: "2 done · 2 refused" in text(app))
        bulk = lead_store.bulks.bulk(bulk_id)
        assert bulk is not None
        assert bulk.state is BulkState.DONE
        assert lead_store.attention() == []
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
        await pilot.press("g", "u")
        await until(pilot, lambda: isinstance(app.screen, BulkScreen))
        await until(pilot, lambda: "2 done · 2 refused" in text(app))


async def test_one_undo_drops_what_is_unsent_and_takes_back_the_rest(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        bulk_id = await applied(app, pilot, lead_store)
        entries = [entry for entry in lead_store.outbox((SendState.QUEUED,)) if entry.envelope.bulk_id]
        lead_store.mark_sending([entries[0].id])
        lead_store.record_outcome(Applied(id=entries[0].id, v=6), NOW)
        await pilot.press("u")
        await until(pilot, lambda: len(lead_store.bulks.history()) == 2)
        undoing = lead_store.bulks.latest()
        assert undoing is not None
        assert (undoing.undoes, undoing.tally.total) == (bulk_id, 1)
        assert undoing.title.startswith("Take back")
        for ticket in (STUCK, LOST):
            now = lead_store.ticket(ticket.id)
            assert now is not None
            assert now.assignee_id is None


async def test_a_reply_that_was_sent_cannot_be_taken_back_and_that_is_said(app: ConsoleApp, lead_store: Store) -> None:
    replies = plan("Reply to 2 customers", lambda t: Reply(ticket_id=t, body="We are on it."), [STUCK.id, LOST.id])
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot, replies)
        assert "reply · 13 characters" in text(app)
        await applied(app, pilot, lead_store)
        answer(lead_store)
        await until(pilot, lambda: "2 done" in text(app))
        await pilot.press("u")
        await until(pilot, lambda: "2 were sent and cannot be taken back" in text(app))
        assert len(lead_store.bulks.history()) == 1


async def test_a_role_taken_away_stops_it_and_says_so(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        await applied(app, pilot, lead_store)
        first = next(entry for entry in lead_store.outbox((SendState.QUEUED,)) if entry.envelope.bulk_id)
        lead_store.mark_sending([first.id])
        lead_store.record_outcome(Rejected(id=first.id, code="not-allowed", why=""), NOW)
        await until(pilot, lambda: "stopped: Your role does not allow that" in text(app))


async def test_a_ticket_can_be_left_out(app: ConsoleApp) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: "1 will change · 2 refused" in text(app))


async def test_whoever_may_not_only_looks(seeded_store: Store, workplace: Workplace) -> None:
    app = ConsoleApp(seeded_store, clock=workplace.clock)
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        await pilot.press("ctrl+d")
        await until(pilot, lambda: "takes a lead" in text(app))
        assert seeded_store.bulks.latest() is None


async def test_the_outbox_does_not_list_what_a_bulk_lists(app: ConsoleApp, lead_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await shown(app, pilot)
        await applied(app, pilot, lead_store)
        assert {entry.id for entry in lead_store.outbox_alone()}.isdisjoint(
            CommandId(entry.id) for entry in lead_store.outbox() if entry.envelope.bulk_id
        )
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
        await pilot.press("g", "o")
        await until(pilot, lambda: "bulk 2/4" in text(app))


@pytest.mark.parametrize("size", SIZES, ids=["wide", "small"])
def test_a_preview_looks_as_it_did(snap_compare: Callable[..., bool], lead_store: Store, size: tuple[int, int]) -> None:
    app = ConsoleApp(lead_store, Settings(theme="dark"), clock=frozen_clock(NOW))

    async def before(pilot: Pilot[int]) -> None:
        await shown(app, pilot)

    assert _compared(snap_compare, app, size, before)


@pytest.mark.parametrize("size", SIZES, ids=["wide", "small"])
def test_a_bulk_under_way_looks_as_it_did(
    snap_compare: Callable[..., bool], lead_store: Store, size: tuple[int, int]
) -> None:
    app = ConsoleApp(lead_store, Settings(theme="dark"), clock=frozen_clock(NOW))

    async def before(pilot: Pilot[int]) -> None:
        await shown(app, pilot)
        await applied(app, pilot, lead_store)
        entry = next(entry for entry in lead_store.outbox((SendState.QUEUED,)) if entry.envelope.bulk_id)
        lead_store.mark_sending([entry.id])
        lead_store.record_outcome(Applied(id=entry.id, v=6), NOW)
        await until(pilot, lambda: "1 done · 1 on their way · 2 refused" in text(app))

    assert _compared(snap_compare, app, size, before)


def _compared(
    snap_compare: Callable[..., bool],
    app: ConsoleApp,
    size: tuple[int, int],
    before: Callable[[Pilot[int]], Awaitable[None]],
) -> bool:
    return snap_compare(app, terminal_size=size, run_before=before)
