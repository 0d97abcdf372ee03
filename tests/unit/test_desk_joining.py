"""Merging, taking back, splitting and linking, told as a senior would."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.commands import AnyCommand, DismissDuplicate, Envelope, LinkTickets, Merge, Reply, SetStatus, Split, Unmerge
from desk.conversation import agent_replied, customer_wrote, with_status
from desk.decide import decide
from desk.ids import AgentId, CommandId, CustomerId, MessageId, TeamId, TicketId
from desk.outcome import Outcome, Refusal, View
from desk.records import (
    Agent,
    Author,
    Channel,
    ClockName,
    Message,
    MessageKind,
    Policy,
    ReadMark,
    Role,
    Severity,
    Status,
    Ticket,
)
from desk.ticket_parts import DuplicateHint, Link, LinkKind, Review

T0 = 1_780_000_000_000
MINUTE = 60_000
NOW = T0 + 600 * MINUTE
WALLETS = TeamId("wallets")
LI = Agent(id=AgentId("li"), v=1, handle="li", name="Li", role=Role.SENIOR, team_ids=(WALLETS,))
MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", team_ids=(WALLETS,))
ONE, TWO, NEW = TicketId("t1"), TicketId("t2"), TicketId("t3")


def ticket(ticket_id: str = "t1", **fields: Any) -> Ticket:
    """A ticket that the customer began a while ago."""
    begun = Ticket(
        id=TicketId(ticket_id),
        v=3,
        ref=ticket_id.upper().replace("T", "T-"),
        subject="提现未到账",
        customer_id=CustomerId("wang"),
        customer_name="王磊",
        team_id=WALLETS,
        channel=Channel.TELEGRAM,
        created_at=T0,
        updated_at=T0,
        urgency_at=T0,
    )
    return replace(customer_wrote(begun, T0), **fields)


def ask(
    command: AnyCommand, one: Ticket, other: Ticket | None = None, actor: Agent = LI, **about: Any
) -> Outcome | Refusal:
    """Decides one command on two tickets."""
    expected = about.pop("expected", None)
    view = View(policy=Policy(), ticket=one, other=other, same_customer=about.pop("same_customer", True), **about)
    asked = Envelope(id=CommandId("c1"), command=command, composed_at=NOW, expected_version=expected)
    return decide(asked, view, actor, NOW)


def done(verdict: Outcome | Refusal) -> tuple[Ticket, Ticket]:
    """The two tickets after it."""
    assert isinstance(verdict, Outcome), verdict
    one, other = verdict.changes[0], verdict.also[0].changes[0]
    assert isinstance(one, Ticket) and isinstance(other, Ticket)
    return one, other


def refused(verdict: Outcome | Refusal) -> str:
    assert isinstance(verdict, Refusal), verdict
    assert verdict.why.endswith(".")
    return verdict.code


MERGE = Merge(ticket_id=ONE, source_id=TWO)


def merged(target: Ticket, source: Ticket) -> tuple[Ticket, Ticket]:
    return done(ask(MERGE, target, source))


# Merging


def test_the_source_closes_into_the_target_and_both_say_so() -> None:
    verdict = ask(MERGE, ticket(), ticket("t2", assignee_id=MEI.id))
    assert isinstance(verdict, Outcome)
    target, source = done(verdict)
    assert source.status is Status.CLOSED and source.due_at is None
    assert source.merge is not None
    assert (source.merge.into, source.merge.into_ref, source.merge.by) == (ONE, "T-1", LI.id)
    assert (source.merge.status, source.merge.assignee_id) == ("new", MEI.id)
    assert target.merged_ids == (TWO,)
    assert [line.body for line in verdict.messages] == ["merged_in ref=T-2 id=t2 n=1"]
    assert [line.body for line in verdict.also[0].messages] == ["merged_into ref=T-1 id=t1"]
    assert verdict.messages[0].id != verdict.also[0].messages[0].id


def test_the_target_takes_over_what_matters_and_keeps_its_channel() -> None:
    target = ticket(at_risk_minor=500, tags=("tron",), channel=Channel.EMAIL)
    source = ticket(
        "t2",
        at_risk_minor=900,
        severity=Severity.URGENT,
        tags=("vip", "tron"),
        followers=(MEI.id,),
        networks=("TRON",),
        tx_ids=("ab",),
    )
    after, _ = merged(target, source)
    assert (after.at_risk_minor, after.severity, after.channel) == (900, Severity.URGENT, Channel.EMAIL)
    assert (after.tags, after.followers) == (("tron", "vip"), (MEI.id,))
    assert (after.networks, after.tx_ids) == (("TRON",), ("ab",))


def test_a_customer_who_waits_in_the_source_waits_in_the_target() -> None:
    answered = agent_replied(ticket(), T0 + MINUTE, Status.WAITING)
    asked = customer_wrote(ticket("t2"), T0 + 5 * MINUTE)
    after, _ = merged(answered, asked)
    assert (after.status, after.unanswered, after.waiting_since) == (Status.OPEN, 2, T0)
    assert after.due_clock is ClockName.NEXT_REPLY
    assert after.due_at is not None and after.due_at < NOW
    solved, _ = merged(with_status(answered, Status.SOLVED, T0 + 9 * MINUTE), asked)
    assert (solved.status, solved.reopened) == (Status.OPEN, 1)


def test_an_earlier_wait_counts_from_its_beginning() -> None:
    late = replace(ticket(), waiting_since=T0 + 50 * MINUTE, clock_events=())
    late = customer_wrote(replace(late, unanswered=0, waiting_since=None), T0 + 50 * MINUTE)
    after, _ = merged(late, ticket("t2"))
    assert after.waiting_since == T0
    assert after.due_at == T0 + 120 * MINUTE


@pytest.mark.parametrize(
    ("command", "target", "source", "about", "code"),
    [
        (Merge(ticket_id=ONE, source_id=ONE), ticket(), ticket(), {}, "merged"),
        (MERGE, ticket(), None, {}, "not-found"),
        (MERGE, ticket(), ticket("t2"), {"same_customer": False}, "another-customer"),
        (MERGE, ticket(), ticket("t2"), {"actor": MEI}, "not-allowed"),
        (MERGE, with_status(ticket(), Status.CLOSED, T0), ticket("t2"), {}, "closed"),
        (MERGE, ticket(moved={"status": 3}, moved_by={"status": "mei"}), ticket("t2"), {"expected": 2}, "conflict"),
        (
            MERGE,
            ticket(),
            ticket("t2", review=Review(id="r", author_id=MEI.id, author_name="Mei", body="x", asked_at=T0)),
            {},
            "review-waits",
        ),
    ],
)
def test_it_is_refused(command: AnyCommand, target: Ticket, source: Ticket | None, about: Any, code: str) -> None:
    assert refused(ask(command, target, source, **about)) == code


def test_a_merged_ticket_is_no_source_and_no_target_and_says_where_it_went() -> None:
    target, source = merged(ticket(), ticket("t2"))
    again = ask(Merge(ticket_id=NEW, source_id=TWO), ticket("t3"), source)
    into_it = ask(Merge(ticket_id=TWO, source_id=NEW), source, ticket("t3"))
    in_a_circle = ask(Merge(ticket_id=TWO, source_id=ONE), source, target)
    for verdict in (again, into_it, in_a_circle, ask(Reply(ticket_id=TWO, body="Hello"), source)):
        assert refused(verdict) == "merged"
        assert isinstance(verdict, Refusal) and "T-1" in verdict.why


def test_one_who_had_read_the_target_has_read_its_line_and_the_source_stays_as_read_as_it_was() -> None:
    verdict = ask(MERGE, ticket(), ticket("t2"), mark=ReadMark(ticket_id=ONE, v=1, n=1))
    assert isinstance(verdict, Outcome)
    assert verdict.changes[1] == ReadMark(ticket_id=ONE, v=2, n=2)
    assert len(verdict.also[0].changes) == 1


# Taking back

STEPS = st.lists(
    st.sampled_from(["customer", "agent", "hold", "solve", "snooze", "assign", "urgent"]), min_size=0, max_size=6
)


def lived(ticket_id: str, steps: list[str]) -> Ticket:
    """A ticket with some history."""
    one = ticket(ticket_id)
    for number, step in enumerate(steps, 1):
        at = T0 + number * 10 * MINUTE
        match step:
            case "customer":
                one = customer_wrote(one, at)
            case "agent":
                one = agent_replied(one, at, Status.WAITING)
            case "hold" | "solve":
                one = with_status(one, Status.ON_HOLD if step == "hold" else Status.SOLVED, at)
            case "snooze":
                one = replace(one, snoozed_until=NOW + MINUTE)
            case "assign":
                one = replace(one, assignee_id=MEI.id)
            case "urgent":
                one = replace(one, severity=Severity.URGENT)
    policy = Policy()
    from desk.conversation import finish

    return finish(replace(one, clock_events=()), one, policy, "always", T0)[0]


@given(STEPS, STEPS)
def test_taking_a_merge_back_restores_the_source(target_steps: list[str], source_steps: list[str]) -> None:
    before = lived("t2", source_steps)
    target, source = merged(lived("t1", target_steps), before)
    back_target, back = done(ask(Unmerge(ticket_id=ONE, source_id=TWO), target, source))
    told: tuple[str, ...] = ("v", "updated_at", "moved", "moved_by", "last_n")
    assert {name: getattr(back, name) for name in told} != {name: getattr(before, name) for name in told}
    if before.status is Status.SOLVED:  # the one settled last is first among the settled
        told = (*told, "urgency_at")
    assert replace(back, **{name: getattr(before, name) for name in told}) == before
    assert back_target.merged_ids == ()


def test_what_is_not_merged_cannot_be_taken_back() -> None:
    assert refused(ask(Unmerge(ticket_id=ONE, source_id=TWO), ticket(), ticket("t2"))) == "no-change"
    _, source = merged(ticket(), ticket("t2"))
    assert refused(ask(Unmerge(ticket_id=NEW, source_id=TWO), ticket("t3"), source)) == "no-change"


def test_a_merge_is_taken_back_out_of_a_closed_target() -> None:
    target, source = merged(ticket(), ticket("t2"))
    closed = with_status(target, Status.CLOSED, NOW)
    _, back = done(ask(Unmerge(ticket_id=ONE, source_id=TWO), closed, source))
    assert back.merge is None and back.status is Status.NEW


# Splitting


def message(n: int, author: Author = Author.CUSTOMER, kind: MessageKind = MessageKind.REPLY, **more: Any) -> Message:
    return Message(
        ticket_id=ONE,
        n=n,
        id=MessageId(f"m{n}"),
        author=author,
        kind=kind,
        body=f"text {n}",
        at=T0 + n * MINUTE,
        **more,
    )


def split(*chosen: Message, ns: tuple[int, ...] | None = None, subject: str = "Fees", **about: Any) -> Any:
    wanted = ns if ns is not None else tuple(line.n for line in chosen)
    command = Split(ticket_id=ONE, new_ticket_id=NEW, subject=subject, ns=wanted)
    about = {"next_ref": "T-9", **about}
    return ask(command, ticket(last_n=9, assignee_id=about.pop("assignee_id", None)), chosen=chosen, **about)


def test_a_split_copies_messages_into_a_new_ticket_of_the_same_customer_and_channel() -> None:
    verdict = split(message(2), message(4, Author.AGENT, author_id="mei", command_id=CommandId("c0")), message(5))
    one, new = done(verdict)
    assert (new.v, new.ref, new.subject, new.customer_id, new.channel) == (1, "T-9", "Fees", "wang", Channel.TELEGRAM)
    copies = verdict.also[0].messages
    assert [(line.ticket_id, line.n, line.body) for line in copies[:3]] == [
        (NEW, 1, "text 2"),
        (NEW, 2, "text 4"),
        (NEW, 3, "text 5"),
    ]
    assert all(line.command_id is None for line in copies)
    assert copies[3].body == "split_from ref=T-1 id=t1 n=3"
    assert verdict.messages[0].body == "split_off ref=T-9 id=t3 n=3"
    assert one.links == (Link(kind=LinkKind.RELATED, ticket_id=NEW, ref="T-9"),)
    assert new.links == (Link(kind=LinkKind.RELATED, ticket_id=ONE, ref="T-1"),)
    assert (one.unanswered, one.status) == (1, Status.NEW)


def test_its_clocks_start_from_the_oldest_message_without_an_answer() -> None:
    _, new = done(split(message(2), message(5)))
    assert (new.waiting_since, new.unanswered, new.due_at) == (T0 + 2 * MINUTE, 2, T0 + 122 * MINUTE)
    _, answered = done(split(message(2), message(4, Author.AGENT), message(5)))
    assert (answered.waiting_since, answered.due_clock) == (T0 + 5 * MINUTE, ClockName.NEXT_REPLY)
    assert answered.status is Status.OPEN
    _, noted = done(split(message(3, Author.AGENT, MessageKind.NOTE)))
    assert (noted.status, noted.unanswered) == (Status.OPEN, 0)
    _, owned = done(split(message(2), assignee_id=MEI.id))
    assert (owned.status, owned.assignee_id) == (Status.OPEN, MEI.id)


def test_a_split_is_refused() -> None:
    assert refused(split(ns=())) == "empty"
    assert refused(split(message(2), subject=" \x07 ")) == "empty"
    assert refused(split(message(2), subject="x" * 500)) == "too-long"
    assert refused(split(message(2), ns=(2, 7))) == "not-found"
    assert refused(split(Message(ticket_id=ONE, n=2, hidden=True))) == "not-found"
    assert refused(split(message(2, Author.SYSTEM, MessageKind.EVENT))) == "bad-value"
    assert refused(split(message(2), other=ticket("t3"))) == "conflict"
    assert refused(split(message(2), actor=MEI)) == "not-allowed"


# Links


def linked_both(kind: LinkKind, one: Ticket, other: Ticket, **about: Any) -> Outcome | Refusal:
    return ask(LinkTickets(ticket_id=one.id, other_id=other.id, link=kind), one, other, actor=MEI, **about)


@pytest.mark.parametrize(
    ("kind", "back"),
    [
        (LinkKind.BLOCKS, LinkKind.BLOCKED_BY),
        (LinkKind.BLOCKED_BY, LinkKind.BLOCKS),
        (LinkKind.RELATED, LinkKind.RELATED),
        (LinkKind.DUPLICATE, LinkKind.DUPLICATE),
        (LinkKind.INCIDENT, LinkKind.INCIDENT),
    ],
)
def test_a_link_stands_at_both_tickets_and_goes_from_both(kind: LinkKind, back: LinkKind) -> None:
    one, other = done(linked_both(kind, ticket(), ticket("t2")))
    assert one.links == (Link(kind=kind, ticket_id=TWO, ref="T-2"),)
    assert other.links == (Link(kind=back, ticket_id=ONE, ref="T-1"),)
    assert refused(linked_both(kind, one, other)) == "no-change"
    off = ask(LinkTickets(ticket_id=TWO, other_id=ONE, link=back, on=False), other, one, actor=MEI)
    assert [ticket.links for ticket in done(off)] == [(), ()]
    assert refused(ask(LinkTickets(ticket_id=ONE, other_id=TWO, link=kind, on=False), ticket(), ticket("t2")))


def test_no_ticket_blocks_itself_in_the_end() -> None:
    assert refused(linked_both(LinkKind.BLOCKS, ticket(), ticket())) == "circle"
    around = frozenset({ONE, NEW})
    assert refused(linked_both(LinkKind.BLOCKS, ticket(), ticket("t2"), further_blocked=around)) == "circle"
    around = frozenset({TWO, NEW})
    assert refused(linked_both(LinkKind.BLOCKED_BY, ticket(), ticket("t2"), further_blocked=around)) == "circle"
    done(linked_both(LinkKind.BLOCKS, ticket(), ticket("t2"), further_blocked=frozenset({NEW})))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(LinkKind), st.booleans()), max_size=25))
def test_links_are_symmetric_and_blocking_never_goes_in_a_circle(asked: list[tuple[int, int, LinkKind, bool]]) -> None:
    tickets = {f"t{number}": ticket(f"t{number}") for number in range(5)}

    def blocked_from(start: str) -> frozenset[TicketId]:
        found: set[TicketId] = set()
        waiting = [start]
        while waiting:
            for link in tickets[waiting.pop()].links:
                if link.kind is LinkKind.BLOCKS and link.ticket_id not in found:
                    found.add(link.ticket_id)
                    waiting.append(link.ticket_id)
        return frozenset(found)

    for first, second, kind, on in asked:
        one, other = tickets[f"t{first}"], tickets[f"t{second}"]
        side = {LinkKind.BLOCKS: other.id, LinkKind.BLOCKED_BY: one.id}.get(kind)
        verdict = ask(
            LinkTickets(ticket_id=one.id, other_id=other.id, link=kind, on=on),
            one,
            other,
            further_blocked=blocked_from(side) if side else frozenset(),
        )
        if isinstance(verdict, Outcome):
            for changed in done(verdict):
                tickets[changed.id] = changed
    backward = {LinkKind.BLOCKS: LinkKind.BLOCKED_BY, LinkKind.BLOCKED_BY: LinkKind.BLOCKS}
    for one in tickets.values():
        assert one.id not in blocked_from(one.id)
        for link in one.links:
            there = [(back.kind, back.ticket_id) for back in tickets[link.ticket_id].links]
            assert there.count((backward.get(link.kind, link.kind), one.id)) == 1


def test_solving_what_an_open_ticket_blocks_is_worth_a_word() -> None:
    solve = SetStatus(ticket_id=ONE, status=Status.SOLVED)
    verdict = ask(solve, ticket(status=Status.OPEN), actor=MEI, blockers=("T-2",))
    assert isinstance(verdict, Outcome) and verdict.notice == "blocked"
    free = ask(solve, ticket(status=Status.OPEN), actor=MEI)
    assert isinstance(free, Outcome) and free.notice == ""


# What was suggested

HINT = DuplicateHint(ticket_id=TWO, ref="T-2", reason="transaction", score=95)


def test_a_suggestion_goes_when_it_is_dismissed_merged_or_linked() -> None:
    dismissed = ask(DismissDuplicate(ticket_id=ONE), ticket(duplicate=HINT), actor=MEI)
    assert isinstance(dismissed, Outcome)
    after = dismissed.changes[0]
    assert isinstance(after, Ticket) and after.duplicate is None and after.moved_by["duplicate"] == MEI.id
    assert dismissed.messages[0].body == "no_duplicate ref=T-2 id=t2"
    assert refused(ask(DismissDuplicate(ticket_id=ONE), ticket(), actor=MEI)) == "no-change"
    assert merged(ticket(duplicate=HINT), ticket("t2"))[0].duplicate is None
    _, source = done(ask(Merge(ticket_id=TWO, source_id=ONE), ticket("t2"), ticket(duplicate=HINT)))
    assert source.duplicate is None
    assert done(linked_both(LinkKind.DUPLICATE, ticket(duplicate=HINT), ticket("t2")))[0].duplicate is None
