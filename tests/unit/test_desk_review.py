"""The review lane: nothing goes out before somebody else has read it, and what goes out is what they approved."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.commands import (
    AnyCommand,
    AskReview,
    DecideReview,
    Envelope,
    OpenTicket,
    Reply,
    SetStatus,
    WithdrawReview,
)
from desk.conversation import customer_wrote
from desk.decide import decide
from desk.ids import AgentId, CommandId, CustomerId, MacroId, MessageId, TeamId, TicketId
from desk.outcome import Outcome, Refusal, View
from desk.records import (
    Agent,
    Attachment,
    Author,
    Channel,
    Customer,
    Macro,
    Message,
    MessageKind,
    Policy,
    Role,
    Status,
    Ticket,
)
from desk.ticket_parts import Review, ReviewState

T0 = 1_780_000_000_000
MINUTE = 60_000
WALLETS = TeamId("wallets")
T1 = TicketId("t1")
JUN = Agent(id=AgentId("jun"), v=1, handle="jun", name="Jun", team_ids=(WALLETS,), needs_review=True)
KIM = Agent(id=AgentId("kim"), v=1, handle="kim", name="Kim", team_ids=(WALLETS,))
MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", role=Role.SENIOR, team_ids=(WALLETS,))
LI = Agent(id=AgentId("li"), v=1, handle="li", name="Li", role=Role.LEAD, team_ids=(WALLETS,))
WANG = Customer(id=CustomerId("wang"), v=1, name="王磊", language="zh")
CAREFUL = Macro(id=MacroId("refund"), v=1, shortcut="refund", title={"en": "Refund"}, needs_review=True)
FILE = Attachment(sha256="0" * 64, name="receipt.pdf", media_type="application/pdf", size_bytes=10)
TEXT = "您好，您的提现需要 20 个确认。"


def fresh(**fields: Any) -> Ticket:
    base = Ticket(
        id=T1,
        v=3,
        ref="T-1",
        subject="提现未到账",
        customer_id=WANG.id,
        customer_name=WANG.name,
        team_id=WALLETS,
        channel=Channel.TELEGRAM,
        created_at=T0,
        updated_at=T0,
        urgency_at=T0,
        status=Status.OPEN,
        assignee_id=JUN.id,
    )
    return replace(customer_wrote(base, T0), **fields)


def do(ticket: Ticket, command: AnyCommand, by: Agent = JUN, now: int = T0 + MINUTE, **more: Any) -> Outcome | Refusal:
    names: tuple[str, ...] = ("policy", "macro", "unseen", "customer")
    view = {name: more.pop(name) for name in names if name in more}
    envelope = Envelope(id=CommandId(f"c-{ticket.v}"), command=command, composed_at=now, **more)
    known: dict[str, Any] = {"policy": Policy(), "ticket": ticket, "customer": WANG, **view}
    return decide(envelope, View(**known), by, now)


def after(ticket: Ticket, command: AnyCommand, by: Agent = JUN, now: int = T0 + MINUTE, **more: Any) -> Ticket:
    verdict = do(ticket, command, by, now, **more)
    assert isinstance(verdict, Outcome), verdict
    changed = verdict.changes[0]
    assert isinstance(changed, Ticket)
    return changed


def refusal(verdict: Outcome | Refusal) -> Refusal:
    assert isinstance(verdict, Refusal), verdict
    return verdict


ASK = AskReview(ticket_id=T1, body=TEXT, attachments=(FILE,))


def review_of(ticket: Ticket) -> Review:
    assert ticket.review is not None
    return ticket.review


def asked(**more: Any) -> Ticket:
    return after(fresh(), ASK, seen_n=1, **more)


def decision(ticket: Ticket, approve: bool = True, **fields: Any) -> DecideReview:
    return DecideReview(ticket_id=T1, review_id=review_of(ticket).id, approve=approve, **fields)


class TestWhoMustAsk:
    def test_a_new_starters_reply_is_refused_and_says_what_to_do(self) -> None:
        refused = refusal(do(fresh(), Reply(ticket_id=T1, body=TEXT)))
        assert refused.code == "needs-review"
        assert "ask for approval" in refused.why

    def test_a_macro_may_require_it_of_agents_but_not_of_seniors(self) -> None:
        wanted = Reply(ticket_id=T1, body=TEXT, macro_id=CAREFUL.id)
        assert refusal(do(fresh(), wanted, KIM, macro=CAREFUL)).code == "needs-review"
        assert isinstance(do(fresh(), wanted, MEI, macro=CAREFUL), Outcome)
        assert isinstance(do(fresh(), replace(wanted, macro_id=None), KIM), Outcome)

    def test_a_senior_answers_for_themselves(self) -> None:
        assert isinstance(do(fresh(), Reply(ticket_id=T1, body=TEXT), replace(MEI, needs_review=True)), Outcome)

    def test_a_first_message_is_no_way_round(self) -> None:
        opened = OpenTicket(
            ticket_id=TicketId("t2"),
            customer_id=WANG.id,
            subject="About your withdrawal",
            body=TEXT,
            channel=Channel.EMAIL,
            team_id=WALLETS,
        )
        envelope = Envelope(id=CommandId("o"), command=opened, composed_at=T0)
        view = View(policy=Policy(), customer=WANG)
        assert refusal(decide(envelope, view, JUN, T0)).code == "needs-review"
        as_note = replace(envelope, command=replace(opened, as_note=True))
        assert isinstance(decide(as_note, view, JUN, T0), Outcome)
        spared = replace(view, customer=replace(WANG, do_not_contact=True))
        assert refusal(decide(envelope, spared, KIM, T0)).code == "do-not-contact"


class TestDoNotContact:
    def test_they_are_answered_and_never_written_to_first(self) -> None:
        spared = replace(WANG, do_not_contact=True)
        wanted = Reply(ticket_id=T1, body=TEXT)
        answered = after(fresh(), wanted, KIM, customer=spared)
        assert refusal(do(answered, wanted, KIM, customer=spared)).code == "do-not-contact"
        assert refusal(do(answered, ASK, KIM, customer=spared)).code == "do-not-contact"
        assert isinstance(do(answered, wanted, KIM), Outcome)


class TestAsking:
    def test_nothing_goes_out_while_it_waits(self) -> None:
        verdict = do(fresh(), ASK, seen_n=1)
        assert isinstance(verdict, Outcome)
        ticket = verdict.changes[0]
        assert isinstance(ticket, Ticket)
        assert [(m.kind, m.body) for m in verdict.messages] == [(MessageKind.EVENT, "review_asked")]
        assert verdict.clock_events == ()
        assert (ticket.unanswered, ticket.waiting_since, ticket.due_at) == (1, T0, fresh_due())
        review = review_of(ticket)
        assert (review.state, review.body, review.author_name, review.seen_n) == (ReviewState.ASKED, TEXT, "Jun", 1)
        assert review.attachments == (FILE,)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"body": "  ", "attachments": ()}, "empty"),
            ({"body": "x" * 5_000}, "too-long"),
            ({"body": "请把您的助记词发给我"}, "held"),
            ({"then": Status.NEW}, "bad-value"),
            ({"attachments": (replace(FILE, sha256="no digest"),)}, "bad-value"),
        ],
    )
    def test_it_is_checked_like_a_reply(self, fields: dict[str, Any], code: str) -> None:
        assert refusal(do(fresh(), replace(ASK, **fields))).code == code

    def test_one_at_a_time(self) -> None:
        second = refusal(do(asked(), ASK, KIM))
        assert (second.code, second.what) == ("conflict", "review")
        assert "Jun" in second.why

    def test_anybody_may_ask_of_their_own_accord(self) -> None:
        assert review_of(after(fresh(), ASK, KIM)).author_id == KIM.id


class TestDeciding:
    def test_what_was_approved_goes_out_in_its_authors_name(self) -> None:
        ticket = asked()
        verdict = do(ticket, decision(ticket), MEI, seen_n=2)
        assert isinstance(verdict, Outcome)
        reply, line = verdict.messages
        assert (reply.kind, reply.body, reply.author_id, reply.author_name) == (MessageKind.REPLY, TEXT, "jun", "Jun")
        assert (reply.command_id, reply.attachments) == (CommandId(f"c-{ticket.v}"), (FILE,))
        assert (line.body, line.author_name) == ("review_approved to=jun", "Mei")
        sent = verdict.changes[0]
        assert isinstance(sent, Ticket)
        assert (sent.unanswered, sent.status) == (0, Status.WAITING)
        review = review_of(sent)
        assert (review.state, review.reviewer_name, review.final_body) == (ReviewState.APPROVED, "Mei", "")

    def test_a_changed_text_keeps_both(self) -> None:
        ticket = asked()
        better = TEXT + " 请放心。"
        verdict = do(ticket, decision(ticket, body=better, remark="warmer"), MEI, seen_n=2)
        assert isinstance(verdict, Outcome)
        assert verdict.messages[0].body == better
        assert verdict.messages[1].body == "review_changed to=jun"
        sent = verdict.changes[0]
        assert isinstance(sent, Ticket)
        review = review_of(sent)
        assert (review.body, review.final_body, review.remark) == (TEXT, better, "warmer")

    def test_what_the_reviewer_writes_is_checked_too(self) -> None:
        ticket = asked()
        assert refusal(do(ticket, decision(ticket, body="请把您的助记词发给我"), MEI, seen_n=2)).code == "held"

    def test_the_status_the_author_wanted_is_set(self) -> None:
        ticket = after(fresh(), replace(ASK, then=Status.SOLVED))
        sent = after(ticket, decision(ticket), MEI, seen_n=2)
        assert sent.status is Status.SOLVED

    def test_returned_takes_a_remark(self) -> None:
        ticket = asked()
        refused = refusal(do(ticket, decision(ticket, approve=False, remark=" "), MEI))
        assert (refused.code, refused.what) == ("empty", "remark")
        verdict = do(ticket, decision(ticket, approve=False, remark="Name the network."), MEI)
        assert isinstance(verdict, Outcome)
        assert [m.kind for m in verdict.messages] == [MessageKind.EVENT]
        returned = verdict.changes[0]
        assert isinstance(returned, Ticket)
        assert (review_of(returned).state, review_of(returned).remark) == (ReviewState.RETURNED, "Name the network.")
        assert review_of(after(returned, ASK)).state is ReviewState.ASKED

    def test_nobody_approves_their_own_and_no_agent_anybodys(self) -> None:
        ticket = after(fresh(), ASK, MEI)
        assert refusal(do(ticket, decision(ticket), MEI)).code == "not-allowed"
        assert refusal(do(ticket, decision(ticket), KIM)).code == "not-allowed"
        assert isinstance(do(ticket, decision(ticket), LI, seen_n=2), Outcome)

    def test_the_second_to_decide_reads_who_was_first(self) -> None:
        ticket = asked()
        sent = after(ticket, decision(ticket), MEI, seen_n=2)
        late = refusal(do(sent, decision(ticket), LI, seen_n=2, on_top=True))
        assert (late.code, late.what) == ("conflict", "review")
        assert "Mei" in late.why
        unknown = replace(decision(ticket), review_id="another")
        assert refusal(do(ticket, unknown, MEI)).code == "conflict"

    def test_a_colleagues_reply_meanwhile_is_a_conflict_unless_on_top(self) -> None:
        ticket = asked()
        mine = after(ticket, Reply(ticket_id=T1, body="I have it"), KIM)
        unseen = (
            Message(
                ticket_id=T1,
                n=3,
                id=MessageId("m3"),
                author=Author.AGENT,
                author_id=KIM.id,
                author_name="Kim",
                at=T0,
                body="I have it",
            ),
        )
        guards: list[dict[str, Any]] = [{"seen_n": 2, "unseen": unseen}, {}]
        for guard in guards:
            assert refusal(do(mine, decision(ticket), MEI, **guard)).what == "reply"
            assert isinstance(do(mine, decision(ticket), MEI, on_top=True, **guard), Outcome)
        assert isinstance(do(mine, decision(ticket), MEI, seen_n=3), Outcome)

    def test_closed_meanwhile_it_can_only_be_returned(self) -> None:
        ticket = after(asked(), SetStatus(ticket_id=T1, status=Status.CLOSED), MEI)
        assert refusal(do(ticket, decision(ticket), LI, seen_n=9)).code == "closed"
        assert review_of(after(ticket, decision(ticket, approve=False, remark="closed"), LI)).state is (
            ReviewState.RETURNED
        )

    def test_do_not_contact_holds_at_the_time_of_approval(self) -> None:
        ticket = after(asked(), Reply(ticket_id=T1, body="I have it"), KIM)
        spared = replace(WANG, do_not_contact=True)
        assert refusal(do(ticket, decision(ticket), MEI, on_top=True, customer=spared)).code == "do-not-contact"


class TestWithdrawing:
    def test_the_author_takes_it_back(self) -> None:
        ticket = asked()
        gone = WithdrawReview(ticket_id=T1, review_id=review_of(ticket).id)
        assert refusal(do(ticket, gone, MEI)).code == "not-allowed"
        withdrawn = after(ticket, gone)
        assert review_of(withdrawn).state is ReviewState.WITHDRAWN
        late = refusal(do(withdrawn, decision(ticket), MEI))
        assert late.code == "conflict"
        assert "withdrew" in late.why


def fresh_due() -> int | None:
    """When the customer's next answer is due, whatever waits inside."""
    verdict = do(fresh(), SetStatus(ticket_id=T1, status=Status.ON_HOLD), KIM)
    assert isinstance(verdict, Outcome)
    ticket = verdict.changes[0]
    assert isinstance(ticket, Ticket)
    return ticket.due_at


