"""Who changed what over HTTP: a ticket's history for who sees it, a search for leads in what is theirs."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.embedded import EmbeddedServer
from desk.records import Role


@pytest.fixture
def desk(backend_server: EmbeddedServer) -> EmbeddedServer:
    backend_server.add_agent("lena", role=Role.LEAD, teams=("en",))
    return backend_server


def audit(reader: Any, **params: str | int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = reader.http.get("/v1/audit", params=params).raise_for_status().json()["items"]
    return items


def test_a_change_has_who_when_before_and_after(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ticket = desk.customer_writes("en", "Hello")
    mei = read("mei")
    mei.command({"kind": "severity", "ticket_id": ticket.id, "severity": "high"}, "s-1")
    mei.command({"kind": "reply", "ticket_id": ticket.id, "body": "My secret answer"}, "r-1", seen_n=1)
    replied, graded, received = mei.http.get(f"/v1/tickets/{ticket.id}/audit").raise_for_status().json()["items"]
    assert (received["actor_id"], received["action"]) == ("", "received")
    assert (graded["actor_id"], graded["actor_name"], graded["action"]) == ("mei", "Mei", "severity")
    assert (graded["label"], graded["entity_id"]) == (ticket.ref, ticket.id)
    assert graded["detail"]["command_id"] == "s-1"
    assert graded["detail"]["changes"] == [{"field": "severity", "old": "normal", "new": "high"}]
    assert (
        replied["detail"]["messages"]
        and {"field": "status", "old": "new", "new": "waiting"} in (replied["detail"]["changes"])
    )
    assert "secret answer" not in str(replied) and "device" not in replied


def test_refused_and_read_is_not_changed(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ticket = desk.customer_writes("en", "Hello")
    mei = read("mei")
    mei.command({"kind": "seen", "ticket_id": ticket.id, "n": 1}, "s-1")
    mei.command({"kind": "severity", "ticket_id": ticket.id, "severity": "normal"}, "s-2")
    assert [row["action"] for row in mei.http.get(f"/v1/tickets/{ticket.id}/audit").json()["items"]] == ["received"]


def test_what_a_customers_message_changes_is_told(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ticket = desk.customer_writes("en", "Hello")
    mei = read("mei")
    mei.command({"kind": "status", "ticket_id": ticket.id, "status": "solved"}, "s-1")
    desk.customer_writes(ticket.id, "It happened again")
    newest = mei.http.get(f"/v1/tickets/{ticket.id}/audit").json()["items"][0]
    assert newest["action"] == "received"
    assert {"field": "status", "old": "solved", "new": "open"} in newest["detail"]["changes"]


def test_a_ticket_out_of_sight_has_no_history(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ticket = desk.customer_writes("zh", "秘密")
    for path in (f"/v1/tickets/{ticket.id}/audit", "/v1/tickets/none/audit"):
        assert read("mei").http.get(path).status_code == 404


def test_searching_takes_a_lead_and_shows_their_teams_only(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ours, theirs = desk.customer_writes("en", "Hello"), desk.customer_writes("zh", "你好", customer="c-2")
    read("mei").command({"kind": "take", "ticket_id": ours.id}, "t-1")
    read("li").command({"kind": "take", "ticket_id": theirs.id}, "t-2")
    assert read("mei").http.get("/v1/audit").status_code == 403
    seen = {row["entity_id"] for row in audit(read("lena"), action="take")}
    assert seen == {ours.id}
    assert {row["entity_id"] for row in audit(read("root"), action="take")} == {ours.id, theirs.id}
    assert audit(read("lena"), entity=theirs.ref) == []


def test_a_search_is_by_entity_person_kind_and_words(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ticket = desk.customer_writes("en", "Hello")
    mei, lena = read("mei"), read("lena")
    mei.command({"kind": "take", "ticket_id": ticket.id}, "t-1")
    mei.command({"kind": "tags", "ticket_id": ticket.id, "add": ["chargeback"]}, "t-2")
    assert [row["action"] for row in audit(lena, entity=ticket.ref, actor="@mei")] == ["tags", "take"]
    (tagged,) = audit(lena, q="chargeback", action="tags")
    assert tagged["detail"]["command_id"] == "t-2" and tagged["device"] == "embedded"
    assert audit(lena, q="%") == []


def test_pages_follow_each_other_without_holes(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    ticket = desk.customer_writes("en", "Hello")
    mei, lena = read("mei"), read("lena")
    for number in range(5):
        mei.command({"kind": "tags", "ticket_id": ticket.id, "add": [f"tag{number}"]}, f"t-{number}")
    for path in (f"/v1/tickets/{ticket.id}/audit", f"/v1/audit?entity={ticket.id}"):
        found: list[str | None] = []
        params: dict[str, int] = {"limit": 2}
        while True:
            page = lena.http.get(path, params={**dict(p.split("=") for p in path.partition("?")[2:] if p), **params})
            page = page.raise_for_status().json()
            found += [row["detail"].get("command_id") for row in page["items"]]
            if page.get("next") is None:
                break
            params["before"] = page["next"]
        assert found == ["t-4", "t-3", "t-2", "t-1", "t-0", None]


def test_what_leads_search_for_is_audited_without_the_secret(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    desk.customer_writes("en", "Hello")
    lena, root = read("lena"), read("root")
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    lena.http.get("/v1/search", params={"q": f"Überweisung: {phrase}"}).raise_for_status()
    audit(lena, q="chargeback")
    read("mei").http.get("/v1/search", params={"q": "hello"}).raise_for_status()
    rows = [row for row in audit(root, actor="lena") if row["action"] in ("search", "audit-search")]
    assert [row["action"] for row in rows] == ["audit-search", "search"]
    assert rows[0]["detail"]["text"] == "q=chargeback"
    assert "Überweisung" in rows[1]["detail"]["text"] and "sausage" not in rows[1]["detail"]["text"]
    assert not [row for row in audit(root, actor="mei") if row["action"] == "search"]


def test_one_bulk_is_one_id(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    tickets = [desk.customer_writes("en", "Hello", customer=f"c-{n}") for n in range(2)]
    lena = read("lena")
    for number, ticket in enumerate(tickets):
        lena.command({"kind": "take", "ticket_id": ticket.id}, f"b-{number}", bulk_id="bulk-7")
    assert [row["detail"]["bulk_id"] for row in audit(lena, q="bulk-7")] == ["bulk-7", "bulk-7"]
