"""What pages, snapshots and rebuilds do to the replica, and what they leave alone."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from bench.desk_data import ME, SCOPE, changes, message, session, ticket
from console.store import Store
from console.store.errors import SuspiciousEviction
from desk.commands import Envelope, Reply
from desk.ids import AgentId, CommandId, TeamId
from desk.query import parse_query
from desk.records import Message, Ticket
from desk.views import VIEWS
from desk.wire import Applied, Changes, MovedTo, Op, Record, Snapshot, SnapshotItem

EVERYTHING = VIEWS["all"]
DAY_MS = 86_400_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "local.db")
    opened.apply_session(session())
    yield opened
    opened.close()


def page(*records: Record, pos: int = 1_000) -> Changes:
    return Changes(items=records, next=f"f.{pos}", pos=pos, head=pos, more=False, now=0, scopes_digest="")


def put(of: Ticket, *talk: Message, p: int = 1_000, scope: str = SCOPE, cmd: CommandId | None = None) -> Record:
    return Record(p=p, s=scope, k="ticket", id=of.id, v=of.v, d=Raw(msgspec.json.encode(of)), ev=talk, cmd=cmd)


def away(of: Ticket, p: int, op: Op = "leave", scope: str = SCOPE) -> Record:
    return Record(p=p, s=scope, k="ticket", id=of.id, op=op)


def snapshot(*tickets: Ticket, read_at: int = 1) -> Snapshot:
    items = tuple(
        SnapshotItem(
            k="ticket",
            id=one.id,
            v=one.v,
            d=Raw(msgspec.json.encode(one)),
            ev=tuple(message(one, n) for n in range(1, one.last_n + 1)),
        )
        for one in tickets
    )
    return Snapshot(feed="f", as_of="f.1", read_at=read_at, items=items, done=True)


def rows(store: Store) -> list[tuple[object, ...]]:
    tables = ("ticket", "message", "membership", "overlay_ticket", "overlay_message")
    return [row for table in tables for row in store.reader().execute(f"SELECT * FROM {table}")]


def index_all(store: Store) -> None:
    while store.index_pending():
        pass


def found(store: Store, text: str) -> list[str]:
    return [hit.row.id for hit in store.search(parse_query(text), 0)]


def test_a_page_stores_tickets_messages_and_the_cursor(store: Store) -> None:
    applied = store.apply_page(changes(0, 300))
    assert len(applied.changed) == 300
    assert store.meta("cursor") == "f.300"
    assert store.ticket(ticket(7).id) == ticket(7)
    thread = store.thread(ticket(7).id)
    assert [line.message for line in thread.window(0, 9)] == [message(ticket(7), n) for n in (1, 2, 3, 4)]


def test_a_page_again_and_an_older_one_change_nothing(store: Store) -> None:
    store.apply_page(changes(0, 20))
    newer = changes(0, 20, v=2, messages=5)
    store.apply_page(newer)
    before = rows(store)
    assert not store.apply_page(newer).changed
    assert not store.apply_page(changes(0, 20)).changed
    assert rows(store) == before


def test_a_row_lives_while_one_scope_holds_it(store: Store) -> None:
    mine = ticket(1)
    store.apply_page(page(put(mine, message(mine, 1)), put(mine, scope="user:agent-1")))
    assert not store.apply_page(page(away(mine, 1_001))).evicted
    gone = store.apply_page(page(away(mine, 1_002, scope="user:agent-1")))
    assert gone.evicted == {("ticket", mine.id)}
    assert store.ticket(mine.id) is None
    assert store.thread(mine.id).count() == 0


def test_what_left_does_not_come_back_from_an_older_page_or_snapshot(store: Store) -> None:
    mine = ticket(1)
    store.apply_page(page(put(mine, p=5)))
    store.apply_page(page(away(mine, 9)))
    store.apply_page(page(put(mine, p=5)))
    store.apply_snapshot(snapshot(mine, read_at=8), SCOPE)
    assert store.ticket(mine.id) is None
    store.apply_snapshot(snapshot(mine, read_at=10), SCOPE)
    assert store.ticket(mine.id) == mine
    assert not store.apply_page(page(away(mine, 9))).evicted


def test_a_purge_leaves_no_trace_in_the_file(store: Store) -> None:
    secret = msgspec.structs.replace(message(ticket(1), 1), body="zebra crossing violin")
    store.apply_page(page(put(ticket(1), secret)))
    index_all(store)
    assert found(store, "zebra") == [ticket(1).id]
    store.apply_page(page(away(ticket(1), 2_000, "purge")))
    index_all(store)
    assert found(store, "zebra") == []
    path = store.path
    store.close()
    files = [path, path.with_name("local.db-wal")]
    assert not any(b"zebra" in file.read_bytes() for file in files if file.exists())


def test_a_redacted_message_is_replaced_in_thread_and_search_and_stays_so(store: Store) -> None:
    old, new = ticket(1), ticket(1, v=2)
    leaked = msgspec.structs.replace(message(old, 1), body="my phrase is zebra violin")
    masked = msgspec.structs.replace(message(old, 1), body="my phrase is masked")
    store.apply_page(page(put(old, leaked)))
    index_all(store)
    store.apply_page(page(put(new, masked)))
    store.apply_page(page(put(old, leaked)))
    index_all(store)
    assert [line.message.body for line in store.thread(old.id).window(0, 5)] == ["my phrase is masked"]
    assert (found(store, "zebra"), found(store, "masked")) == ([], [old.id])


def test_a_page_that_takes_most_tickets_waits_for_a_second_word(store: Store) -> None:
    store.apply_page(changes(0, 300))
    leaving = page(*(away(ticket(n), 2_000) for n in range(200)))
    with pytest.raises(SuspiciousEviction):
        store.apply_page(leaving)
    assert (store.count(EVERYTHING, 0), store.meta("cursor")) == (300, "f.300")
    assert len(store.apply_page(leaving, confirmed=True).evicted) == 200
    assert store.count(EVERYTHING, 0) == 100


def test_a_record_this_console_cannot_read_is_skipped_and_logged(store: Store) -> None:
    bad = Record(p=1, s=SCOPE, k="ticket", id="x", v=1, d=Raw(b'{"id": "x", "v": "one"}'))
    unknown = Record(p=1, s=SCOPE, k="hologram", id="h", v=1, d=Raw(b"{}"))
    applied = store.apply_page(page(bad, unknown, put(ticket(1))))
    assert applied.skipped == 1
    assert applied.changed == {("ticket", ticket(1).id)}
    assert "ticket x" in store.sync_log()[0][1]


def test_a_rebuild_shows_the_old_rows_until_it_is_done_and_keeps_own_words(store: Store) -> None:
    store.apply_page(changes(0, 10))
    store.save_draft(ticket(1).id, "reply", "half a sentence", 0, 1)
    reply = Envelope(id=CommandId("c1"), command=Reply(ticket_id=ticket(4).id, body="on it"), composed_at=5, seen_n=4)
    store.enqueue(reply)
    store.begin_rebuild()
    older = ticket(4)
    store.apply_snapshot(snapshot(older, ticket(5)), SCOPE)
    assert store.count(EVERYTHING, 0) == 10
    store.finish_rebuild()
    assert store.count(EVERYTHING, 0) == 2
    assert [line.message.body for line in store.thread(older.id).window(4, 1)] == ["on it"]
    assert store.drafts()[0].body == "half a sentence"
    index_all(store)
    assert found(store, "T-5") == [ticket(5).id]
    store.begin_rebuild()
    store.finish_rebuild()
    assert store.count(EVERYTHING, 0) == 0


def test_the_overlay_is_gone_when_the_effect_has_come_back(store: Store) -> None:
    mine = ticket(4)
    store.apply_page(changes(4, 1))
    reply = Envelope(id=CommandId("c1"), command=Reply(ticket_id=mine.id, body="on it"), composed_at=5, seen_n=4)
    store.enqueue(reply)
    assert store.thread(mine.id).count() == 5
    assert store.mark_sending([reply.id]) == [reply.id]
    store.record_outcome(Applied(id=reply.id, v=2, n=5), 6)
    assert store.thread(mine.id).window(4, 1)[0].state == "acked"
    confirmed = Message(ticket_id=mine.id, n=5, author_id=ME.id, body="on it", command_id=reply.id)
    store.apply_page(page(put(ticket(4, v=2, messages=5), confirmed, cmd=reply.id)))
    assert (store.thread(mine.id).count(), store.outbox_count()) == (5, 0)
    assert store.thread(mine.id).window(4, 1)[0].state is None
    assert not store.reader().execute("SELECT 1 FROM overlay_ticket").fetchone()


def test_the_feed_may_be_faster_than_the_answer(store: Store) -> None:
    mine = ticket(4)
    store.apply_page(changes(4, 1))
    reply = Envelope(id=CommandId("c1"), command=Reply(ticket_id=mine.id, body="on it"), composed_at=5, seen_n=4)
    store.enqueue(reply)
    store.mark_sending([reply.id])
    confirmed = Message(ticket_id=mine.id, n=5, author_id=ME.id, body="on it", command_id=reply.id)
    store.apply_page(page(put(ticket(4, v=2, messages=5), confirmed)))
    assert store.thread(mine.id).count() == 5
    store.record_outcome(Applied(id=reply.id, v=2, n=5), 6)
    assert store.outbox_count() == 0


def test_a_ticket_that_moved_out_of_sight_is_known_for_a_day(store: Store) -> None:
    one = ticket(1)
    store.apply_snapshot(snapshot(one), SCOPE)
    to = MovedTo(team_id=TeamId("zh"), by=AgentId("ana"))
    gone = msgspec.structs.replace(away(one, 2_000), to=to)
    store.apply_page(msgspec.structs.replace(page(gone, pos=2_000), now=DAY_MS))
    assert store.ticket(one.id) is None
    known = store.moved_ticket(one.ref.lower(), DAY_MS)
    assert known is not None
    assert (known.subject, known.team_id, known.by) == (one.subject, "zh", "ana")
    assert store.moved_ticket(one.id, 2 * DAY_MS) == known
    assert store.moved_ticket(one.id, 2 * DAY_MS + 1) is None


def test_a_ticket_that_came_back_is_no_longer_elsewhere(store: Store) -> None:
    one = ticket(1)
    store.apply_snapshot(snapshot(one), SCOPE)
    gone = msgspec.structs.replace(away(one, 2_000), to=MovedTo(team_id=TeamId("zh")))
    store.apply_page(page(gone, pos=2_000))
    store.apply_page(page(put(one, message(one, 1), p=3_000), pos=3_000))
    assert store.ticket(one.id) == one
    assert store.moved_ticket(one.ref, 0) is None