_TEXTS = st.sampled_from([TEXT, "Hello, it is on its way.", "请放心。"])
_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "approve", "edit", "return", "withdraw", "reply"]),
        st.sampled_from([JUN, KIM, MEI, LI]),
        _TEXTS,
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(_ACTS)
def test_whoever_needs_approval_never_reaches_the_customer_alone(acts: list[tuple[str, Agent, str]]) -> None:
    """Every message with a new starter's name on it was decided by a senior, and says what that one approved."""
    ticket = fresh()
    for number, (act, by, text) in enumerate(acts):
        review = ticket.review
        review_id = review.id if review else "none"
        commands: dict[str, AnyCommand] = {
            "ask": AskReview(ticket_id=T1, body=text),
            "approve": DecideReview(ticket_id=T1, review_id=review_id, approve=True),
            "edit": DecideReview(ticket_id=T1, review_id=review_id, approve=True, body=text),
            "return": DecideReview(ticket_id=T1, review_id=review_id, approve=False, remark="again"),
            "withdraw": WithdrawReview(ticket_id=T1, review_id=review_id),
            "reply": Reply(ticket_id=T1, body=text),
        }
        verdict = do(ticket, commands[act], by, T0 + number * MINUTE, on_top=True)
        if isinstance(verdict, Refusal):
            continue
        changed = verdict.changes[0]
        assert isinstance(changed, Ticket)
        for message in verdict.messages:
            if message.kind is MessageKind.REPLY and message.author_id == JUN.id:
                assert by.role in (Role.SENIOR, Role.LEAD)
                assert act in ("approve", "edit")
                assert message.body == (review_of(changed).final_body or review_of(changed).body)
        ticket = changed
