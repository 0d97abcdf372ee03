"""Every command × every role × own team, another's, and another's that one was brought into."""

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from desk.commands import (
    AcceptEscalation,
    AnswerStep,
    AnyCommand,
    ApplyMacro,
    ArchiveMacro,
    AskReview,
    Assign,
    CloseGap,
    CloseIncident,
    DecideReview,
    DismissDuplicate,
    Escalate,
    Follow,
    JoinIncident,
    LinkTickets,
    Merge,
    MergeCustomers,
    MoveTeam,
    Note,
    NoteCustomer,
    OpenTicket,
    PublishArticle,
    RateArticle,
    Reply,
    ReportGap,
    RetireArticle,
    ReturnArticle,
    ReturnEscalation,
    SaveAgent,
    SaveArticle,
    SaveCustomer,
    SaveIncident,
    SaveMacro,
    SaveProcedure,
    SaveTeam,
    Seen,
    SetFollowUp,
    SetSeverity,
    SetStatus,
    Snooze,
    Split,
    StopProcedure,
    SubmitArticle,
    Tag,
    Take,
    Unmerge,
    UnmergeCustomers,
    UpdateIncident,
    VerifyCustomer,
    WithdrawReview,
)
from desk.ids import AgentId, ArticleId, CustomerId, GapId, IncidentId, MacroId, ProcedureId, TeamId, TicketId
from desk.permissions import Target, may, may_act_in_bulk, may_see
from desk.records import (
    Agent,
    Article,
    ArticleState,
    Channel,
    Customer,
    Gap,
    Incident,
    Macro,
    Procedure,
    Role,
    Severity,
    Sharing,
    Status,
    Team,
    Ticket,
    Tier,
)
from desk.ticket_parts import EscalationTier, HandOver, IdentityCheck, LinkKind, Review

OWN, OTHER = TeamId("own"), TeamId("other")
T, C, A = TicketId("t"), CustomerId("c"), ArticleId("k")
OTHER_T, OTHER_C = TicketId("t2"), CustomerId("c2")
IN, M, P, G, ME, ELSE = (
    IncidentId("i"),
    MacroId("m"),
    ProcedureId("p"),
    GapId("g"),
    AgentId("me"),
    AgentId("else"),
)
SHEET = HandOver(tried="x", identity=IdentityCheck.PASSED, reference="none", question="?")
TICKET = Ticket(
    id=T,
    v=1,
    ref="T-1",
    subject="",
    customer_id=C,
    customer_name="",
    team_id=OWN,
    channel=Channel.CHAT,
    created_at=0,
    updated_at=0,
    urgency_at=0,
)
DRAFT = Article(id=A, v=1, lang="en", title="", body_md="", state=ArticleState.DRAFT)
PUBLIC = replace(DRAFT, state=ArticleState.PUBLISHED)
CUSTOMER = Customer(id=C, v=1, name="")

ON_TICKETS: list[AnyCommand] = [
    Reply(ticket_id=T, body="x"),
    Note(ticket_id=T, body="x"),
    Take(ticket_id=T),
    SetStatus(ticket_id=T, status=Status.OPEN),
    Snooze(ticket_id=T),
    SetSeverity(ticket_id=T, severity=Severity.LOW),
    Tag(ticket_id=T),
    Follow(ticket_id=T),
    MoveTeam(ticket_id=T, team_id=OTHER),
    ApplyMacro(ticket_id=T, macro_id=MacroId("m")),
    Seen(ticket_id=T, n=1),
    Escalate(ticket_id=T, tier=EscalationTier.SENIOR, sheet=SHEET),
    SetFollowUp(ticket_id=T, at=1),
    AskReview(ticket_id=T, body="x"),
    WithdrawReview(ticket_id=T, review_id="r"),
    LinkTickets(ticket_id=T, other_id=OTHER_T, link=LinkKind.RELATED),
    DismissDuplicate(ticket_id=T),
    JoinIncident(ticket_id=T, into_id=IN),
    AnswerStep(ticket_id=T, procedure_id=P, run_id="r", step="s", answer="yes"),
    StopProcedure(ticket_id=T, run_id="r"),
]
SENIORS_ON_TICKETS: list[AnyCommand] = [
    AcceptEscalation(ticket_id=T),
    ReturnEscalation(ticket_id=T, answer="x"),
    DecideReview(ticket_id=T, review_id="r", approve=True),
    Merge(ticket_id=T, source_id=OTHER_T),
    Unmerge(ticket_id=T, source_id=OTHER_T),
    Split(ticket_id=T, new_ticket_id=OTHER_T, subject="x", ns=(1,)),
]
ASSIGN = Assign(ticket_id=T, assignee_id=AgentId("else"))
OPEN = OpenTicket(ticket_id=T, customer_id=C, subject="x", body="x", channel=Channel.CHAT, team_id=OWN)
SAVE = SaveArticle(article_id=A, lang="en", title="x", body_md="x")
PUBLISH = PublishArticle(article_id=A)
RATE = RateArticle(article_id=A, ticket_id=None, helped=True)
REMEMBER = NoteCustomer(customer_id=C, note_id="n", text="x")
MACRO = Macro(id=M, v=1, shortcut="m", title={})
MINE = replace(MACRO, sharing=Sharing.PERSONAL, owner_id=ME)
HERS = replace(MINE, owner_id=ELSE)
INCIDENT = Incident(id=IN, v=1, title={}, opened_by=ELSE, opened_at=0)
PROCEDURE = Procedure(id=P, v=1, source={})
GAP = Gap(id=G, v=1, query="x", lang="en")
COLLEAGUE = Agent(id=ELSE, v=1, handle="else", name="Else", team_ids=(OWN,))
STRANGER = replace(COLLEAGUE, team_ids=(OTHER,))
TEAM, OTHER_TEAM = Team(id=OWN, v=1, name="Own"), Team(id=OTHER, v=1, name="Other")

