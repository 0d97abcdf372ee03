"""What an agent says is durable, goes out in order, and is never lost; drafts lose no text either."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.desk_data import changes, message, session, ticket
from console.store import Store
from console.store.errors import CannotResolve
from desk.commands import AnyCommand, Envelope, Note, Reply, Seen, SetStatus, Tag
from desk.ids import CommandId
from desk.outbox import OutboxEntry, SendState
from desk.records import MessageKind, Status
from desk.rows import Draft
from desk.wire import Applied, Conflict, Held, Rejected, Retry

DAY_MS = 86_400_000
FIRST, SECOND = ticket(4).id, ticket(8).id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "local.db")
    opened.apply_session(session())
    opened.apply_page(changes(0, 10))
    yield opened
    opened.close()


def say(store: Store, name: str, command: AnyCommand, *, at: int = 100, undo_s: float = 0) -> CommandId:
    envelope = Envelope(id=CommandId(name), command=command, composed_at=at, seen_n=4)
    return store.enqueue(envelope, undo_s=undo_s).id


def due(store: Store, now: int = 100) -> list[str]:
    return [entry.id for entry in store.due(now)]


def test_a_reply_is_there_after_the_file_was_opened_again(store: Store) -> None:
    store.save_draft(FIRST, "reply", "on it", 0, 1)
    envelope = Envelope(id=CommandId("c1"), command=Reply(ticket_id=FIRST, body="on it"), composed_at=9, seen_n=4)
    store.enqueue(envelope, clear_draft=(FIRST, "reply"))
    again = Store.open(store.path)
    assert [entry.envelope for entry in again.outbox()] == [envelope]
    line = again.thread(FIRST).window(4, 1)[0]
    assert (line.message.body, line.state, line.command_id) == ("on it", SendState.QUEUED, "c1")
    assert again.draft(FIRST, "reply") is None
    row = again.row(FIRST)
    assert row is not None
    assert (row.pending, row.status) == (1, Status.WAITING)
    again.close()


def test_a_lane_keeps_its_order_and_holds_no_other_back(store: Store) -> None:
    say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    say(store, "a2", Tag(ticket_id=FIRST, add=("x",)))
    say(store, "b1", Note(ticket_id=SECOND, body="note"))
    assert due(store) == ["a1", "b1"]
    store.mark_sending([CommandId("a1")])
    assert due(store) == ["b1"]
    store.record_outcome(Applied(id=CommandId("a1"), v=2, n=5), 101)
    assert due(store) == ["a2", "b1"]


def test_undo_works_until_sending_begins(store: Store) -> None:
    first = say(store, "a1", Reply(ticket_id=FIRST, body="one"), undo_s=5)
    assert due(store, 5_099) == []
    assert due(store, 5_100) == [first]
    undone = store.undo(first)
    assert undone is not None
    assert store.thread(FIRST).count() == 4
    assert store.ticket(FIRST) == ticket(4)
    assert store.mark_sending([first]) == []
    second = say(store, "a2", Reply(ticket_id=FIRST, body="two"))
    assert store.mark_sending([second]) == [second]
    assert store.undo(second) is None


def test_after_a_crash_the_same_id_is_sent_again(store: Store) -> None:
    first = say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    store.mark_sending([first])
    assert store.recover() == 1
    assert due(store) == [first]


def test_a_retry_waits(store: Store) -> None:
    first = say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    store.mark_sending([first])
    store.record_outcome(Retry(id=first, after_s=2), 100)
    assert (due(store, 2_099), due(store, 2_100)) == ([], [first])
    assert store.next_due_at() == 2_100


def test_a_refused_reply_holds_back_what_was_written_before_the_refusal_only(store: Store) -> None:
    first = say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    say(store, "a2", SetStatus(ticket_id=FIRST, status=Status.SOLVED))
    store.mark_sending([first])
    store.record_outcome(Conflict(id=first, what="reply"), 100)
    assert due(store) == []
    line = store.thread(FIRST).window(4, 1)[0]
    assert (line.message.body, line.state) == ("one", SendState.CONFLICT)
    say(store, "a3", Note(ticket_id=SECOND, body="knowing"))
    assert due(store) == ["a3"]
    store.resolve(first, "discard", now=200)
    assert due(store) == ["a2", "a3"]


def refused(store: Store) -> CommandId:
    first = say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    store.mark_sending([first])
    store.record_outcome(Held(id=first, findings=()), 100)
    assert [entry.id for entry in store.attention()] == [first]
    return first


def test_sending_on_top_keeps_the_place_under_a_new_id(store: Store) -> None:
    first = refused(store)
    entry = store.resolve(first, "on_top", CommandId("n1"), 200)
    assert isinstance(entry, OutboxEntry)
    assert (entry.id, entry.replaces, entry.envelope.on_top, entry.state) == ("n1", first, True, SendState.QUEUED)
    assert due(store, 200) == ["n1"]


def test_a_refused_reply_may_be_kept_as_a_note(store: Store) -> None:
    store.resolve(refused(store), "note", CommandId("n1"), 200)
    line = store.thread(FIRST).window(4, 1)[0]
    assert (line.message.kind, line.message.body) == (MessageKind.NOTE, "one")


def test_editing_puts_the_text_beside_a_draft_that_is_there(store: Store) -> None:
    store.save_draft(FIRST, "reply", "another thought", 0, 1)
    draft = store.resolve(refused(store), "edit", now=200)
    assert isinstance(draft, Draft)
    assert (draft.slot, draft.body) == ("reply~2", "one")
    assert len(store.drafts()) == 2
    assert store.outbox() == []


def test_what_was_discarded_stays_in_the_trash_for_thirty_days(store: Store) -> None:
    store.resolve(refused(store), "discard", now=DAY_MS)
    assert [(entry.id, entry.state) for entry in store.trash()] == [("a1", SendState.DISCARDED)]
    second = say(store, "a2", Reply(ticket_id=FIRST, body="two"))
    store.mark_sending([second])
    store.record_outcome(Rejected(id=second, code="not-allowed", why="No."), 100)
    store.resolve(second, "discard", now=32 * DAY_MS)
    assert [entry.id for entry in store.trash()] == ["a2"]


def test_a_way_out_that_does_not_fit_is_refused(store: Store) -> None:
    first = say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    with pytest.raises(CannotResolve):
        store.resolve(first, "discard", now=200)


def test_an_old_command_asks_before_it_goes(store: Store) -> None:
    say(store, "a1", Reply(ticket_id=FIRST, body="one"))
    assert due(store, 8 * DAY_MS) == []
    assert [entry.state for entry in store.attention()] == [SendState.STALE]


def test_reading_marks_at_once_and_sends_the_last_only(store: Store) -> None:
    assert store.thread(FIRST).first_unread() == 0
    say(store, "s1", Seen(ticket_id=FIRST, n=2))
    say(store, "s2", Seen(ticket_id=FIRST, n=4))
    assert (store.read_n(FIRST), store.thread(FIRST).first_unread()) == (4, None)
    assert due(store) == ["s2"]
    store.mark_sending([CommandId("s2")])
    store.record_outcome(Applied(id=CommandId("s2"), v=1), 101)
    assert store.outbox_count() == 0


def test_a_wish_that_was_so_already_needs_nobody(store: Store) -> None:
    first = say(store, "a1", SetStatus(ticket_id=FIRST, status=Status.ON_HOLD))
    store.mark_sending([first])
    store.record_outcome(Rejected(id=first, code="no-change", why="It is so."), 101)
    assert (store.attention(), store.outbox_count()) == ([], 0)


def test_a_lost_race_makes_a_second_draft(store: Store) -> None:
    first = store.save_draft(FIRST, "reply", "a", 0, 1)
    assert store.save_draft(FIRST, "reply", "ab", first.rev, 2).rev == 2
    late = store.save_draft(FIRST, "reply", "other", first.rev, 3)
    assert (late.slot, late.rev) == ("reply~2", 1)
    assert store.save_draft(FIRST, late.slot, "others", late.rev, 4).slot == "reply~2"
    assert {draft.body for draft in store.drafts()} == {"ab", "others"}
    assert not store.drop_draft(FIRST, "reply", first.rev)
    assert store.drop_draft(FIRST, "reply", 2)


def test_a_conversation_of_ten_thousand_messages_is_read_in_windows(store: Store) -> None:
    long = ticket(11, messages=10_000)
    store.apply_page(changes(11, 1, messages=10_000))
    thread = store.thread(long.id)
    assert thread.count() == 10_000
    assert [line.message.n for line in thread.window(9_998, 10)] == [9_999, 10_000]
    assert thread.window(5_000, 1)[0].message == message(long, 5_001)
    assert list(thread.window(-5, 0)) == []
