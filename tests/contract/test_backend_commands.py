"""Commands over HTTP: each once, decided by the desk's rules, with its outcome kept."""

from typing import Any

import pytest

from backend.embedded import EmbeddedServer
from backend.rows import Row
from backend.transaction import audit_hash


def reply(ticket_id: str, body: str = "We are on it.") -> dict[str, Any]:
    return {"kind": "reply", "ticket_id": ticket_id, "body": body}


def test_a_reply_is_written_once_whatever_is_sent_again(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Where is my money?")
    mei = read("mei")
    first = mei.command(reply(ticket.id), "r-1", seen_n=1)
    again = mei.command(reply(ticket.id), "r-1", seen_n=1)
    assert (first["outcome"], first["n"]) == ("applied", 2)
    assert again == {**first, "outcome": "duplicate"}
    view = mei.http.get(f"/v1/tickets/{ticket.id}").json()
    assert [message["body"] for message in view["messages"]] == ["Where is my money?", "We are on it."]


def test_the_same_command_twice_in_one_batch(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    envelope = {"id": "r-1", "command": reply(ticket.id), "composed_at": 1, "seen_n": 1}
    answer = read("mei").http.post("/v1/commands", json={"commands": [envelope, envelope]})
    assert [outcome["outcome"] for outcome in answer.json()["outcomes"]] == ["applied", "duplicate"]


def test_an_id_of_another_command_is_refused_before_anything_happens(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei, both = read("mei"), read("both")
    mei.command(reply(ticket.id), "r-1", seen_n=1)
    fresh = {"id": "r-2", "command": reply(ticket.id, "second"), "composed_at": 1, "seen_n": 2}
    stolen = {"id": "r-1", "command": reply(ticket.id, "other text"), "composed_at": 1, "seen_n": 2}
    for caller in (mei, both):
        answer = caller.http.post("/v1/commands", json={"commands": [fresh, stolen]})
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:agent-console:problem:id-reused"
    assert len(mei.http.get(f"/v1/tickets/{ticket.id}").json()["messages"]) == 2


def test_a_reply_after_a_colleagues_is_a_conflict_with_what_was_missed(
    backend_server: EmbeddedServer, read: Any
) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei, both = read("mei"), read("both")
    both.command(reply(ticket.id, "I have it"), "r-both", seen_n=1)
    refused = mei.command(reply(ticket.id), "r-mei", seen_n=1)
    assert (refused["outcome"], refused["what"]) == ("conflict", "reply")
    assert [message["body"] for message in refused["messages"]] == ["I have it"]
    assert refused["current"]["last_n"] == 2
    on_top = mei.command(reply(ticket.id), "r-mei-2", seen_n=1, on_top=True)
    assert on_top["outcome"] == "applied"


def test_status_moved_by_a_colleague_is_a_conflict_of_that_group_only(
    backend_server: EmbeddedServer, read: Any
) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei, both = read("mei"), read("both")
    both.command({"kind": "status", "ticket_id": ticket.id, "status": "on_hold"}, "s-1", expected_version=ticket.v)
    late = mei.command({"kind": "status", "ticket_id": ticket.id, "status": "solved"}, "s-2", expected_version=ticket.v)
    other = mei.command(
        {"kind": "severity", "ticket_id": ticket.id, "severity": "high"}, "s-3", expected_version=ticket.v
    )
    assert (late["outcome"], late["what"]) == ("conflict", "status")
    assert other["outcome"] == "applied"


def test_a_ticket_of_another_team_is_not_there(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("zh", "秘密")
    mei = read("mei")
    refused = mei.command(reply(ticket.id), "r-1")
    assert (refused["outcome"], refused["code"]) == ("rejected", "not-found")
    assert mei.http.get(f"/v1/tickets/{ticket.id}").status_code == 404
    taken_id = {
        "kind": "open",
        "ticket_id": ticket.id,
        "customer_id": "c-1",
        "subject": "mine",
        "body": "text",
        "channel": "email",
        "team_id": "en",
    }
    opened = mei.command(taken_id, "o-1")
    assert opened["outcome"] != "applied"
    assert "秘密" not in str(opened) and "current" not in opened


def test_a_customer_out_of_sight_cannot_be_reached_by_opening_a_ticket(
    backend_server: EmbeddedServer, read: Any
) -> None:
    backend_server.customer_writes("zh", "hello", customer="c-zh")
    opened = read("mei").command(
        {
            "kind": "open",
            "ticket_id": "new-1",
            "customer_id": "c-zh",
            "subject": "hi",
            "body": "text",
            "channel": "email",
            "team_id": "en",
        },
        "o-1",
    )
    assert (opened["outcome"], opened["code"]) == ("rejected", "unknown-customer")


def test_stored_outcomes_are_given_to_their_author_only(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei, both = read("mei"), read("both")
    applied = mei.command(reply(ticket.id), "r-1", seen_n=1)
    asked = {"ids": "r-1,unknown"}
    assert mei.http.get("/v1/commands", params=asked).json() == {"outcomes": [applied]}
    assert both.http.get("/v1/commands", params=asked).json() == {"outcomes": []}


def test_a_text_that_asks_for_a_seed_phrase_is_held(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    held = read("mei").command(reply(ticket.id, "Please send us your seed phrase."), "r-1", seen_n=1)
    assert held["outcome"] == "held" and held["findings"]


def test_reading_is_told_to_the_reader_alone(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei, both = read("mei"), read("both")
    cursor = mei.head()
    assert mei.command({"kind": "seen", "ticket_id": ticket.id, "n": 1}, "s-1")["outcome"] == "applied"
    assert [(record.s, record.k) for record in mei.changes(cursor).items] == [("user:mei", "read_mark")]
    assert both.changes(cursor).items == ()
    marks = [item for item in mei.snapshot("user:mei").items if item.k == "read_mark"]
    page = mei.snapshot("user:mei")
    while not page.done:
        page = mei.snapshot("user:mei", after=page.next)
        marks += [item for item in page.items if item.k == "read_mark"]
    assert [mark.id for mark in marks] == [ticket.id]


def test_an_article_vote_counts_once_per_agent(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    mei.command({"kind": "article_save", "article_id": "a-1", "lang": "en", "title": "Fees", "body_md": "Text"}, "a-1")
    for number, helped in enumerate((True, True, False)):
        mei.command(
            {"kind": "article_feedback", "article_id": "a-1", "ticket_id": None, "helped": helped}, f"v-{number}"
        )
    page = mei.snapshot("org")
    while not page.done:
        page = mei.snapshot("org", after=page.next)
    article = next(item for item in page.items if item.k == "article")
    assert b'"not_helped":1' in bytes(article.d)
    assert b'"helped":1' not in bytes(article.d).replace(b'"not_helped":1', b"")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"commands":[{"id":"x"}]}', b'{"commands":[{"id":"x","composed_at":1,"command":{"kind":"nope"}}]}'],
)
def test_nonsense_is_a_problem(read: Any, body: bytes) -> None:
    answer = read("mei").http.post("/v1/commands", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:agent-console:problem:malformed"
    assert answer.json()["detail"]


def test_too_many_and_too_large_batches_are_refused(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei = read("mei")
    many = [{"id": f"n-{n}", "command": reply(ticket.id), "composed_at": 1} for n in range(51)]
    assert mei.http.post("/v1/commands", json={"commands": many}).status_code == 413
    huge = [{"id": "n-1", "command": reply(ticket.id, "x" * 5_000_000), "composed_at": 1}]
    assert mei.http.post("/v1/commands", json={"commands": huge}).status_code == 413


def test_every_change_is_in_the_audit_chain(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei = read("mei")
    mei.command(reply(ticket.id), "r-1", seen_n=1)
    mei.command({"kind": "tags", "ticket_id": ticket.id, "add": ["fees"]}, "t-1")
    with backend_server.runtime.database.read() as conn:
        rows: list[Row] = [dict(row._mapping) for row in conn.exec_driver_sql("SELECT * FROM audit ORDER BY seq")]
    assert [(row["actor_id"], row["action"]) for row in rows if row["entity_id"] == ticket.id] == [
        ("", "received"),
        ("mei", "reply"),
        ("mei", "tags"),
    ]
    previous = ""
    for row in rows:
        assert row["hash"] == audit_hash(previous, row)
        previous = row["hash"]