AGENT, SENIOR, LEAD, ADMIN, NOBODY = Role.AGENT, Role.SENIOR, Role.LEAD, Role.ADMIN, None
CASES: list[tuple[AnyCommand, Target, Role | None]] = [
    (REMEMBER, CUSTOMER, AGENT),
    (VerifyCustomer(customer_id=C, how="id"), CUSTOMER, AGENT),
    (SaveCustomer(customer_id=C, language="zh"), CUSTOMER, AGENT),
    (SaveCustomer(customer_id=C, tier=Tier.VIP), CUSTOMER, SENIOR),
    (SaveCustomer(customer_id=C, do_not_contact=True), CUSTOMER, SENIOR),
    (MergeCustomers(customer_id=C, source_id=OTHER_C), CUSTOMER, SENIOR),
    (UnmergeCustomers(customer_id=C, source_id=OTHER_C), CUSTOMER, SENIOR),
    (SAVE, None, AGENT),
    (SAVE, DRAFT, AGENT),
    (SAVE, PUBLIC, AGENT),
    (SubmitArticle(article_id=A), DRAFT, AGENT),
    (PUBLISH, DRAFT, SENIOR),
    (ReturnArticle(article_id=A, remark="x"), DRAFT, SENIOR),
    (RetireArticle(article_id=A), PUBLIC, SENIOR),
    (RATE, PUBLIC, AGENT),
    (PUBLISH, None, NOBODY),
    (RATE, None, NOBODY),
    (ReportGap(gap_id=G, query="x", lang="en"), None, AGENT),
    (ReportGap(gap_id=G, query="x", lang="en"), GAP, AGENT),
    (CloseGap(gap_id=G), GAP, SENIOR),
    (CloseGap(gap_id=G), None, NOBODY),
    (SaveIncident(incident_id=IN, title={}), None, SENIOR),
    (SaveIncident(incident_id=IN, title={}), INCIDENT, SENIOR),
    (UpdateIncident(incident_id=IN, update_id="u", body={}), INCIDENT, LEAD),
    (CloseIncident(incident_id=IN), INCIDENT, LEAD),
    (CloseIncident(incident_id=IN), None, NOBODY),
    (SaveMacro(macro_id=M, shortcut="m", title={}), None, SENIOR),
    (SaveMacro(macro_id=M, shortcut="m", title={}), MACRO, SENIOR),
    (SaveMacro(macro_id=M, shortcut="m", title={}, sharing=Sharing.PERSONAL), None, AGENT),
    (SaveMacro(macro_id=M, shortcut="m", title={}, sharing=Sharing.PERSONAL), MINE, AGENT),
    (SaveMacro(macro_id=M, shortcut="m", title={}, sharing=Sharing.PERSONAL), HERS, NOBODY),
    (SaveMacro(macro_id=M, shortcut="m", title={}, sharing=Sharing.PERSONAL), MACRO, SENIOR),
    (SaveMacro(macro_id=M, shortcut="m", title={}), MINE, SENIOR),
    (ArchiveMacro(macro_id=M), MACRO, SENIOR),
    (ArchiveMacro(macro_id=M), MINE, AGENT),
    (ArchiveMacro(macro_id=M), HERS, NOBODY),
    (ArchiveMacro(macro_id=M), None, NOBODY),
    (SaveProcedure(procedure_id=P, source={}), None, LEAD),
    (SaveProcedure(procedure_id=P, source={}), PROCEDURE, LEAD),
    (SaveAgent(agent_id=ELSE, away=True), COLLEAGUE, LEAD),
    (SaveAgent(agent_id=ELSE, capacity=3), COLLEAGUE, LEAD),
    (SaveAgent(agent_id=ELSE, capacity=3), STRANGER, ADMIN),
    (SaveTeam(team_id=OWN, auto_route=True), TEAM, LEAD),
    (SaveTeam(team_id=OTHER, auto_route=True), OTHER_TEAM, ADMIN),
]
"""Command, record, and the least role that may (None: nobody)."""
EVERY = [*ON_TICKETS, *SENIORS_ON_TICKETS, ASSIGN, OPEN, *(command for command, _, _ in CASES)]
RECORDS: list[Target] = [TICKET, CUSTOMER, DRAFT, INCIDENT, MACRO, PROCEDURE, GAP, COLLEAGUE, TEAM]
RANKS = list(Role)


