"""A running backend with a small desk, and somebody who calls it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import msgspec
import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from desk.records import Role
from desk.wire import Changes, Session, Snapshot

Json: TypeAlias = dict[str, Any]


@pytest.fixture
def backend_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path}/desk.db", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as server:
        server.add_team("en", "English")
        server.add_team("zh", "中文")
        server.add_agent("mei", teams=("en",))
        server.add_agent("li", teams=("zh",))
        server.add_agent("both", teams=("en", "zh"))
        server.add_agent("root", role=Role.ADMIN)
        yield server


class Reader:
    """What a console does, as far as reading goes."""

    def __init__(self, server: EmbeddedServer, handle: str) -> None:
        headers = {"authorization": f"Bearer {server.token(handle)}"}
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=30)

    def session(self) -> Session:
        answer = self.http.get("/v1/sync/session").raise_for_status()
        return msgspec.json.decode(answer.content, type=Session)

    def head(self) -> str:
        session = self.session()
        return f"{session.feed}.{session.head}"

    def changes(self, cursor: str, **params: int) -> Changes:
        answer = self.http.get("/v1/sync/changes", params={"cursor": cursor, **params}).raise_for_status()
        return msgspec.json.decode(answer.content, type=Changes)

    def snapshot(self, scope: str, **params: str | int) -> Snapshot:
        answer = self.http.get("/v1/sync/snapshot", params={"scope": scope, **params}).raise_for_status()
        return msgspec.json.decode(answer.content, type=Snapshot)

    def command(self, command: Json, command_id: str, **envelope: int | bool) -> Json:
        body = {"commands": [{"id": command_id, "command": command, "composed_at": 1, **envelope}]}
        answer = self.http.post("/v1/commands", json=body).raise_for_status()
        outcome: Json = answer.json()["outcomes"][0]
        return outcome


@pytest.fixture
def read(backend_server: EmbeddedServer) -> Iterator[Callable[[str], Reader]]:
    readers: list[Reader] = []

    def make(handle: str) -> Reader:
        readers.append(Reader(backend_server, handle))
        return readers[-1]

    yield make
    for reader in readers:
        reader.http.close()
