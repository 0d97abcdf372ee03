"""Merging, splitting, linking and suggested duplicates, as a senior meets them: pickers on a replica, and the whole way
against a real backend."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.app import ConsoleApp
from console.client import Client
from console.clock import frozen_clock
from console.i18n import set_language
from console.screens.duplicate_picker import DuplicatePicker
from console.screens.picker import ChoiceList, Picker
from console.screens.split import SplitScreen
from console.settings import Settings
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.sync.engine import SyncEngine
from desk.commands import DismissDuplicate, Seen
from desk.ids import AgentId, IncidentId, MessageId, TicketId
from desk.records import Author, Message, MessageKind, Role, Status, Ticket
from desk.ticket_parts import DuplicateHint, FollowUp, Link, LinkKind, MergeMark, Review
from desk.views import VIEWS
from desk.wire import Snapshot, SnapshotItem

NOW = 1_774_000_000_000
MINUTE = 60_000
T1, T2, T3 = TicketId("t-1"), TicketId("t-2"), TicketId("t-3")
HINT = DuplicateHint(ticket_id=T3, ref="T-3", reason="transaction", score=98)
TX = "0x" + "5b" * 32


def put(store: Store, ticket: Ticket, *messages: Message) -> None:
    """Bring a ticket into the replica, newer than what is there."""
    item = SnapshotItem(k="ticket", id=ticket.id, v=ticket.v, d=msgspec.Raw(msgspec.json.encode(ticket)), ev=messages)
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=2, items=(item,), done=True), "org")


def change(store: Store, ticket_id: TicketId, *messages: Message, **fields: Any) -> Ticket:
    ticket = store.ticket(ticket_id)
    assert ticket is not None
    last_n = max([ticket.last_n, *(message.n for message in messages)])
    changed = replace(ticket, **{"v": ticket.v + 1, "last_n": last_n, **fields})
    put(store, changed, *messages)
    return changed


def line(ticket_id: TicketId, n: int, body: str, **fields: Any) -> Message:
    at = NOW - 60 * MINUTE + n * MINUTE
    message_id = MessageId(f"{ticket_id}-{n}")
    base = Message(
        ticket_id=ticket_id, n=n, id=message_id, author=Author.CUSTOMER, author_name="王磊", body=body, at=at
    )
    return replace(base, **fields)


def event(ticket_id: TicketId, n: int, body: str) -> Message:
    return line(ticket_id, n, body, kind=MessageKind.EVENT, author=Author.SYSTEM, author_name="Mei Chen")


def merged(store: Store) -> None:
    """The old ticket, with two more messages, merged into the first one."""
    mark = MergeMark(into=T1, into_ref="T-1", by=AgentId("a-mei"), at=NOW - 9 * MINUTE, status="open")
    talk = (
        line(T3, 2, "还是没有到账，\n请帮忙看看。"),
        line(T3, 3, "We are looking.", author=Author.AGENT, author_name="Mei"),
    )
    change(store, T3, *talk, event(T3, 4, "merged_into ref=T-1 id=t-1"), status=Status.CLOSED, merge=mark)
    told = event(T1, 2, "merged_in ref=T-3 id=t-3 n=3")
    change(store, T1, told, line(T1, 3, "这是同一件事"), merged_ids=(T3,))


def as_senior(store: Store) -> None:
    from tests.ui.test_escalation_screens import work_as

    work_as(store, "mei")


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal of true colour in UTC, whatever machine this is."""
    for name, value in {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def app(seeded_store: Store) -> ConsoleApp:
    as_senior(seeded_store)
    return ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))


def text_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    for _round in range(3):
        await pilot.pause()
        quick = [w for w in pilot.app.workers if w.group in ("acting", "seen", "queue", "draft", "send")]
        if quick:
            await pilot.app.workers.wait_for_complete(quick)
    await pilot.pause()


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await pilot.pause(0.02)


def offered(app: ConsoleApp) -> list[str]:
    """The labels of the picker that is open."""
    assert isinstance(app.screen, Picker)
    found = app.screen.query_one(ChoiceList)
    return [choice.label for choice in found.source.window(0, 50)]


