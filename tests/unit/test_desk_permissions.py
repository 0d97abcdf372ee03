"""Every command × every role × own team, another's, and another's that one was brought into."""

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from desk.commands import (
    AnyCommand,
    ApplyMacro,
    Assign,
    Follow,
    MoveTeam,
    Note,
    NoteCustomer,
    OpenTicket,
    PublishArticle,
    RateArticle,
    Reply,
    SaveArticle,
    Seen,
    SetSeverity,
    SetStatus,
    Snooze,
    Tag,
    Take,
)
from desk.ids import AgentId, ArticleId, CustomerId, MacroId, TeamId, TicketId
from desk.permissions import may, may_see
from desk.records import Agent, Article, ArticleState, Channel, Customer, Role, Severity, Status, Ticket

OWN, OTHER = TeamId("own"), TeamId("other")
T, C, A = TicketId("t"), CustomerId("c"), ArticleId("k")
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
]
ASSIGN = Assign(ticket_id=T, assignee_id=AgentId("else"))
OPEN = OpenTicket(ticket_id=T, customer_id=C, subject="x", body="x", channel=Channel.CHAT, team_id=OWN)
SAVE = SaveArticle(article_id=A, lang="en", title="x", body_md="x")
PUBLISH = PublishArticle(article_id=A)
RATE = RateArticle(article_id=A, ticket_id=None, helped=True)
REMEMBER = NoteCustomer(customer_id=C, note_id="n", text="x")
EVERY = [*ON_TICKETS, ASSIGN, OPEN, SAVE, PUBLISH, RATE, REMEMBER]


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
def test_published_articles_are_the_seniors(role: Role) -> None:
    senior = role is not Role.AGENT
    me = person(role)
    assert [may(me, SAVE, record) for record in (None, DRAFT, PUBLIC, TICKET)] == [True, True, senior, False]
    assert [may(me, PUBLISH, record) for record in (None, DRAFT, PUBLIC)] == [False, senior, senior]
    assert [may(me, RATE, record) for record in (None, PUBLIC, TICKET)] == [False, True, False]
    assert [may(me, REMEMBER, record) for record in (None, CUSTOMER, TICKET)] == [False, True, False]


@pytest.mark.parametrize("role", Role)
def test_who_left_may_nothing(role: Role) -> None:
    gone = person(role, active=False)
    assert not may_see(gone, TICKET)
    for command in EVERY:
        for record in (TICKET, CUSTOMER, DRAFT, PUBLIC, None):
            assert not may(gone, command, record)
