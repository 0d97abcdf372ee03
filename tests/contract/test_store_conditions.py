"""SQL and :func:`desk.query.matches` give the same answer to every query; lists and counts agree with both."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw

from console.store import Store
from desk.ids import AgentId, CustomerId, IncidentId, TeamId, TicketId
from desk.query import FIELDS, Roster, TicketQuery, matches
from desk.query_parts import Filter, Word
from desk.records import Agent, Channel, Policy, Severity, Status, Team, Ticket, Tier
from desk.ticket_parts import DuplicateHint, FollowUp, Review, ReviewState
from desk.views import VIEWS
from desk.wire import ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 10_000_000
ME = Agent(id=AgentId("agent-me"), v=1, handle="Mei", name="Mei", team_ids=(TeamId("t1"), TeamId("t2")))
LI = Agent(id=AgentId("agent-li"), v=1, handle="li", name="Li")
TEAMS = (Team(id=TeamId("t1"), v=1, name="Wallets"), Team(id=TeamId("t2"), v=1, name="交易"))
ROSTER = Roster(agents={"mei": ME.id, "li": LI.id}, teams={team.name.casefold(): team.id for team in TEAMS})
INSTANTS = st.sampled_from([1, NOW - 1, NOW, NOW + 1, NOW + 899_999, NOW + 900_000, NOW + 900_001, 2 * NOW])
PEOPLE = st.lists(st.sampled_from([ME.id, LI.id]), max_size=2, unique=True).map(tuple)
TAGS = ("2fa", "withdrawal", "助记词")

TICKETS = st.builds(
    Ticket,
    id=st.just(TicketId("")),
    v=st.just(1),
    ref=st.just("T-1"),
    subject=st.sampled_from(["Withdrawal pending", "USDT 提現九小時未到賬", "ＦＵＬＬ width", ""]),
    customer_id=st.sampled_from([CustomerId("c1"), CustomerId("c2")]),
    customer_name=st.sampled_from(["王磊", "Anna Straße", "ANNA"]),
    team_id=st.sampled_from([TeamId("t1"), TeamId("t2"), TeamId("t3")]),
    channel=st.sampled_from(Channel),
    created_at=INSTANTS,
    updated_at=INSTANTS,
    urgency_at=INSTANTS,
    lang=st.sampled_from(["en", "zh", "zh-TW", "EN-us"]),
    tier=st.sampled_from(Tier),
    status=st.sampled_from(Status),
    severity=st.sampled_from(Severity),
    assignee_id=st.sampled_from([None, ME.id, LI.id]),
    tags=st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple),
    followers=PEOPLE,
    mentioned=PEOPLE,
    last_n=st.integers(0, 2),
    snoozed_until=st.none() | INSTANTS,
    snoozed_until_answer=st.booleans(),
    escalated_at=st.none() | INSTANTS,
    due_at=st.none() | INSTANTS,
    unanswered=st.integers(0, 2),
    taken_at=st.none() | st.sampled_from([NOW - 86_400_000, NOW - 1]),
    taken_by=st.sampled_from([None, ME.id, LI.id]),
    passed_over=st.sampled_from([0, 2, 3]),
    incident_id=st.none() | st.sampled_from([IncidentId("i1"), IncidentId("i2")]),
    networks=st.lists(st.sampled_from(["tron", "ethereum"]), max_size=2, unique=True).map(tuple),
    follow_up=st.none() | st.builds(FollowUp, at=INSTANTS, what=st.just("call"), by=st.just(AgentId("li"))),
    duplicate=st.none() | st.just(DuplicateHint(ticket_id=TicketId("t0"), ref="T-0", reason="text", score=90)),
    review=st.none()
    | st.builds(
        Review,
        id=st.just("r"),
        author_id=st.just(AgentId("li")),
        author_name=st.just("Li"),
        body=st.just("x"),
        asked_at=INSTANTS,
        state=st.sampled_from(ReviewState),
    ),
)
VALUES = {
    "assignee": ("me", "none", "@mei", "@li", "li", "agent-li", "nobody-else"),
    "team": ("mine", "wallets", "交易", "t3"),
    "tag": (*TAGS, "fa"),
    "lang": ("en", "zh", "zh-tw"),
    "incident": ("i1", "i3"),
    "network": ("tron", "solana"),
    "picker": ("me", "@li", "agent-li", "nobody-else"),
    "customer": ("c1", "anna", "strasse", "王", "ß"),
}


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    field = draw(st.sampled_from(sorted(FIELDS)))
    values = st.lists(st.sampled_from(FIELDS[field] or VALUES[field]), min_size=1, max_size=3, unique=True)
    return Filter(field=field, values=tuple(draw(values)), negated=draw(st.booleans()))


WORDS = st.builds(Word, text=st.sampled_from(["提现", "usdt", "full", "anna", "t-1", "2FA"]), negated=st.booleans())
QUERIES = st.builds(
    TicketQuery,
    filters=st.lists(filters(), max_size=3).map(tuple),
    words=st.lists(WORDS, max_size=2).map(tuple),
) | st.sampled_from(list(VIEWS.values()))


def item(kind: str, record: Ticket | Agent | Team) -> SnapshotItem:
    return SnapshotItem(k=kind, id=record.id, v=record.v, d=Raw(msgspec.json.encode(record)))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(Path(tmp_path_factory.mktemp("store"), "local.db"))
    opened.apply_session(
        Session(
            feed="f",
            head=0,
            min_pos=0,
            now=NOW,
            me=ME,
            scopes=(ScopeInfo(id="org"),),
            scopes_digest="",
            policy=Policy(),
        )
    )
    people = (*(item("agent", one) for one in (ME, LI)), *(item("team", one) for one in TEAMS))
    opened.apply_snapshot(Snapshot(feed="f", as_of="f.1", read_at=1, items=people, done=True), "org")
    yield opened
    opened.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TICKETS, min_size=1, max_size=12), st.lists(QUERIES, min_size=1, max_size=12))
def test_sql_and_matches_agree(store: Store, made: list[Ticket], queries: list[TicketQuery]) -> None:
    tickets = [msgspec.structs.replace(ticket, id=TicketId(f"tk{n}")) for n, ticket in enumerate(made)]
    store.drop_scopes(["team:x"])
    items = tuple(item("ticket", ticket) for ticket in tickets)
    store.apply_snapshot(Snapshot(feed="f", as_of="f.1", read_at=1, items=items, done=True), "team:x")
    in_order = sorted(tickets, key=lambda ticket: (ticket.urgency_at, ticket.id))
    for query in queries:
        expected = [ticket.id for ticket in in_order if matches(query, ticket, ME, NOW, 0, ROSTER)]
        source = store.queue(query, NOW)
        assert [row.id for row in source.window(0, source.count())] == expected
        assert store.count(query, NOW) == len(expected)
    counts = store.counts(NOW)
    assert counts == {
        name: sum(matches(query, ticket, ME, NOW, 0, ROSTER) for ticket in tickets) for name, query in VIEWS.items()
    }
