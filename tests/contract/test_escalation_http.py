"""Escalation and review over HTTP: two seniors at once, roles taken away, nothing that goes out before its time."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec.structs import replace

from backend.embedded import EmbeddedServer
from desk.records import Role, Ticket

SHEET = {
    "tried": "Looked it up.",
    "identity": "passed",
    "reference": "none",
    "question": "Send it again?",
}


def escalate(ticket_id: str, **sheet: Any) -> dict[str, Any]:
    return {"kind": "escalate", "ticket_id": ticket_id, "tier": "senior", "sheet": {**SHEET, **sheet}}


def escalated(server: EmbeddedServer, read: Any) -> Ticket:
    """A ticket that an agent handed to the seniors."""
    server.add_agent("jun", teams=("en",))
    server.add_agent("ann", role=Role.SENIOR, teams=("en",))
    server.add_agent("bob", role=Role.SENIOR, teams=("en",))
    ticket = server.customer_writes("en", "Where is my money?")
    assert read("jun").command(escalate(ticket.id), "e-1", expected_version=ticket.v)["outcome"] == "applied"
    return ticket


def shown(reader: Any, ticket_id: str) -> dict[str, Any]:
    """The ticket as the backend tells it."""
    answer: dict[str, Any] = reader.http.get(f"/v1/tickets/{ticket_id}").raise_for_status().json()
    return answer


def test_of_two_seniors_who_accept_at_once_one_owns_it(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = escalated(backend_server, read)
    accept = {"kind": "escalation_accept", "ticket_id": ticket.id}
    readers = [read("ann"), read("bob")]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda number: readers[number].command(accept, f"a-{number}"), (0, 1)))
    assert sorted(outcome["outcome"] for outcome in outcomes) == ["applied", "conflict"]
    winner, loser = sorted((0, 1), key=lambda number: outcomes[number]["outcome"])
    assert outcomes[loser]["what"] == "escalation"
    seen = outcomes[loser]["current"]["escalation"]
    assert (seen["state"], seen["owner_name"].casefold()) == ("accepted", ("ann", "bob")[winner])
    told = [message["body"] for message in shown(readers[0], ticket.id)["messages"]]
    assert told.count("escalation_accepted tier=senior") == 1
    over = readers[loser].command(accept, "a-over", on_top=True)
    assert over["outcome"] == "applied"


def test_what_a_sheet_lacks_is_named(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    refused = read("mei").command(escalate(ticket.id, question=" "), "e-1")
    assert (refused["outcome"], refused["code"]) == ("rejected", "empty")
    assert "question" in refused["why"]


def test_a_role_taken_away_meanwhile_and_an_empty_answer_change_nothing(
    backend_server: EmbeddedServer, read: Any
) -> None:
    ticket = escalated(backend_server, read)
    ann = read("ann")
    back = {"kind": "escalation_return", "ticket_id": ticket.id, "answer": ""}
    assert ann.command(back, "b-1")["code"] == "empty"
    backend_server.change_agent("ann", lambda agent: replace(agent, role=Role.AGENT))
    refused = ann.command({"kind": "escalation_accept", "ticket_id": ticket.id}, "a-1")
    assert (refused["outcome"], refused["code"]) == ("rejected", "not-allowed")
    assert shown(read("bob"), ticket.id)["ticket"]["escalation"]["state"] == "asked"


def test_it_goes_back_to_who_asked_unless_they_left(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = escalated(backend_server, read)
    bob = read("bob")
    back = {"kind": "escalation_return", "ticket_id": ticket.id, "answer": "Ask the wallet team."}
    assert bob.command({"kind": "escalation_accept", "ticket_id": ticket.id}, "a-1")["outcome"] == "applied"
    assert bob.command(back, "b-1")["outcome"] == "applied"
    returned = shown(bob, ticket.id)["ticket"]
    jun = returned["escalation"]["by"]
    assert returned["assignee_id"] == jun
    assert read("jun").command(escalate(ticket.id), "e-2")["outcome"] == "applied"
    backend_server.change_agent("jun", lambda agent: replace(agent, active=False))
    assert bob.command(back, "b-2", on_top=True)["outcome"] == "applied"
    assert shown(bob, ticket.id)["ticket"].get("assignee_id") is None


def test_a_closed_ticket_waits_for_no_tier(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = escalated(backend_server, read)
    bob = read("bob")
    bob.command({"kind": "status", "ticket_id": ticket.id, "status": "closed"}, "s-1")
    refused = bob.command({"kind": "escalation_accept", "ticket_id": ticket.id}, "a-1")
    assert (refused["outcome"], refused["code"]) == ("rejected", "closed")
    closed = shown(bob, ticket.id)["ticket"]
    assert closed.get("escalated_at") is None
    assert closed["escalation"]["state"] == "solved"


def test_nothing_goes_out_while_a_reply_waits(backend_server: EmbeddedServer, read: Any) -> None:
    backend_server.add_agent("jun", teams=("en",))
    backend_server.add_agent("ann", role=Role.SENIOR, teams=("en",))
    backend_server.change_agent("jun", lambda agent: replace(agent, needs_review=True))
    ticket = backend_server.customer_writes("en", "Where is my money?")
    jun, ann = read("jun"), read("ann")
    text = "It needs 20 confirmations."
    refused = jun.command({"kind": "reply", "ticket_id": ticket.id, "body": text}, "r-1", seen_n=1)
    assert (refused["outcome"], refused["code"]) == ("rejected", "needs-review")
    asked = jun.command({"kind": "review_ask", "ticket_id": ticket.id, "body": text}, "r-2", seen_n=1)
    assert asked["outcome"] == "applied"
    replies = [m["body"] for m in shown(ann, ticket.id)["messages"] if m.get("kind", "reply") == "reply"]
    assert replies == ["Where is my money?"]
    assert shown(ann, ticket.id)["ticket"]["unanswered"] == 1
    decide = {"kind": "review_decide", "ticket_id": ticket.id, "review_id": "r-2", "approve": True}
    assert jun.command(decide, "d-0", seen_n=2)["code"] == "not-allowed"
    assert ann.command({**decide, "body": text + " Please wait."}, "d-1", seen_n=2)["outcome"] == "applied"
    again = ann.command({**decide, "body": text + " Please wait."}, "d-1", seen_n=2)
    assert again["outcome"] == "duplicate"
    late = read("both").command(decide, "d-2", seen_n=9)
    assert late["code"] == "not-allowed"  # an agent; another senior reads who was first
    told = shown(ann, ticket.id)
    sent = [m for m in told["messages"] if m.get("kind", "reply") == "reply"][1:]
    assert [(m["body"], m["author_name"].casefold()) for m in sent] == [(text + " Please wait.", "jun")]
    assert told["ticket"]["review"]["state"] == "approved"
    assert told["ticket"].get("unanswered", 0) == 0


def test_a_customer_who_wrote_meanwhile_is_read_before_approving(backend_server: EmbeddedServer, read: Any) -> None:
    backend_server.add_agent("jun", teams=("en",))
    backend_server.add_agent("ann", role=Role.SENIOR, teams=("en",))
    ticket = backend_server.customer_writes("en", "Where is my money?")
    ask = {"kind": "review_ask", "ticket_id": ticket.id, "body": "On its way."}
    read("jun").command(ask, "r-1", seen_n=1)
    backend_server.customer_writes(ticket.id, "It has come!")
    decide = {"kind": "review_decide", "ticket_id": ticket.id, "review_id": "r-1", "approve": True}
    ann = read("ann")
    assert ann.command(decide, "d-1")["outcome"] == "conflict"
    assert ann.command(decide, "d-2", seen_n=9)["outcome"] == "applied"


def test_the_reviewer_reads_the_file_that_waits_with_a_reply(backend_server: EmbeddedServer, read: Any) -> None:
    backend_server.add_agent("jun", teams=("en",))
    backend_server.add_agent("ann", role=Role.SENIOR, teams=("en",))
    ticket = backend_server.customer_writes("en", "Where is my money?")
    content = b"receipt"
    sha256 = hashlib.sha256(content).hexdigest()
    jun, ann = read("jun"), read("ann")
    jun.http.put(f"/v1/blobs/{sha256}", content=content).raise_for_status()
    file = {"sha256": sha256, "name": "receipt.txt", "media_type": "text/plain", "size_bytes": len(content)}
    assert ann.http.get(f"/v1/blobs/{sha256}").status_code == 404
    ask = {"kind": "review_ask", "ticket_id": ticket.id, "body": "See here.", "attachments": [file]}
    assert jun.command(ask, "r-1", seen_n=1)["outcome"] == "applied"
    assert ann.http.get(f"/v1/blobs/{sha256}").content == content
