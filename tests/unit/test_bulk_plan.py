"""How a bulk is counted, worded, written down and gone on with."""

import itertools
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.desk_data import ME, changes, session, ticket
from console.bulk import BulkItem
from console.i18n import set_language
from console.screens.bulk import CHECKED_AT_ONCE, _slices
from console.screens.bulk_preview import Names, preview
from console.screens.bulk_words import counted, preview_words, progress_words
from console.screens.undoing import inverses
from console.store import Store
from console.store.bulks import KEPT, PlannedItem
from desk.bulk import MAX_STEP, Bulk, BulkRow, BulkState, ItemState, Tally, refusal_groups, tally
from desk.commands import AnyCommand, Assign, JoinIncident, Merge, MoveTeam, SetStatus, Tag, Unmerge
from desk.ids import AgentId, IncidentId, TeamId, TicketId
from desk.outbox import SendState
from desk.records import Role, Status
from desk.wire import Applied, Conflict, Held, Rejected, Retry

NOW = 100
LEAD = msgspec.structs.replace(ME, role=Role.LEAD, team_ids=tuple(TeamId(f"team-{n}") for n in range(1, 5)))
states = st.sampled_from(list(ItemState))


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "local.db"


@pytest.fixture
def store(path: Path) -> Store:
    opened = Store.open(path)
    opened.apply_session(msgspec.structs.replace(session(), me=LEAD))
    opened.apply_page(changes(0, 450))
    return opened


def row(n: int, state: ItemState, code: str = "", why: str = "") -> BulkRow:
    return BulkRow(n=n, ticket_id=TicketId(f"t{n}"), state=state, code=code, why=why)


def planned(store: Store, make: type | None = None, count: int = 450, bulk_id: str = "b1") -> list[PlannedItem]:
    items = [BulkItem(one.id, Tag(ticket_id=one.id, add=("storm",))) for one in map(ticket, range(count))]
    return list(preview(store, items, 0, Names({}, {}), bulk_id, LEAD.id, NOW))


def begun(store: Store, bulk_id: str = "b1", count: int = 450) -> Bulk:
    store.bulks.plan(bulk_id, "Tag them", NOW, planned(store, count=count, bulk_id=bulk_id))
    return the(store, bulk_id)


def the(store: Store, bulk_id: str = "b1") -> Bulk:
    found = store.bulks.bulk(bulk_id)
    assert found is not None
    return found


# Counting and words


@given(st.lists(states))
def test_a_tally_counts_every_row_once(found: list[ItemState]) -> None:
    sums = counted(row(n, state) for n, state in enumerate(found))
    assert sums.total == len(found)
    assert sums.settled + sums.planned + sums.queued == len(found)
    assert sums == tally({state.value: found.count(state) for state in ItemState})


def test_refusals_are_grouped_the_most_frequent_first() -> None:
    rows = [
        row(1, ItemState.REFUSED, "closed", "It is closed."),
        row(2, ItemState.REFUSED, "not-found", "Gone."),
        row(3, ItemState.REFUSED, "closed", "It is closed."),
        row(4, ItemState.APPLIED),
    ]
    assert refusal_groups(rows) == [("closed", "It is closed.", 2), ("not-found", "Gone.", 1)]


def test_sums_are_one_line() -> None:
    assert preview_words(Tally(planned=4812, same=143, refused=45)) == "4,812 will change · 143 already so · 45 refused"
    bulk = Bulk(id="b", title="", state=BulkState.RUNNING, planned_at=0, tally=Tally(applied=3, queued=2, refused=1))
    assert progress_words(bulk) == "3 done · 2 on their way · 1 refused"


@given(st.lists(st.integers(1, 3), max_size=80))
def test_items_of_one_ticket_are_looked_at_together(lengths: list[int]) -> None:
    items = [
        BulkItem(TicketId(f"t{n}"), SetStatus(ticket_id=TicketId(f"t{n}"), status=Status.OPEN))
        for n, length in enumerate(lengths)
        for _ in range(length)
    ]
    slices = list(_slices(items))
    assert [item for part in slices for item in part] == items
    ends = [(part[-1].ticket_id, after[0].ticket_id) for part, after in itertools.pairwise(slices)]
    assert all(last != first for last, first in ends)
    assert all(len(part) < CHECKED_AT_ONCE + 3 for part in slices)


@pytest.mark.parametrize(
    ("command", "back"),
    [
        (Assign(ticket_id=TicketId("t"), assignee_id=AgentId("x")), ["assign"]),
        (MoveTeam(ticket_id=TicketId("t"), team_id=TeamId("x")), ["team", "assign"]),
        (Merge(ticket_id=TicketId("t"), source_id=TicketId("s")), ["unmerge"]),
        (JoinIncident(ticket_id=TicketId("t"), into_id=IncidentId("i")), ["incident_join"]),
    ],
)
def test_what_takes_a_command_back(command: AnyCommand, back: list[str]) -> None:
    before = ticket(4)
    assert before.assignee_id is not None
    found = inverses(command, before, LEAD.id)
    assert [one.__struct_config__.tag for one in found] == back
    assert not isinstance(found[0], Unmerge) or found[0].source_id == "s"


# Previewing


def test_the_preview_decides_with_the_desks_rules(store: Store) -> None:
    rows = [item.row for item in planned(store)]
    closed = [n for n in range(450) if ticket(n).status is Status.CLOSED]
    assert [one.n for one in rows if one.state is ItemState.REFUSED] == closed
    assert {one.code for one in rows if one.state is ItemState.REFUSED} == {"closed"}
    assert all(one.change == "+#storm" for one in rows if one.state is ItemState.PLANNED)


