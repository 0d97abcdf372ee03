"""What each command does to a ticket, told as an agent would."""

from typing import Any

import pytest
from msgspec.structs import replace

from desk.commands import (
    AnyCommand,
    ApplyMacro,
    Assign,
    Envelope,
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
from desk.decide import decide
from desk.ids import AgentId, ArticleId, CommandId, CustomerId, MacroId, MessageId, TeamId, TicketId
from desk.outcome import Outcome, Refusal, View
from desk.records import (
    Agent,
    Article,
    ArticleState,
    Attachment,
    Author,
    Channel,
    ClockAction,
    ClockName,
    Customer,
    Macro,
    Message,
    MessageKind,
    Policy,
    ReadMark,
    Role,
    Severity,
    Status,
    Ticket,
)

T0 = 1_780_000_000_000
MINUTE = 60_000
WALLETS, TRADING = TeamId("wallets"), TeamId("trading")
MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", team_ids=(WALLETS,))
LI = Agent(id=AgentId("li"), v=1, handle="li", name="Li", role=Role.SENIOR, team_ids=(WALLETS,))
WANG = Customer(id=CustomerId("wang"), v=3, name="王磊", language="zh")
TICKET = TicketId("t1")


def ticket(**fields: Any) -> Ticket:
    """A ticket with one message of the customer, unless told otherwise."""
    base = Ticket(
        id=TICKET,
        v=4,
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
        last_n=1,
        last_customer_n=1,
        last_customer_at=T0,
        waiting_since=T0,
        unanswered=1,
    )
    return replace(base, **fields)


def ask(
    command: AnyCommand, view: View | None = None, actor: Agent = MEI, now: int = T0 + MINUTE, **envelope: Any
) -> Any:
    """Decides one command on a view."""
    about = view if view is not None else on(ticket())
    return decide(Envelope(id=CommandId("c1"), command=command, composed_at=now, **envelope), about, actor, now)


def on(about: Ticket | None = None, **fields: Any) -> View:
    return View(policy=Policy(), ticket=about, **fields)


def changed(verdict: Any) -> Ticket:
    assert isinstance(verdict, Outcome), verdict
    (found,) = (record for record in verdict.changes if isinstance(record, Ticket))
    return found


def code(verdict: Any) -> str:
    assert isinstance(verdict, Refusal), verdict
    return verdict.code


def said(n: int, author: Author, author_id: str, at: int, kind: MessageKind = MessageKind.REPLY) -> Message:
    return Message(ticket_id=TICKET, n=n, id=MessageId(f"m{n}"), author=author, author_id=author_id, at=at, kind=kind)


class TestReply:
    def test_it_answers_the_burst_and_waits_for_the_customer(self) -> None:
        verdict = ask(Reply(ticket_id=TICKET, body=" Done. "))
        after = changed(verdict)
        (message,) = verdict.messages
        assert (message.n, message.body, message.kind, message.author_name) == (2, "Done.", MessageKind.REPLY, "Mei")
        assert message.command_id == "c1"
        assert (after.status, after.unanswered, after.waiting_since) == (Status.WAITING, 0, None)
        assert (after.last_n, after.last_agent_n, after.last_agent_at) == (2, 2, T0 + MINUTE)
        assert (after.v, after.moved) == (5, {"status": 5})

    def test_solving_with_the_reply_leaves_a_line(self) -> None:
        verdict = ask(Reply(ticket_id=TICKET, body="Done.", then=Status.SOLVED))
        assert [message.body for message in verdict.messages] == ["Done.", "status from=open to=solved"]
        assert changed(verdict).last_n == 3
        assert changed(verdict).last_agent_n == 2

    def test_another_agents_answer_is_a_conflict_until_sent_on_top(self) -> None:
        view = on(ticket(last_n=2), unseen=(said(2, Author.AGENT, "li", T0 + 1),))
        command = Reply(ticket_id=TICKET, body="Done.")
        verdict = ask(command, view, seen_n=1)
        assert code(verdict) == "conflict"
        assert verdict.what == "reply"
        assert changed(ask(command, view, seen_n=1, on_top=True)).last_n == 3

    def test_my_own_earlier_answer_a_note_and_a_bot_are_no_conflict(self) -> None:
        unseen = (
            said(2, Author.AGENT, "mei", T0 + 1),
            said(3, Author.AGENT, "li", T0 + 2, MessageKind.NOTE),
            said(4, Author.BOT, "", T0 + 3),
        )
        verdict = ask(Reply(ticket_id=TICKET, body="Done."), on(ticket(last_n=4), unseen=unseen), seen_n=1)
        assert verdict.notice == ""
        assert changed(verdict).last_n == 5

    @pytest.mark.parametrize(
        ("arrived_after_s", "ends"),
        [(60, "customer-wrote-meanwhile"), (61, "conflict")],
        ids=["same time", "long after"],
    )
    def test_a_customers_new_text_conflicts_when_the_reply_was_written_long_before(
        self, arrived_after_s: int, ends: str
    ) -> None:
        arrived = said(2, Author.CUSTOMER, "wang", T0 + MINUTE + arrived_after_s * 1000)
        verdict = ask(Reply(ticket_id=TICKET, body="Done."), on(ticket(last_n=2), unseen=(arrived,)), seen_n=1)
        assert (verdict.notice if isinstance(verdict, Outcome) else verdict.code) == ends

    def test_a_request_for_a_seed_phrase_is_held_and_cannot_be_forced(self) -> None:
        verdict = ask(Reply(ticket_id=TICKET, body="请把助记词发给我"), on_top=True)
        assert code(verdict) == "held"
        assert [finding.kind for finding in verdict.findings] == ["seed-request"]

    def test_the_channels_limit_holds(self) -> None:
        assert code(ask(Reply(ticket_id=TICKET, body="x" * 4097))) == "too-long"
        assert changed(ask(Reply(ticket_id=TICKET, body="x" * 4097), on(ticket(channel=Channel.EMAIL))))

    @pytest.mark.parametrize("body", ["", "  \n ", "\x1b[0m"])
    def test_nothing_to_say_is_refused(self, body: str) -> None:
        assert code(ask(Reply(ticket_id=TICKET, body=body))) == "empty"

    def test_a_file_alone_is_enough_and_its_name_is_cleaned(self) -> None:
        file = Attachment(sha256="0" * 64, name="a\u202egpj.exe\x1b[2J", media_type="image/png", size_bytes=1)
        verdict = ask(Reply(ticket_id=TICKET, body="", attachments=(file,)))
        assert verdict.messages[0].attachments[0].name == "a⟨RLO⟩gpj.exe"
        assert code(ask(Reply(ticket_id=TICKET, body="", attachments=(replace(file, sha256="../x"),)))) == "bad-value"

    def test_who_had_read_all_has_read_their_own_reply(self) -> None:
        mark = ReadMark(ticket_id=TICKET, v=7, n=1)
        verdict = ask(Reply(ticket_id=TICKET, body="Done."), on(ticket(), mark=mark))
        assert ReadMark(ticket_id=TICKET, v=8, n=2) in verdict.changes
        behind = ask(Reply(ticket_id=TICKET, body="Done."), on(ticket(last_n=3), mark=mark))
        assert [type(record) for record in behind.changes] == [Ticket]


class TestFieldGroups:
    def test_a_group_that_moved_conflicts_and_another_does_not(self) -> None:
        view = on(ticket(v=9, moved={"status": 9}))
        assert ask(SetStatus(ticket_id=TICKET, status=Status.SOLVED), view, expected_version=8).what == "status"
        assert changed(ask(SetSeverity(ticket_id=TICKET, severity=Severity.HIGH), view, expected_version=8)).v == 10
        assert changed(ask(SetStatus(ticket_id=TICKET, status=Status.SOLVED), view, expected_version=9)).v == 10

    def test_nobody_conflicts_with_themselves(self) -> None:
        mine = changed(ask(SetStatus(ticket_id=TICKET, status=Status.SOLVED), on(ticket(v=9))))
        again = SetStatus(ticket_id=TICKET, status=Status.OPEN)
        assert changed(ask(again, on(mine), expected_version=5)).status is Status.OPEN
        assert code(ask(again, on(mine), actor=LI, expected_version=5)) == "conflict"

    def test_what_is_that_way_already_is_no_conflict(self) -> None:
        view = on(ticket(v=9, status=Status.SOLVED, moved={"status": 9}))
        assert code(ask(SetStatus(ticket_id=TICKET, status=Status.SOLVED), view, expected_version=8)) == "no-change"

    def test_taking_a_new_ticket_opens_it(self) -> None:
        after = changed(ask(Take(ticket_id=TICKET), on(ticket(status=Status.NEW))))
        assert (after.assignee_id, after.status) == (MEI.id, Status.OPEN)
        assert after.moved == {"assignee": 5, "status": 5}

    def test_giving_a_ticket_to_somebody_takes_a_senior(self) -> None:
        command = Assign(ticket_id=TICKET, assignee_id=LI.id)
        assert code(ask(command)) == "not-allowed"
        verdict = ask(Assign(ticket_id=TICKET, assignee_id=MEI.id), actor=LI)
        assert changed(verdict).assignee_id == MEI.id
        assert [message.body for message in verdict.messages] == ["assigned from=- to=mei"]
        assert (
            code(ask(command, on(ticket(), assignee_ok=False), actor=replace(LI, id=AgentId("x")))) == "unknown-agent"
        )

    def test_an_agent_gives_back_their_own_ticket_only(self) -> None:
        command = Assign(ticket_id=TICKET, assignee_id=None)
        assert changed(ask(command, on(ticket(assignee_id=MEI.id)))).assignee_id is None
        assert code(ask(command, on(ticket(assignee_id=LI.id)))) == "not-allowed"

    def test_reopening_is_counted(self) -> None:
        after = changed(ask(SetStatus(ticket_id=TICKET, status=Status.OPEN), on(ticket(status=Status.SOLVED))))
        assert (after.reopened, after.status) == (1, Status.OPEN)

    def test_nothing_becomes_new_again(self) -> None:
        assert code(ask(SetStatus(ticket_id=TICKET, status=Status.NEW))) == "bad-value"

    @pytest.mark.parametrize(
        "command",
        [
            Reply(ticket_id=TICKET, body="x"),
            Take(ticket_id=TICKET),
            SetStatus(ticket_id=TICKET, status=Status.OPEN),
            Tag(ticket_id=TICKET, add=("x",)),
            Snooze(ticket_id=TICKET, until_answer=True),
            MoveTeam(ticket_id=TICKET, team_id=TRADING),
        ],
        ids=lambda command: type(command).__name__,
    )
    def test_a_closed_ticket_takes_notes_only(self, command: AnyCommand) -> None:
        closed = on(ticket(status=Status.CLOSED))
        assert code(ask(command, closed)) == "closed"
        assert changed(ask(Note(ticket_id=TICKET, body="for the record"), closed)).status is Status.CLOSED

    def test_another_team_gets_it_awake_and_without_an_assignee(self) -> None:
        asleep = ticket(assignee_id=MEI.id, snoozed_until_answer=True)
        verdict = ask(MoveTeam(ticket_id=TICKET, team_id=TRADING), on(asleep))
        after = changed(verdict)
        assert (after.team_id, after.assignee_id, after.snoozed_until_answer) == (TRADING, None, False)
        assert set(after.moved) == {"team", "assignee", "snooze"}
        assert code(ask(MoveTeam(ticket_id=TICKET, team_id=TRADING), on(asleep, team_ok=False))) == "unknown-team"

    def test_tags_commute(self) -> None:
        view = on(ticket(tags=("vip",), v=9, moved={"status": 9}))
        after = changed(
            ask(Tag(ticket_id=TICKET, add=("Big Money", "vip"), remove=("none",)), view, expected_version=1)
        )
        assert after.tags == ("vip", "big-money")
        assert ask(Tag(ticket_id=TICKET, add=("VIP",)), view) == Outcome(changes=(), notice="no-change")
        assert code(ask(Tag(ticket_id=TICKET, add=(" ",)), view)) == "bad-value"

    def test_snooze_needs_a_time_to_come(self) -> None:
        assert changed(ask(Snooze(ticket_id=TICKET, until_at=T0 + 2 * MINUTE))).snoozed_until == T0 + 2 * MINUTE
        assert code(ask(Snooze(ticket_id=TICKET, until_at=T0))) == "bad-value"
        assert code(ask(Snooze(ticket_id=TICKET))) == "no-change"
        woken = changed(ask(Snooze(ticket_id=TICKET), on(ticket(snoozed_until_answer=True))))
        assert woken.snoozed_until_answer is False


class TestSight:
    def test_another_teams_ticket_is_not_there(self) -> None:
        assert code(ask(Take(ticket_id=TICKET), on(ticket(team_id=TRADING)))) == "not-found"
        assert code(ask(Take(ticket_id=TICKET), on(None))) == "not-found"

    @pytest.mark.parametrize("name", ["followers", "mentioned"])
    def test_who_follows_or_was_mentioned_sees_it(self, name: str) -> None:
        view = on(ticket(team_id=TRADING, **{name: (MEI.id,)}))
        assert changed(ask(Note(ticket_id=TICKET, body="seen"), view))

    def test_a_mention_brings_somebody_in(self) -> None:
        after = changed(ask(Note(ticket_id=TICKET, body="@li look", mentions=(LI.id, LI.id))))
        assert after.mentioned == (LI.id,)
        assert (after.unanswered, after.waiting_since) == (1, T0)

    def test_following_is_for_oneself(self) -> None:
        followed = changed(ask(Follow(ticket_id=TICKET)))
        assert followed.followers == (MEI.id,)
        assert ask(Follow(ticket_id=TICKET), on(followed)).changes == ()
        assert changed(ask(Follow(ticket_id=TICKET, on=False), on(followed))).followers == ()


class TestSeen:
    @pytest.mark.parametrize(("mark_n", "n", "read_n"), [(0, 1, 1), (1, 3, 3), (1, 99, 5), (3, 2, None), (5, 5, None)])
    def test_it_only_goes_forward_and_not_past_the_end(self, mark_n: int, n: int, read_n: int | None) -> None:
        view = on(ticket(last_n=5), mark=ReadMark(ticket_id=TICKET, v=2, n=mark_n))
        verdict = ask(Seen(ticket_id=TICKET, n=n), view)
        assert verdict.changes == (() if read_n is None else (ReadMark(ticket_id=TICKET, v=3, n=read_n),))


class TestOpen:
    command = OpenTicket(
        ticket_id=TicketId("t9"),
        customer_id=WANG.id,
        subject=" Your withdrawal ",
        body="We found it.",
        channel=Channel.EMAIL,
        team_id=WALLETS,
    )

    def test_it_is_mine_and_waits_for_the_customer(self) -> None:
        verdict = ask(self.command, on(customer=WANG, next_ref="T-77"))
        after = changed(verdict)
        assert (after.ref, after.v, after.subject, after.customer_name) == ("T-77", 1, "Your withdrawal", "王磊")
        assert (after.status, after.assignee_id, after.last_n) == (Status.WAITING, MEI.id, 1)
        assert after.due_at is None

    def test_as_a_note_it_is_open_and_runs_until_resolved(self) -> None:
        verdict = ask(replace(self.command, as_note=True), on(customer=WANG))
        assert verdict.messages[0].kind is MessageKind.NOTE
        assert (changed(verdict).status, changed(verdict).due_clock) == (Status.OPEN, ClockName.RESOLVE)

    def test_what_stops_it(self) -> None:
        assert code(ask(self.command, on())) == "unknown-customer"
        assert code(ask(self.command, on(ticket(), customer=WANG))) == "conflict"
        assert code(ask(replace(self.command, team_id=TRADING), on(customer=WANG))) == "not-allowed"
        assert code(ask(replace(self.command, body="send me your password"), on(customer=WANG))) == "held"


class TestMacro:
    macro = Macro(
        id=MacroId("m1"),
        v=1,
        shortcut="stuck",
        title={},
        status=Status.ON_HOLD,
        severity=Severity.HIGH,
        add_tags=("stuck",),
    )

    def test_it_makes_all_its_changes_in_one_version_and_sends_nothing(self) -> None:
        verdict = ask(ApplyMacro(ticket_id=TICKET, macro_id=self.macro.id), on(ticket(), macro=self.macro))
        after = changed(verdict)
        assert (after.v, after.status, after.severity, after.tags) == (5, Status.ON_HOLD, Severity.HIGH, ("stuck",))
        assert {message.kind for message in verdict.messages} == {MessageKind.EVENT}
        assert verdict.messages[0].body == "macro name=stuck"

    def test_a_group_it_would_change_and_that_moved_is_a_conflict(self) -> None:
        view = on(ticket(v=9, moved={"severity": 9}), macro=self.macro)
        assert ask(ApplyMacro(ticket_id=TICKET, macro_id=self.macro.id), view, expected_version=8).what == "severity"

    def test_an_unknown_one_is_refused(self) -> None:
        assert (
            code(ask(ApplyMacro(ticket_id=TICKET, macro_id=MacroId("m2")), on(ticket(), macro=self.macro)))
            == "unknown-macro"
        )


class TestClocks:
    def test_the_events_are_handed_over_and_the_compacted_list_kept(self) -> None:
        opened = changed(ask(SetStatus(ticket_id=TICKET, status=Status.WAITING)))
        verdict = ask(SetStatus(ticket_id=TICKET, status=Status.SOLVED), on(opened), now=T0 + 5 * MINUTE)
        assert [(event.clock, event.action) for event in verdict.clock_events] == [
            (ClockName.RESOLVE, ClockAction.STOP)
        ]
        assert changed(verdict).clock_events == ()
        assert changed(verdict).waiting_since is None


class TestArticles:
    article = Article(id=ArticleId("k1"), v=2, lang="en", title="Fees", body_md="They vary.", helped=1)
    save = SaveArticle(article_id=ArticleId("k1"), lang="en", title="Fees", body_md="They vary a lot.")

    def test_an_agent_drafts_and_a_senior_publishes(self) -> None:
        (draft,) = ask(self.save, on()).changes
        assert (draft.state, draft.v) == (ArticleState.DRAFT, 1)
        assert code(ask(PublishArticle(article_id=draft.id), on(article=draft))) == "not-allowed"
        (public,) = ask(PublishArticle(article_id=draft.id), on(article=draft), actor=LI).changes
        assert (public.state, public.v) == (ArticleState.PUBLISHED, 2)

    def test_a_published_text_changes_beside_what_customers_read(self) -> None:
        (after,) = ask(self.save, on(article=self.article)).changes
        assert after.body_md == "They vary." and after.revision.body_md == "They vary a lot."

    def test_one_vote_each_and_the_last_counts(self) -> None:
        vote = RateArticle(article_id=self.article.id, ticket_id=TICKET, helped=False)
        (first,) = ask(vote, on(article=self.article)).changes
        assert (first.helped, first.not_helped) == (1, 1)
        assert ask(vote, on(article=first, vote=False)).changes == ()
        (turned,) = ask(replace(vote, helped=True), on(article=first, vote=False)).changes
        assert (turned.helped, turned.not_helped) == (2, 0)


def test_a_note_on_a_customer_is_kept_once() -> None:
    command = NoteCustomer(customer_id=WANG.id, note_id="n1", text="prefers\x07 calls")
    (after,) = ask(command, on(customer=WANG)).changes
    assert (after.v, [note.text for note in after.notes]) == (4, ["prefers calls"])
    assert ask(command, on(customer=after)).changes == ()
