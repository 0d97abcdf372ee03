"""Ticket queries: reading what a person types, writing it back, and what it finds."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.ids import AgentId, CustomerId, TeamId, TicketId
from desk.query import Filter, QueryError, Roster, TicketQuery, Word, format_query, matches, parse_query
from desk.records import Agent, Channel, Severity, Status, Ticket, Tier
from desk.views import VIEWS

NOW = 1_780_000_000_000
ME = Agent(id=AgentId("a-mei"), v=1, handle="mei", name="Mei", team_ids=(TeamId("w"),))
TICKET = Ticket(
    id=TicketId("t1"),
    v=1,
    ref="T-10482",
    subject="USDT 提現一直没到账",
    customer_id=CustomerId("c-7"),
    customer_name="Wang Lei",
    team_id=TeamId("w"),
    channel=Channel.TELEGRAM,
    created_at=NOW,
    updated_at=NOW,
    urgency_at=NOW,
    lang="zh-CN",
    status=Status.OPEN,
    tier=Tier.VIP,
    severity=Severity.HIGH,
    assignee_id=ME.id,
    tags=("stuck", "big-money"),
    last_n=3,
    due_at=NOW + 15 * 60_000,
)

ROSTER = Roster(agents={"li": AgentId("a-li")}, teams={"wallet care": TeamId("w")})


def found(text: str, about: Ticket = TICKET, read_n: int = 0, now: int = NOW) -> bool:
    return matches(parse_query(text), about, ME, now, read_n, ROSTER)


def ticket(**fields: Any) -> Ticket:
    return replace(TICKET, **fields)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("status:open assignee:me 提现", "status:open assignee:me 提现"),
        ("提现 status:open", "status:open 提现"),
        ("ＳＴＡＴＵＳ：ｏｐｅｎ，ｎｅｗ", "status:open,new"),
        ("status:hold", "status:on_hold"),
        ("状态：open 负责人：我", "status:open assignee:me"),
        ("-tag：“Big  Money”", "-tag:big-money"),
        ("「paper wallet」 -fee", '"paper wallet" -fee'),
        ('customer:"Wang, Lei"', 'customer:"Wang, Lei"'),
        ("is:unread　is:breaching", "is:unread is:breaching"),
        ("http://example.org 12:30", "http://example.org 12:30"),
        ("tag:a,a,b", "tag:a,b"),
        ('"never closed', '"never closed"'),
        ("  ", ""),
        ("a\x1b[31mb", "ab"),
    ],
)
def test_queries_have_one_plain_form(text: str, same: str) -> None:
    assert format_query(parse_query(text)) == same


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("status:opn", "There is no status “opn”; it is one of new, open, waiting, on_hold, solved, closed."),
        ("asignee:me", "There is no filter “asignee:”; did you mean “assignee:”?"),
        ("is:late", "There is no is “late”"),
        ('status:""', "Type a value after “status:”; it is one of new"),
    ],
)
def test_what_cannot_be_read_says_what_to_type(text: str, sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence.replace("?", r"\?")):
        parse_query(text)


FRAGMENTS = [
    "status",
    "：",
    ":",
    "-",
    '"',
    " ",
    ",",
    "，",
    "me",
    "tag:",
    "assignee:",
    "is:unread",
    "提现",
    "「",
    "」",
    "　",
]
TYPED = st.one_of(
    st.text(), st.lists(st.sampled_from([*FRAGMENTS, "ｓｔａｔｕｓ", "customer:", "@mei", "x"])).map("".join)
)


@settings(max_examples=500)
@given(TYPED)
@example('""IS:0')
@example("¸")
def test_what_was_written_reads_the_same(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError as error:
        assert "\n" not in str(error)
        return
    assert parse_query(format_query(query)) == query


@pytest.mark.parametrize(
    "text",
    [
        "status:open",
        "status:new,open",
        "-status:solved",
        "assignee:me",
        "assignee:@mei",
        "assignee:a-mei",
        "-assignee:none",
        "-assignee:@li",
        "team:mine",
        "team:w",
        'team:"Wallet Care"',
        "tag:stuck",
        'tag:"big money"',
        "severity:high",
        "channel:telegram",
        "lang:zh",
        "tier:vip",
        "customer:c-7",
        "customer:lei",
        "is:unread",
        "is:breaching",
        "is:active",
        "-is:snoozed",
        "-is:escalated,emergency,mentioned,followed",
        "提现",
        "usdt -eth",
        "10482",
        '"wang lei"',
        "stuck",
    ],
)
def test_a_ticket_is_found_by(text: str) -> None:
    assert found(text)
    turned = replace(parse_query(text), words=tuple(replace(word, negated=True) for word in parse_query(text).words))
    turned = replace(turned, filters=tuple(replace(part, negated=not part.negated) for part in turned.filters))
    assert not matches(turned, TICKET, ME, NOW, 0, ROSTER)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("mine", {}),
        ("unassigned", {"assignee_id": None}),
        ("team", {"assignee_id": None}),
        ("escalated", {"escalated_at": NOW}),
        ("emergency", {"severity": Severity.EMERGENCY}),
        ("breaching", {"due_at": NOW - 1}),
        ("snoozed", {"snoozed_until_answer": True}),
        ("waiting", {"status": Status.WAITING}),
        ("all", {"status": Status.CLOSED, "team_id": TeamId("other")}),
    ],
)
def test_the_built_in_views_find_theirs(name: str, fields: dict[str, Any]) -> None:
    assert matches(VIEWS[name], ticket(**fields), ME, NOW)
    if name != "all":
        assert not matches(
            VIEWS[name], ticket(**{**fields, "status": Status.SOLVED, "snoozed_until_answer": False}), ME, NOW
        )


def test_the_views_are_in_the_order_of_their_keys() -> None:
    order = ["mine", "unassigned", "team", "escalated", "emergency", "breaching", "snoozed", "waiting", "all"]
    assert list(VIEWS) == [*order, "review", "followup", "duplicates"]
    assert all(parse_query(format_query(query)) == query for query in VIEWS.values())


def test_time_decides_what_is_snoozed_and_what_is_breaching() -> None:
    asleep = ticket(snoozed_until=NOW + 1)
    assert found("is:snoozed", asleep)
    assert not found("is:snoozed", asleep, now=NOW + 1)
    assert not found("is:breaching", ticket(due_at=NOW + 15 * 60_000 + 1))
    assert not found("is:unread", read_n=3)


def test_the_text_of_a_query_is_its_wanted_words() -> None:
    query = TicketQuery(
        filters=(Filter(field="status", values=("open",)),),
        words=(Word(text="提现"), Word(text="paper wallet", quoted=True), Word(text="fee", negated=True)),
    )
    assert query.text == '提现 "paper wallet"'
