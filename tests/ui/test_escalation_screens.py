"""Escalating, accepting, giving back and approving from the keyboard: what is on the screen and what is sent."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.i18n import set_language
from console.screens.amounts import parse_usd, usd_text
from console.screens.hand_over import HandOverScreen
from console.screens.review import ReviewScreen
from console.screens.reviewed import ReviewedScreen
from console.settings import Settings
from console.store import Store
from console.sync.notices import NoticesOfPage, notices
from console.widgets.composer import Composer
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice
from console.widgets.word_diff import word_diff
from desk.commands import (
    AcceptEscalation,
    AskReview,
    DecideReview,
    Escalate,
    Reply,
    ReturnEscalation,
    Seen,
    SetFollowUp,
    WithdrawReview,
)
from desk.ids import AgentId, CustomerId, MessageId, TeamId, TicketId
from desk.records import Agent, Author, Channel, Customer, Frozen, Message, MessageKind, Policy, Role, Severity, Ticket
from desk.ticket_parts import (
    Escalation,
    EscalationState,
    EscalationTier,
    FollowUp,
    HandOver,
    IdentityCheck,
    Review,
    ReviewState,
)
from desk.wire import Changes, Record, ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_774_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
T1 = TicketId("t-1")
TEAM = TeamId("team-1")
SMALL, WIDE = (80, 24), (200, 50)
TX = "7b3f9a2c11d84e5566aa77bb88cc99dd00ee11ff22aa33bb44cc55dd66ee77e1"
SHEET = HandOver(
    tried="查了链上：9 小时 3/20 个确认。Asked the hot wallet team, no answer yet.",
    identity=IdentityCheck.PASSED,
    identity_how="passport and last order",
    reference=TX,
    question="Can the withdrawal be sent again?",
    at_risk_minor=1_240_000,
)
ESCALATION = Escalation(
    tier=EscalationTier.SENIOR,
    state=EscalationState.ASKED,
    sheet=SHEET,
    by=AgentId("a-li"),
    by_name="Li Na",
    at=NOW - 10 * MINUTE,
    due_at=NOW + 3 * HOUR,
)
REVIEW = Review(
    id="c-ask",
    author_id=AgentId("a-li"),
    author_name="Li Na",
    body="Hello, your withdrawal needs 20 confirmations.",
    asked_at=NOW - 5 * MINUTE,
    seen_n=1,
)


def put(store: Store, *records: tuple[str, Frozen]) -> None:
    """Bring records into the replica, newer than what is there."""
    items = tuple(
        SnapshotItem(k=kind, id=record.id, v=record.v, d=msgspec.Raw(msgspec.json.encode(record)))  # type: ignore[attr-defined]
        for kind, record in records
    )
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=2, items=items, done=True), "org")


def the_ticket(store: Store) -> Ticket:
    ticket = store.ticket(T1)
    assert ticket is not None
    return ticket


def put_ticket(store: Store, **fields: Any) -> None:
    """The first ticket, a version on."""
    ticket = the_ticket(store)
    put(store, ("ticket", replace(ticket, v=ticket.v + 1, **fields)))


def work_as(store: Store, handle: str, **fields: Any) -> None:
    """Sign somebody else in on the replica."""
    me = next(agent for agent in store.agents().values() if agent.handle == handle)
    me = replace(me, v=me.v + 1, **fields)
    session = Session(
        feed="f", head=1, min_pos=0, now=NOW, me=me, scopes=(ScopeInfo(id="org"),), scopes_digest="d", policy=Policy()
    )
    store.apply_session(session)
    put(store, ("agent", me))


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal of true colour in UTC, whatever machine this is."""
    for name, value in {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def app_on(store: Store, **settings: Any) -> ConsoleApp:
    return ConsoleApp(store, Settings(theme="dark", **settings), clock=frozen_clock(NOW))


def text_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def settle(pilot: Pilot[int]) -> None:
    """Let what keys started end; workers that wait for a screen go on waiting."""
    for _round in range(3):
        await pilot.pause()
        groups = ("acting", "seen", "queue", "draft", "send", "emergencies", "follow-ups", "settings")
        if running := [worker for worker in pilot.app.workers if worker.group in groups]:
            await pilot.app.workers.wait_for_complete(running)
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def fill(pilot: Pilot[int], **values: str) -> None:
    """Put words into a form's fields."""
    screen = pilot.app.screen
    for field_id, value in values.items():
        field = screen.query_one(f"#{field_id}")
        if isinstance(field, DraftArea):
            field.load_text(value)
        elif isinstance(field, Input | Choice):
            field.value = value
    await settle(pilot)


def given(store: Store) -> list[object]:
    return [e.envelope.command for e in store.outbox() if not isinstance(e.envelope.command, Seen)]


def error_of(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#form-error", Static).content)


# The hand-over sheet


async def test_a_sheet_is_refused_part_by_part_and_then_sent(seeded_store: Store) -> None:
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await press(pilot, "X")
        assert isinstance(app.screen, HandOverScreen)
        assert app.screen.query_one("#reference", Input).value == TX  # the customer's transfer that is on its way
        await press(pilot, "ctrl+d")
        assert "identity check ended" in error_of(app)
        await fill(pilot, identity="passed")
        await press(pilot, "ctrl+d")
        assert "what was tried" in error_of(app)
        assert app.focused is app.screen.query_one("#tried")
        await fill(pilot, tried="Looked it up.", at_risk_minor="a lot")
        await press(pilot, "ctrl+d")
        assert "US dollars" in error_of(app)
        await fill(pilot, at_risk_minor="$12,400.50", question="Send again?")
        await press(pilot, "ctrl+d")
        (command,) = given(seeded_store)
        assert isinstance(command, Escalate)
        assert command.tier is EscalationTier.SENIOR
        assert command.sheet.at_risk_minor == 1_240_050
        assert seeded_store.drafts() == []
        assert "T2 asked" in text_of(app) or "goes to: seniors" in text_of(app)


async def test_what_was_typed_into_a_sheet_is_there_again(seeded_store: Store) -> None:
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await press(pilot, "X")
        await fill(pilot, tried="half a sentence", identity="failed")
        await press(pilot, "escape")
        assert given(seeded_store) == []
        await press(pilot, "X")
        assert app.screen.query_one("#tried", DraftArea).text == "half a sentence"
        assert app.screen.query_one("#identity", Choice).value == "failed"


async def test_an_emergency_is_confirmed_first(seeded_store: Store) -> None:
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "X")
        assert not app.screen.query_one("#confirmed").parent.display  # type: ignore[union-attr]
        await fill(pilot, tried="Called.", question="Stop it?", identity="passed")
        app.screen.query_one("#tier").focus()
        await press(pilot, "right", "ctrl+d")
        assert "confirm it" in error_of(app)
        assert app.focused is app.screen.query_one("#confirmed")
        await press(pilot, "right", "ctrl+d")
        (command,) = given(seeded_store)
        assert isinstance(command, Escalate)
        assert command.tier is EscalationTier.EMERGENCY
        assert the_ticket(seeded_store).severity is Severity.EMERGENCY


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_whoever_opens_the_ticket_reads_the_whole_sheet(seeded_store: Store, size: tuple[int, int]) -> None:
    put_ticket(seeded_store, escalation=ESCALATION, escalated_at=NOW - 10 * MINUTE)
    work_as(seeded_store, "mei")
    app = app_on(seeded_store)
    async with app.run_test(size=size) as pilot:
        await app.settled()
        await press(pilot, "g", "e", "enter")
        shown = text_of(app)
        for words in ("HAND-OVER to: seniors", "sent again?", "passport and last order", "12,400.00 USD", "A accepts"):
            assert words in shown
        assert "answer due in 3h00" in shown or "T2 asked 3h00" in shown


# Accepting and giving back


async def test_a_senior_accepts_and_gives_back_with_guidance(seeded_store: Store) -> None:
    put_ticket(seeded_store, escalation=ESCALATION, escalated_at=NOW, assignee_id=AgentId("a-li"))
    work_as(seeded_store, "mei")
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "enter", "A")
        assert the_ticket(seeded_store).assignee_id == AgentId("a-mei")
        assert "owner Mei Chen" in text_of(app)
        await press(pilot, "B", "ctrl+d")
        assert "Write the guidance" in error_of(app)
        await fill(pilot, answer="Ask the hot wallet team to replay it.")
        await press(pilot, "ctrl+d")
        back = the_ticket(seeded_store)
        assert back.assignee_id == AgentId("a-li")
        assert back.escalation is not None
        assert back.escalation.state is EscalationState.RETURNED
        assert [type(command) for command in given(seeded_store)] == [AcceptEscalation, ReturnEscalation]
        assert "Ask the hot wallet team" in text_of(app)