def person(role: Role, **fields: Any) -> Agent:
    return replace(Agent(id=AgentId("me"), v=1, handle="me", name="Me", role=role, team_ids=(OWN,)), **fields)


def test_the_matrix_has_every_command() -> None:
    assert {type(command) for command in EVERY} == set(get_args(AnyCommand))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", ON_TICKETS, ids=lambda command: type(command).__name__)
def test_work_on_a_ticket_takes_sight_of_it(role: Role, command: AnyCommand) -> None:
    me = person(role)
    others = replace(TICKET, team_id=OTHER)
    assert may(me, command, TICKET)
    assert may(me, command, others) is (role is Role.ADMIN)
    assert may(me, command, replace(others, assignee_id=me.id))
    assert may(me, command, replace(others, followers=(me.id,)))
    assert may(me, command, replace(others, mentioned=(me.id,)))
    assert not may(me, command, None)
    assert not may(me, command, CUSTOMER)
    assert not may(me, command, PUBLIC)


@pytest.mark.parametrize("role", Role)
def test_assigning_others_takes_a_senior(role: Role) -> None:
    assert may(person(role), ASSIGN, TICKET) is (role is not Role.AGENT)
    assert may(person(role), ASSIGN, replace(TICKET, team_id=OTHER)) is (role is Role.ADMIN)
    assert may(person(role), replace(ASSIGN, assignee_id=AgentId("me")), TICKET)


@pytest.mark.parametrize("role", Role)
def test_a_ticket_is_opened_in_ones_own_team(role: Role) -> None:
    assert may(person(role), OPEN, None)
    assert may(person(role), replace(OPEN, team_id=OTHER), None) is (role is Role.ADMIN)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", SENIORS_ON_TICKETS, ids=lambda command: type(command).__name__)
def test_answering_for_others_tickets_takes_a_senior(role: Role, command: AnyCommand) -> None:
    me = person(role)
    assert may(me, command, TICKET) is (role is not AGENT)
    assert may(me, command, replace(TICKET, team_id=OTHER)) is (role is ADMIN)
    assert not may(me, command, None)


def test_nobody_approves_their_own_reply() -> None:
    mine = replace(TICKET, review=Review(id="r", author_id=ME, author_name="Me", body="x", asked_at=0))
    approve = DecideReview(ticket_id=T, review_id="r", approve=True)
    assert not any(may(person(role), approve, mine) for role in Role)


@pytest.mark.parametrize(("command", "record", "least"), CASES)
def test_what_is_not_about_a_ticket_takes_its_role(command: AnyCommand, record: Target, least: Role | None) -> None:
    allowed = [role for role in Role if may(person(role), command, record)]
    assert allowed == ([] if least is None else RANKS[RANKS.index(least) :])


@pytest.mark.parametrize("role", Role)
def test_a_command_is_about_its_own_kind_of_record(role: Role) -> None:
    for command, record, _ in CASES:
        for other in RECORDS:
            if record is not None and type(other) is not type(record):
                assert not may(person(role), command, other), (command, other)


def test_everybody_says_when_they_are_away_and_no_more() -> None:
    me = person(AGENT)
    assert may(me, SaveAgent(agent_id=ME, away=True, away_until=5), me)
    assert not may(me, SaveAgent(agent_id=ME, away=True, capacity=9), me)


def test_acting_in_bulk_takes_a_lead() -> None:
    assert [role for role in Role if may_act_in_bulk(person(role))] == [LEAD, ADMIN]


@pytest.mark.parametrize("role", Role)
def test_who_left_may_nothing(role: Role) -> None:
    gone = person(role, active=False)
    assert not may_see(gone, TICKET)
    for command in EVERY:
        for record in (TICKET, CUSTOMER, DRAFT, PUBLIC, None):
            assert not may(gone, command, record)
