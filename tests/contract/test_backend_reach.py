"""Single tickets, search and files: what may be reached, and what may not."""

import hashlib
from typing import Any

import pytest

from backend.embedded import EmbeddedServer
from desk.wire import MAX_BLOB_BYTES


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_opened_ticket_stays_live_for_a_day(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    mei = read("mei")
    cursor = mei.head()
    view = mei.http.get(f"/v1/tickets/{ticket.id}").json()
    assert view["ticket"]["id"] == ticket.id
    assert view["customer"]["id"] == "c-1"
    live = mei.changes(cursor)
    assert ("user:mei", "ticket", ticket.id) in [(record.s, record.k, record.id) for record in live.items]
    mei.http.get(f"/v1/tickets/{ticket.id}")
    assert mei.changes(live.next).items == ()


def test_a_watched_ticket_that_moves_out_of_sight_leaves(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    mei, both = read("mei"), read("both")
    mei.http.get(f"/v1/tickets/{ticket.id}")
    cursor = mei.head()
    both.command({"kind": "team", "ticket_id": ticket.id, "team_id": "zh"}, "m-1")
    left = {(record.s, record.op) for record in mei.changes(cursor).items if record.k == "ticket"}
    assert left == {("team:en", "leave"), ("user:mei", "leave")}
    assert mei.http.get(f"/v1/tickets/{ticket.id}").status_code == 404
    assert mei.snapshot("user:mei").items == ()


@pytest.mark.parametrize("query", ["withdrawal", "WITHDRAW", "提现", "提", "status:new withdrawal", '"my withdrawal"'])
def test_search_finds_words_of_conversations_in_both_languages(
    backend_server: EmbeddedServer, read: Any, query: str
) -> None:
    ticket = backend_server.customer_writes("en", "Where is my withdrawal? 我的提现在哪里", subject="Stuck")
    backend_server.customer_writes("en", "Something else", customer="c-2")
    found = read("mei").http.get("/v1/search", params={"q": query}).json()["items"]
    assert [item["ticket"]["id"] for item in found] == [ticket.id]
    assert "\x02" in found[0]["snippet"]


def test_search_stays_within_sight_and_pages(backend_server: EmbeddedServer, read: Any) -> None:
    mine = {backend_server.customer_writes("en", f"fees {n}", customer=f"c-{n}").id for n in range(5)}
    backend_server.customer_writes("zh", "fees of the others")
    found: list[str] = []
    params: dict[str, Any] = {"q": "fees", "limit": 2}
    while True:
        answer = read("mei").http.get("/v1/search", params=params).json()
        found += [item["ticket"]["id"] for item in answer["items"]]
        if "next" not in answer:
            break
        params["after"] = answer["next"]
    assert sorted(found) == sorted(mine)


def test_search_by_filters_alone_is_newest_first(backend_server: EmbeddedServer, read: Any) -> None:
    first, second = (backend_server.customer_writes("en", "x", customer=f"c-{n}") for n in range(2))
    mei = read("mei")
    mei.command({"kind": "take", "ticket_id": first.id}, "t-1")
    everything = mei.http.get("/v1/search", params={"q": ""}).json()["items"]
    assert [item["ticket"]["id"] for item in everything] == [first.id, second.id]
    assigned = mei.http.get("/v1/search", params={"q": "assignee:me"}).json()["items"]
    assert [item["ticket"]["id"] for item in assigned] == [first.id]


def test_a_query_that_makes_no_sense_is_explained(read: Any) -> None:
    answer = read("mei").http.get("/v1/search", params={"q": "status:purple"})
    assert answer.status_code == 400
    assert "purple" in answer.json()["detail"]


def test_a_file_is_read_by_those_who_see_its_ticket(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    content = b"\x89PNG\r\n\x1a\n" + b"picture" * 1000
    mei, both, li = read("mei"), read("both"), read("li")
    path = f"/v1/blobs/{digest(content)}"
    stored = mei.http.put(path, content=content).json()
    assert stored == {"sha256": digest(content), "size_bytes": len(content), "media_type": "image/png"}
    assert mei.http.get(path).content == content
    assert both.http.get(path).status_code == 404
    file = {"sha256": digest(content), "name": "proof.png", "media_type": "image/png", "size_bytes": len(content)}
    note = {"kind": "note", "ticket_id": ticket.id, "body": "see", "attachments": [file]}
    assert mei.command(note, "n-1")["outcome"] == "applied"
    shown = both.http.get(path)
    assert shown.content == content
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-disposition"].startswith("attachment")
    assert li.http.get(path).status_code == 404


def test_naming_a_file_opens_no_way_to_it(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    content = b"li's own file"
    read("li").http.put(f"/v1/blobs/{digest(content)}", content=content).raise_for_status()
    file = {"sha256": digest(content), "name": "x.txt", "media_type": "text/plain", "size_bytes": len(content)}
    mei = read("mei")
    outcome = mei.command({"kind": "note", "ticket_id": ticket.id, "body": "x", "attachments": [file]}, "n-1")
    assert (outcome["outcome"], outcome["code"]) == ("rejected", "bad-value")
    assert mei.http.get(f"/v1/blobs/{digest(content)}").status_code == 404


def test_bytes_of_another_digest_are_refused_and_leave_nothing(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    answer = mei.http.put(f"/v1/blobs/{digest(b'one')}", content=b"two")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "digest-mismatch")
    assert [path for path in backend_server.runtime.blobs.rglob("*") if path.is_file()] == []


def test_a_file_over_the_cap_is_refused(backend_server: EmbeddedServer, read: Any) -> None:
    content = bytes(MAX_BLOB_BYTES + 1)
    answer = read("mei").http.put(f"/v1/blobs/{digest(content)}", content=content)
    assert answer.status_code == 413
    assert [path for path in backend_server.runtime.blobs.rglob("*") if path.is_file()] == []