async def test_one_that_another_accepted_is_taken_over_only_when_that_is_said(seeded_store: Store) -> None:
    owned = replace(ESCALATION, state=EscalationState.ACCEPTED, owner_id=AgentId("a-kim"), owner_name="Kim")
    put_ticket(seeded_store, escalation=owned, escalated_at=NOW)
    work_as(seeded_store, "mei")
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await pilot.press("A")
        await pilot.pause()
        assert "Kim has accepted T-1" in text_of(app)
        await press(pilot, "enter")
        assert given(seeded_store) == []
        await pilot.press("A")
        await pilot.pause()
        await press(pilot, "down", "enter")
        (entry,) = [e for e in seeded_store.outbox() if isinstance(e.envelope.command, AcceptEscalation)]
        assert entry.envelope.on_top


@pytest.mark.parametrize(("key", "sentence"), [("A", "takes a senior"), ("B", "takes a senior")])
async def test_an_agent_reads_why_not(seeded_store: Store, key: str, sentence: str) -> None:
    put_ticket(seeded_store, escalation=ESCALATION, escalated_at=NOW)
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await press(pilot, key)
        assert sentence in app.desk.key_line.sentence
        assert given(seeded_store) == []


# Follow-ups


async def test_a_follow_up_is_set_and_said_when_it_is_due(seeded_store: Store) -> None:
    now = [NOW]
    app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=lambda: now[0])
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await pilot.press("F")
        await pilot.pause()
        await pilot.press(*"3h", "enter")
        await pilot.pause()
        await pilot.press(*"refunded", "enter")
        await settle(pilot)
        assert given(seeded_store) == [SetFollowUp(ticket_id=T1, at=NOW + 3 * HOUR, what="refunded")]
        assert "follow-up 3h00 refunded" in text_of(app)
        now[0] = NOW + 4 * HOUR
        app.desk.reload_queue()
        await settle(pilot)
        assert "Follow-up due: T-1 refunded" in app.desk.key_line.sentence
        await press(pilot, "g", "f")
        assert app.desk.view == "followup"
        assert app.desk.queue.source.count() == 1


