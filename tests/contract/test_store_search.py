"""Search finds tickets by any word of their conversation, in both languages, and shows where."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from bench.desk_data import ME, SCOPE, message, session, ticket
from console.store import Store
from desk.query import parse_query
from desk.wire import Changes, Record

TEXTS = (
    "The withdrawals to my paper wallet are pending",
    "我的提现九小时未到账，请帮忙",
    "我的提現九小時未到賬 (traditional)",
    "USDT 充值没有到账",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "local.db")
    opened.apply_session(session())
    records = []
    for number, text in enumerate(TEXTS):
        made = msgspec.structs.replace(ticket(number, messages=2), subject=f"Case {number}", assignee_id=None, tags=())
        if number == 1:
            made = msgspec.structs.replace(made, assignee_id=ME.id)
        talk = (
            msgspec.structs.replace(message(made, 1), body=text),
            msgspec.structs.replace(message(made, 2), body="Thank you, we look into it"),
        )
        doc = Raw(msgspec.json.encode(made))
        records.append(Record(p=number + 1, s=SCOPE, k="ticket", id=made.id, v=1, d=doc, ev=talk))
    page = Changes(items=tuple(records), next="f.9", pos=9, head=9, more=False, now=0, scopes_digest="")
    opened.apply_page(page)
    while opened.index_pending(3):
        pass
    yield opened
    opened.close()


def found(store: Store, text: str) -> set[int]:
    return {int(hit.row.ref.removeprefix("T-")) for hit in store.search(parse_query(text), 0)}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("withdrawal", {0}),
        ("withdrawa", {0}),
        ('"paper wallet"', {0}),
        ('"wallet paper"', set()),
        ("提现", {1, 2}),
        ("账", {1, 2, 3}),
        ("未到账", {1, 2}),
        ("提現", {1, 2}),
        ("USDT 到账", {3}),
        ("ＵＳＤＴ", {3}),
        ("提现 assignee:me", {1}),
        ("提现 -traditional", {1}),
        ("withdrawal thank", {0}),
        ("T-3", {3}),
        ('"', {0, 1, 2, 3}),
        ("assignee:me", {1}),
    ],
)
def test_a_query_finds(store: Store, query: str, numbers: set[int]) -> None:
    assert found(store, query) == numbers


def test_the_snippet_shows_the_hit(store: Store) -> None:
    [hit] = store.search(parse_query("未到账 -traditional"), 0)
    assert hit.snippet == "我的提现九小时\x02未到账\x03，请帮忙"
    [hit] = store.search(parse_query("withdrawal"), 0)
    assert hit.snippet.startswith("The \x02withdrawal\x03s to my")


def test_what_came_later_is_found_after_indexing(store: Store) -> None:
    made = ticket(0, v=2, messages=3)
    later = msgspec.structs.replace(message(made, 3), body="the seed phrase is on steel")
    doc = Raw(msgspec.json.encode(made))
    record = Record(p=20, s=SCOPE, k="ticket", id=made.id, v=2, d=doc, ev=(later,))
    store.apply_page(Changes(items=(record,), next="f.20", pos=20, head=20, more=False, now=0, scopes_digest=""))
    assert store.index_pending() == 0
    assert found(store, "steel") == {0}
    assert found(store, "withdrawal") == {0}
