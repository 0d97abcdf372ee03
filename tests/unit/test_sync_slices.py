"""Slices of a page: whatever a backend writes and however it spaces it, the slices bring the same rows."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.store.pages import changes_page, snapshot_page
from console.sync.slices import SliceSize, slices_of_changes, slices_of_snapshot

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
MESSAGES = st.builds(
    lambda n, body: {
        "id": f"m{n}", "ticket_id": "t", "n": n, "kind": "public", "at": n, "body": body, "v": 1,
        "author": {"kind": "customer", "id": "c", "name": body},
    },
    st.integers(1, 9),
    TEXTS,
)  # fmt: skip
CONVERSATIONS = st.lists(MESSAGES, max_size=2)
SPACING = st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 2}, {"indent": "\t"}])
"""As a compact backend writes it, as Python does, and as a proxy that makes things pretty."""


def snapshot(items: list[tuple[Any, list[Any] | None]]) -> dict[str, Any]:
    rows = [
        {"k": "ticket", "id": f"t{n}", "v": 1, "d": body} | ({} if ev is None else {"ev": ev})
        for n, (body, ev) in enumerate(items)
    ]
    return {"feed": "f", "as_of": "a", "read_at": 3, "items": rows, "next": "more", "done": False}


@given(
    st.lists(st.tuples(BODIES, st.none() | CONVERSATIONS), max_size=60),
    st.integers(1, 30),
    SPACING,
    st.booleans(),
)
def test_slices_of_a_snapshot_bring_the_rows_of_the_page(
    items: list[tuple[Any, list[Any] | None]], at_once: int, spacing: dict[str, Any], ascii_only: bool
) -> None:
    body = json.dumps(snapshot(items), ensure_ascii=ascii_only, **spacing).encode()
    whole = snapshot_page(body)
    slices = list(slices_of_snapshot(body, SliceSize(at_once)))
    parts = [snapshot_page(part) for part, _rows in slices]
    assert [row for part in parts for row in _read(part.items)] == _read(whole.items)
    assert [rows for _part, rows in slices] == [len(part.items) for part in parts]
    assert {(part.feed, part.as_of, part.read_at, part.next, part.done) for part in parts} == {
        ("f", "a", 3, "more", False)
    }


@given(st.lists(BODIES, max_size=60), st.integers(1, 30), SPACING)
def test_slices_of_changes_bring_the_rows_of_the_page(bodies: list[Any], at_once: int, spacing: dict[str, Any]) -> None:
    rows = [
        {"p": n, "s": "org", "k": "ticket", "id": f"t{n}", "op": "put", "v": 1, "d": d} for n, d in enumerate(bodies)
    ]
    page = {"items": rows, "next": "end", "pos": 9, "head": 9, "more": False, "now": 1, "scopes_digest": "d"}
    body = json.dumps(page, **spacing).encode()
    parts = [changes_page(part) for part, _rows in slices_of_changes(body, "start", SliceSize(at_once))]
    assert [row for part in parts for row in _read(part.items)] == _read(changes_page(body).items)
    assert [part.next for part in parts] == ["start"] * (len(parts) - 1) + ["end"]


def _read(items: Any) -> list[tuple[Any, ...]]:
    """Rows with their documents as values, since spacing may differ."""
    return [(row.k, row.id, row.v, json.loads(bytes(row.d)), getattr(row, "ev", ())) for row in items]
