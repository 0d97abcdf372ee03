"""Customers of a running sample desk keep writing."""

import time
from pathlib import Path

from backend.config import NO_LIMITS, Config, system_clock
from backend.demo.cache import sample_desk
from backend.demo.live import LiveCustomers
from backend.embedded import EmbeddedServer
from backend.integrity import counts, findings


def test_messages_arrive_and_the_desk_stays_sound(tmp_path: Path) -> None:
    _, path = sample_desk(
        tmp_path, tickets=40, seed=3, lang="both", now=system_clock(), progress=lambda what, done, total: None
    )
    config = Config(database=f"sqlite:///{path}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as server:
        with server.runtime.database.read() as conn:
            before = counts(conn)
        with LiveCustomers(server, seed=3, pause_s=(0.0, 0.01)) as customers:
            deadline = time.monotonic() + 20
            while customers.written < 25 and time.monotonic() < deadline:
                time.sleep(0.01)
        with server.runtime.database.read() as conn:
            after = counts(conn)
            assert list(findings(conn)) == []
    assert after["message"] >= before["message"] + 25
    assert after["ticket"] > before["ticket"]
