"""A replica that the previous release wrote, with work in it that was not sent, opened by this one offline."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from console.store import Store
from desk.commands import Reply
from desk.outbox import SendState
from desk.records import Status
from desk.views import VIEWS

FILE = Path(__file__).parent.parent / "data" / "local-0.1.0.db.zst"
"""Five tickets of the sample desk; a reply and a solving wait to be sent, a note is drafted."""
NOW = 1_774_922_520_000


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "local.db"
    path.write_bytes(zstandard.ZstdDecompressor().decompress(FILE.read_bytes()))
    store = Store.open(path)
    yield store
    store.close()


def test_what_was_written_is_still_to_be_sent(upgraded: Store) -> None:
    waiting = upgraded.outbox((SendState.QUEUED,))
    assert [entry.kind for entry in waiting] == ["reply", "status"]
    command = waiting[0].envelope.command
    assert isinstance(command, Reply)
    thread = upgraded.thread(command.ticket_id)
    assert thread.window(thread.count() - 1, 1)[0].message.body == command.body == "您好，正在为您核实。"
    assert [draft.body for draft in upgraded.drafts()] == ["remember the memo"]


def test_every_view_works_before_anything_is_fetched(upgraded: Store) -> None:
    counts = upgraded.counts(NOW)
    assert counts.keys() == VIEWS.keys()
    rows = upgraded.queue(VIEWS["all"], NOW).window(0, 20)
    assert len(rows) == counts["all"] == 5
    changed = [ticket for row in rows if (ticket := upgraded.ticket(row.id)) and row.pending]
    assert {ticket.status for ticket in changed} & {Status.SOLVED, Status.OPEN}
    assert upgraded.search(VIEWS["all"], NOW), "conversations are still found"


def test_a_copy_of_the_file_as_it_was_lies_beside_it(upgraded: Store, tmp_path: Path) -> None:
    assert [path.name for path in tmp_path.glob("local.db.v*")] == ["local.db.v2"]
