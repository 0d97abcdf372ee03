"""Signing in, rotating tokens, automation, limits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from backend.config import Config, Rate, RateLimits
from backend.embedded import EmbeddedServer
from desk.ids import Instant


class Clock:
    def __init__(self) -> None:
        self.now: Instant = 1_700_000_000_000

    def __call__(self) -> Instant:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[EmbeddedServer]:
    limits = RateLimits(requests=Rate(20, 60), commands=Rate(5, 200), sign_ins=Rate(5 / 60, 5), streams=1)
    config = Config(database=f"sqlite:///{tmp_path}/desk.db", port=0, clock=clock, limits=limits)
    with EmbeddedServer(config) as server:
        server.add_team("en", "English")
        server.add_agent("mei", teams=("en",), password="correct horse")
        yield server


@pytest.fixture
def http(desk: EmbeddedServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url) as client:
        yield client


def sign_in(http: httpx.Client, password: str = "correct horse", user: str = "mei") -> httpx.Response:
    return http.post("/v1/auth/login", json={"user": user, "password": password, "device": "laptop"})


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def session(http: httpx.Client, token: str) -> httpx.Response:
    return http.get("/v1/sync/session", headers={"authorization": f"Bearer {token}"})


def refresh(http: httpx.Client, token: str) -> httpx.Response:
    return http.post("/v1/auth/refresh", json={"refresh_token": token})


def test_a_password_gives_tokens_that_open_a_session(http: httpx.Client) -> None:
    tokens = sign_in(http).json()
    assert tokens["me"]["handle"] == "mei"
    assert session(http, tokens["access_token"]).status_code == 200
    assert session(http, tokens["refresh_token"]).status_code == 401


@pytest.mark.parametrize(("user", "password"), [("mei", "wrong"), ("nobody", "correct horse"), ("", "")])
def test_wrong_name_and_wrong_password_look_the_same(http: httpx.Client, user: str, password: str) -> None:
    answer = sign_in(http, password, user)
    assert (answer.status_code, slug(answer)) == (401, "wrong-credentials")


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer x"}, {"authorization": "Basic bWVpOng="}])
def test_nothing_without_a_token(http: httpx.Client, header: dict[str, str]) -> None:
    answer = http.get("/v1/sync/session", headers=header)
    assert (answer.status_code, slug(answer)) == (401, "not-signed-in")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_expired_access_token_says_so_and_can_be_refreshed(http: httpx.Client, clock: Clock) -> None:
    tokens = sign_in(http).json()
    assert session(http, tokens["access_token"]).status_code == 200
    clock.now = tokens["expires_at"]
    assert slug(session(http, tokens["access_token"])) == "token-expired"
    fresh = refresh(http, tokens["refresh_token"]).json()
    assert session(http, fresh["access_token"]).status_code == 200


def test_a_refresh_token_used_twice_ends_the_whole_family(http: httpx.Client, clock: Clock) -> None:
    first = sign_in(http).json()
    second = refresh(http, first["refresh_token"]).json()
    assert session(http, second["access_token"]).status_code == 200
    assert slug(refresh(http, first["refresh_token"])) == "token-reused"
    clock.now += 1
    assert session(http, second["access_token"]).status_code == 401
    assert slug(refresh(http, second["refresh_token"])) == "not-signed-in"


def test_revoking_signs_out_at_once(http: httpx.Client) -> None:
    tokens = sign_in(http).json()
    assert session(http, tokens["access_token"]).status_code == 200
    answer = http.post("/v1/auth/revoke", json={"refresh_token": tokens["refresh_token"]})
    assert answer.status_code == 204
    assert session(http, tokens["access_token"]).status_code == 401
    assert http.post("/v1/auth/revoke", json={"refresh_token": "unknown"}).status_code == 204


def test_an_api_token_acts_as_its_agent(desk: EmbeddedServer, http: httpx.Client) -> None:
    assert session(http, desk.token("mei")).json()["me"]["handle"] == "mei"
    desk.change_agent("mei", lambda agent: msgspec.structs.replace(agent, active=False))
    assert session(http, desk.token("mei")).status_code == 401


def test_tokens_are_not_in_the_database(desk: EmbeddedServer, http: httpx.Client) -> None:
    tokens = sign_in(http).json()
    desk.stop()
    stored = b"".join(path.read_bytes() for path in desk_files(desk))
    assert tokens["access_token"].encode() not in stored
    assert tokens["refresh_token"].encode() not in stored
    assert b"correct horse" not in stored


def desk_files(desk: EmbeddedServer) -> list[Path]:
    path = Path(desk.config.database.removeprefix("sqlite:///"))
    return [found for found in path.parent.glob(f"{path.name}*") if found.is_file()]


def test_guessing_is_slowed_down(http: httpx.Client, clock: Clock) -> None:
    answers = [sign_in(http, "guess") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    wait_s = int(answers[-1].headers["retry-after"])
    assert 1 <= wait_s <= 60
    clock.now += wait_s * 1000
    assert sign_in(http).status_code == 200


def test_calling_too_often_is_told_when_to_come_back(desk: EmbeddedServer, http: httpx.Client, clock: Clock) -> None:
    token = desk.token("mei")
    codes = [session(http, token).status_code for _ in range(62)]
    assert codes == [200] * 60 + [429] * 2
    clock.now += 1000
    assert session(http, token).status_code == 200


def test_a_bulk_is_not_held_up_by_what_one_person_may_type(desk: EmbeddedServer, http: httpx.Client) -> None:
    token = desk.token("mei")
    assert [_tags(http, token, batch) for batch in range(6)] == [200] * 4 + [429] * 2
    assert [_tags(http, token, batch, bulk="b1") for batch in range(10, 18)] == [200] * 8
    assert _tags(http, token, 18, bulk="b1") == 429


def _tags(http: httpx.Client, token: str, batch: int, bulk: str = "") -> int:
    """The status of a request with fifty commands about a ticket that is not there."""
    command = {"kind": "tags", "ticket_id": "none", "add": ["x"]}
    envelopes = [
        {"id": f"{batch}-{n}", "composed_at": 1, "command": command, **({"bulk_id": bulk} if bulk else {})}
        for n in range(50)
    ]
    headers = {"authorization": f"Bearer {token}"}
    return http.post("/v1/commands", json={"commands": envelopes}, headers=headers).status_code


def test_a_second_stream_past_the_limit_is_refused(desk: EmbeddedServer, http: httpx.Client) -> None:
    headers: dict[str, Any] = {"authorization": f"Bearer {desk.token('mei')}"}
    with http.stream("GET", "/v1/sync/stream", headers=headers) as first:
        lines = first.iter_lines()
        assert next(lines) == "event: ping"
        refused = http.get("/v1/sync/stream", headers=headers)
        assert (refused.status_code, slug(refused)) == (429, "too-many-requests")
