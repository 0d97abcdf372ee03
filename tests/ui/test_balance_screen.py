"""The balance: a plan with its reasons, changed by hand, applied as a bulk; and what happens when it cannot be."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.screens.balance import BalanceScreen
from console.screens.bulk import BulkScreen
from console.screens.picker import Picker
from console.settings import Settings
from console.store import Store
from console.widgets.balance_loads import LoadList, LoadRow
from console.widgets.balance_moves import MoveList, MoveRow
from console.widgets.key_line import KeyLine
from desk.commands import Assign, Envelope
from desk.ids import AgentId, CommandId, CustomerId, TeamId, TicketId
from desk.records import Agent, Channel, Policy, Role, Status, Team, Ticket
from desk.wire import Changes, Record, ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_774_000_000_000  # Friday 2026-03-20 09:46 UTC
MINUTE, HOUR = 60_000, 3_600_000
WALLET, CARDS, ELSEWHERE = TeamId("wallet"), TeamId("cards"), TeamId("elsewhere")


def agent(handle: str, name: str, teams: tuple[TeamId, ...] = (WALLET,), **more: object) -> Agent:
    return replace(Agent(id=AgentId(f"a-{handle}"), v=1, handle=handle, name=name, team_ids=teams), **more)


ANA = agent("ana", "Ana Marković", (WALLET, CARDS), role=Role.LEAD)
MEI = agent("mei", "陈梅", languages=("zh",), skills=("tron",), capacity=3)
YAN = agent("yan", "杨洋", languages=("zh", "en"), skills=("withdrawals",), capacity=20)
TOM = agent("tom", "Tomáš Dvořák", languages=("en",), capacity=6)
PRI = agent("priya", "Priya Raman", (CARDS,), languages=("en",), away=True)
PEOPLE = (ANA, MEI, YAN, TOM, PRI)


def ticket(number: int, owner: Agent | None = None, team: TeamId = WALLET, **more: object) -> Ticket:
    chinese = number % 2 == 1
    plain = Ticket(
        id=TicketId(f"t-{number}"), v=3, ref=f"T-{number}", team_id=team, status=Status.OPEN,
        subject="USDT 提现九小时未到账" if chinese else "Where is my withdrawal?", lang="zh" if chinese else "en",
        customer_id=CustomerId(f"c-{number}"), customer_name="王磊" if chinese else "Anna Novak",
        channel=Channel.TELEGRAM, created_at=NOW - 5 * HOUR, updated_at=NOW, urgency_at=NOW + number * MINUTE,
        assignee_id=owner.id if owner else None, due_at=NOW + 8 * HOUR, last_agent_n=1 if owner else 0,
    )  # fmt: skip
    return replace(plain, **more)


TICKETS = (
    *(ticket(number, MEI, last_agent_n=0) for number in (11, 13)),
    *(ticket(number, MEI) for number in (15, 17, 19)),
    ticket(3, tags=("tron",), due_at=NOW + 5 * MINUTE),
    ticket(4, tags=("withdrawal",)),
    ticket(6),
    replace(ticket(40, YAN, status=Status.SOLVED), customer_id=CustomerId("c-6")),
    ticket(20, PRI, CARDS),
    ticket(22, TOM),
    ticket(30, team=ELSEWHERE),
)


def fill(store: Store, me: Agent) -> None:
    scopes = (ScopeInfo(id="org"),)
    store.apply_session(
        Session(feed="f", head=1, min_pos=0, now=NOW, me=me, scopes=scopes, scopes_digest="d", policy=Policy())
    )
    teams = (Team(id=WALLET, v=1, name="Wallet"), Team(id=CARDS, v=1, name="银行卡"))
    kinds: dict[str, tuple[Agent | Team | Ticket, ...]] = {"agent": PEOPLE, "team": teams, "ticket": TICKETS}
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
    opened = Store.open(tmp_path / "balance.db")
    fill(opened, ANA)
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
    while True:
        await pilot.pause()
        asked = isinstance(pilot.app.screen, Picker)
        if all(one.is_finished or (asked and one.group == "choose") for one in pilot.app.workers):
            break
        await asyncio.sleep(0.005)
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def opened(pilot: Pilot[int]) -> BalanceScreen:
    await settle(pilot)
    await press(pilot, "g", "l")
    screen = pilot.app.screen
    assert isinstance(screen, BalanceScreen)
    return screen


def moves(screen: BalanceScreen) -> dict[str, MoveRow]:
    return {row.ref: row for row in screen.query_one(MoveList).source.window(0, 99)}


def loads(screen: BalanceScreen) -> dict[str, LoadRow]:
    return {row.handle: row for row in screen.query_one(LoadList).source.window(0, 99)}


def text(screen: BalanceScreen, where: str) -> str:
    return str(screen.query_one(f"#balance-{where}", Static).render())


async def at(screen: BalanceScreen, pilot: Pilot[int], ref: str) -> None:
    screen.query_one(MoveList).cursor = list(moves(screen)).index(ref)
    await settle(pilot)


# The plan


async def test_a_lead_sees_who_should_have_what_and_why(store: Store) -> None:
    async with console(store).run_test(size=(200, 50)) as pilot:
        screen = await opened(pilot)
        planned = moves(screen)
        assert "T-30" not in planned and "T-40" not in planned
        assert {ref: row.taker for ref, row in planned.items() if row.to_id} == {
            "T-3": "yan", "T-4": "yan", "T-6": "yan", "T-11": "yan", "T-13": "yan",
        }  # fmt: skip
        assert planned["T-20"].to_id is None
        assert "nobody of the team 银行卡 is here now" in planned["T-20"].why
        assert "knows the customer (1 ticket)" in planned["T-6"].why
        assert planned["T-3"].mark == "!"
        assert (loads(screen)["mei"].before, loads(screen)["mei"].after) == (5, 3)
        assert (loads(screen)["yan"].before, loads(screen)["yan"].after) == (0, 5)
        assert loads(screen)["priya"].word == "away"
        assert "9 looked at · 5 to move · 3 best left alone · 1 that nobody can take" in text(screen, "summary")
        await at(screen, pilot, "T-11")
        assert "over capacity, 5/3 → 3/3" in text(screen, "detail")
        assert "load 0/20 → 5/20" in text(screen, "detail")


async def test_the_tickets_of_a_query_alone(store: Store) -> None:
    async with console(store).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, ConsoleApp)
        await app.push_screen(BalanceScreen(app.workplace, "assignee:@mei lang:zh"))
        await settle(pilot)
        assert isinstance(app.screen, BalanceScreen)
        assert {row.giver for row in moves(app.screen).values()} == {"mei"}
        assert "assignee:@mei lang:zh" in text(app.screen, "heading")


async def test_a_query_that_cannot_be_read_is_said(store: Store) -> None:
    async with console(store).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, ConsoleApp)
        await app.push_screen(BalanceScreen(app.workplace, "status:nonsense"))
        await settle(pilot)
        assert "nonsense" in app.screen.query_one(KeyLine).sentence
        await press(pilot, "escape")
        assert not isinstance(app.screen, BalanceScreen)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SENIOR])
async def test_it_is_for_leads(tmp_path: Path, role: Role) -> None:
    store = Store.open(tmp_path / "other.db")
    fill(store, replace(TOM, role=role))
    async with console(store).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "g", "l")
        assert not isinstance(pilot.app.screen, BalanceScreen)
        assert pilot.app.screen.query_one(KeyLine).sentence == "Balancing the load is for leads."
    store.close()


# Changing it


async def test_another_agent_is_chosen_by_what_it_costs_in_words(store: Store) -> None:
    async with console(store).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await at(screen, pilot, "T-4")
        await press(pilot, "enter")
        assert "@tom  nearly as good" in text(screen, "detail") or "@tom  worse" in text(screen, "detail")
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, Picker)
        await press(pilot, "t", "o", "m", "enter")
        assert moves(screen)["T-4"].taker == "tom" and moves(screen)["T-4"].edited
        assert loads(screen)["tom"].after == 2
        assert "chosen by you" in text(screen, "detail")
        await press(pilot, "u")
        assert moves(screen)["T-4"].taker == "yan" and "tom" not in loads(screen)


async def test_a_move_is_dropped_and_put_back_and_one_persons_moves_are_shown_alone(store: Store) -> None:
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await press(pilot, "f", "m", "e", "i", "enter")
        assert set(moves(screen)) == {"T-11", "T-13"}
        assert "shown: @mei" in text(screen, "summary")
        await press(pilot, "f", "enter")
        assert len(moves(screen)) == 6
        await at(screen, pilot, "T-11")
        await press(pilot, "x")
        assert "T-11" not in moves(screen)
        assert loads(screen)["mei"].after == 4 and loads(screen)["yan"].after == 4
        await press(pilot, "u")
        assert "T-11" in moves(screen)
        await at(screen, pilot, "T-20")
        await press(pilot, "x")
        assert screen.query_one(KeyLine).sentence == "It stays where it is already."
        await press(pilot, "e")
        assert screen.query_one(KeyLine).sentence == "Nobody else can take T-20 now."


# Applying it


async def test_what_is_left_is_previewed_and_goes_out_as_one_bulk(store: Store) -> None:
    async with console(store).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await at(screen, pilot, "T-6")
        await press(pilot, "x")
        await press(pilot, "ctrl+d")
        preview = pilot.app.screen
        assert isinstance(preview, BulkScreen)
        rows = {row.ref: row for row in preview.rows.window(0, 99)}
        assert set(rows) == {"T-3", "T-4", "T-11", "T-13"}
        assert "speaks zh" in rows["T-11"].note and "load" in rows["T-11"].note
        assert not store.outbox()
        await press(pilot, "ctrl+d")
        sent = [entry.envelope for entry in store.outbox()]
        assert {envelope.expected_version for envelope in sent} == {3}
        assert len({envelope.bulk_id for envelope in sent} - {""}) == 1
        assigned = {e.command.ticket_id: e.command.assignee_id for e in sent if isinstance(e.command, Assign)}
        assert assigned == dict.fromkeys(("t-3", "t-4", "t-11", "t-13"), YAN.id)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, BulkScreen | BalanceScreen)


async def test_what_another_lead_gave_away_meanwhile_is_a_conflict_and_the_rest_stands(store: Store) -> None:
    async with console(store).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        taken = replace(ticket(3), v=4, assignee_id=TOM.id, moved={"assignee": 4}, moved_by={"assignee": "a-other"})
        record = Record(p=2, s="org", k="ticket", id=taken.id, op="put", v=4, d=msgspec.Raw(msgspec.json.encode(taken)))
        store.apply_page(Changes(items=(record,), next="f.2", pos=2, head=2, more=False, now=NOW, scopes_digest="d"))
        await press(pilot, "ctrl+d")
        preview = pilot.app.screen
        assert isinstance(preview, BulkScreen)
        states = {row.ref: (row.state.value, row.code) for row in preview.rows.window(0, 99)}
        assert states["T-3"] == ("refused", "conflict")
        assert {state for ref, state in states.items() if ref != "T-3"} == {("planned", "")}


async def test_my_own_unsent_commands_count(store: Store) -> None:
    command = Assign(ticket_id=TicketId("t-6"), assignee_id=TOM.id)
    store.enqueue(Envelope(id=CommandId("c-1"), command=command, composed_at=NOW))
    async with console(store).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        assert "T-6" not in moves(screen)


# When it cannot be made


async def test_escape_stops_planning_and_then_leaves(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", _sleeper(store))
    async with console(store).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("g", "l")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, BalanceScreen)
        while "Planning" not in text(screen, "summary"):
            await pilot.pause(0.005)
        assert "Planning 9 tickets over 4 people" in text(screen, "summary")
        await press(pilot, "escape")
        assert screen.query_one(KeyLine).sentence == "Stopped; r plans anew."
        await press(pilot, "x")
        assert screen.query_one(KeyLine).sentence == "There is no move here."
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, BalanceScreen)


async def test_a_process_that_fails_is_one_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    async with console(store).run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        assert screen.query_one(KeyLine).sentence.startswith("The plan could not be made")
        monkeypatch.undo()
        await press(pilot, "r")
        assert len(moves(screen)) == 6


def _sleeper(store: Store) -> str:
    """A program that answers nothing for long."""
    path = store.path.parent / "sleeper"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o700)
    return str(path)


# How it looks


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
def test_look(snap_compare: Callable[..., bool], store: Store, size: tuple[int, int]) -> None:
    async def plan(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        await at(screen, pilot, "T-11")
        await press(pilot, "enter")

    assert snap_compare(console(store), terminal_size=size, run_before=plan)
