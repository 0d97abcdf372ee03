"""The stream: what it says, and that it ends when it should."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import msgspec
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from desk.wire import Changes, Presence, Problem

Events: TypeAlias = Iterator[ServerSentEvent]


@pytest.fixture
def listen(backend_server: EmbeddedServer) -> Callable[..., Any]:
    return opener(backend_server)


def opener(server: EmbeddedServer) -> Callable[..., Any]:
    @contextmanager
    def listen(handle: str, cursor: str = "") -> Iterator[Events]:
        headers = {"authorization": f"Bearer {server.token(handle)}"}
        if cursor:
            headers["last-event-id"] = cursor
        with (
            httpx.Client(base_url=server.url, timeout=20) as http,
            connect_sse(http, "GET", "/v1/sync/stream", headers=headers) as source,
        ):
            yield source.iter_sse()

    return listen


def until(events: Events, name: str) -> ServerSentEvent:
    return next(event for event in events if event.event == name)


def page(events: Events) -> Changes:
    return msgspec.json.decode(until(events, "page").data, type=Changes)


def page_with_rows(events: Events) -> Changes:
    while not (found := page(events)).items:
        pass
    return found


def test_first_a_ping_so_that_a_buffered_path_is_noticed(listen: Any) -> None:
    with listen("mei") as events:
        assert next(events).event == "ping"


def test_a_change_comes_inline_with_its_cursor(backend_server: EmbeddedServer, listen: Any, read: Any) -> None:
    with listen("mei") as events:
        until(events, "presence")
        backend_server.customer_writes("en", "hello")
        event = until(events, "page")
        told = msgspec.json.decode(event.data, type=Changes)
        assert event.id == told.next
        assert ("ticket", "put") in [(record.k, record.op) for record in told.items]
    assert read("mei").changes(told.next).items == ()


def test_it_resumes_after_the_last_event(backend_server: EmbeddedServer, listen: Any, read: Any) -> None:
    cursor = read("mei").head()
    ticket = backend_server.customer_writes("en", "while away")
    with listen("mei", cursor) as events:
        assert page_with_rows(events).items[0].id == ticket.id


def test_changes_of_others_stay_unsaid(backend_server: EmbeddedServer, listen: Any) -> None:
    with listen("mei") as events:
        until(events, "presence")
        backend_server.customer_writes("zh", "not for mei")
        mine = backend_server.customer_writes("en", "for mei")
        assert {record.id for record in page_with_rows(events).items} == {mine.id, "c-1"}


def test_a_burst_is_told_in_a_few_pages(backend_server: EmbeddedServer, listen: Any) -> None:
    ticket = backend_server.customer_writes("en", "first")
    with listen("mei") as events:
        until(events, "presence")
        for number in range(30):
            backend_server.customer_writes(ticket.id, f"message {number}")
        heard: list[int] = []
        pages = 0
        while len(heard) < 30:
            told = page_with_rows(events)
            heard += [message.n for record in told.items for message in record.ev]
            pages += 1
        assert heard == list(range(2, 32))
        assert pages < 10


@pytest.mark.parametrize(("cursor", "slug"), [("nonsense", "cursor-malformed"), ("0123456789abcdef.1", "feed-changed")])
def test_a_cursor_of_nowhere_is_reset_and_ends(listen: Any, cursor: str, slug: str) -> None:
    with listen("mei", cursor) as events:
        problem = msgspec.json.decode(until(events, "reset").data, type=Problem)
        assert problem.type.endswith(slug)
        assert list(events) == []


def test_everybody_hears_who_is_online_and_who_writes(backend_server: EmbeddedServer, listen: Any, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "hello")
    both = read("both")
    with listen("mei") as mine, listen("li") as theirs:
        while not {"mei", "li"} <= set(msgspec.json.decode(until(mine, "presence").data, type=Presence).online):
            pass
        both.http.put("/v1/presence", json={"ticket_id": ticket.id, "writing": "reply"}).raise_for_status()
        while not (seen := msgspec.json.decode(until(mine, "presence").data, type=Presence)).viewers:
            pass
        assert [(viewer.agent_id, viewer.ticket_id, viewer.writing) for viewer in seen.viewers] == [
            ("both", ticket.id, "reply")
        ]
        both.http.put("/v1/presence", json={}).raise_for_status()
        while msgspec.json.decode(until(mine, "presence").data, type=Presence).viewers:
            pass
        backend_server.customer_writes("zh", "so that li hears something")
        for event in theirs:
            if event.event == "presence":
                assert msgspec.json.decode(event.data, type=Presence).viewers == ()
            if event.event == "page" and msgspec.json.decode(event.data, type=Changes).items:
                break


def test_presence_on_a_ticket_out_of_sight_is_not_found(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("zh", "hello")
    assert read("mei").http.put("/v1/presence", json={"ticket_id": ticket.id}).status_code == 404


def test_it_says_bye_when_its_life_is_over_and_pings_until_then(tmp_path: Path) -> None:
    config = Config(
        database=f"sqlite:///{tmp_path}/desk.db", port=0, limits=NO_LIMITS, heartbeat_s=0.1, stream_life_s=0.5
    )
    with EmbeddedServer(config) as server:
        server.add_agent("mei")
        with opener(server)("mei") as events:
            names = [event.event for event in events]
    assert names.count("ping") >= 2
    assert names[-1] == "bye"


def test_shutdown_waits_for_no_stream_and_no_long_poll(backend_server: EmbeddedServer, listen: Any, read: Any) -> None:
    mei = read("mei")
    cursor = mei.head()
    with listen("mei") as events:
        until(events, "presence")
        started = time.monotonic()
        backend_server.stop()
        assert time.monotonic() - started < 5
        assert [event.event for event in events][-1] == "bye"
    with pytest.raises(httpx.TransportError):
        mei.changes(cursor)


def test_one_far_behind_is_sent_to_fetch(backend_server: EmbeddedServer, listen: Any, read: Any) -> None:
    cursor = read("mei").head()
    with backend_server.runtime.database.write(1) as tx:
        for _ in range(12):
            with tx.unit():
                for number in range(500):
                    tx.tell("team:en", "ticket", f"gone-{number}", "leave")
    with listen("mei", cursor) as events:
        assert until(events, "behind").event == "behind"
        assert list(events) == []


def test_rows_written_by_another_process_are_heard(backend_server: EmbeddedServer, listen: Any) -> None:
    with listen("mei") as events:
        until(events, "presence")
        with backend_server.runtime.database.write(1) as tx:
            tx.tell("team:en", "ticket", "written-elsewhere", "leave")
        assert [record.id for record in page_with_rows(events).items] == ["written-elsewhere"]