def test_a_tickets_second_command_is_decided_on_what_the_first_makes_of_it(store: Store) -> None:
    open_one = ticket(0)
    items = [
        BulkItem(open_one.id, SetStatus(ticket_id=open_one.id, status=Status.SOLVED)),
        BulkItem(open_one.id, SetStatus(ticket_id=open_one.id, status=Status.SOLVED)),
    ]
    found = list(preview(store, items, 0, Names({}, {}), "b", LEAD.id, NOW))
    assert [item.row.state for item in found] == [ItemState.PLANNED, ItemState.SAME]


def test_every_command_carries_the_bulk_and_the_version_looked_at(store: Store) -> None:
    envelopes = [item.envelope for item in planned(store) if item.envelope]
    assert {one.bulk_id for one in envelopes} == {"b1"}
    assert {one.expected_version for one in envelopes} == {1}
    assert len({one.id for one in envelopes}) == len(envelopes)


# Going on


def test_a_step_waits_for_the_answers_to_the_last(store: Store) -> None:
    bulk = begun(store)
    assert bulk.state is BulkState.RUNNING
    assert len(store.bulks.advance("b1", live=True)) == MAX_STEP
    assert store.bulks.advance("b1", live=True) == []
    entries = store.outbox((SendState.QUEUED,))
    store.record_outcomes([Applied(id=entry.id, v=2) for entry in entries], NOW)
    assert the(store).tally.applied == MAX_STEP
    assert store.bulks.advance("b1", live=True)


def test_offline_steps_do_not_wait(store: Store) -> None:
    total = begun(store).tally.planned
    while store.bulks.advance("b1", live=False):
        pass
    assert (the(store).tally.queued, the(store).tally.planned) == (total, 0)
    shown = store.ticket(ticket(0).id)
    assert shown is not None
    assert "storm" in shown.tags


def test_every_answer_settles_its_ticket_and_none_waits_for_a_decision(store: Store) -> None:
    begun(store, count=7)
    store.bulks.advance("b1", live=True)
    first, *rest = store.outbox((SendState.QUEUED,))
    store.record_outcomes(
        [
            Applied(id=first.id, v=2),
            Rejected(id=rest[0].id, code="no-change", why="so"),
            Conflict(id=rest[1].id, what="tags"),
            Held(id=rest[2].id, findings=()),
            Retry(id=rest[3].id, after_s=1),
        ],
        NOW,
    )
    sums = the(store).tally
    assert (sums.applied, sums.same, sums.refused - 1) == (1, 1, 2)  # one was refused before it was asked
    assert sums.queued == len(rest) - 3
    assert store.attention() == []


def test_a_role_taken_away_stops_the_rest_until_somebody_goes_on(store: Store) -> None:
    begun(store)
    store.bulks.advance("b1", live=True)
    first = store.outbox((SendState.QUEUED,))[0]
    store.record_outcome(Rejected(id=first.id, code="not-allowed", why="No."), NOW)
    assert (the(store).state, the(store).why) == (BulkState.STOPPED, "not-allowed")
    assert store.bulks.advance("b1", live=False) == []
    store.bulks.go_on("b1")
    assert store.bulks.advance("b1", live=False)


def test_stopping_puts_back_what_is_not_sent(store: Store) -> None:
    total = begun(store).tally.planned
    store.bulks.advance("b1", live=True)
    sending = store.outbox((SendState.QUEUED,))[:5]
    store.mark_sending([entry.id for entry in sending])
    store.bulks.stop("b1")
    sums = the(store).tally
    assert (sums.queued, sums.planned) == (5, total - 5)
    assert store.bulks.drop_rest("b1") == total - 5
    store.record_outcomes([Applied(id=entry.id, v=2) for entry in sending], NOW)
    assert (the(store).tally.applied, the(store).state) == (5, BulkState.DONE)


def test_a_bulk_goes_on_in_another_console_under_the_same_ids(store: Store, path: Path) -> None:
    begun(store)
    store.bulks.advance("b1", live=True)
    before = {entry.id for entry in store.outbox()}
    store.close()
    again = Store.open(path)
    assert [bulk.id for bulk in again.bulks.running()] == ["b1"]
    assert again.bulks.advance("b1", live=True) == []
    assert {entry.id for entry in again.outbox()} == before
    again.close()


def test_a_plan_whose_console_ended_never_runs(store: Store) -> None:
    with store._database.writing() as writer:
        writer.execute("INSERT INTO bulk VALUES ('half', 'x', 'planning', 0, 1, '', '')")
    assert store.bulks.running() == []
    assert store.bulks.latest() is None
    begun(store, count=3)
    assert [bulk.id for bulk in store.bulks.history()] == ["b1"]


def test_old_ones_are_forgotten(store: Store) -> None:
    for number in range(KEPT + 5):
        bulk_id = f"b{number:02}"
        refused = PlannedItem(row=row(0, ItemState.REFUSED, "closed", "It is closed."))
        store.bulks.plan(bulk_id, "nothing", NOW + number, [refused])
        assert the(store, bulk_id).state is BulkState.DONE
    assert len(store.bulks.history()) == KEPT + 1
    assert store.bulks.history()[0].id == f"b{KEPT + 4:02}"


def test_what_waited_over_a_week_is_refused_not_sent(store: Store) -> None:
    begun(store, count=3)
    store.bulks.advance("b1", live=False)
    assert store.due(NOW + 8 * 86_400_000) == []
    rows = store.bulks.rows("b1", ItemState.REFUSED).window(0, 10)
    assert {one.code for one in rows} == {"stale"}
    assert store.attention() == []
