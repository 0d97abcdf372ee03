"""One thing done to many tickets, from a console through HTTP to the backend: all of it, once, or with a reason."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.bulk import BulkItem
from console.client import Client
from console.clock import system_clock
from console.envelopes import envelope, new_id
from console.screens.bulk_preview import Names, preview
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.sync.engine import SyncEngine
from console.sync.events import BulkMoved, StateChanged, SyncEvent
from desk.bulk import MAX_STEP, Bulk, BulkState, ItemState
from desk.commands import AnyCommand, Assign, MoveTeam, Reply, SetSeverity, SetStatus
from desk.ids import AgentId, TeamId, TicketId
from desk.query import parse_query
from desk.records import Agent, Role, Severity, Status
from desk.wire import Applied

WAIT_S = 30.0
Command = Callable[[TicketId], AnyCommand]


class Desk:
    """A lead's console: a store and, while it runs, an engine."""

    def __init__(self, server: EmbeddedServer, path: Path, handle: str = "lead") -> None:
        self.server = server
        self.store = Store.open(path)
        self.events: list[SyncEvent] = []
        tokens = MemoryTokens(Login(access=server.token(handle)))
        self.engine = SyncEngine(self.store, lambda: Client(server.url, tokens), on_event=self.events.append)

    def live(self) -> "Desk":
        self.engine.start()
        self.until(lambda: self.engine.live and self.store.me() is not None, "live")
        return self

    def until(self, true: Callable[[], object], what: str) -> None:
        end = time.monotonic() + WAIT_S
        while not true():
            assert time.monotonic() < end, f"never: {what}; {self.states()}"
            time.sleep(0.01)

    def states(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, StateChanged)]

    def bulks_told(self) -> list[BulkMoved]:
        return [event for event in self.events if isinstance(event, BulkMoved)]

    def ids(self) -> list[TicketId]:
        return self.store.queue(parse_query(""), system_clock()).ids()

    def plan(self, ids: Sequence[TicketId], command: Command, title: str = "test") -> str:
        store, now = self.store, system_clock()
        me = store.me()
        assert me is not None
        bulk_id = new_id(now)
        names = Names.of(store.agents().values(), store.teams().values())
        items = [BulkItem(ticket_id, command(ticket_id)) for ticket_id in ids]
        store.bulks.plan(bulk_id, title, now, list(preview(store, items, 0, names, bulk_id, me.id, now)))
        return bulk_id

    def bulk(self, bulk_id: str) -> Bulk:
        found = self.store.bulks.bulk(bulk_id)
        assert found is not None
        return found

    def done(self, bulk_id: str) -> Bulk:
        self.until(lambda: self.bulk(bulk_id).state is not BulkState.RUNNING, "the bulk ends")
        return self.bulk(bulk_id)

    def close(self) -> None:
        assert self.engine.stop(10)
        self.store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        running.add_team("en", "English")
        running.add_team("zh", "中文")
        running.add_agent("lead", role=Role.LEAD, teams=("en", "zh"))
        running.add_agent("other", role=Role.LEAD, teams=("en", "zh"))
        running.add_agent("mei", teams=("en",))
        running.add_agent("li", teams=("en",))
        yield running


