"""The board: who carries what, sorted, filtered, drilled into, and changed; live, and at 80x24 too."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from console.app import ConsoleApp, SyncTold
from console.clock import frozen_clock
from console.i18n import set_language
from console.screens.agent_form import AgentForm
from console.screens.balance import BalanceScreen
from console.screens.board import BoardScreen
from console.screens.board_acting import restoring
from console.screens.picker import Picker
from console.settings import Settings
from console.store import Store
from console.sync.events import PresenceChanged, StateChanged
from console.widgets.board_columns import COLUMNS, Person, in_order, most_first, placed
from console.widgets.board_person import BoardPerson
from console.widgets.key_line import KeyLine
from desk.commands import SaveAgent
from desk.ids import AgentId, CustomerId, TeamId, TicketId
from desk.load import AgentLoad
from desk.picking import PICKED_OVER
from desk.records import Agent, Calendar, Channel, Interval, Policy, Role, Severity, Status, Team, Ticket
from desk.text import width
from desk.wire import Changes, Presence, Record, ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_774_000_000_000  # Friday 2026-03-20 09:46 UTC
MINUTE = 60_000
HOUR = 60 * MINUTE
WALLET, CARDS, ELSEWHERE = TeamId("wallet"), TeamId("cards"), TeamId("elsewhere")
ANA = Agent(id=AgentId("a-ana"), v=1, handle="ana", name="Ana Marković", role=Role.LEAD, team_ids=(WALLET, CARDS))
MEI = Agent(
    id=AgentId("a-mei"), v=1, handle="mei", name="陈梅", team_ids=(WALLET,), languages=("zh", "en"),
    skills=("withdrawals", "tron", "wallet-recovery"), capacity=4, shift="days",
)  # fmt: skip
TOM = Agent(
    id=AgentId("a-tom"), v=1, handle="tom", name="Tomáš Dvořák", role=Role.SENIOR, team_ids=(WALLET, CARDS),
    languages=("en", "de"), skills=("cards",), shift="nights",
)  # fmt: skip
PRI = Agent(
    id=AgentId("a-pri"), v=1, handle="priya", name="Priya Raman", team_ids=(CARDS,), languages=("en",), away=True,
    away_until=NOW + 26 * HOUR, needs_review=True,
)  # fmt: skip
GONE = Agent(id=AgentId("a-gone"), v=1, handle="oleg", name="Oleg Ivanov", team_ids=(WALLET,), active=False)
IDLE_GONE = replace(GONE, id=AgentId("a-left"), handle="left", name="Left Long Ago")
FAR = Agent(id=AgentId("a-far"), v=1, handle="far", name="Far Away", team_ids=(ELSEWHERE,))
POLICY = Policy(
    calendars={
        "days": Calendar(zone="UTC", week=((Interval(start_min=480, end_min=1020),),) * 7),
        "nights": Calendar(zone="UTC", week=((Interval(start_min=1200, end_min=1440),),) * 7),
    }
)


def ticket(number: int, owner: Agent | None = None, team: TeamId = WALLET, status: Status = Status.OPEN) -> Ticket:
    return Ticket(
        id=TicketId(f"t-{number}"), v=1, ref=f"T-{number}", subject="提现未到账", team_id=team, status=status,
        customer_id=CustomerId("c-1"), customer_name="王磊", channel=Channel.TELEGRAM, created_at=NOW - 5 * HOUR,
        updated_at=NOW, urgency_at=NOW + number * MINUTE, assignee_id=owner.id if owner else None, last_n=0,
        unanswered=1 if status is Status.OPEN else 0, due_at=NOW + number * MINUTE,
        last_agent_at=NOW - 12 * MINUTE if owner else None,
    )  # fmt: skip


PICKED = replace(
    ticket(40, TOM), taken_by=TOM.id, taken_at=NOW - HOUR, taken_urgency_at=NOW + 90 * MINUTE, passed_over=PICKED_OVER
)
TICKETS = (
    *(ticket(number, MEI) for number in (1, 2, 30, 31)),
    ticket(32, MEI, status=Status.WAITING),
    PICKED,
    ticket(41, PRI, CARDS),
    *(ticket(number, GONE) for number in range(50, 57)),
    ticket(60),
    ticket(3),
    replace(ticket(61, team=CARDS), severity=Severity.EMERGENCY),
    replace(ticket(62, TOM), status=Status.SOLVED),
)


def fill(store: Store, me: Agent = ANA) -> None:
    store.apply_session(
        Session(feed="f", head=1, min_pos=0, now=NOW, me=me, scopes=(ScopeInfo(id="org"),), scopes_digest="d",
                policy=POLICY)
    )  # fmt: skip
    teams = (
        Team(id=WALLET, v=1, name="Wallet"),
        Team(id=CARDS, v=1, name="银行卡"),
        Team(id=ELSEWHERE, v=1, name="Else"),
    )
    kinds: dict[str, tuple[Agent | Team | Ticket, ...]] = {
        "agent": (ANA, MEI, TOM, PRI, GONE, IDLE_GONE, FAR),
        "team": teams,
        "ticket": TICKETS,
    }
    items = tuple(
        SnapshotItem(k=kind, id=record.id, v=record.v, d=msgspec.Raw(msgspec.json.encode(record)))
        for kind, records in kinds.items()
        for record in records
    )
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=items, done=True), "org")
    while store.index_pending():
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "board.db")
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def console(store: Store) -> ConsoleApp:
    return ConsoleApp(store, Settings(theme="dark"), clock=frozen_clock(NOW))


async def settle(pilot: Pilot[int]) -> None:
    """Until nothing is under way but what waits for an answer of ours."""
    app = pilot.app
    while True:
        await pilot.pause()
        asked = isinstance(app.screen, Picker | AgentForm)
        if all(one.is_finished or (asked and one.group in ("acting", "default")) for one in app.workers):
            break
        await asyncio.sleep(0.005)
    await pilot.pause()


async def opened(pilot: Pilot[int]) -> BoardScreen:
    await settle(pilot)
    await pilot.press("g", "b")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, BoardScreen)
    return screen


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def handles(screen: BoardScreen) -> list[str]:
    return [person.agent.handle for person in screen.table.source.window(0, 99)]


def lines(screen: BoardScreen) -> list[str]:
    return [strip.text for strip in screen.table.render_lines(screen.table.size.region)]


async def on(screen: BoardScreen, pilot: Pilot[int], handle: str) -> Person:
    screen.table.cursor = handles(screen).index(handle)
    await settle(pilot)
    person = screen.person()
    assert person is not None and person.agent.handle == handle
    return person


def said(screen: BoardScreen) -> str:
    return screen.query_one(KeyLine).sentence


# Who is on it, with which figures


async def test_everybody_of_my_teams_with_what_they_carry(store: Store) -> None:
    async with console(store).run_test(size=(200, 50)) as pilot:
        screen = await opened(pilot)
        assert handles(screen) == ["oleg", "mei", "ana", "priya", "tom"]
        mei = await on(screen, pilot, "mei")
        assert mei.load == AgentLoad(
            open=5, unanswered=4, waiting=1, breaching=2, oldest_due_at=NOW + MINUTE, last_answer_at=NOW - 12 * MINUTE
        )
        assert "5/4!" in lines(screen)[1] and "on shift" in lines(screen)[1]
        piles = {pile.id: pile.count for pile in screen.piles.source.window(0, 9)}
        assert piles == {
            "emergencies": 1, "at_risk": 1, "unassigned": 3, "escalated": 0, "skipped": 2, "picked": 1,
        }  # fmt: skip
        teams = {line.team.name: (line.present, line.people) for line in screen.teams.source.window(0, 9)}
        assert teams == {"Wallet": (2, 3), "银行卡": (1, 3)}


async def test_states_are_words(store: Store) -> None:
    async with console(store).run_test(size=(200, 50)) as pilot:
        screen = await opened(pilot)
        states = {person.agent.handle: person.state for person in screen.table.source.window(0, 9)}
        assert states == {
            "oleg": "gone, holds 7", "mei": "on shift", "ana": "on shift", "priya": "away →Sat 11:46",
            "tom": "off →20:00",
        }  # fmt: skip


async def test_who_was_removed_stays_until_their_tickets_are_given_to_others(store: Store) -> None:
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        oleg = await on(screen, pilot, "oleg")
        assert (oleg.state, oleg.present) == ("gone, holds 7", False) and oleg.load is not None and oleg.load.open == 7
        docs = [replace(one, v=2, assignee_id=MEI.id) for one in TICKETS if one.assignee_id == GONE.id]
        store.apply_page(changes(*docs))
        screen.look()
        await settle(pilot)
        assert "oleg" not in handles(screen)


def changes(*records: Ticket | Agent) -> Changes:
    items = tuple(
        Record(
            p=9, s="org", k="ticket" if isinstance(one, Ticket) else "agent", id=one.id, v=one.v,
            d=msgspec.Raw(msgspec.json.encode(one)),
        )
        for one in records
    )  # fmt: skip
    return Changes(items=items, next="f:9", pos=9, head=9, more=False, now=NOW, scopes_digest="d")


async def test_somebody_nobody_knows_still_holds_their_tickets(store: Store) -> None:
    stranger = replace(ticket(90), assignee_id=AgentId("a-erased"))
    store.apply_page(changes(stranger))
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "a-erased")
        await press(pilot, "c")
        assert "Nothing is known of them" in said(screen)
        await press(pilot, "enter")
        assert pilot.app.screen.name == "desk"
        desk = pilot.app.screen
        assert [row.ref for row in desk.queue.source.window(0, 9)] == ["T-90"]  # type: ignore[attr-defined]


async def test_the_board_is_for_leads(tmp_path: Path) -> None:
    opened_store = Store.open(tmp_path / "tom.db")
    fill(opened_store, TOM)
    app = console(opened_store)
    async with app.run_test(size=(110, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "g", "b")
        assert app.screen is app.desk
        assert app.desk.key_line.sentence == "The board is for leads."
    opened_store.close()


async def test_beginning_with_the_board_leaves_the_desk_for_later(store: Store) -> None:
    app = ConsoleApp(store, Settings(theme="dark"), clock=frozen_clock(NOW), first_screen="board")
    async with app.run_test(size=(160, 40)) as pilot:
        await app.settled()
        await settle(pilot)
        assert isinstance(app.screen, BoardScreen)
        assert app.screen.person() is not None and app.desk.queue.source.count() == 0
        await press(pilot, "escape")
        assert not isinstance(app.screen, BoardScreen) and app.desk.queue.has_focus
        assert app.desk.queue.source.count() == len(TICKETS) - 1


async def test_who_leads_nobody_begins_at_the_desk(tmp_path: Path) -> None:
    tom_store = Store.open(tmp_path / "tom.db")
    fill(tom_store, TOM)
    app = ConsoleApp(tom_store, Settings(theme="dark"), clock=frozen_clock(NOW), first_screen="board")
    async with app.run_test(size=(110, 30)) as pilot:
        await settle(pilot)
        assert app.screen is app.desk and app.desk.queue.source.count() > 0
    tom_store.close()


# Moving about


async def test_enter_drills_into_the_queue_and_escape_comes_back(store: Store) -> None:
    app = console(store)
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "mei")
        await press(pilot, "enter")
        assert app.screen is app.desk
        assert app.desk.view_label(app.desk.view) == "assignee:@mei is:active"
        assert [row.ref for row in app.desk.queue.source.window(0, 9)] == ["T-1", "T-2", "T-30", "T-31", "T-32"]
        await press(pilot, "escape")
        assert isinstance(app.screen, BoardScreen)
        assert (person := app.screen.person()) is not None and person.agent.handle == "mei"
        await press(pilot, "escape")
        assert app.screen is app.desk
        await press(pilot, "escape")
        assert app.screen is app.desk


async def test_a_pile_opens_its_tickets(store: Store) -> None:
    app = console(store)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await press(pilot, "tab", "j", "j", "j", "j")
        assert (pile := screen.piles.current) is not None and pile.id == "skipped"
        await press(pilot, "enter")
        assert [row.ref for row in app.desk.queue.source.window(0, 9)] == ["T-3", "T-60"]


async def test_what_somebody_picked_is_listed(store: Store) -> None:
    app = console(store)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "tom")
        await press(pilot, "p")
        assert [row.ref for row in app.desk.queue.source.window(0, 9)] == ["T-40"]


async def test_sorting_keeps_the_cursor_on_the_person(store: Store) -> None:
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "tom")
        while screen.head.sort != "skills":
            await press(pilot, ">")
        assert any(place.column.id == "skills" for place in placed(80, screen.head.first))
        assert (person := screen.person()) is not None and person.agent.handle == "tom"
        await press(pilot, ">")
        assert screen.head.sort == "person"
        assert handles(screen) == ["oleg", "ana", "mei", "priya", "tom"]
        await press(pilot, "r")
        assert handles(screen) == ["oleg", "tom", "priya", "mei", "ana"]


async def test_one_team_alone_and_all_again(store: Store) -> None:
    async with console(store).run_test(size=(160, 40)) as pilot:
        screen = await opened(pilot)
        await press(pilot, "t")
        assert isinstance(pilot.app.screen, Picker)
        await press(pilot, "银", "enter")
        assert handles(screen) == ["ana", "priya", "tom"]
        assert {pile.id: pile.count for pile in screen.piles.source.window(0, 9)}["unassigned"] == 1
        await press(pilot, "t", "enter")
        assert len(handles(screen)) == 5


async def test_somebody_is_found_by_name(store: Store) -> None:
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await press(pilot, "/")
        await press(pilot, "陈", "enter")
        assert (person := screen.person()) is not None and person.agent.handle == "mei"


async def test_every_column_is_reached_with_the_arrows_at_80(store: Store) -> None:
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        seen = {place.column.id for place in placed(80, screen.head.first)}
        for _step in range(most_first(80)):
            await pilot.press("right")
            seen |= {place.column.id for place in placed(80, screen.head.first)}
        assert seen == {one.id for one in COLUMNS}
        await pilot.press("right")
        assert screen.head.first == most_first(80)
        await pilot.press(*["left"] * len(COLUMNS))
        assert screen.head.first == 0


# Acting


async def test_away_until_later_offers_their_tickets(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "mei")
        await press(pilot, "a")
        await press(pilot, "3", "h", "enter")
        assert isinstance(pilot.app.screen, Picker)
        assert "holds 5 open tickets" in str(pilot.app.screen.query_one("#picker").border_title)
        await press(pilot, "down", "enter")
        assert store.agents()[MEI.id].away_until == NOW + 3 * HOUR
        assert (await on(screen, pilot, "mei")).state == "away →12:46"
        await press(pilot, "u")
        assert not store.agents()[MEI.id].away
        assert (await on(screen, pilot, "mei")).state == "on shift"


async def test_tickets_are_given_away_by_a_plan(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "tom")
        await pilot.press("b")
        await settle(pilot)
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_back_before_the_time(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "priya")
        await press(pilot, "a")
        await press(pilot, "enter")
        assert said(screen) == "@priya is back. u takes it back."
        assert (await on(screen, pilot, "priya")).present


async def test_everybody_sets_themselves_away_at_the_desk(tmp_path: Path) -> None:
    tom_store = Store.open(tmp_path / "tom.db")
    fill(tom_store, TOM)
    app = console(tom_store)
    async with app.run_test(size=(110, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "Z")
        await press(pilot, *"14:30", "enter")
        assert app.desk.key_line.sentence == "@tom is away until 14:30."
        assert tom_store.agents()[TOM.id].away_until == NOW + 4 * HOUR + 43 * MINUTE + 20_000
        await press(pilot, "Z")
        await press(pilot, "enter")
        assert not tom_store.agents()[TOM.id].away
    tom_store.close()


async def test_a_time_nobody_can_read_is_asked_for_again(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "mei")
        await press(pilot, "a")
        await press(pilot, *"whenever", "enter")
        assert said(screen).startswith("Type until when")
        assert not store.outbox()


async def test_capacity_is_typed_and_what_cannot_be_is_refused(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "mei")
        await press(pilot, "c")
        await press(pilot, *"12", "enter")
        assert store.agents()[MEI.id].capacity == 12
        await press(pilot, "c")
        await press(pilot, *"501", "enter")
        assert "0 to 500" in said(screen)
        assert store.agents()[MEI.id].capacity == 12


async def test_review_is_switched_and_taken_back(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "mei")
        await press(pilot, "n")
        assert store.agents()[MEI.id].needs_review
        await press(pilot, "u")
        assert not store.agents()[MEI.id].needs_review


async def test_skills_and_shift_in_a_form(store: Store) -> None:
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "mei")
        await press(pilot, "s")
        form = pilot.app.screen
        assert isinstance(form, AgentForm)
        form.query_one("#skills", Input).value = "Two Factor， tron"
        form.query_one("#languages", Input).value = "a language that is no code"
        await press(pilot, "ctrl+d")
        assert pilot.app.screen is form
        form.query_one("#languages", Input).value = "zh"
        await press(pilot, "ctrl+d")
        assert not isinstance(pilot.app.screen, AgentForm)
        mei = store.agents()[MEI.id]
        assert (mei.skills, mei.languages, mei.shift) == (("two-factor", "tron"), ("zh",), "days")
        await press(pilot, "u")
        assert store.agents()[MEI.id].skills == MEI.skills


async def test_routing_needs_the_server(store: Store) -> None:
    async with console(store).run_test(size=(160, 40)) as pilot:
        screen = await opened(pilot)
        await press(pilot, "e")
        assert said(screen).startswith("Choose a team first")
        await press(pilot, "tab", "tab", "e")
        assert said(screen) == "Automatic routing needs the server; you are offline."
        assert not store.outbox()


async def test_of_people_of_other_teams_nothing_is_changed(store: Store) -> None:
    store.apply_page(changes(replace(ticket(91), assignee_id=FAR.id)))
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "far")
        await press(pilot, "n")
        assert not store.outbox()
        assert said(screen)


# Live


async def test_presence_comes_from_the_stream(store: Store) -> None:
    app = console(store)
    async with app.run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        mei = await on(screen, pilot, "mei")
        assert (mei.online, mei.acted_at, mei.last_at) == (None, None, NOW - 12 * MINUTE)
        app.post_message(SyncTold(StateChanged(state="live", since=NOW)))
        presence = Presence(online=(MEI.id,), active_at={MEI.id: NOW - 2 * MINUTE, TOM.id: NOW - 3 * HOUR})
        app.post_message(SyncTold(PresenceChanged(presence=presence)))
        await settle(pilot)
        mei, tom = await on(screen, pilot, "mei"), await on(screen, pilot, "tom")
        assert (mei.online, mei.acted_at) == (True, NOW - 2 * MINUTE)
        assert (tom.online, tom.acted_at) == (False, NOW - 3 * HOUR)


async def test_another_order_leaves_the_cursor_on_the_person(store: Store) -> None:
    async with console(store).run_test(size=(110, 30)) as pilot:
        screen = await opened(pilot)
        await on(screen, pilot, "tom")
        late = [replace(ticket(number, TOM), due_at=NOW - HOUR) for number in (70, 71, 72)]
        store.apply_page(changes(*late))
        screen.look()
        await settle(pilot)
        assert handles(screen)[:2] == ["oleg", "tom"]
        assert (person := screen.person()) is not None and person.agent.handle == "tom"
        assert "late by" in "".join(s.text for s in screen.query_one(BoardPerson).render_lines(screen.size.region))


# Pure parts


@pytest.mark.parametrize("cells", [60, 80, 110, 150, 200])
@pytest.mark.parametrize("first", range(len(COLUMNS)))
def test_columns_never_overlap_nor_leave_the_width(cells: int, first: int) -> None:
    places = placed(cells, first)
    assert places[0].column.id == "person"
    for before, after in pairwise(places):
        assert before.at + before.cells < after.at
        assert after.cells >= after.column.cells
    assert places[-1].at + places[-1].cells <= cells


def test_headings_fit_their_columns() -> None:
    from console.i18n import gettext

    for lang in ("en", "zh"):
        set_language(lang)
        for one in COLUMNS:
            assert width(gettext(one.heading)) + 1 <= one.cells, one.heading


def test_numbers_sort_the_most_first_and_the_gone_before_all() -> None:
    people = [
        Person(agent=agent, state="", present=True, load=AgentLoad(open=count))
        for agent, count in ((MEI, 3), (TOM, 9), (GONE, 1), (PRI, 9))
    ]
    assert [one.agent.handle for one in in_order(people, "open", turned=False)] == ["oleg", "priya", "tom", "mei"]
    assert [one.agent.handle for one in in_order(people, "open", turned=True)] == ["oleg", "mei", "priya", "tom"]


def test_taking_back_restores_what_was_changed_and_nothing_else() -> None:
    change = SaveAgent(agent_id=PRI.id, away=False, capacity=3)
    assert restoring(PRI, change) == SaveAgent(agent_id=PRI.id, away=True, away_until=PRI.away_until, capacity=25)


# As it looks

Looks = Callable[..., bool]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "small"])
def test_it_looks_as_it_did(snap_compare: Looks, store: Store, size: tuple[int, int], lang: str) -> None:
    set_language(lang)
    app = console(store)

    async def before(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        app.post_message(SyncTold(StateChanged(state="live", since=NOW)))
        app.post_message(SyncTold(PresenceChanged(presence=Presence(online=(MEI.id, ANA.id)))))
        await settle(pilot)
        await on(screen, pilot, "mei")

    run_before: Callable[[Pilot[int]], Awaitable[None]] = before
    assert snap_compare(app, terminal_size=size, run_before=run_before)
