"""What customers and bots write, and whole conversations that come from elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.ids import AgentId, CustomerId, MessageId, TeamId, TicketId
from desk.intake import Incoming, NewTicket, begin, needs_new_ticket, receive
from desk.outcome import Outcome
from desk.records import Author, Channel, ClockName, MessageKind, Policy, Status, Ticket

T0 = 1_780_000_000_000
HOUR = 3_600_000
START = NewTicket(
    id=TicketId("t1"),
    ref="T-1",
    subject="提现\x1b[2J 未到账",
    customer_id=CustomerId("c"),
    customer_name="Wang\u202e",
    team_id=TeamId("w"),
    channel=Channel.CHAT,
    created_at=T0,
    tags=("Big Money", ""),
)


def said(author: Author, hours: float, body: str = "text", kind: MessageKind = MessageKind.REPLY) -> Incoming:
    return Incoming(id=MessageId(f"m{hours}"), body=body, at=T0 + int(hours * HOUR), author=author, kind=kind)


def the_ticket(outcome: Outcome) -> Ticket:
    (ticket,) = outcome.changes
    assert isinstance(ticket, Ticket)
    return ticket


def test_a_first_message_starts_a_clean_new_ticket() -> None:
    outcome = begin(START, (said(Author.CUSTOMER, 0, "help\x07 \u200b"),), Policy(), T0)
    ticket = the_ticket(outcome)
    assert (ticket.subject, ticket.customer_name, ticket.tags) == ("提现 未到账", "Wang⟨RLO⟩", ("big-money",))
    assert (ticket.v, ticket.status, ticket.last_n, ticket.unanswered) == (1, Status.NEW, 1, 1)
    assert (ticket.due_clock, ticket.waiting_since) == (ClockName.FIRST_REPLY, T0)
    assert outcome.messages[0].body == "help ⟨ZWSP⟩"


def test_a_bot_answers_nobody() -> None:
    opened = the_ticket(begin(START, (said(Author.CUSTOMER, 0), said(Author.BOT, 0.1)), Policy(), T0))
    assert (opened.last_n, opened.last_agent_n, opened.unanswered) == (2, 0, 1)
    assert opened.due_clock is ClockName.FIRST_REPLY


@pytest.mark.parametrize(
    ("status", "after", "reopened"),
    [
        (Status.WAITING, Status.OPEN, 0),
        (Status.ON_HOLD, Status.OPEN, 0),
        (Status.SOLVED, Status.OPEN, 1),
        (Status.OPEN, Status.OPEN, 0),
        (Status.NEW, Status.NEW, 0),
    ],
)
def test_a_customers_message_brings_the_ticket_back(status: Status, after: Status, reopened: int) -> None:
    talk = (said(Author.CUSTOMER, 0),) if status is Status.NEW else (said(Author.CUSTOMER, 0), said(Author.AGENT, 1))
    before = the_ticket(begin(START, talk, Policy(), T0 + HOUR, status=status))
    ticket = the_ticket(receive(before, said(Author.CUSTOMER, 2), Policy(), T0 + 2 * HOUR))
    assert (ticket.status, ticket.reopened, ticket.v) == (after, reopened, before.v + 1)
    assert ticket.due_at is not None
    assert ticket.moved.get("status", 0) == (
        ticket.v if before.status is not ticket.status else before.moved.get("status", 0)
    )


def test_a_customers_message_wakes_a_snoozed_ticket() -> None:
    before = the_ticket(begin(START, (said(Author.CUSTOMER, 0), said(Author.AGENT, 1)), Policy(), T0))
    for asleep in (replace(before, snoozed_until_answer=True), replace(before, snoozed_until=T0 + 99 * HOUR)):
        ticket = the_ticket(receive(asleep, said(Author.CUSTOMER, 2), Policy(), T0 + 2 * HOUR))
        assert (ticket.snoozed_until, ticket.snoozed_until_answer) == (None, False)
        noted = the_ticket(receive(asleep, said(Author.AGENT, 2, kind=MessageKind.NOTE), Policy(), T0))
        assert (noted.snoozed_until, noted.snoozed_until_answer) == (asleep.snoozed_until, asleep.snoozed_until_answer)


def test_only_a_closed_ticket_stays_closed() -> None:
    closed = the_ticket(begin(START, (said(Author.CUSTOMER, 0),), Policy(), T0, status=Status.CLOSED))
    solved = the_ticket(begin(START, (said(Author.CUSTOMER, 0),), Policy(), T0, status=Status.SOLVED))
    assert needs_new_ticket(closed)
    assert needs_new_ticket(None)
    assert not needs_new_ticket(solved)


TALK = st.lists(
    st.tuples(st.sampled_from([Author.CUSTOMER, Author.AGENT, Author.BOT]), st.booleans()), min_size=1, max_size=12
)


@given(TALK, st.sampled_from(Status))
def test_a_conversation_at_once_counts_like_one_message_after_the_other(
    talk: list[tuple[Author, bool]], status: Status
) -> None:
    messages = tuple(
        said(author, hour, kind=MessageKind.NOTE if is_note and author is Author.AGENT else MessageKind.REPLY)
        for hour, (author, is_note) in enumerate(talk)
    )
    at_once = the_ticket(begin(START, messages, Policy(), T0))
    step = the_ticket(begin(START, messages[:1], Policy(), T0))
    for message in messages[1:]:
        step = the_ticket(receive(step, message, Policy(), T0))
    for name in (
        "status",
        "last_n",
        "last_customer_n",
        "last_agent_n",
        "unanswered",
        "waiting_since",
        "due_at",
        "urgency_at",
    ):
        assert getattr(step, name) == getattr(at_once, name), name
    stands = the_ticket(begin(START, messages, Policy(), T0, status=status, assignee_id=AgentId("mei")))
    assert (stands.status, stands.assignee_id, stands.last_n) == (status, "mei", len(messages))