@pytest.fixture
def open_desk(server: EmbeddedServer, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []

    def make(name: str = "lead", handle: str = "lead") -> Desk:
        opened.append(Desk(server, tmp_path / f"{name}.db", handle))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


def tickets(server: EmbeddedServer, n: int, team: str = "en") -> list[TicketId]:
    return [server.customer_writes(team, f"question {i}", customer=f"c-{i}").id for i in range(n)]


def to(agent_id: str) -> Command:
    return lambda ticket_id: Assign(ticket_id=ticket_id, assignee_id=AgentId(agent_id))


def assignees(desk: Desk, ids: Sequence[TicketId]) -> set[str | None]:
    return {ticket.assignee_id if (ticket := desk.store.ticket(ticket_id)) else "gone" for ticket_id in ids}


def test_hundreds_are_reassigned_in_steps_and_each_has_its_outcome(
    server: EmbeddedServer, open_desk: Callable[..., Desk]
) -> None:
    ids = tickets(server, 450)
    desk = open_desk().live()
    bulk_id = desk.plan(ids, to("mei"))
    most = 0

    def finished() -> bool:
        nonlocal most
        most = max(most, desk.bulk(bulk_id).tally.queued)
        return desk.bulk(bulk_id).state is BulkState.DONE

    desk.until(finished, "all assigned")
    assert most <= MAX_STEP
    assert desk.bulk(bulk_id).tally.applied == 450
    desk.until(lambda: desk.store.outbox_count() == 0, "all came back")
    assert assignees(desk, ids) == {"mei"}
    desk.until(lambda: desk.bulks_told()[-1:] == [BulkMoved(done=0, total=0)], "its end is told")
    assert desk.store.attention() == []


def test_what_is_refused_keeps_its_reason_and_the_rest_goes_on(
    server: EmbeddedServer, open_desk: Callable[..., Desk]
) -> None:
    ids = tickets(server, 12)
    desk = open_desk().live()
    closed, elsewhere = ids[3], ids[7]
    now = system_clock()
    desk.store.enqueue(envelope(SetStatus(ticket_id=closed, status=Status.CLOSED), now))
    desk.engine.nudge()
    desk.until(lambda: desk.store.outbox_count() == 0, "closed")
    bulk_id = desk.plan([*ids, TicketId("never-was")], to("mei"))
    bulk = desk.done(bulk_id)
    assert (bulk.tally.applied, bulk.tally.refused) == (11, 2)
    refused = desk.store.bulks.rows(bulk_id, ItemState.REFUSED)
    codes = {row.ticket_id: row.code for row in refused.window(0, 10)}
    assert codes == {closed: "closed", "never-was": "not-found"}
    assert assignees(desk, [elsewhere]) == {"mei"}


def test_somebody_elses_change_in_between_is_a_conflict_of_that_ticket_alone(
    server: EmbeddedServer, open_desk: Callable[..., Desk]
) -> None:
    ids = tickets(server, 5)
    desk = open_desk().live()
    stale = open_desk("other", "other").live()
    stale.until(lambda: len(stale.ids()) == 5, "all are here")
    assert stale.engine.stop(10)  # from here on it does not hear of what happens
    desk.store.enqueue(envelope(Assign(ticket_id=ids[0], assignee_id=AgentId("mei")), system_clock()))
    desk.engine.nudge()
    desk.until(lambda: desk.store.outbox_count() == 0, "mei has it")
    bulk_id = stale.plan(ids, to("li"))
    again = Desk(server, stale.store.path, "other").live()
    try:
        bulk = again.done(bulk_id)
        row = again.store.bulks.rows(bulk_id, ItemState.REFUSED).window(0, 1)[0]
        assert (bulk.tally.applied, bulk.tally.refused) == (4, 1)
        assert (row.ticket_id, row.code) == (ids[0], "conflict")
    finally:
        again.close()


def test_a_role_taken_away_in_the_middle_stops_the_rest(server: EmbeddedServer, open_desk: Callable[..., Desk]) -> None:
    ids = tickets(server, 300)
    desk = open_desk().live()
    bulk_id = desk.plan(ids, to("mei"))
    desk.until(lambda: desk.bulk(bulk_id).tally.applied > 0, "half of it")

    def no_lead(agent: Agent) -> Agent:
        return msgspec.structs.replace(agent, role=Role.AGENT)

    server.change_agent("lead", no_lead)
    bulk = desk.done(bulk_id)
    assert (bulk.state, bulk.why) == (BulkState.STOPPED, "not-allowed")
    desk.until(lambda: desk.store.outbox_count() == 0, "nothing is under way")
    after = desk.bulk(bulk_id).tally
    assert after.applied > 0
    assert after.refused >= 1
    assert after.planned >= 300 - after.applied - MAX_STEP


def test_an_agent_is_refused_by_the_backend_too(server: EmbeddedServer, open_desk: Callable[..., Desk]) -> None:
    ids = tickets(server, 3)
    desk = open_desk("mei", "mei").live()
    desk.until(lambda: len(desk.ids()) == 3, "all are here")
    store, now = desk.store, system_clock()
    items = [BulkItem(t, SetSeverity(ticket_id=t, severity=Severity.HIGH)) for t in ids]
    planned = list(preview(store, items, 0, Names({}, {}), "bulk-1", AgentId("mei"), now))
    assert {item.row.code for item in planned} == {"not-allowed"}
    forged = [
        msgspec.structs.replace(envelope(item.command, now), bulk_id="bulk-1") for item in items
    ]  # a console that does not ask the rules
    for one in forged:
        store.enqueue(one)
    desk.engine.nudge()
    desk.until(lambda: store.outbox_count() == 0, "answered")
    tickets_now = [store.ticket(t) for t in ids]
    assert {t.severity for t in tickets_now if t} == {Severity.NORMAL}


def test_a_console_that_was_killed_goes_on_and_sends_nothing_twice(
    server: EmbeddedServer, open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    ids = tickets(server, 260)
    first = open_desk().live()
    first.until(lambda: len(first.ids()) == 260, "all are here")
    bulk_id = first.plan(ids, lambda t: Reply(ticket_id=t, body="We are on it."))
    first.until(lambda: first.bulk(bulk_id).tally.applied > 0, "a part of it")
    assert first.engine.stop(10)
    assert first.bulk(bulk_id).state is BulkState.RUNNING
    second = Desk(server, first.store.path).live()
    try:
        second.until(lambda: second.bulk(bulk_id).state is BulkState.DONE, "the rest of it")
        assert second.bulk(bulk_id).tally.applied == 260
        second.until(lambda: second.store.outbox_count() == 0, "all came back")
        for ticket_id in ids:
            thread = second.store.thread(ticket_id)
            said = [line.message.body for line in thread.window(0, thread.count())]
            assert said.count("We are on it.") == 1
    finally:
        second.close()


def test_a_ticket_that_left_my_sight_is_refused_and_no_longer_selected(
    server: EmbeddedServer, open_desk: Callable[..., Desk]
) -> None:
    ids = tickets(server, 3)
    desk = open_desk("mei", "mei").live()
    desk.until(lambda: len(desk.ids()) == 3, "all are here")
    lead = open_desk().live()
    lead.until(lambda: len(lead.ids()) == 3, "all are here")
    moved = lead.plan(ids[:1], lambda t: MoveTeam(ticket_id=t, team_id=TeamId("zh")))
    lead.done(moved)
    desk.until(lambda: desk.store.missing(ids), "one is gone")
    assert desk.store.missing(ids) == ids[:1]


def test_offline_all_steps_are_queued_and_what_was_not_sent_can_be_dropped(
    server: EmbeddedServer, open_desk: Callable[..., Desk]
) -> None:
    ids = tickets(server, 250)
    desk = open_desk().live()
    desk.until(lambda: len(desk.ids()) == 250, "all are here")
    server.stop()
    desk.until(lambda: desk.states()[-1] == "offline", "offline")
    bulk_id = desk.plan(ids, to("mei"))
    desk.until(lambda: desk.bulk(bulk_id).tally.queued == 250, "all queued")
    assert assignees(desk, ids) == {"mei"}
    assert desk.store.bulks.drop_rest(bulk_id) == 250
    assert assignees(desk, ids) == {None}
    assert desk.store.outbox_count() == 0
    assert desk.bulk(bulk_id).state is BulkState.DONE
    server.start()


def test_an_answer_after_the_feed_still_tells_the_version(
    open_desk: Callable[..., Desk], server: EmbeddedServer
) -> None:
    ids = tickets(server, 1)
    desk = open_desk().live()
    desk.until(lambda: len(desk.ids()) == 1, "it is here")
    assert desk.engine.stop(10)
    bulk_id = desk.plan(ids, to("mei"))
    store = desk.store
    store.bulks.advance(bulk_id, live=False)
    entry = store.outbox()[-1]
    store.mark_sending([entry.id])
    store.record_outcome(Applied(id=entry.id, v=2), system_clock())
    taken = list(store.bulks.taken(bulk_id))
    assert [(one.v, one.inverses) for one in taken] == [(2, (Assign(ticket_id=ids[0], assignee_id=None),))]
