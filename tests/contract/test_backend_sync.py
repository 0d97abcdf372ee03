"""Session, snapshot and changes, over HTTP."""

from dataclasses import replace
from itertools import pairwise
from threading import Timer
from typing import Any

import msgspec
import pytest

from backend.embedded import EmbeddedServer
from backend.services.filing import file_holding
from backend.services.housekeeping import trim_feed
from desk.ids import AccountId, AgentId, CustomerId, TeamId
from desk.records import Account, Ticket
from desk.wire import Changes, MovedTo, Record, Snapshot


def said(page: Changes) -> list[tuple[str, str, str]]:
    return [(record.s, record.k, record.op) for record in page.items]


def ticket_of(record: Record) -> Ticket:
    return msgspec.json.decode(record.d, type=Ticket)


def test_session_says_who_i_am_and_what_i_read(read: Any) -> None:
    session = read("mei").session()
    assert session.me.handle == "mei"
    assert {scope.id for scope in session.scopes} == {"org", "user:mei", "team:en"}
    assert session.min_pos == 0 < session.head
    assert {s.id for s in read("root").session().scopes} >= {"team:en", "team:zh"}


def test_a_change_comes_once_with_its_row_and_new_messages(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Where is my money?")
    mei = read("mei")
    cursor = mei.head()
    backend_server.customer_writes(ticket.id, "Hello?")
    backend_server.customer_writes(ticket.id, "Anybody?")
    page = mei.changes(cursor)
    assert said(page) == [("team:en", "ticket", "put")]
    assert [message.n for message in page.items[0].ev] == [2, 3]
    assert ticket_of(page.items[0]).last_n == 3
    assert page.pos == page.head and not page.more
    assert mei.changes(page.next).items == ()


def test_others_see_nothing_but_their_cursor_moves(backend_server: EmbeddedServer, read: Any) -> None:
    li = read("li")
    cursor = li.head()
    backend_server.customer_writes("en", "secret of the other team")
    page = li.changes(cursor)
    assert page.items == ()
    assert page.next != cursor and page.pos == page.head


def test_moving_leaves_one_team_and_enters_the_other_with_everything(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "one")
    backend_server.customer_writes(ticket.id, "two")
    account = Account(id=AccountId("a-1"), v=1, customer_id=CustomerId("c-1"), kind="wallet", label="Main")
    backend_server.write(lambda tx: file_holding(tx, account))
    mei, li, both = read("mei"), read("li"), read("both")
    cursor = mei.head()
    outcome = both.command({"kind": "team", "ticket_id": ticket.id, "team_id": "zh"}, "move-1")
    assert outcome["outcome"] == "applied"
    assert said(mei.changes(cursor)) == [
        ("team:en", "ticket", "leave"),
        ("team:en", "customer", "leave"),
        ("team:en", "account", "leave"),
    ]
    entered = li.changes(cursor)
    assert said(entered) == [
        ("team:zh", "ticket", "put"),
        ("team:zh", "customer", "put"),
        ("team:zh", "account", "put"),
    ]
    assert [m.n for m in entered.items[0].ev] == list(range(1, ticket_of(entered.items[0]).last_n + 1))
    assert ("team:en", "ticket", "leave") in said(both.changes(cursor))
    assert ("team:zh", "ticket", "put") in said(both.changes(cursor))


def test_who_loses_sight_of_a_ticket_learns_where_it_went(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "one")
    mei, both = read("mei"), read("both")
    cursor = mei.head()
    both.command({"kind": "team", "ticket_id": ticket.id, "team_id": "zh"}, "move-1")
    gone, customer, *_ = mei.changes(cursor).items
    assert gone.to == MovedTo(team_id=TeamId("zh"), by=AgentId("both"))
    assert customer.to is None
    both.command({"kind": "team", "ticket_id": ticket.id, "team_id": "en"}, "move-2")
    back = [record for record in mei.changes(cursor).items if record.k == "ticket"]
    assert [(record.op, record.to) for record in back] == [("put", None)]


def test_a_customer_stays_while_another_ticket_of_theirs_does(backend_server: EmbeddedServer, read: Any) -> None:
    moving, _ = backend_server.customer_writes("en", "one"), backend_server.customer_writes("en", "two")
    mei, both = read("mei"), read("both")
    cursor = mei.head()
    both.command({"kind": "team", "ticket_id": moving.id, "team_id": "zh"}, "move-1")
    assert said(mei.changes(cursor)) == [("team:en", "ticket", "leave")]


def test_a_put_of_a_row_that_has_left_since_is_served_as_a_leave(backend_server: EmbeddedServer, read: Any) -> None:
    mei, both = read("mei"), read("both")
    cursor = mei.head()
    ticket = backend_server.customer_writes("en", "only for a moment")
    both.command({"kind": "team", "ticket_id": ticket.id, "team_id": "zh"}, "move-1")
    page = mei.changes(cursor, limit=1)
    assert page.more
    assert {record.op for record in page.items} == {"leave"}
    assert b"only for a moment" not in mei.http.get("/v1/sync/changes", params={"cursor": cursor}).content


def test_an_assigned_ticket_stays_with_its_agent_in_another_team(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    mei, both = read("mei"), read("both")
    cursor = mei.head()
    both.command({"kind": "note", "ticket_id": ticket.id, "body": "look @li", "mentions": ["li"]}, "note-1")
    li = read("li")
    page = li.changes(cursor)
    assert said(page)[0] == ("user:li", "ticket", "put")
    assert [message.n for message in page.items[0].ev] == [1, 2]
    snapshot = li.snapshot("user:li")
    assert [item.id for item in snapshot.items if item.k == "ticket"] == [ticket.id]


def test_a_row_is_sent_once_though_it_is_in_two_scopes(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    mei = read("mei")
    cursor = mei.head()
    mei.command({"kind": "take", "ticket_id": ticket.id}, "take-1")
    page = mei.changes(cursor)
    tickets = [record for record in page.items if record.k == "ticket"]
    assert {record.s for record in tickets} == {"team:en", "user:mei"}
    assert [bytes(record.d) != b"" for record in tickets] == [True, False]
    assert tickets[0].cmd == "take-1"


def test_a_page_never_splits_a_transaction_and_leaves_no_gap(backend_server: EmbeddedServer, read: Any) -> None:
    root, both = read("root"), read("both")
    cursor = root.head()
    for number in range(12):
        ticket = backend_server.customer_writes(
            "en" if number % 3 else "zh", f"message {number}", customer=f"c-{number}"
        )
        both.command({"kind": "take", "ticket_id": ticket.id}, f"take-{number}")
    whole = root.changes(cursor)
    with backend_server.runtime.database.read() as conn:
        rows = conn.exec_driver_sql("SELECT pos, tx FROM feed ORDER BY pos").all()
    assert [row.pos for row in rows] == list(range(1, len(rows) + 1))
    ends = {row.pos for row, after in pairwise(rows) if row.tx != after.tx} | {rows[-1].pos}
    seen: set[tuple[str, str]] = set()
    page = root.changes(cursor, limit=1)
    while True:
        assert page.pos in ends
        seen |= {(record.s, record.id) for record in page.items}
        if not page.more:
            break
        page = root.changes(page.next, limit=1)
    assert seen == {(record.s, record.id) for record in whole.items}


def test_long_poll_answers_as_soon_as_something_happens(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    cursor = mei.head()
    other = Timer(0.2, lambda: backend_server.customer_writes("zh", "not for mei"))
    mine = Timer(0.4, lambda: backend_server.customer_writes("en", "for mei"))
    other.start()
    mine.start()
    page = mei.changes(cursor, wait=20)
    other.join()
    mine.join()
    assert ("team:en", "ticket", "put") in said(page)


def test_long_poll_gives_an_empty_page_when_its_time_is_over(read: Any) -> None:
    mei = read("mei")
    assert mei.changes(mei.head(), wait=1).items == ()


@pytest.mark.parametrize(
    ("cursor", "status", "slug"),
    [
        ("nonsense", 400, "cursor-malformed"),
        ("{feed}.x", 400, "cursor-malformed"),
        ("0123456789abcdef.1", 409, "feed-changed"),
        ("{feed}.999999", 409, "feed-changed"),
        ("{feed}.0", 410, "cursor-expired"),
    ],
)
def test_cursors_that_cannot_be_read_on(
    backend_server: EmbeddedServer, read: Any, cursor: str, status: int, slug: str
) -> None:
    backend_server.customer_writes("en", "hello")
    backend_server.write(lambda tx: trim_feed(tx, tx.now + 1))
    mei = read("mei")
    feed = mei.session().feed
    answer = mei.http.get("/v1/sync/changes", params={"cursor": cursor.format(feed=feed)})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:agent-console:problem:{slug}"


def test_snapshot_is_newest_first_in_pages_with_conversations_and_customers(
    backend_server: EmbeddedServer, read: Any
) -> None:
    ids = [backend_server.customer_writes("en", f"m{n}", customer=f"c-{n}").id for n in range(5)]
    backend_server.customer_writes(ids[0], "again")
    mei = read("mei")
    tickets: list[str] = []
    page = mei.snapshot("team:en", limit=2)
    as_of = page.as_of
    while True:
        assert page.as_of == as_of
        tickets += [item.id for item in page.items if item.k == "ticket"]
        customers = {item.id for item in page.items if item.k == "customer"}
        for item in page.items:
            if item.k == "ticket":
                ticket = msgspec.json.decode(item.d, type=Ticket)
                assert [message.n for message in item.ev] == list(range(1, ticket.last_n + 1))
                assert ticket.customer_id in customers
        if page.done:
            break
        page = mei.snapshot("team:en", limit=2, after=page.next)
    assert tickets[0] == ids[0]
    assert sorted(tickets) == sorted(ids)
    assert len(tickets) == len(ids)


def test_snapshot_of_another_team_is_not_found(read: Any) -> None:
    answer = read("mei").http.get("/v1/sync/snapshot", params={"scope": "team:zh"})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:agent-console:problem:not-found")


def test_org_holds_people_teams_and_policy(read: Any) -> None:
    kinds: list[str] = []
    reader = read("mei")
    page = reader.snapshot("org", limit=3)
    kinds += [item.k for item in page.items]
    while not page.done:
        page = reader.snapshot("org", limit=3, after=page.next)
        kinds += [item.k for item in page.items]
    assert sorted(set(kinds)) == ["agent", "policy", "team"]
    assert kinds.count("agent") == 4


def test_losing_a_team_changes_the_digest_and_closes_its_scope(backend_server: EmbeddedServer, read: Any) -> None:
    both = read("both")
    cursor, before = both.head(), both.session()
    backend_server.change_agent("both", lambda agent: msgspec.structs.replace(agent, team_ids=(TeamId("en"),)))
    backend_server.customer_writes("zh", "no longer mine")
    page = both.changes(cursor)
    assert page.scopes_digest != before.scopes_digest
    assert {record.s for record in page.items} <= {"org", "user:both", "team:en"}
    backend_server.change_agent(
        "both", lambda agent: msgspec.structs.replace(agent, team_ids=(TeamId("en"), TeamId("zh")))
    )
    assert {s.id: s.gen for s in both.session().scopes}["team:zh"] == 2


def test_a_deactivated_agent_is_out_at_once(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    cursor = mei.head()
    backend_server.change_agent("mei", lambda agent: msgspec.structs.replace(agent, active=False))
    answer = mei.http.get("/v1/sync/changes", params={"cursor": cursor})
    assert answer.status_code == 401


@pytest.mark.parametrize("coding", ["zstd", "gzip", "identity"])
def test_pages_are_compressed_as_the_caller_likes(backend_server: EmbeddedServer, read: Any, coding: str) -> None:
    backend_server.customer_writes("en", "long " * 1000)
    mei = read("mei")
    answer = mei.http.get("/v1/sync/snapshot", params={"scope": "team:en"}, headers={"accept-encoding": coding})
    assert answer.headers.get("content-encoding", "identity") == coding
    assert len(msgspec.json.decode(answer.content, type=Snapshot).items) == 2


def test_cursor_survives_a_restart(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    cursor = mei.head()
    backend_server.customer_writes("en", "before")
    backend_server.stop()
    backend_server.config = replace(backend_server.config)
    backend_server.start()
    assert said(mei.changes(cursor))[0] == ("team:en", "ticket", "put")
