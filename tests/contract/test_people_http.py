"""People over HTTP: what a lead changes comes back in the feed, and leads hear when somebody last did something."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import httpx_sse
import msgspec
import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from desk.ids import AgentId
from desk.records import Agent, Role, Team
from desk.wire import Presence
from tests.contract.conftest import Reader


class Read(Protocol):
    def __call__(self, handle: str) -> Reader: ...


class Listen(Protocol):
    def __call__(self, handle: str) -> AbstractContextManager[Iterator[httpx_sse.ServerSentEvent]]: ...


@pytest.fixture
def lead(backend_server: EmbeddedServer) -> EmbeddedServer:
    backend_server.add_agent("ana", teams=("en",), role=Role.LEAD)
    return backend_server


@pytest.fixture
def listen(read: Read) -> Listen:
    @contextmanager
    def streaming(handle: str) -> Iterator[Iterator[httpx_sse.ServerSentEvent]]:
        with httpx_sse.connect_sse(read(handle).http, "GET", "/v1/sync/stream") as source:
            yield source.iter_sse()

    return streaming


def told(reader: Reader, cursor: str, kind: str) -> list[msgspec.Raw]:
    return [record.d for record in reader.changes(cursor).items if record.k == kind and record.d]


def test_a_lead_sets_an_agent_away_and_everybody_is_told(lead: EmbeddedServer, read: Read) -> None:
    ana, li = read("ana"), read("li")
    cursor = li.head()
    outcome = ana.command({"kind": "agent_save", "agent_id": "mei", "away": True, "skills": ["Wallet Recovery"]}, "c1")
    assert outcome["outcome"] == "applied"
    [doc] = told(li, cursor, "agent")
    mei = msgspec.json.decode(doc, type=Agent)
    assert (mei.away, mei.away_until, mei.skills, mei.v) == (True, None, ("wallet-recovery",), outcome["v"])


@pytest.mark.parametrize(
    ("who", "command", "code"),
    [
        ("both", {"agent_id": "mei", "away": True}, "not-allowed"),
        ("ana", {"agent_id": "li", "away": True}, "not-allowed"),
        ("mei", {"agent_id": "mei", "capacity": 3}, "not-allowed"),
        ("ana", {"agent_id": "nobody", "away": True}, "unknown-agent"),
        ("ana", {"agent_id": "mei", "capacity": 501}, "bad-value"),
        ("ana", {"agent_id": "mei", "shift": "the moon"}, "bad-value"),
        ("ana", {"agent_id": "mei", "away": False}, "no-change"),
    ],
)
def test_what_is_refused(lead: EmbeddedServer, read: Read, who: str, command: dict[str, object], code: str) -> None:
    outcome = read(who).command({"kind": "agent_save", **command}, "c1")
    assert (outcome["outcome"], outcome["code"]) == ("rejected", code)


def test_everybody_sets_themselves_away(lead: EmbeddedServer, read: Read) -> None:
    assert read("mei").command({"kind": "agent_save", "agent_id": "mei", "away": True}, "c1")["outcome"] == "applied"


def test_automatic_routing_is_switched(lead: EmbeddedServer, read: Read) -> None:
    ana, li = read("ana"), read("li")
    cursor = li.head()
    assert ana.command({"kind": "team_save", "team_id": "en", "auto_route": True}, "c1")["outcome"] == "applied"
    [doc] = told(li, cursor, "team")
    assert msgspec.json.decode(doc, type=Team).auto_route
    assert ana.command({"kind": "team_save", "team_id": "zh", "auto_route": True}, "c2")["code"] == "not-allowed"


def test_taking_a_ticket_out_of_turn_is_kept_with_who_took_it(lead: EmbeddedServer, read: Read) -> None:
    for number in range(4):
        lead.customer_writes("en", f"hello {number}")
    last = lead.customer_writes("en", "the newest of all")
    mei, ana = read("mei"), read("ana")
    assert mei.command({"kind": "take", "ticket_id": last.id}, "c1")["outcome"] == "applied"
    assert ana.command({"kind": "assign", "ticket_id": last.id, "assignee_id": "both"}, "c2")["outcome"] == "applied"
    ticket = ana.http.get(f"/v1/tickets/{last.id}").raise_for_status().json()["ticket"]
    assert (ticket["taken_by"], ticket["passed_over"], ticket["assignee_id"]) == ("mei", 4, "both")
    assert ticket["taken_urgency_at"] == last.urgency_at


def actions_heard(events: Iterator[httpx_sse.ServerSentEvent], agent_id: str) -> Presence:
    """Listen until somebody's last action is told."""
    for event in events:
        if event.event == "presence":
            presence = msgspec.json.decode(event.data, type=Presence)
            if AgentId(agent_id) in presence.active_at:
                return presence
    raise AssertionError("the stream ended")


def test_a_lead_hears_when_agents_of_their_teams_did_something(
    lead: EmbeddedServer, read: Read, listen: Listen
) -> None:
    ticket = lead.customer_writes("en", "hello")
    for handle in ("mei", "li"):
        read(handle).command({"kind": "note", "ticket_id": ticket.id, "body": "looking"}, f"c-{handle}")
    with listen("ana") as events:
        assert set(actions_heard(events, "mei").active_at) <= {"mei", "both", "ana"}
    with listen("root") as events:
        assert {"mei", "li"} <= set(actions_heard(events, "mei").active_at)
    with listen("mei") as events:
        first = next(event for event in events if event.event == "presence")
        assert msgspec.json.decode(first.data, type=Presence).active_at == {}


def test_last_actions_outlive_a_restart(tmp_path: Path, read: Read) -> None:
    config = Config(database=f"sqlite:///{tmp_path}/again.db", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as server:
        server.add_team("en", "English")
        server.add_agent("mei", teams=("en",))
        server.add_agent("ana", teams=("en",), role=Role.LEAD)
        ticket = server.customer_writes("en", "hello")
        mei = Reader(server, "mei")
        mei.command({"kind": "take", "ticket_id": ticket.id}, "c1")
        mei.http.close()
    with EmbeddedServer(config) as server:
        ana = Reader(server, "ana")
        with httpx_sse.connect_sse(ana.http, "GET", "/v1/sync/stream") as source:
            assert actions_heard(source.iter_sse(), "mei").active_at[AgentId("mei")] > 0
        ana.http.close()