def given(store: Store) -> list[object]:
    return [e.envelope.command for e in store.outbox() if not isinstance(e.envelope.command, Seen)]


# On a replica


async def test_merging_offers_the_customers_other_tickets_and_says_what_happens(app: ConsoleApp) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "M")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert offered(app) == ["T-3 如何备份助记词"]
        await press(pilot, "enter")
        await until(pilot, lambda: "which stays" in text_of(app))
        assert offered(app) == ["T-1 into T-3", "T-3 into T-1"]
        assert "1 message stays readable · replies go out by Telegram" in text_of(app)
        await press(pilot, "enter")
        await until(pilot, lambda: not isinstance(app.screen, Picker))
        assert "Merging needs the server; you are offline." in text_of(app)
        assert given(app.workplace.store) == []


async def test_a_number_may_be_typed_and_a_number_that_is_not_here_is_said(app: ConsoleApp) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "M")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await press(pilot, *"99")
        assert "No other ticket of that number is here." in text_of(app)
        await press(pilot, "backspace", "backspace", "2")
        assert "Enter: T-2 2FA lost after reset" in text_of(app)


async def test_a_merged_ticket_offers_the_way_back_and_the_way_on(app: ConsoleApp, seeded_store: Store) -> None:
    merged(seeded_store)
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "M")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert offered(app) == ["Take T-3 back"]
        await press(pilot, "escape")
        app.desk.open_ticket(T3)
        await press(pilot, "M")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert offered(app) == ["Take T-3 back out of T-1", "Open T-1"]
        await press(pilot, "down", "enter")
        await until(pilot, lambda: app.desk.shown_id == T1)


async def test_what_was_merged_in_unfolds_where_it_came_in_and_folds_again(
    app: ConsoleApp, seeded_store: Store
) -> None:
    merged(seeded_store)
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "enter")
        assert "T-3 merged in, 3 messages · Enter shows them" in text_of(app)
        assert "还是没有到账" not in text_of(app)
        await press(pilot, "enter")
        shown = text_of(app)
        assert shown.index("T-3 merged in") < shown.index("还是没有到账") < shown.index("这是同一件事")
        assert "┊ │ 王磊 · T-3" in shown
        await press(pilot, "enter")
        assert "还是没有到账" not in text_of(app)
        assert seeded_store.read_n(T1) == 3
        assert seeded_store.read_n(T3) == 0


async def test_a_window_of_a_joined_conversation_is_a_part_of_the_whole(seeded_store: Store) -> None:
    merged(seeded_store)
    ticket = seeded_store.ticket(T1)
    assert ticket is not None
    thread = seeded_store.joined_thread(ticket, (T3,))
    whole = [(one.message.ticket_id, one.message.n, one.merged_from) for one in thread.window(0, 99)]
    assert whole == [
        (T1, 1, ""), (T1, 2, ""), (T3, 1, "T-3"), (T3, 2, "T-3"), (T3, 3, "T-3"), (T3, 4, "T-3"), (T1, 3, ""),
    ]  # fmt: skip
    assert thread.count() == len(whole)
    for first in range(9):
        for n in range(9):
            part = [(one.message.ticket_id, one.message.n, one.merged_from) for one in thread.window(first, n)]
            assert part == whole[first : first + n]


async def test_a_suggestion_is_answered_side_by_side(app: ConsoleApp, seeded_store: Store) -> None:
    change(seeded_store, T1, duplicate=HINT)
    change(seeded_store, T3, status=Status.OPEN)
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        assert "≈ T-3" in text_of(app)
        await press(pilot, "=")
        await until(pilot, lambda: isinstance(app.screen, DuplicatePicker))
        shown = text_of(app)
        assert "T-1 may repeat T-3: the same transaction, 98 of 100" in shown
        assert "我的 USDT 提现一直没到账" in shown and "怎么备份？" in shown
        assert offered(app) == ["Merge: T-1 into T-3", "Link as duplicates", "No duplicate", "Open T-3"]
        await press(pilot, "down", "down", "enter")
        await until(pilot, lambda: bool(given(seeded_store)))
        assert given(seeded_store) == [DismissDuplicate(ticket_id=T1)]
        ticket = seeded_store.ticket(T1)
        assert ticket is not None and ticket.duplicate is None


