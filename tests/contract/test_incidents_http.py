"""Incidents over HTTP: new tickets join by rule and are told, many customers are told at once, each in their words."""

from typing import Any

import pytest

from backend.embedded import EmbeddedServer
from desk.ids import TicketId
from desk.records import Role, Status

ZH = "TRON 网络拥堵，提现会延迟到账。资金安全，请不要重复提交。"
EN = "Withdrawals over TRON are delayed. Your money is safe; please do not submit them again."
RULE = "network:tron pending"


@pytest.fixture
def lead(backend_server: EmbeddedServer, read: Any) -> Any:
    backend_server.add_agent("ana", role=Role.LEAD, teams=("en", "zh"))
    return read("ana")


def opened(lead: Any, *rules: str, told: bool = True) -> None:
    saved = {"kind": "incident_save", "incident_id": "inc-1", "title": {"en": "TRON delays"}, "rules": list(rules)}
    assert lead.command(saved, "save-1")["outcome"] == "applied"
    if told:
        update = {
            "kind": "incident_update",
            "incident_id": "inc-1",
            "update_id": "u-1",
            "body": {"zh": ZH, "en": EN},
        }
        assert lead.command(update, "update-1")["outcome"] == "applied"


def view_of(reader: Any, ticket_id: str) -> Any:
    return reader.http.get(f"/v1/tickets/{ticket_id}").raise_for_status().json()


@pytest.mark.parametrize(
    ("team", "lang", "body", "told"),
    [
        ("en", "en", "My USDT TRC20 withdrawal is pending since 9 hours", EN),
        ("zh", "zh", "我的 TRC20 提现 pending 九小时了", ZH),
    ],
)
def test_a_new_ticket_that_answers_a_rule_joins_and_is_told(
    backend_server: EmbeddedServer, lead: Any, team: str, lang: str, body: str, told: str
) -> None:
    opened(lead, RULE)
    ticket = backend_server.customer_writes(team, body, lang=lang)
    view = view_of(lead, ticket.id)
    kinds = [(line.get("kind", "reply"), line.get("author", "system")) for line in view["messages"]]
    assert kinds == [("reply", "customer"), ("event", "system"), ("reply", "bot")]
    assert view["messages"][1]["body"] == "incident_matched incident=inc-1"
    assert view["messages"][2]["body"] == told
    now = view["ticket"]
    assert (now["incident_id"], now.get("status", "new"), now["unanswered"]) == ("inc-1", "new", 1)
    assert now["due_clock"] == "first_reply", "a notice is nobody's answer"
    assert "last_agent_n" not in now or now["last_agent_n"] == 0


def test_what_answers_no_rule_is_left_alone(backend_server: EmbeddedServer, lead: Any) -> None:
    opened(lead, RULE)
    for body in ("My ERC20 withdrawal is pending", "My TRC20 withdrawal arrived, thanks"):
        ticket = backend_server.customer_writes("en", body)
        assert "incident_id" not in view_of(lead, ticket.id)["ticket"]


def test_without_an_update_nobody_is_told(backend_server: EmbeddedServer, lead: Any) -> None:
    opened(lead, RULE, told=False)
    ticket = backend_server.customer_writes("en", "TRC20 pending")
    view = view_of(lead, ticket.id)
    assert view["ticket"]["incident_id"] == "inc-1"
    assert [line.get("kind", "reply") for line in view["messages"]] == ["reply", "event"]


def test_a_customer_who_says_it_in_pieces_joins_with_the_last_and_is_told_once(
    backend_server: EmbeddedServer, lead: Any
) -> None:
    opened(lead, RULE)
    ticket = backend_server.customer_writes("en", "hello?")
    backend_server.customer_writes(ticket.id, "it is about TRC20")
    assert "incident_id" not in view_of(lead, ticket.id)["ticket"]
    backend_server.customer_writes(ticket.id, "still pending")
    backend_server.customer_writes(ticket.id, "TRC20 pending!!")
    view = view_of(lead, ticket.id)
    assert view["ticket"]["incident_id"] == "inc-1"
    assert [line["body"] for line in view["messages"] if line.get("author") == "bot"] == [EN]


def test_a_ticket_taken_out_by_hand_stays_out(backend_server: EmbeddedServer, lead: Any) -> None:
    opened(lead, RULE)
    ticket = backend_server.customer_writes("en", "TRC20 pending")
    assert (
        lead.command({"kind": "incident_join", "ticket_id": ticket.id, "into_id": None}, "j-1")["outcome"] == "applied"
    )
    backend_server.customer_writes(ticket.id, "TRC20 pending, please")
    assert "incident_id" not in view_of(lead, ticket.id)["ticket"]


