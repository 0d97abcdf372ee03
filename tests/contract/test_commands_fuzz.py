"""Any command of any role over HTTP: answered with one outcome each, in order, and never with a mistake of ours.

The route that takes commands is asked here rather than from its OpenAPI description, whose union of all commands takes
a minute to draw from.
"""

from collections.abc import Iterator
from typing import get_args

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from desk.commands import AnyCommand, Envelope
from desk.ids import CommandId
from desk.records import Role
from desk.wire import CommandBatch, Outcomes
from tests.anything import INSTANTS, a


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    path = tmp_path_factory.mktemp("fuzz") / "desk.db"
    with EmbeddedServer(Config(database=f"sqlite:///{path}", port=0, limits=NO_LIMITS)) as server:
        for team in ("wallets", "trading"):
            server.add_team(team, team.title())
        for role in Role:
            server.add_agent(role.value, role=role, teams=("wallets",))
        server.customer_writes("wallets", "hello", customer="c1")
        yield server


@pytest.fixture(scope="module")
def callers(desk: EmbeddedServer) -> Iterator[dict[Role, httpx.Client]]:
    opened = {
        role: httpx.Client(base_url=desk.url, headers={"authorization": f"Bearer {desk.token(role.value)}"}, timeout=30)
        for role in Role
    }
    yield opened
    for client in opened.values():
        client.close()


ENVELOPES = st.builds(
    Envelope,
    id=st.just(CommandId("")),
    command=st.sampled_from(get_args(AnyCommand)).flatmap(a),
    composed_at=INSTANTS,
    expected_version=st.none() | st.integers(0, 5),
    seen_n=st.none() | st.integers(-1, 5),
    on_top=st.booleans(),
    bulk_id=st.sampled_from(["", "b1"]),
)
_given = 0


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.lists(ENVELOPES, min_size=1, max_size=12), st.sampled_from(Role))
def test_every_command_gets_its_outcome(callers: dict[Role, httpx.Client], asked: list[Envelope], role: Role) -> None:
    batch = CommandBatch(commands=tuple(replace(one, id=_fresh()) for one in asked))
    answer = callers[role].post("/v1/commands", content=msgspec.json.encode(batch))
    assert answer.status_code == 200, answer.text
    outcomes = msgspec.json.decode(answer.content, type=Outcomes).outcomes
    assert [outcome.id for outcome in outcomes] == [one.id for one in batch.commands]


def _fresh() -> CommandId:
    global _given
    _given += 1
    return CommandId(f"fuzz-{_given}")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"commands": 1}', b'{"commands": [{"id": "x"}]}', b"\xff\xfe", b"{" * 5_000]
)
def test_what_is_no_batch_is_refused_in_a_sentence(callers: dict[Role, httpx.Client], body: bytes) -> None:
    answer = callers[Role.AGENT].post("/v1/commands", content=body)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith(":malformed")
    assert answer.json()["detail"].endswith(".")