# Emergencies


class Terminal:
    """What would be written to the terminal by us."""

    def __init__(self, app: ConsoleApp) -> None:
        self.written: list[str] = []
        app._write = self.written.append  # type: ignore[assignment, method-assign]  # bytes are kept, not sent


async def test_an_emergency_stays_loud_until_somebody_takes_it(seeded_store: Store) -> None:
    now = [NOW]
    emergency = replace(ESCALATION, tier=EscalationTier.EMERGENCY)
    work_as(seeded_store, "mei")
    app = ConsoleApp(seeded_store, Settings(theme="dark", quiet_hours="00:00-23:59"), clock=lambda: now[0])
    heard = Terminal(app)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        assert heard.written == []
        put_ticket(seeded_store, severity=Severity.EMERGENCY, escalation=emergency, escalated_at=NOW)
        app.desk.reload_queue()
        await settle(pilot)
        assert len(heard.written) == 1
        assert "\x07" in heard.written[0]
        assert "Emergency: T-1" in heard.written[0]
        assert "EMERGENCY T-1 · nobody has it" in text_of(app)
        assert app._alarm is not None
        app._alarm.tick()
        assert len(heard.written) == 1
        now[0] += 61_000
        app._alarm.tick()
        assert len(heard.written) == 2
        await press(pilot, "5", "A")
        now[0] += 61_000
        app._alarm.tick()
        assert len(heard.written) == 2
        assert "nobody has it" not in text_of(app)


async def test_an_emergency_may_be_quiet_by_settings(seeded_store: Store) -> None:
    put_ticket(seeded_store, severity=Severity.EMERGENCY, assignee_id=None)
    app = ConsoleApp(
        seeded_store,
        Settings(theme="dark", quiet_hours="00:00-23:59", emergencies_in_quiet_hours=False),
        clock=frozen_clock(NOW),
    )
    heard = Terminal(app)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await settle(pilot)
        assert heard.written == []
        assert "EMERGENCY T-1 · nobody has it" in text_of(app)


# The review lane


