"""Procedures over HTTP: written by leads, run in a ticket by whoever sees it, kept as a note."""

from typing import Any

import pytest

from backend.embedded import EmbeddedServer
from backend.procedures import give_procedures, shipped
from desk.records import Role

SOURCE = """+++
name = "Lost"
+++

## way: Which way?

- Out -> amount
- In -> end

## amount: How much?

- [amount] -> end

## end: Found.

- [macro] tx
"""


@pytest.fixture
def lead(backend_server: EmbeddedServer, read: Any) -> Any:
    backend_server.add_agent("lea", teams=("en",), role=Role.LEAD)
    return read("lea")


def save(text: str = SOURCE, **fields: Any) -> dict[str, Any]:
    return {"kind": "procedure_save", "procedure_id": "lost", "source": {"en": text}, **fields}


def answer(ticket_id: str, step: str, said: str = "", run_id: str = "run-1") -> dict[str, Any]:
    command = {"kind": "procedure_answer", "ticket_id": ticket_id, "procedure_id": "lost", "run_id": run_id}
    return {**command, "step": step, "answer": said}


def run_of(reader: Any, ticket_id: str) -> Any:
    return reader.http.get(f"/v1/tickets/{ticket_id}").json()["ticket"].get("run")


def test_everybody_is_sent_a_procedure_and_only_a_lead_writes_one(read: Any, lead: Any) -> None:
    mei = read("mei")
    cursor = mei.head()
    assert mei.command(save(), "m-1")["code"] == "not-allowed"
    assert lead.command(save(), "l-1")["outcome"] == "applied"
    told = [(record.s, record.id) for record in mei.changes(cursor).items if record.k == "procedure"]
    assert told == [("org", "lost")]


def test_a_missing_branch_is_refused_with_its_line(lead: Any) -> None:
    refused = lead.command(save(SOURCE.replace("- In -> end", "- In -> ende")), "l-1")
    assert refused["code"] == "bad-procedure"
    assert refused["why"] == "Line 5: step “way” leads to “ende”, which is not there."


def test_two_agents_run_one_procedure_to_its_end(backend_server: EmbeddedServer, read: Any, lead: Any) -> None:
    ticket = backend_server.customer_writes("en", "Where is it?")
    lead.command(save(), "l-1")
    mei, both = read("mei"), read("both")
    assert mei.command(answer(ticket.id, "way", "1"), "m-1")["outcome"] == "applied"
    assert run_of(both, ticket.id)["step"] == "amount"
    assert both.command(answer(ticket.id, "amount", "12 USDT"), "b-1")["outcome"] == "applied"
    ended = mei.command(answer(ticket.id, "end"), "m-2")
    assert (ended["outcome"], ended["notice"]) == ("applied", "macro:tx")
    view = mei.http.get(f"/v1/tickets/{ticket.id}").json()
    assert "run" not in view["ticket"]
    note = view["messages"][-1]
    assert note["kind"] == "note"
    assert note["body"].splitlines()[1:3] == ["1. Which way? — Out", "2. How much? — 12 USDT"]


def test_one_run_at_a_time_and_the_later_answer_is_a_conflict(
    backend_server: EmbeddedServer, read: Any, lead: Any
) -> None:
    ticket = backend_server.customer_writes("en", "Where is it?")
    lead.command(save(), "l-1")
    mei, both = read("mei"), read("both")
    mei.command(answer(ticket.id, "way", "1"), "m-1", expected_version=ticket.v)
    late = both.command(answer(ticket.id, "way", "2", "run-2"), "b-1", expected_version=ticket.v)
    assert (late["outcome"], late["what"]) == ("conflict", "procedure")
    assert run_of(mei, ticket.id)["id"] == "run-1"
    stopped = both.command({"kind": "procedure_stop", "ticket_id": ticket.id, "run_id": "run-1"}, "b-2")
    assert stopped["outcome"] == "applied"
    assert run_of(mei, ticket.id) is None


def test_a_run_whose_procedure_changed_is_begun_again(backend_server: EmbeddedServer, read: Any, lead: Any) -> None:
    ticket = backend_server.customer_writes("en", "Where is it?")
    lead.command(save(), "l-1")
    mei = read("mei")
    mei.command(answer(ticket.id, "way", "1"), "m-1")
    lead.command(save(SOURCE.replace("How much?", "How much is it?")), "l-2")
    refused = mei.command(answer(ticket.id, "amount", "1 BTC"), "m-2")
    assert (refused["outcome"], refused["what"]) == ("conflict", "procedure")


def test_a_new_desk_has_the_four_and_keeps_what_leads_made_of_them(backend_server: EmbeddedServer, lead: Any) -> None:
    assert backend_server.write(give_procedures) == 4
    known = {item.id for item in lead.snapshot("org").items if item.k == "procedure"}
    assert known == {procedure.id for procedure in shipped(0)}
    archived = {"kind": "procedure_save", "procedure_id": "wrong-network", "archived": True}
    source = next(procedure.source for procedure in shipped(0) if procedure.id == "wrong-network")
    assert lead.command({**archived, "source": source}, "l-1")["outcome"] == "applied"
    assert backend_server.write(give_procedures) == 0
