"""Incidents: who may open and tell, which tickets a rule speaks for, what each customer reads, how it burns down."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.commands import CloseIncident, Envelope, JoinIncident, SaveIncident, UpdateIncident
from desk.conversation import customer_wrote, finish
from desk.decide import decide
from desk.ids import AgentId, CommandId, CustomerId, IncidentId, TeamId, TicketId
from desk.incidents import (
    MAX_RULES,
    BurnPoint,
    Member,
    burn_down,
    fitted,
    join_by_rule,
    language_of,
    member_of,
    rule_of,
    text_for,
    title_for,
)
from desk.outcome import Outcome, Refusal, View
from desk.query import Roster
from desk.records import (
    Agent,
    Author,
    Channel,
    ClockName,
    Incident,
    IncidentUpdate,
    MessageKind,
    Policy,
    Role,
    Status,
    Ticket,
)
from desk.ticket_parts import MergeMark

T0 = 1_780_000_000_000
HOUR = 3_600_000
TEAM = TeamId("wallets")
ANA = Agent(id=AgentId("ana"), v=1, handle="ana", name="Ana", role=Role.LEAD, team_ids=(TEAM,))
LI = replace(ANA, id=AgentId("li"), handle="li", name="Li", role=Role.SENIOR)
MEI = replace(ANA, id=AgentId("mei"), handle="mei", name="Mei", role=Role.AGENT)
INC = IncidentId("inc-1")
TOLD = IncidentUpdate(id="u-1", at=T0, by=ANA.id, body={"en": "It is slow.", "zh": "有点慢。"})
TRON = Incident(
    id=INC,
    v=3,
    title={"en": "TRON delays", "zh": "波场延迟"},
    opened_by=LI.id,
    opened_at=T0,
    rules=("network:tron pending",),
)
TICKET = Ticket(
    id=TicketId("t1"),
    v=0,
    ref="T-1",
    subject="Withdrawal",
    customer_id=CustomerId("c"),
    customer_name="Ann",
    team_id=TEAM,
    channel=Channel.TELEGRAM,
    created_at=T0,
    updated_at=T0,
    urgency_at=T0,
    networks=("tron",),
)


def waiting_ticket(**fields: Any) -> Ticket:
    ticket, _clocks = finish(TICKET, customer_wrote(replace(TICKET, **fields), T0), Policy(), "always", T0)
    return ticket


def decided(command: Any, by: Agent = ANA, incident: Incident | None = None, ticket: Ticket | None = None) -> Any:
    envelope = Envelope(id=CommandId("c-1"), command=command, composed_at=T0)
    return decide(envelope, View(policy=Policy(), incident=incident, ticket=ticket), by, T0 + HOUR)


def incident_of(verdict: Any) -> Incident:
    assert isinstance(verdict, Outcome), verdict
    (incident,) = verdict.changes
    assert isinstance(incident, Incident)
    return incident


def refused(verdict: Any) -> tuple[str, str]:
    assert isinstance(verdict, Refusal), verdict
    assert verdict.why.endswith((".", "?"))
    return verdict.code, verdict.what


# Opening and changing


def test_a_senior_opens_one_and_its_rules_are_kept_in_their_shortest_form() -> None:
    rules = ("  网络:波场   pending ", "network:TRC20 pending", "", "tag:withdrawal -lang:en")
    saved = incident_of(decided(SaveIncident(incident_id=INC, title={"zh": " 波场\n延迟 ", "en": ""}, rules=rules), LI))
    assert saved.title == {"zh": "波场 延迟"}
    assert saved.rules == ("network:tron pending", "tag:withdrawal -lang:en")
    assert (saved.v, saved.opened_by, saved.opened_at, saved.closed_at) == (1, "li", T0 + HOUR, None)


def test_changing_keeps_updates_and_who_opened_it() -> None:
    before = replace(TRON, updates=(TOLD,))
    saved = incident_of(decided(SaveIncident(incident_id=INC, title={"en": "Slow"}, rules=()), LI, before))
    assert saved == replace(before, v=4, title={"en": "Slow"}, rules=())
    assert (
        refused(decided(SaveIncident(incident_id=INC, title=TRON.title, rules=TRON.rules), LI, TRON))[0] == "no-change"
    )


@pytest.mark.parametrize(
    ("title", "rules", "code", "what"),
    [
        ({}, (), "empty", ""),
        ({"fr": "Lenteur"}, (), "empty", ""),
        ({"en": "x" * 201}, (), "too-long", ""),
        ({"en": "T"}, ("network:tron", "netwrk:tron"), "bad-rule", "2"),
        ({"en": "T"}, ("is:sideways",), "bad-rule", "1"),
        ({"en": "T"}, ('""',), "bad-rule", "1"),
        ({"en": "T"}, ("assignee:none",), "bad-rule", "1"),
        ({"en": "T"}, ("team:mine slow",), "bad-rule", "1"),
        ({"en": "T"}, ("is:active", "is:unread"), "bad-rule", "2"),
        ({"en": "T"}, ("x" * 501,), "too-long", ""),
        ({"en": "T"}, tuple(f"word{n}" for n in range(MAX_RULES + 1)), "too-long", ""),
    ],
)
def test_a_bad_title_or_rule_is_named(title: dict[str, str], rules: tuple[str, ...], code: str, what: str) -> None:
    assert refused(decided(SaveIncident(incident_id=INC, title=title, rules=rules), LI)) == (code, what)


def test_an_agent_opens_none_and_a_senior_does_not_tell_or_close() -> None:
    assert refused(decided(SaveIncident(incident_id=INC, title={"en": "T"}), MEI))[0] == "not-allowed"
    update = UpdateIncident(incident_id=INC, update_id="u", body={"en": "a", "zh": "b"})
    assert refused(decided(update, LI, TRON))[0] == "not-allowed"
    assert refused(decided(CloseIncident(incident_id=INC), LI, TRON))[0] == "not-allowed"


# Telling


def test_an_update_is_kept_once() -> None:
    command = UpdateIncident(incident_id=INC, update_id="u-2", body={"en": " Better now. ", "zh": "好些了。"})
    told = incident_of(decided(command, incident=replace(TRON, updates=(TOLD,))))
    assert [one.id for one in told.updates] == ["u-1", "u-2"]
    assert told.updates[-1].body == {"en": "Better now.", "zh": "好些了。"}
    again = decided(command, incident=told)
    assert isinstance(again, Outcome) and not again.changes


@pytest.mark.parametrize(
    ("body", "code", "what"),
    [
        ({"en": "Slow."}, "empty", "zh"),
        ({"zh": "慢。", "en": "  "}, "empty", "en"),
        ({"zh": "慢。", "en": "Please send us your recovery phrase."}, "held", "en"),
        ({"zh": "请把助记词发给我们。", "en": "Slow."}, "held", "zh"),
        ({"zh": "慢" * 8_001, "en": "Slow."}, "too-long", "zh"),
    ],
)
def test_an_update_needs_both_languages_and_asks_for_no_secret(body: dict[str, str], code: str, what: str) -> None:
    assert refused(decided(UpdateIncident(incident_id=INC, update_id="u", body=body), incident=TRON)) == (code, what)


def test_a_closed_incident_is_told_nothing_and_joined_by_nobody() -> None:
    closed = incident_of(decided(CloseIncident(incident_id=INC), incident=TRON))
    assert closed.closed_at == T0 + HOUR
    update = UpdateIncident(incident_id=INC, update_id="u", body={"en": "a", "zh": "b"})
    assert refused(decided(update, incident=closed))[0] == "incident-closed"
    join = JoinIncident(ticket_id=TICKET.id, into_id=INC)
    assert refused(decided(join, MEI, closed, waiting_ticket()))[0] == "incident-closed"
    assert rule_of(waiting_ticket(), "pending", [closed], T0) is None
    assert incident_of(decided(CloseIncident(incident_id=INC, on=False), incident=closed)).closed_at is None
    assert refused(decided(CloseIncident(incident_id=INC), incident=closed))[0] == "no-change"


# Joining by hand


def test_a_ticket_joins_moves_and_leaves() -> None:
    ticket = waiting_ticket()
    joined = decided(JoinIncident(ticket_id=ticket.id, into_id=INC), MEI, TRON, ticket)
    now = joined.changes[0]
    assert (now.incident_id, now.joined_at, now.status) == (INC, T0 + HOUR, ticket.status)
    assert [line.body for line in joined.messages] == ["incident_joined incident=inc-1"]
    assert not decided(JoinIncident(ticket_id=ticket.id, into_id=INC), MEI, TRON, now).changes
    other = replace(TRON, id=IncidentId("inc-2"))
    moved = decided(JoinIncident(ticket_id=ticket.id, into_id=other.id), MEI, other, now)
    assert (moved.changes[0].incident_id, moved.notice) == ("inc-2", "left-other-incident")
    left = decided(JoinIncident(ticket_id=ticket.id, into_id=None), MEI, None, now)
    assert (left.changes[0].incident_id, left.changes[0].joined_at) == (None, None)
    assert [line.body for line in left.messages] == ["incident_left incident=inc-1"]
    assert not decided(JoinIncident(ticket_id=ticket.id, into_id=None), MEI, None, ticket).changes


def test_two_who_join_at_once_do_not_conflict() -> None:
    ticket = replace(waiting_ticket(), moved={"incident": 9}, moved_by={"incident": "li"})
    envelope = Envelope(
        id=CommandId("c"), command=JoinIncident(ticket_id=ticket.id, into_id=INC), composed_at=T0, expected_version=1
    )
    assert isinstance(decide(envelope, View(policy=Policy(), incident=TRON, ticket=ticket), MEI, T0), Outcome)


def test_a_merged_ticket_joins_nothing() -> None:
    mark = MergeMark(into=TicketId("t2"), into_ref="T-2", by=LI.id, at=T0, status="open")
    ticket = replace(waiting_ticket(), merge=mark)
    assert refused(decided(JoinIncident(ticket_id=ticket.id, into_id=INC), MEI, TRON, ticket))[0] == "merged"
    assert rule_of(ticket, "pending", [TRON], T0) is None


# Joining by rule


@pytest.mark.parametrize(
    ("fields", "wrote", "joins"),
    [
        ({}, "it is PENDING since noon", True),
        ({"subject": "Pending withdrawal"}, "hi", True),
        ({}, "it arrived", False),
        ({"networks": ("ethereum",)}, "pending", False),
        ({"last_agent_n": 2}, "pending", False),
        ({"status": Status.SOLVED}, "pending", False),
        ({"incident_id": IncidentId("inc-0")}, "pending", False),
    ],
)
def test_a_rule_speaks_for_new_tickets_that_answer_it(fields: dict[str, Any], wrote: str, joins: bool) -> None:
    ticket = replace(waiting_ticket(), **fields)
    assert (rule_of(ticket, wrote, [TRON], T0) is not None) == joins


def test_of_several_incidents_the_first_opened_has_it() -> None:
    later = replace(TRON, id=IncidentId("inc-0"), opened_at=T0 + 1)
    found = rule_of(waiting_ticket(), "pending", [later, TRON], T0)
    assert found is not None and found.id == INC


def test_a_rule_may_name_a_team() -> None:
    rule = replace(TRON, rules=('team:"Wallet team"',))
    roster = Roster(teams={"wallet team": TEAM})
    assert rule_of(waiting_ticket(), "", [rule], T0, roster) is rule
    assert rule_of(replace(waiting_ticket(), team_id=TeamId("x")), "", [rule], T0, roster) is None


def test_a_stored_rule_that_cannot_be_read_matches_nothing() -> None:
    assert rule_of(waiting_ticket(), "pending", [replace(TRON, rules=("colour:red:", "is:blue"))], T0) is None


def test_a_notice_is_nobodys_answer() -> None:
    ticket = waiting_ticket(lang="zh-TW")
    outcome = join_by_rule(ticket, replace(TRON, updates=(TOLD,)), Policy(), T0 + HOUR)
    (joined,) = outcome.changes
    assert isinstance(joined, Ticket)
    assert [(line.kind, line.author, line.n) for line in outcome.messages] == [
        (MessageKind.EVENT, Author.SYSTEM, 2),
        (MessageKind.REPLY, Author.BOT, 3),
    ]
    assert outcome.messages[1].body == "有点慢。"
    assert (joined.last_n, joined.unanswered, joined.last_agent_n) == (3, 1, 0)
    assert (joined.due_clock, joined.due_at, joined.status) == (ClockName.FIRST_REPLY, ticket.due_at, ticket.status)
    assert not outcome.clock_events
    assert rule_of(joined, "pending", [TRON], T0) is None, "it joins once"


# What each customer reads


def test_each_language_reads_its_own() -> None:
    assert [language_of(lang) for lang in ("zh", "zh-Hant", "yue", "en-GB", "ru", "")] == [
        "zh",
        "zh",
        "zh",
        "en",
        "en",
        "en",
    ]
    assert text_for(TOLD, "ru") == "It is slow."
    assert title_for(replace(TRON, title={"zh": "波场"}), "en") == "波场"


@pytest.mark.parametrize(
    ("body", "limit", "cut"),
    [
        ("Short.", 20, "Short."),
        ("One two. Three four. Five six.", 25, "One two. Three four."),
        ("第一句。第二句很长很长。第三句。", 13, "第一句。第二句很长很长。"),
        ("See https://status.example/a.b. Then more text here", 34, "See https://status.example/a.b."),
        ("one two three four five six seven", 20, "one two three four …"),
        ("First line\nsecond line that is long", 20, "First line"),
    ],
)
def test_a_long_update_ends_with_a_whole_sentence(body: str, limit: int, cut: str) -> None:
    policy = Policy(channel_limits={"telegram": limit})
    assert fitted(body, Channel.TELEGRAM, policy) == cut
    assert fitted(body, Channel.EMAIL, policy) == body


@given(st.text("ab 。.!\n ", max_size=80), st.integers(3, 40))
def test_what_is_sent_always_fits_and_is_how_it_began(body: str, limit: int) -> None:
    sent = fitted(body, Channel.CHAT, Policy(channel_limits={"chat": limit}))
    assert len(sent) <= limit
    assert body.startswith(sent.removesuffix(" …"))


# Burning down


def test_the_burn_down_counts_what_had_happened_by_then() -> None:
    members = [Member(joined_at=0), Member(joined_at=10, solved_at=15), Member(joined_at=20, solved_at=5)]
    assert burn_down(members, 0, 20, 3) == (
        BurnPoint(at=0, joined=1, solved=0),
        BurnPoint(at=10, joined=2, solved=0),
        BurnPoint(at=20, joined=3, solved=2),
    )
    assert burn_down([], 0, 20, 3) == ()


@given(
    st.lists(st.builds(Member, joined_at=st.integers(0, 50), solved_at=st.none() | st.integers(0, 80)), min_size=1),
    st.integers(2, 40),
)
def test_the_burn_down_only_rises_and_ends_where_it_stands(members: list[Member], points: int) -> None:
    line = burn_down(members, 0, 100, points)
    assert len(line) == points
    for before, after in pairwise(line):
        assert before.joined <= after.joined and before.solved <= after.solved and after.open >= 0
    assert (line[-1].joined, line[-1].solved) == (len(members), sum(one.solved_at is not None for one in members))


def test_a_reopened_ticket_is_open_again() -> None:
    solved = replace(TICKET, status=Status.SOLVED, joined_at=T0, solved_at=T0 + 5)
    assert member_of(solved) == Member(joined_at=T0, solved_at=T0 + 5)
    assert member_of(replace(solved, status=Status.OPEN)).solved_at is None