def test_nothing_joins_a_closed_incident(backend_server: EmbeddedServer, lead: Any) -> None:
    opened(lead, RULE)
    assert lead.command({"kind": "incident_close", "incident_id": "inc-1"}, "c-1")["outcome"] == "applied"
    ticket = backend_server.customer_writes("en", "TRC20 pending")
    assert "incident_id" not in view_of(lead, ticket.id)["ticket"]
    refused = lead.command({"kind": "incident_join", "ticket_id": ticket.id, "into_id": "inc-1"}, "j-1")
    assert (refused["outcome"], refused["code"]) == ("rejected", "incident-closed")


def test_sixty_customers_are_told_each_in_their_language(backend_server: EmbeddedServer, lead: Any) -> None:
    """A bulk of replies: each has its own outcome; a closed ticket is refused and the others stand."""
    opened(lead, "network:tron", told=False)
    tickets = [
        backend_server.customer_writes(lang, f"TRC20 withdrawal {n}", customer=f"c-{n}", lang=lang)
        for n, lang in enumerate(["en", "zh"] * 30)
    ]
    gone = tickets[7]
    close = {"kind": "status", "ticket_id": gone.id, "status": "closed"}
    assert lead.command(close, "s-1")["outcome"] == "applied"
    commands = [
        {
            "id": f"r-{n}",
            "command": {
                "kind": "reply",
                "ticket_id": ticket.id,
                "body": ZH if ticket.lang == "zh" else EN,
                "then": Status.ON_HOLD,
            },
            "composed_at": 1,
            "bulk_id": "bulk-1",
        }
        for n, ticket in enumerate(tickets)
    ]
    answer = lead.http.post("/v1/commands", json={"commands": commands[:50]}).raise_for_status()
    rest = lead.http.post("/v1/commands", json={"commands": commands[50:]}).raise_for_status()
    outcomes = [*answer.json()["outcomes"], *rest.json()["outcomes"]]
    assert [outcome["outcome"] for outcome in outcomes] == ["rejected" if n == 7 else "applied" for n in range(60)]
    assert outcomes[7]["code"] == "closed"
    for ticket in (tickets[0], tickets[1]):
        view = view_of(lead, ticket.id)
        assert view["messages"][-2]["body"] == (ZH if ticket.lang == "zh" else EN)
        assert view["ticket"]["status"] == "on_hold"


def test_an_incident_reaches_every_console(backend_server: EmbeddedServer, lead: Any, read: Any) -> None:
    mei = read("mei")
    cursor = mei.head()
    opened(lead, RULE)
    told = mei.changes(cursor)
    assert {(item.s, item.k) for item in told.items} == {("org", "incident")}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"kind": "incident_save", "incident_id": "i", "title": {"en": "T"}, "rules": ["netwrk:tron"]}, "bad-rule"),
        ({"kind": "incident_save", "incident_id": "i", "title": {"zh": "  "}}, "empty"),
        ({"kind": "incident_update", "incident_id": "i", "update_id": "u", "body": {}}, "unknown-incident"),
        ({"kind": "incident_close", "incident_id": "i"}, "unknown-incident"),
    ],
)
def test_bad_input_is_one_sentence(lead: Any, command: dict[str, Any], code: str) -> None:
    refused = lead.command(command, "c-1")
    assert (refused["outcome"], refused["code"]) == ("rejected", code)
    assert refused["why"].endswith((".", "?"))


def test_an_agent_neither_opens_nor_tells(backend_server: EmbeddedServer, lead: Any, read: Any) -> None:
    opened(lead, RULE)
    mei = read("mei")
    for n, command in enumerate(
        (
            {"kind": "incident_save", "incident_id": "inc-2", "title": {"en": "Mine"}},
            {"kind": "incident_update", "incident_id": "inc-1", "update_id": "u", "body": {"zh": ZH, "en": EN}},
            {"kind": "incident_close", "incident_id": "inc-1"},
        )
    ):
        assert mei.command(command, f"m-{n}")["code"] == "not-allowed"
    ticket = backend_server.customer_writes("en", "slow")
    assert (
        mei.command({"kind": "incident_join", "ticket_id": ticket.id, "into_id": "inc-1"}, "j")["outcome"] == "applied"
    )


def test_the_same_message_again_joins_nothing_twice(backend_server: EmbeddedServer, lead: Any) -> None:
    opened(lead, RULE)
    ticket = backend_server.customer_writes("en", "TRC20 pending")
    again = {"kind": "incident_join", "ticket_id": TicketId(ticket.id), "into_id": "inc-1"}
    assert lead.command(again, "j-1")["outcome"] == "applied"
    assert len(view_of(lead, ticket.id)["messages"]) == 3