async def test_another_customers_duplicate_is_linked_or_goes_into_an_incident(
    app: ConsoleApp, seeded_store: Store
) -> None:
    change(seeded_store, T1, duplicate=replace(HINT, ticket_id=T2, ref="T-2", same_customer=False))
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "=")
        await until(pilot, lambda: isinstance(app.screen, DuplicatePicker))
        assert offered(app) == ["Link as duplicates", "Put into an incident…", "No duplicate", "Open T-2"]


async def test_without_a_suggestion_the_key_says_so(app: ConsoleApp) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "=")
        assert "Nothing is suggested for T-1; M merges it." in text_of(app)


async def test_links_are_listed_opened_and_added(app: ConsoleApp, seeded_store: Store) -> None:
    change(seeded_store, T1, links=(Link(kind=LinkKind.BLOCKED_BY, ticket_id=T2, ref="T-2"),))
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        assert "blocked by T-2" in text_of(app)
        await press(pilot, "L")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert offered(app)[0] == "blocked by T-2"
        assert offered(app)[-1] == "Remove: blocked by T-2"
        await press(pilot, "enter")
        await until(pilot, lambda: app.desk.shown_id == T2)


async def test_solving_what_is_blocked_says_by_what(app: ConsoleApp, seeded_store: Store) -> None:
    change(seeded_store, T1, links=(Link(kind=LinkKind.BLOCKED_BY, ticket_id=T2, ref="T-2"),))
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "e")
        assert "T-1 is solved; still open is what blocks it: T-2." in text_of(app)


async def test_a_linked_ticket_that_is_not_here_is_said_to_be_elsewhere(app: ConsoleApp, seeded_store: Store) -> None:
    change(seeded_store, T1, links=(Link(kind=LinkKind.RELATED, ticket_id=TicketId("far"), ref="T-77"),))
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "L")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await press(pilot, "enter")
        await until(pilot, lambda: "This ticket is not on this machine." in text_of(app))


async def test_splitting_takes_a_senior_and_the_server(app: ConsoleApp, seeded_store: Store) -> None:
    async with app.run_test(size=(110, 35)) as pilot:
        await app.settled()
        await press(pilot, "S")
        assert "Splitting needs the server; you are offline." in text_of(app)


# Against a backend


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        running.add_team("en", "English")
        running.add_agent("sen", teams=("en",), role=Role.SENIOR)
        yield running


@asynccontextmanager
async def console(server: EmbeddedServer, folder: Path, tickets: int) -> AsyncIterator[tuple[ConsoleApp, Pilot[int]]]:
    """A senior's console that is live and holds so many tickets."""
    store = Store.open(folder / "console.db")
    tokens = MemoryTokens(Login(access=server.token("sen")))
    app = ConsoleApp(
        store,
        make_engine=lambda replica, on_event: SyncEngine(
            replica, partial(Client, server.url, tokens), on_event=on_event
        ),
    )
    async with app.run_test(size=(110, 35)) as pilot:

        def ready() -> bool:
            engine = app.workplace.engine
            held = store.count(VIEWS["all"], app.workplace.clock()) if store.me() else 0
            return engine is not None and engine.live and held == tickets and app.desk.queue.current is not None

        await until(pilot, ready)
        yield app, pilot
        await app.action_quit()
    store.close()


