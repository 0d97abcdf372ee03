"""Macros over HTTP: who is sent them, and what happens when they are shared with somebody else."""

from typing import Any

from backend.embedded import EmbeddedServer
from desk.records import Role


def macro(macro_id: str = "m-1", shortcut: str = "mine", **fields: Any) -> dict[str, Any]:
    command = {"kind": "macro_save", "macro_id": macro_id, "shortcut": shortcut, "title": {"en": "Mine"}}
    return {**command, "body": {"en": "Hi {{ customer }}"}, "sharing": "personal", **fields}


def held(reader: Any, scope: str) -> set[str]:
    """The macros in a scope's snapshot."""
    found: set[str] = set()
    after: dict[str, str] = {}
    while True:
        page = reader.snapshot(scope, **after)
        found |= {item.id for item in page.items if item.k == "macro"}
        if page.done:
            return found
        after = {"after": page.next}


def told(reader: Any, cursor: str) -> list[tuple[str, str]]:
    return [(record.s, record.op) for record in reader.changes(cursor).items if record.k == "macro"]


def test_a_personal_macro_is_sent_to_its_owner_alone(backend_server: EmbeddedServer, read: Any) -> None:
    mei, both = read("mei"), read("both")
    cursors = mei.head(), both.head()
    assert mei.command(macro(), "c-1")["outcome"] == "applied"
    assert told(mei, cursors[0]) == [("user:mei", "put")]
    assert told(both, cursors[1]) == []
    assert held(mei, "user:mei") == {"m-1"}
    assert held(both, "user:both") == set()
    assert "m-1" not in held(both, "org") | held(both, "team:en")


def test_sharing_moves_a_macro_and_taking_it_back_takes_it_from_others(
    backend_server: EmbeddedServer, read: Any
) -> None:
    backend_server.add_agent("sol", teams=("en",), role=Role.SENIOR)
    sol, both = read("sol"), read("both")
    sol.command(macro(), "c-1")
    cursor = both.head()
    assert sol.command(macro(sharing="team", shared_with="en"), "c-2", expected_version=1)["outcome"] == "applied"
    assert told(both, cursor) == [("team:en", "put")]
    assert held(both, "team:en") == {"m-1"}
    assert held(sol, "user:sol") == set()

    cursor = both.head()
    sol.command(macro(sharing="shared"), "c-3", expected_version=2)
    assert sorted(told(both, cursor)) == [("org", "put"), ("team:en", "leave")]
    assert "m-1" in held(both, "org")

    cursor = both.head()
    sol.command(macro(sharing="personal"), "c-4", expected_version=3)
    assert told(both, cursor) == [("org", "leave")]
    assert "m-1" not in held(both, "org")


def test_a_macro_of_somebody_else_is_not_there(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei, both = read("mei"), read("both")
    mei.command(macro(status="on_hold"), "c-1")
    for number, command in enumerate(
        (
            macro(title={"en": "Stolen"}),
            {"kind": "macro_archive", "macro_id": "m-1"},
            {"kind": "macro", "macro_id": "m-1", "ticket_id": ticket.id},
        )
    ):
        refused = both.command(command, f"b-{number}")
        assert (refused["outcome"], refused["code"]) == ("rejected", "unknown-macro")
    assert mei.command({"kind": "macro", "macro_id": "m-1", "ticket_id": ticket.id}, "c-2")["outcome"] == "applied"


def test_a_broken_template_is_refused_with_its_line(backend_server: EmbeddedServer, read: Any) -> None:
    refused = read("mei").command(macro(body={"en": "Hello\n{{ custmer }}"}), "c-1")
    assert refused["code"] == "bad-template"
    assert refused["why"] == "Line 2: there is no variable “custmer”; it may be one of: customer."


def test_a_change_on_top_of_another_is_a_conflict(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    mei.command(macro(), "c-1")
    mei.command(macro(title={"en": "Second"}), "c-2", expected_version=1)
    late = mei.command(macro(title={"en": "Third"}), "c-3", expected_version=1)
    assert (late["outcome"], late["what"]) == ("conflict", "macro")


def test_an_agent_keeps_macros_to_themselves(backend_server: EmbeddedServer, read: Any) -> None:
    mei = read("mei")
    assert mei.command(macro(sharing="shared"), "c-1")["code"] == "not-allowed"
    assert mei.command(macro(sharing="team", shared_with="en"), "c-2")["code"] == "not-allowed"
    assert mei.command(macro(), "c-3")["outcome"] == "applied"


def test_an_archived_macro_is_not_applied(backend_server: EmbeddedServer, read: Any) -> None:
    ticket = backend_server.customer_writes("en", "Hello")
    mei = read("mei")
    mei.command(macro(status="on_hold"), "c-1")
    apply = {"kind": "macro", "macro_id": "m-1", "ticket_id": ticket.id}
    mei.command({"kind": "macro_archive", "macro_id": "m-1"}, "c-2")
    assert mei.command(apply, "c-3")["code"] == "unknown-macro"
    mei.command({"kind": "macro_archive", "macro_id": "m-1", "on": False}, "c-4")
    assert mei.command(apply, "c-5")["outcome"] == "applied"