async def test_a_new_starters_reply_is_sent_for_approval_and_says_so_before(seeded_store: Store) -> None:
    work_as(seeded_store, "li", needs_review=True)
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await press(pilot, "r")
        assert "ASKS FOR APPROVAL" in text_of(app)
        app.screen.query_one(Composer).insert("Hello, it needs 20 confirmations.")
        await press(pilot, "ctrl+d")
        (command,) = given(seeded_store)
        assert command == AskReview(ticket_id=T1, body="Hello, it needs 20 confirmations.")
        assert "FOR APPROVAL Li Na" in text_of(app)
        await press(pilot, "R")
        assert isinstance(app.screen, ReviewedScreen)
        assert "nothing has gone out" in text_of(app)


async def test_anybody_may_ask_for_approval(seeded_store: Store) -> None:
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "r")
        app.screen.query_one(Composer).insert("Is this right?")
        await press(pilot, "ctrl+g")
        assert [type(command) for command in given(seeded_store)] == [AskReview]


async def test_a_macro_that_needs_approval_says_so_once_and_asks(seeded_store: Store) -> None:
    macro = seeded_store.macros()[0]
    put(seeded_store, ("macro", replace(macro, v=2, needs_review=True, status=None, add_tags=())))
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "m", "enter")
        await press(pilot, "ctrl+d")
        assert given(seeded_store) == []
        assert "approved first" in text_of(app)
        await press(pilot, "ctrl+d")
        (command,) = given(seeded_store)
        assert isinstance(command, AskReview)
        assert command.macro_id == macro.id


async def test_who_is_not_to_be_contacted_is_not_written_to_first(seeded_store: Store) -> None:
    wang = seeded_store.customer(the_ticket(seeded_store).customer_id)
    assert isinstance(wang, Customer)
    put(seeded_store, ("customer", replace(wang, v=wang.v + 1, do_not_contact=True)))
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "r")
        app.screen.query_one(Composer).insert("Good news!")
        await press(pilot, "ctrl+d")
        assert given(seeded_store) == []
        assert "asked not to be written to" in text_of(app)
        put_ticket(seeded_store, unanswered=1)
        app.desk.refresh_ticket()
        await press(pilot, "ctrl+d")
        assert [type(command) for command in given(seeded_store)] == [Reply]


async def test_a_senior_changes_and_approves_with_the_customers_words_in_sight(seeded_store: Store) -> None:
    put_ticket(seeded_store, review=REVIEW, unanswered=1)
    work_as(seeded_store, "mei")
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await press(pilot, "g", "r", "enter")
        assert "FOR APPROVAL Li Na" in text_of(app)
        await press(pilot, "R")
        assert isinstance(app.screen, ReviewScreen)
        assert "我的 USDT 提现一直没到账" in text_of(app)
        await press(pilot, "ctrl+r")
        assert "what the author is to change" in error_of(app)
        await fill(pilot, body="Hello, your withdrawal has 3 of 20 confirmations.", remark="numbers help")
        await press(pilot, "ctrl+d")
        (command,) = given(seeded_store)
        assert command == DecideReview(
            ticket_id=T1,
            review_id=REVIEW.id,
            approve=True,
            body="Hello, your withdrawal has 3 of 20 confirmations.",
            remark="numbers help",
        )
        thread = seeded_store.thread(T1)
        sent = thread.window(0, thread.count())[-1].message
        assert (sent.author_name, sent.body) == ("Li Na", "Hello, your withdrawal has 3 of 20 confirmations.")


async def test_what_came_while_the_reviewer_read_is_said_first(seeded_store: Store) -> None:
    put_ticket(seeded_store, review=REVIEW, unanswered=1)
    work_as(seeded_store, "mei")
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "enter", "R")
        put_ticket(seeded_store, last_n=2, last_customer_n=2)
        await press(pilot, "ctrl+d")
        assert "wrote while you were reading" in error_of(app)
        assert given(seeded_store) == []
        await press(pilot, "ctrl+d")
        assert [type(command) for command in given(seeded_store)] == [DecideReview]


async def test_the_author_reads_what_was_changed_in_marks_and_words(seeded_store: Store) -> None:
    decided = replace(
        REVIEW,
        state=ReviewState.APPROVED,
        reviewer_name="Mei Chen",
        decided_at=NOW,
        final_body="Hello, your withdrawal has 3 of 20 confirmations.",
        remark="numbers help",
    )
    put_ticket(seeded_store, review=decided)
    app = app_on(seeded_store)
    async with app.run_test(size=SMALL) as pilot:
        await app.settled()
        await press(pilot, "R")
        shown = text_of(app)
        assert "Mei Chen changed it and approved it" in shown
        assert "numbers help" in shown
        assert "[-needs-]{+has 3 of+} 20 confirmations" in shown