async def test_a_duplicate_is_merged_with_two_keys_and_taken_back_with_one(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    older = server.customer_writes("en", f"Where is {TX}?", subject="Missing")
    newer = server.customer_writes("en", f"Again: {TX}", subject="Still missing")
    async with console(server, tmp_path, 2) as (app, pilot):
        store = app.workplace.store
        app.desk.open_ticket(newer.id)
        await press(pilot, "=")
        await until(pilot, lambda: isinstance(app.screen, DuplicatePicker))
        await press(pilot, "enter")
        await until(pilot, lambda: (found := store.ticket(newer.id)) is not None and found.merge is not None)
        target = store.ticket(older.id)
        assert target is not None and target.merged_ids == (newer.id,)
        await press(pilot, "u")
        await until(pilot, lambda: (found := store.ticket(newer.id)) is not None and found.merge is None)
        back = store.ticket(newer.id)
        assert back is not None and (back.status, back.unanswered) == (Status.NEW, 1)


async def test_messages_are_split_off_and_the_two_tickets_are_linked(server: EmbeddedServer, tmp_path: Path) -> None:
    ticket = server.customer_writes("en", "Where is my money?", subject="Money")
    server.customer_writes(ticket.id, "How do I change my address?")
    async with console(server, tmp_path, 1) as (app, pilot):
        store = app.workplace.store
        app.desk.open_ticket(ticket.id)
        await press(pilot, "S")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert "How do I change my address?" in offered(app)[0]
        await press(pilot, "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, SplitScreen) and bool(app.screen.query("#subject")))
        assert "Split 1 message off T-1" in text_of(app)
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: store.ticket_by_ref("T-2") is not None)
        new, old = store.ticket_by_ref("T-2"), store.ticket(ticket.id)
        assert new is not None and old is not None
        assert new.subject == "How do I change my address?"
        assert [(one.kind, one.ref) for one in old.links] == [(LinkKind.RELATED, "T-2")]
        app.desk.open_ticket(ticket.id)
        await press(pilot, "L")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert offered(app)[0] == "related to T-2"


# As it looks


def marked(store: Store) -> None:
    """Every mark that a row can carry, some together."""
    review = Review(id="r", author_id=AgentId("a-li"), author_name="Li", body="x", asked_at=NOW)
    change(store, T1, duplicate=HINT, review=review, merged_ids=(T3,), assignee_id=AgentId("a-li"), tags=("usdt",))
    follow_up = FollowUp(at=NOW - MINUTE, what="call", by=AgentId("a-li"))
    change(store, T2, follow_up=follow_up, incident_id=IncidentId("i-1"), assignee_id=AgentId("a-mei"))


@pytest.mark.parametrize(("size", "density"), [((200, 50), "two-line"), ((80, 24), "two-line"), ((80, 24), "one-line")])
def test_the_queue_says_what_a_ticket_waits_for(
    snap_compare: Callable[..., bool],
    seeded_store: Store,
    size: tuple[int, int],
    density: Literal["one-line", "two-line"],
) -> None:
    marked(seeded_store)
    app = ConsoleApp(seeded_store, Settings(theme="dark", density=density), clock=frozen_clock(NOW))

    async def before(pilot: Pilot[int]) -> None:
        await app.settled()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize(("size", "lang"), [((200, 50), "en"), ((80, 24), "zh")])
def test_a_suggestion_looks(
    snap_compare: Callable[..., bool], seeded_store: Store, size: tuple[int, int], lang: Literal["en", "zh"]
) -> None:
    as_senior(seeded_store)
    change(seeded_store, T1, duplicate=HINT)
    change(seeded_store, T3, status=Status.OPEN)
    set_language(lang)
    app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))

    async def before(pilot: Pilot[int]) -> None:
        await app.settled()
        await pilot.press("=")
        await until(pilot, lambda: isinstance(app.screen, DuplicatePicker) and bool(app.screen.query("#sides")))
        app.screen.query_one("#filter").cursor_blink = False  # type: ignore[attr-defined]  # an Input
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
def test_a_merged_conversation_looks(
    snap_compare: Callable[..., bool], seeded_store: Store, size: tuple[int, int]
) -> None:
    merged(seeded_store)
    app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW))

    async def before(pilot: Pilot[int]) -> None:
        await app.settled()
        await press(pilot, "enter")
        await press(pilot, "enter")

    assert snap_compare(app, terminal_size=size, run_before=before)
