"""Merging, splitting, linking and merged customers over HTTP: both tickets change in one step, and so do all scopes."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from backend.embedded import EmbeddedServer
from backend.integrity import findings
from backend.services.filing import file_holding
from backend.services.lookup import ticket_by_id
from desk.ids import AccountId, CustomerId, TicketId
from desk.records import Account, Customer, Message, Role, Status, Ticket
from desk.ticket_parts import LinkKind
from tests.contract.conftest import Reader

Read = Callable[[str], Reader]


@pytest.fixture
def server(backend_server: EmbeddedServer) -> EmbeddedServer:
    backend_server.add_agent("sen", role=Role.SENIOR, teams=("en",))
    backend_server.add_agent("all", role=Role.SENIOR, teams=("en", "zh"))
    return backend_server


def now(server: EmbeddedServer, ticket_id: str) -> Ticket:
    found = server.write(lambda tx: ticket_by_id(tx.conn, TicketId(ticket_id)))
    assert found is not None
    return found


def talk(reader: Reader, ticket_id: str) -> list[Message]:
    view = reader.http.get(f"/v1/tickets/{ticket_id}").raise_for_status()
    return msgspec.json.decode(msgspec.json.encode(view.json()["messages"]), type=list[Message])


def merge(target: Ticket, source: Ticket) -> dict[str, str]:
    return {"kind": "merge", "ticket_id": target.id, "source_id": source.id}


def applied(outcome: dict[str, Any]) -> None:
    assert outcome["outcome"] == "applied", outcome


def refusal(outcome: dict[str, Any]) -> str:
    assert outcome["outcome"] == "rejected", outcome
    return str(outcome["code"])


def sound(server: EmbeddedServer) -> None:
    """Nothing is out of step in the database."""
    assert server.write(lambda tx: list(findings(tx.conn))) == []


def test_a_merge_changes_both_tickets_in_one_step_and_is_taken_back(server: EmbeddedServer, read: Read) -> None:
    target = server.customer_writes("en", "Where is my money?")
    source = server.customer_writes("en", "And what about the fee?")
    senior = read("sen")
    cursor = senior.head()
    applied(senior.command(merge(target, source), "m-1", expected_version=target.v))
    page = senior.changes(cursor)
    assert {record.id for record in page.items if record.k == "ticket"} == {target.id, source.id}
    closed = now(server, source.id)
    assert closed.status is Status.CLOSED and closed.merge is not None and closed.merge.into == target.id
    assert now(server, target.id).merged_ids == (source.id,)
    assert senior.command(merge(target, source), "m-1", expected_version=target.v)["outcome"] == "duplicate"
    back = {"kind": "unmerge", "ticket_id": target.id, "source_id": source.id}
    applied(senior.command(back, "u-1"))
    restored = now(server, source.id)
    assert (restored.status, restored.unanswered, restored.merge) == (Status.NEW, 1, None)
    assert restored.due_at == source.due_at
    assert now(server, target.id).merged_ids == ()
    sound(server)


def test_what_the_customer_writes_to_a_merged_ticket_goes_to_where_it_went(server: EmbeddedServer, read: Read) -> None:
    first, second, third = (server.customer_writes("en", f"Matter {n}") for n in range(3))
    senior = read("sen")
    applied(senior.command(merge(second, third), "m-1"))
    applied(senior.command(merge(first, second), "m-2"))
    before = now(server, third.id).last_n
    landed = server.customer_writes(third.id, "Any news?")
    assert landed.id == first.id
    assert now(server, third.id).last_n == before
    assert talk(senior, first.id)[-1].body == "Any news?"
    sound(server)


def test_no_circle_no_second_merge_and_no_other_customer(server: EmbeddedServer, read: Read) -> None:
    first, second, third = (server.customer_writes("en", f"Matter {n}") for n in range(3))
    stranger = server.customer_writes("en", "Mine", customer="c-2")
    hidden = server.customer_writes("zh", "别的团队")
    senior = read("sen")
    applied(senior.command(merge(first, second), "m-1"))
    assert refusal(senior.command(merge(second, first), "m-2")) == "merged"
    assert refusal(senior.command(merge(third, second), "m-3")) == "merged"
    assert refusal(senior.command(merge(first, first), "m-4")) == "merged"
    assert refusal(senior.command(merge(first, stranger), "m-5")) == "another-customer"
    assert refusal(senior.command(merge(first, hidden), "m-6")) == "not-found"
    assert refusal(read("mei").command(merge(first, third), "m-7")) == "not-allowed"
    reply = {"kind": "reply", "ticket_id": second.id, "body": "Hello"}
    answer = senior.command(reply, "r-1")
    assert refusal(answer) == "merged" and first.ref in answer["why"]


def test_a_split_copies_messages_into_a_ticket_that_the_team_gets(server: EmbeddedServer, read: Read) -> None:
    ticket = server.customer_writes("en", "Where is my money?")
    server.customer_writes(ticket.id, "Also: how do I change my address?")
    senior = read("sen")
    split = {
        "kind": "split",
        "ticket_id": ticket.id,
        "new_ticket_id": "new-1",
        "subject": "Change of address",
        "ns": [2],
    }
    cursor = read("mei").head()
    applied(senior.command(split, "s-1"))
    new = now(server, "new-1")
    assert (new.subject, new.customer_id, new.unanswered, new.ref) == ("Change of address", "c-1", 1, "T-2")
    assert [line.body for line in talk(senior, "new-1")] == [
        "Also: how do I change my address?",
        f"split_from ref=T-1 id={ticket.id} n=1",
    ]
    told = {record.id for record in read("mei").changes(cursor).items if record.k == "ticket"}
    assert told == {ticket.id, "new-1"}
    again = {**split, "new_ticket_id": ticket.id}
    assert senior.command(again, "s-2")["outcome"] == "conflict"
    assert refusal(senior.command({**split, "new_ticket_id": "new-2", "ns": []}, "s-3")) == "empty"
    assert refusal(senior.command({**split, "new_ticket_id": "no good", "ns": [2]}, "s-4")) == "bad-value"
    sound(server)


def test_links_stand_on_both_sides_and_blocking_goes_in_no_circle(server: EmbeddedServer, read: Read) -> None:
    one, two, three = (server.customer_writes("en", f"Matter {n}") for n in range(3))
    mei = read("mei")

    def link(here: Ticket, there: Ticket, kind: LinkKind, command_id: str, on: bool = True) -> dict[str, Any]:
        command = {"kind": "link", "ticket_id": here.id, "other_id": there.id, "link": kind.value, "on": on}
        return mei.command(command, command_id)

    applied(link(one, two, LinkKind.BLOCKS, "l-1"))
    applied(link(three, two, LinkKind.BLOCKED_BY, "l-2"))
    assert refusal(link(three, one, LinkKind.BLOCKS, "l-3")) == "circle"
    assert refusal(link(one, three, LinkKind.BLOCKED_BY, "l-4")) == "circle"
    assert refusal(link(one, one, LinkKind.RELATED, "l-5")) == "circle"
    assert [(part.kind, part.ticket_id) for part in now(server, two.id).links] == [
        (LinkKind.BLOCKED_BY, one.id),
        (LinkKind.BLOCKS, three.id),
    ]
    solved = mei.command({"kind": "status", "ticket_id": two.id, "status": "solved"}, "e-1")
    assert (solved["outcome"], solved["notice"]) == ("applied", "blocked")
    applied(link(two, one, LinkKind.BLOCKED_BY, "l-6", on=False))
    assert now(server, one.id).links == ()


# Customers


def customer_command(kind: str, customer: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "customer_id": customer, **fields}


def test_a_tier_moves_the_customers_open_tickets_in_the_queue(server: EmbeddedServer, read: Read) -> None:
    ticket = server.customer_writes("en", "Where is my money?")
    solved = server.customer_writes("en", "Thanks")
    senior = read("sen")
    applied(senior.command({"kind": "status", "ticket_id": solved.id, "status": "solved"}, "e-1"))
    applied(senior.command(customer_command("customer_save", "c-1", tier="vip"), "t-1"))
    after = now(server, ticket.id)
    assert after.tier == "vip" and after.urgency_at < ticket.urgency_at and after.v == ticket.v + 1
    assert now(server, solved.id).tier == "standard"
    assert refusal(read("mei").command(customer_command("customer_save", "c-1", tier="plus"), "t-2")) == "not-allowed"
    sound(server)


def holdings(records: Any) -> set[tuple[str, str]]:
    return {(record.k, record.id) for record in records if record.k in ("customer", "account")}


def test_merged_customers_are_one_person_in_every_scope_until_taken_back(server: EmbeddedServer, read: Read) -> None:
    here = server.customer_writes("en", "Where is my money?", customer="c-1")
    there = server.customer_writes("zh", "我的钱呢？", customer="c-2")
    account = Account(id=AccountId("a-2"), v=1, customer_id=CustomerId("c-2"), kind="wallet", label="Main")
    server.write(lambda tx: file_holding(tx, account))
    both, mei = read("all"), read("mei")
    cursor = mei.head()
    assert refusal(both.command(merge(here, there), "m-0")) == "another-customer"
    applied(both.command(customer_command("customer_merge", "c-1", source_id="c-2"), "c-1"))
    page = mei.changes(cursor)
    assert holdings(page.items) == {("customer", "c-1"), ("customer", "c-2"), ("account", "a-2")}
    assert holdings(mei.snapshot("team:en").items) == holdings(page.items)
    view = mei.http.get(f"/v1/tickets/{here.id}").raise_for_status().json()
    assert [one["id"] for one in view["accounts"]] == ["a-2"]

    applied(both.command(merge(here, there), "m-1"))
    applied(both.command({"kind": "unmerge", "ticket_id": here.id, "source_id": there.id}, "m-2"))
    cursor = mei.head()
    applied(both.command(customer_command("customer_unmerge", "c-1", source_id="c-2"), "c-2"))
    left = {(record.k, record.id) for record in mei.changes(cursor).items if record.op == "leave"}
    assert left == {("customer", "c-2"), ("account", "a-2")}
    assert holdings(mei.snapshot("team:en").items) == {("customer", "c-1")}
    sound(server)


def test_a_customer_out_of_sight_cannot_be_merged(server: EmbeddedServer, read: Read) -> None:
    server.customer_writes("en", "Where is my money?", customer="c-1")
    server.customer_writes("zh", "我的钱呢？", customer="c-2")
    assert (
        refusal(read("sen").command(customer_command("customer_merge", "c-1", source_id="c-2"), "c-1"))
        == "unknown-customer"
    )


def test_one_contact_is_verified_with_how_and_when(server: EmbeddedServer, read: Read) -> None:
    server.customer_writes("en", "Where is my money?", customer="c-1")
    mei = read("mei")
    cursor = mei.head()
    applied(mei.command(customer_command("customer_verify", "c-1", how="passport"), "v-1"))
    told = next(record for record in mei.changes(cursor).items if record.k == "customer")
    customer = msgspec.json.decode(msgspec.json.encode(told.d), type=Customer)
    assert customer.verified_how == "passport" and customer.verified_at
    assert refusal(mei.command(customer_command("customer_verify", "c-1", how="x", address="nobody"), "v-2")) == (
        "not-found"
    )