async def test_a_returned_reply_becomes_a_draft_again(seeded_store: Store) -> None:
    returned = replace(REVIEW, state=ReviewState.RETURNED, reviewer_name="Mei Chen", decided_at=NOW, remark="Which?")
    put_ticket(seeded_store, review=returned)
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "R", "e")
        await settle(pilot)
        assert app.screen.query_one(Composer).body == REVIEW.body


async def test_the_author_withdraws_and_keeps_the_words(seeded_store: Store) -> None:
    put_ticket(seeded_store, review=REVIEW)
    app = app_on(seeded_store)
    async with app.run_test(size=WIDE) as pilot:
        await app.settled()
        await press(pilot, "R", "x")
        await settle(pilot)
        assert given(seeded_store) == [WithdrawReview(ticket_id=T1, review_id=REVIEW.id)]
        draft = seeded_store.draft(T1, "reply")
        assert draft is not None
        assert draft.body == REVIEW.body


# Without a screen


def test_words_that_changed_are_marked_and_the_rest_is_kept() -> None:
    pieces = word_diff("It needs 20 confirmations.", "It has 3 of 20 confirmations.")
    assert "".join(text for fate, text in pieces if fate != "in") == "It needs 20 confirmations."
    assert "".join(text for fate, text in pieces if fate != "out") == "It has 3 of 20 confirmations."
    chinese = word_diff("请稍候。", "请放心，稍候。")
    assert [piece for piece in chinese if piece.fate != "kept"] == [("in", "放心，")]
    assert word_diff("", "new") == [("in", "new")]
    assert word_diff("same", "same") == [("kept", "same")]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("", 0), ("12400", 1_240_000), ("$12,400.50", 1_240_050), ("１２", 1_200), ("12 usd", 1_200), ("-1", None)],
)
def test_money_is_read_as_people_write_it(typed: str, minor: int | None) -> None:
    assert parse_usd(typed) == minor


@pytest.mark.parametrize("minor", [0, 1, 100, 1_240_050])
def test_money_is_read_back_as_it_is_written(minor: int) -> None:
    assert parse_usd(usd_text(minor)) == minor


def test_the_author_is_told_what_became_of_a_reply_and_who_accepted() -> None:
    me = Agent(id=AgentId("a-li"), v=1, handle="li", name="Li Na", role=Role.AGENT, team_ids=(TEAM,))
    before = Ticket(
        id=T1,
        v=1,
        ref="T-1",
        subject="",
        customer_id=CustomerId("c-wang"),
        customer_name="",
        team_id=TEAM,
        channel=Channel.CHAT,
        created_at=NOW,
        updated_at=NOW,
        urgency_at=NOW,
        review=REVIEW,
        escalation=ESCALATION,
        follow_up=FollowUp(at=NOW, what="", by=me.id),
    )
    decided = replace(REVIEW, state=ReviewState.APPROVED, reviewer_name="Mei", final_body="better")
    owned = replace(ESCALATION, state=EscalationState.ACCEPTED, owner_id=AgentId("a-mei"), owner_name="Mei")
    told = notices(before, replace(before, review=decided, escalation=owned), (), me)
    assert [(notice.kind, notice.by) for notice in told] == [("accepted", "Mei"), ("changed", "Mei")]
    mine = replace(owned, owner_id=me.id, owner_name="Li Na", by=AgentId("a-kim"))
    taken_over = notices(replace(before, escalation=mine), replace(before, escalation=owned), (), me)
    assert [(notice.kind, notice.by) for notice in taken_over] == [("accepted", "Mei"), ("taken_over", "Mei")]
    assert notices(replace(before, review=decided), replace(before, review=decided), (), me) == []
    assert notices(before, replace(before, review=decided), (), replace(me, id=AgentId("x"))) == []


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize(
    ("place", "words"),
    [("escalations", "HAND-OVER to: seniors"), ("review", "ctrl+r return"), ("follow_ups", "Follow-up 1")],
)
async def test_a_console_may_begin_at_these_places(
    seeded_store: Store, size: tuple[int, int], place: str, words: str
) -> None:
    due = FollowUp(at=NOW - HOUR, what="refunded", by=AgentId("a-li"))
    put_ticket(seeded_store, escalation=ESCALATION, escalated_at=NOW, review=REVIEW, unanswered=1, follow_up=due)
    work_as(seeded_store, "mei")
    app = ConsoleApp(seeded_store, Settings(theme="dark"), clock=frozen_clock(NOW), first_screen=place)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await settle(pilot)
        assert words in text_of(app)


