"""A database of the previous release, opened by this one."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import zstandard

from backend.config import NO_LIMITS, Config
from backend.database import Database
from backend.embedded import EmbeddedServer
from backend.integrity import findings

FILE = Path(__file__).parent.parent / "data" / "desk-0.1.0.db.zst"
"""Three tickets of one team: one taken and answered by mei, one that waits for somebody, one solved."""


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[EmbeddedServer]:
    path = tmp_path / "desk.db"
    path.write_bytes(zstandard.ZstdDecompressor().decompress(FILE.read_bytes()))
    with EmbeddedServer(Config(database=f"sqlite:///{path}", port=0, limits=NO_LIMITS)) as server:
        yield server


def test_people_sign_in_and_find_their_tickets(upgraded: EmbeddedServer) -> None:
    with httpx.Client(base_url=upgraded.url) as http:
        asked = {"user": "mei", "password": "correct horse", "device": "old laptop"}
        tokens = http.post("/v1/auth/login", json=asked).raise_for_status().json()
        http.headers["authorization"] = f"Bearer {tokens['access_token']}"
        snapshot = http.get("/v1/sync/snapshot", params={"scope": "team:en"}).raise_for_status().json()
        tickets = [item["d"] for item in snapshot["items"] if item["k"] == "ticket"]
        assert sorted(ticket.get("status", "new") for ticket in tickets) == ["new", "solved", "waiting"]
        free = next(ticket for ticket in tickets if ticket.get("status", "new") == "new")
        take = {"id": "take-1", "composed_at": 1, "command": {"kind": "take", "ticket_id": free["id"]}}
        answer = http.post("/v1/commands", json={"commands": [take]}).raise_for_status().json()
        assert answer["outcomes"][0]["outcome"] == "applied"


def test_nothing_in_it_is_out_of_step(upgraded: EmbeddedServer) -> None:
    upgraded.stop()
    database = Database(upgraded.config.database)
    try:
        with database.read() as conn:
            assert list(findings(conn)) == []
    finally:
        database.close()
