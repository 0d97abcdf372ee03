"""Automatic routing and cherry-picking over HTTP: who a new ticket is given to, and what taking one says."""

from collections.abc import Callable

import msgspec
import pytest
from msgspec.structs import replace

from backend.embedded import EmbeddedServer
from desk.records import Agent, Calendar, Message, Role, Status, Ticket
from desk.wire import TicketView
from tests.contract.conftest import Json, Reader

Read = Callable[[str], Reader]


@pytest.fixture
def desk(backend_server: EmbeddedServer, read: Read) -> EmbeddedServer:
    """Ana leads the English team, which has its tickets routed; mei speaks Chinese, bo English."""
    backend_server.add_agent("ana", teams=("en", "zh"), role=Role.LEAD)
    backend_server.add_agent("bo", teams=("en",))
    for handle in ("ana", "both"):
        backend_server.change_agent(handle, lambda agent: replace(agent, capacity=0))
    backend_server.change_agent("mei", lambda agent: replace(agent, languages=("zh",), skills=("tron",)))
    backend_server.change_agent("bo", lambda agent: replace(agent, languages=("en",)))
    switch(read("ana"), "en", on=True)
    return backend_server


def switch(lead: Reader, team_id: str, *, on: bool) -> None:
    outcome = lead.command({"kind": "team_save", "team_id": team_id, "auto_route": on}, f"route-{team_id}-{on}")
    assert outcome["outcome"] == "applied"


def opened(reader: Reader, ticket: Ticket) -> tuple[Ticket, list[Message]]:
    answer = reader.http.get(f"/v1/tickets/{ticket.id}").raise_for_status()
    view = msgspec.json.decode(answer.content, type=TicketView)
    return view.ticket, list(view.messages)


def events(reader: Reader, ticket: Ticket) -> list[str]:
    return [message.body for message in opened(reader, ticket)[1] if message.kind == "event"]


def test_a_new_ticket_goes_to_who_speaks_its_language(desk: EmbeddedServer, read: Read) -> None:
    chinese = desk.customer_writes("en", "提现没有到账", lang="zh")
    english = desk.customer_writes("en", "Where is my withdrawal?", customer="c-2")
    assert (chinese.assignee_id, english.assignee_id) == ("mei", "bo")
    ticket, _messages = opened(read("mei"), chinese)
    assert (ticket.status, ticket.v, ticket.assignee_id) == (Status.OPEN, 1, "mei")
    assert events(read("mei"), chinese) == ["routed to=mei why=language:zh"]
    assert [event.clock for event in ticket.clock_events] == ["first_reply", "resolve"]


def test_its_agent_finds_it_in_their_feed(desk: EmbeddedServer, read: Read) -> None:
    mei = read("mei")
    cursor = mei.head()
    desk.customer_writes("en", "提现没有到账", lang="zh")
    records = [record for record in mei.changes(cursor).items if record.k == "ticket"]
    assert "user:mei" in {record.s for record in records}
    assert {msgspec.json.decode(r.d, type=Ticket).assignee_id for r in records if r.d} == {"mei"}


def test_load_spreads_new_tickets(desk: EmbeddedServer) -> None:
    desk.add_agent("cy", teams=("en",))
    desk.change_agent("cy", lambda agent: replace(agent, languages=("en",)))
    owners = [desk.customer_writes("en", "Hello", customer=f"c-{n}").assignee_id for n in range(6)]
    assert sorted(map(str, owners)) == ["bo"] * 3 + ["cy"] * 3


def test_who_settled_the_customers_last_ticket_gets_the_next(desk: EmbeddedServer, read: Read) -> None:
    desk.add_agent("cy", teams=("en",))
    first = desk.customer_writes("en", "Hello")
    solver = read(str(first.assignee_id))
    solver.command({"kind": "status", "ticket_id": first.id, "status": "solved"}, "solve-1")
    desk.customer_writes("en", "Somebody else", customer="c-9")
    again = desk.customer_writes("en", "Me again")
    assert again.assignee_id == first.assignee_id
    assert "known:1" in events(solver, again)[0]


def _away(agent: Agent) -> Agent:
    return replace(agent, away=True)


def _full(agent: Agent) -> Agent:
    return replace(agent, capacity=0)


def _removed(agent: Agent) -> Agent:
    return replace(agent, active=False)


def _off_shift(agent: Agent) -> Agent:
    return replace(agent, shift="never")


def _elsewhere(agent: Agent) -> Agent:
    return replace(agent, team_ids=())