def test_a_reply_that_waits_is_no_message_and_hides_none(seeded_store: Store) -> None:
    """Whoever is mentioned in the next note hears of it, and scripts are told that the reply has not gone out."""
    put_ticket(seeded_store, review=REVIEW)
    ticket = the_ticket(seeded_store)
    lines = seeded_store.thread(T1).window(0, 9)
    assert [(line.message.n, line.in_review) for line in lines] == [(1, False), (2, True)]
    after = replace(ticket, v=ticket.v + 1, last_n=2)
    note = Message(
        ticket_id=T1,
        n=2,
        id=MessageId("m-2"),
        kind=MessageKind.NOTE,
        author=Author.AGENT,
        author_id="a-mei",
        author_name="Mei Chen",
        body="@li what do you think?",
        at=NOW,
    )
    record = Record(p=2, s="org", k="ticket", id=T1, op="put", v=after.v, d=raw(after), ev=(note,))
    page = Changes(items=(record,), next="f.2", pos=2, head=2, more=False, now=NOW, scopes_digest="d")
    told = NoticesOfPage(seeded_store, msgspec.json.encode(page))
    seeded_store.apply_page(page)
    assert [(notice.kind, notice.by) for notice in told.after()] == [("mention", "Mei Chen")]


def raw(record: Frozen) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(record))


# How it looks


@pytest.fixture
def looks(snap_compare: Callable[..., bool], seeded_store: Store) -> Callable[..., bool]:
    """Whether a desk, after some keys, looks as it did."""

    def compare(size: tuple[int, int], *keys: str, lang: str = "en") -> bool:
        set_language(lang)
        app = app_on(seeded_store)

        async def run(pilot: Pilot[int]) -> None:
            await app.settled()
            for key in keys:
                await press(pilot, key)
            for area in app.screen.query(DraftArea):
                area.cursor_blink = False
            for line in app.screen.query(Input):
                line.cursor_blink = False
            await pilot.pause()

        return snap_compare(app, run_before=run, terminal_size=size)

    return compare


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "200x50"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_on_the_desk(
    looks: Callable[..., bool], seeded_store: Store, size: tuple[int, int], lang: str
) -> None:
    put_ticket(seeded_store, escalation=ESCALATION, escalated_at=NOW - 10 * MINUTE, assignee_id=AgentId("a-li"))
    work_as(seeded_store, "mei")
    assert looks(size, "g", "e", "enter", lang=lang)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "200x50"])
def test_the_sheet_as_a_form(looks: Callable[..., bool], size: tuple[int, int]) -> None:
    assert looks(size, "X", "ctrl+d")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "200x50"])
def test_a_reply_to_be_approved(looks: Callable[..., bool], seeded_store: Store, size: tuple[int, int]) -> None:
    put_ticket(seeded_store, review=REVIEW, unanswered=1)
    work_as(seeded_store, "mei")
    assert looks(size, "g", "r", "enter", "R")


def test_a_reply_that_waits(looks: Callable[..., bool], seeded_store: Store) -> None:
    put_ticket(seeded_store, review=REVIEW, unanswered=1)
    assert looks(WIDE, "enter")


def test_a_reply_that_was_changed(looks: Callable[..., bool], seeded_store: Store) -> None:
    decided = replace(
        REVIEW,
        state=ReviewState.APPROVED,
        reviewer_name="Mei Chen",
        decided_at=NOW,
        final_body="Hello, your withdrawal has 3 of 20 confirmations.",
        remark="numbers help",
    )
    put_ticket(seeded_store, review=decided)
    assert looks(SMALL, "R")


def test_an_emergency_nobody_took(looks: Callable[..., bool], seeded_store: Store) -> None:
    emergency = replace(ESCALATION, tier=EscalationTier.EMERGENCY)
    put_ticket(seeded_store, severity=Severity.EMERGENCY, escalation=emergency, escalated_at=NOW)
    work_as(seeded_store, "mei")
    assert looks(SMALL)
