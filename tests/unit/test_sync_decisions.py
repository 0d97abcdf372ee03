"""The decisions of the sync that need no network: back-off, lanes, path, slices, clock, failures, notices."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.client_errors import (
    NotOurServer,
    ServerProblem,
    SignedOut,
    TooMany,
    Unreachable,
    WrongVersion,
    retry_after_s,
)
from console.store.pages import changes_page
from console.sync.backoff import BASE_S, CAP_S, PROBE_S, Backoff, delay_s
from console.sync.clock_offset import ClockOffset
from console.sync.failures import after_failure
from console.sync.lanes import plan_batches, unanswered
from console.sync.notices import mentions, notices
from console.sync.path_choice import POLL_FOR_S, PathChoice
from console.sync.scopes import in_order
from console.sync.slices import SliceSize, slices_of_changes
from desk.commands import Envelope, Note
from desk.ids import AgentId, CommandId, CustomerId, MessageId, TeamId, TicketId
from desk.outbox import OutboxEntry, SendState
from desk.records import Agent, Author, Channel, Message, MessageKind, Ticket
from desk.wire import Changes, Record


@given(st.integers(1, 10_000), st.integers())
def test_a_delay_is_jittered_and_never_over_the_cap(attempts: int, seed: int) -> None:
    waited = delay_s(attempts, random.Random(seed))
    assert 0 <= waited <= min(CAP_S, BASE_S * 2 ** min(attempts - 1, 30))


@given(st.integers(1, 50), st.integers(), st.floats(0, 3600))
def test_what_the_backend_asks_for_is_the_least_that_is_waited(attempts: int, seed: int, after_s: float) -> None:
    assert after_s <= delay_s(attempts, random.Random(seed), after_s=after_s) <= after_s + BASE_S


def test_success_starts_the_back_off_over() -> None:
    backoff = Backoff(random.Random(1))
    for _ in range(10):
        backoff.failed()
    backoff.succeeded()
    assert backoff.failed() <= BASE_S


@pytest.mark.parametrize(
    ("header", "waits"),
    [(None, None), ("", None), ("7", 7.0), ("-3", 0.0), ("soon", None), ("Thu, 01 Jan 1970 00:00:10 GMT", 10.0)],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, waits: float | None) -> None:
    assert retry_after_s(header, 0) == waits


def entry(seq: int, lane: str, body: str = "x") -> OutboxEntry:
    command_id = CommandId(f"c{seq}")
    envelope = Envelope(id=command_id, command=Note(ticket_id=TicketId(lane), body=body), composed_at=0)
    return OutboxEntry(
        seq=seq, id=command_id, lane=lane, kind="note", envelope=envelope, state=SendState.QUEUED, not_before=0
    )


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(0, 4), st.integers(1, 10))
def test_batches_hold_the_head_of_each_lane_once_and_keep_to_the_limits(lanes: list[str], free: int, most: int) -> None:
    due = [entry(seq, lane) for seq, lane in enumerate(lanes)]
    batches = plan_batches(due, free, most_commands=most)
    sent = [each for batch in batches for each in batch]
    assert len(batches) <= free
    assert all(0 < len(batch) <= most for batch in batches)
    assert len({each.lane for each in sent}) == len(sent)
    assert all(each.seq == lanes.index(each.lane) for each in sent)
    assert [each.seq for each in sent] == sorted(each.seq for each in sent)
    if free * most >= len(set(lanes)):
        assert {each.lane for each in sent} == (set(lanes) if free else set())


def test_a_command_too_large_for_a_batch_travels_alone() -> None:
    due = [entry(1, "a"), entry(2, "b", "y" * 5000), entry(3, "c")]
    batches = plan_batches(due, 4, most_bytes=2000)
    assert [each.lane for batch in batches if len(batch) == 1 for each in batch].count("b") == 1


def test_commands_without_an_answer_are_named_in_order() -> None:
    sent = [CommandId(name) for name in "abc"]
    assert unanswered(sent, [CommandId("b")]) == ["a", "c"]


def test_a_held_back_stream_is_left_alone_for_ten_minutes() -> None:
    path = PathChoice()
    assert path.may_stream(0)
    path.buffered(1000)
    assert not path.may_stream(1000 + POLL_FOR_S * 1000 - 1)
    assert path.may_stream(1000 + POLL_FOR_S * 1000)


def test_streams_that_are_cut_at_once_three_times_are_left_alone() -> None:
    path = PathChoice()
    for at in (0, 1000, 2000):
        assert path.may_stream(at)
        path.ended(at, at + 500)
    assert not path.may_stream(3000)


def test_the_clock_offset_is_a_median_that_one_slow_answer_does_not_move() -> None:
    offset = ClockOffset()
    assert offset.ms == 0
    for late in (0, 0, 60_000, 0, 0):
        offset.read(1000, 1000 + late, 1000 + 5000)
    assert offset.ms == 5000
    assert not offset.worth_telling
    for _ in range(3):
        offset.read(0, 0, 365 * 86_400_000)
    assert offset.worth_telling


@pytest.mark.parametrize(
    ("error", "state", "waits"),
    [
        (Unreachable("desk.example"), "offline", True),
        (NotOurServer("desk.example", "a web page"), "offline", True),
        (TooMany(20), "offline", True),
        (ServerProblem("internal", "", 500), "offline", True),
        (ServerProblem("feed-changed", "", 409), "connecting", True),
        (ServerProblem("not-allowed", "No.", 403), "refused", False),
        (SignedOut(), "signed-out", False),
        (WrongVersion(2, 1), "refused", False),
    ],
)
def test_every_failure_has_a_state_and_a_way_on(error: Any, state: str, waits: bool) -> None:
    step = after_failure(error, Backoff(random.Random(1)))
    assert step.state == state
    assert (step.wait_s is not None) is waits
    assert step.sentence or state == "connecting"
    if step.wait_s is not None and error.after_s is None:
        assert step.wait_s <= PROBE_S


def page(ops: list[str]) -> bytes:
    items = tuple(
        Record(p=n, s="team:t", k="ticket", id=f"t{n}", op=op, v=1, d=msgspec.Raw(b'{"a":1}'))  # type: ignore[arg-type]
        for n, op in enumerate(ops)
    )
    return msgspec.json.encode(
        Changes(items=items, next="end", pos=len(ops), head=len(ops), more=False, now=1, scopes_digest="d")
    )


@given(st.integers(0, 300), st.integers(1, 100))
def test_slices_of_a_page_are_the_page_and_the_cursor_moves_with_the_last(rows: int, at_once: int) -> None:
    whole = changes_page(page(["put"] * rows))
    parts = [changes_page(part) for part, _rows in slices_of_changes(page(["put"] * rows), "start", SliceSize(at_once))]
    assert [record.id for part in parts for record in part.items] == [record.id for record in whole.items]
    assert [part.next for part in parts] == ["start"] * (len(parts) - 1) + ["end"]
    assert all(len(part.items) <= at_once for part in parts)


def test_a_page_that_takes_rows_away_stays_whole_so_that_its_size_can_be_judged() -> None:
    body = page(["put"] * 10 + ["leave"] * 90)
    assert list(slices_of_changes(body, "start", SliceSize(20))) == [(body, 100)]


def test_slices_shrink_when_slow_and_grow_when_quick() -> None:
    size = SliceSize(100)
    size.took(0.05, 100)
    assert size.rows == 50
    size.took(0.001, 50)
    assert size.rows > 50
    for _ in range(20):
        size.took(0.05, size.rows)
    assert size.rows == 20


def test_what_concerns_me_is_fetched_first() -> None:
    assert in_order(["team:b", "org", "user:me", "team:a"]) == ["user:me", "org", "team:a", "team:b"]


ME = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei")


def ticket(assignee: str | None) -> Ticket:
    return Ticket(
        id=TicketId("t"),
        v=1,
        ref="T-1",
        subject="s",
        customer_id=CustomerId("c"),
        customer_name="c",
        team_id=TeamId("t"),
        channel=Channel.EMAIL,
        created_at=0,
        updated_at=0,
        urgency_at=0,
        assignee_id=AgentId(assignee) if assignee else None,
    )


def note(body: str, by: str) -> Message:
    return Message(
        ticket_id=TicketId("t"),
        n=2,
        id=MessageId("m"),
        kind=MessageKind.NOTE,
        author=Author.AGENT,
        author_id=by,
        author_name=by.title(),
        body=body,
    )


@pytest.mark.parametrize(
    ("before", "after", "fresh", "kinds"),
    [
        (ticket(None), ticket("mei"), [], ["assignment"]),
        (ticket("mei"), ticket("mei"), [], []),
        (None, ticket("mei"), [], ["assignment"]),
        (ticket("mei"), None, [], []),
        (ticket(None), ticket(None), [note("@Mei look", "li")], ["mention"]),
        (ticket(None), ticket(None), [note("@mei look", "mei")], []),
        (ticket(None), ticket(None), [note("@meiling look", "li")], []),
    ],
)
def test_i_am_told_of_what_others_do_to_me(
    before: Ticket | None, after: Ticket | None, fresh: list[Message], kinds: list[str]
) -> None:
    assert [notice.kind for notice in notices(before, after, fresh, ME)] == kinds


@pytest.mark.parametrize(
    ("body", "found"),
    [("@mei", True), ("请看@mei，谢谢", True), ("x@mei.example", True), ("@mei_2", False), ("@meis @mei!", True)],
)
def test_a_mention_is_a_word_of_its_own(body: str, found: bool) -> None:
    assert mentions(body, "mei") is found