@pytest.mark.parametrize("change", [_away, _full, _removed, _off_shift, _elsewhere])
def test_who_cannot_work_gets_none_and_it_stays_unassigned(
    desk: EmbeddedServer, change: Callable[[Agent], Agent]
) -> None:
    from backend.services.filing import file_org
    from backend.services.lookup import policy_now

    never = {"never": Calendar(zone="UTC", week=((),) * 7)}
    desk.write(lambda tx: file_org(tx, replace(policy_now(tx.conn), calendars=never, v=policy_now(tx.conn).v + 1)))
    desk.change_agent("bo", change)
    ticket = desk.customer_writes("en", "Hello")
    assert (ticket.assignee_id, ticket.status) == (None, Status.NEW)


def test_nobody_who_speaks_it_leaves_it_to_people(desk: EmbeddedServer) -> None:
    assert desk.customer_writes("en", "Olá", lang="pt").assignee_id is None


def test_a_team_that_does_not_want_it_is_left_alone(desk: EmbeddedServer, read: Read) -> None:
    assert desk.customer_writes("zh", "你好", lang="zh").assignee_id is None
    switch(read("ana"), "en", on=False)
    assert desk.customer_writes("en", "Hello").assignee_id is None


def test_a_ticket_moved_into_the_team_is_routed_in_the_same_step(desk: EmbeddedServer, read: Read) -> None:
    ana = read("ana")
    ticket = desk.customer_writes("zh", "你好", lang="zh")
    outcome = ana.command({"kind": "team", "ticket_id": ticket.id, "team_id": "en"}, "move-1")
    moved, _messages = opened(ana, ticket)
    assert (moved.assignee_id, moved.team_id, moved.v) == ("mei", "en", outcome["v"])
    assert [line.split(" ")[0] for line in events(ana, ticket)] == ["team", "routed"]


def test_what_is_given_back_to_the_queue_stays_there(desk: EmbeddedServer, read: Read) -> None:
    bo = read("bo")
    ticket = desk.customer_writes("en", "Hello")
    bo.command({"kind": "assign", "ticket_id": ticket.id, "assignee_id": None}, "give-1")
    desk.customer_writes(ticket.id, "Anybody?")
    assert opened(bo, ticket)[0].assignee_id is None


# Two leads at once


def test_the_second_of_two_leads_is_told_ticket_by_ticket(desk: EmbeddedServer, read: Read) -> None:
    desk.add_agent("lena", teams=("en",), role=Role.LEAD)
    ana, lena = read("ana"), read("lena")
    switch(ana, "en", on=False)
    both, hers = (desk.customer_writes("en", "Hello", customer=f"c-{n}") for n in range(2))

    def assign(lead: Reader, ticket: Ticket, to: str, bulk: str) -> Json:
        command = {"kind": "assign", "ticket_id": ticket.id, "assignee_id": to}
        envelope = {"id": f"{bulk}-{ticket.id}", "command": command, "composed_at": 1, "expected_version": ticket.v}
        answer = lead.http.post("/v1/commands", json={"commands": [{**envelope, "bulk_id": bulk}]}).raise_for_status()
        outcome: Json = answer.json()["outcomes"][0]
        return outcome

    assert assign(ana, both, "bo", "ana-bulk")["outcome"] == "applied"
    refused = assign(lena, both, "mei", "lena-bulk")
    assert (refused["outcome"], refused["what"]) == ("conflict", "assignee")
    assert (refused["current"]["assignee_id"], refused["current"]["moved_by"]["assignee"]) == ("bo", "ana")
    assert assign(lena, hers, "mei", "lena-bulk")["outcome"] == "applied"
    assert (opened(ana, both)[0].assignee_id, opened(ana, hers)[0].assignee_id) == ("bo", "mei")


# Cherry-picking


def take(reader: Reader, ticket: Ticket) -> Json:
    return reader.command({"kind": "take", "ticket_id": ticket.id}, f"take-{ticket.id}")


def test_taking_over_more_urgent_ones_is_written_down(backend_server: EmbeddedServer, read: Read) -> None:
    waiting = [backend_server.customer_writes("en", "Hello", customer=f"c-{n}") for n in range(5)]
    backend_server.customer_writes("zh", "你好", customer="c-8")
    waiting.sort(key=lambda ticket: (ticket.urgency_at, ticket.id))
    mei = read("mei")
    assert take(mei, waiting[-1])["outcome"] == "applied"
    picked, _messages = opened(mei, waiting[-1])
    before = sum(ticket.urgency_at < waiting[-1].urgency_at for ticket in waiting)
    assert (picked.passed_over, picked.assignee_id) == (before, "mei")
    expected = f"taken passed={before}" if before >= 3 else "taken"
    assert expected in events(mei, waiting[-1])


def test_taking_the_most_urgent_one_says_nothing_more(backend_server: EmbeddedServer, read: Read) -> None:
    waiting = [backend_server.customer_writes("en", "Hello", customer=f"c-{n}") for n in range(4)]
    first = min(waiting, key=lambda ticket: ticket.urgency_at)
    mei = read("mei")
    take(mei, first)
    assert opened(mei, first)[0].passed_over == 0
    assert "taken" in events(mei, first)
