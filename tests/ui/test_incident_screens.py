"""Incidents on the screen: opened by rule, told in both languages with a preview, burnt down, closed with their
tickets."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from console.clock import frozen_clock
from console.i18n import set_language
from console.screens.bulk import BulkScreen
from console.screens.desk import DeskScreen
from console.screens.incident_form import IncidentForm
from console.screens.incident_update import IncidentUpdateForm
from console.screens.incidents import IncidentsScreen
from console.screens.picker import ChoiceList, Picker
from console.settings import Settings
from console.store import Store
from console.styles import FIRST_FRAME
from console.themes import DARK
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import CleanInput, Words
from console.widgets.key_line import KeyLine
from console.workplace import Workplace
from desk.commands import AnyCommand, CloseIncident, JoinIncident, Reply, SaveIncident, Seen, SetStatus, UpdateIncident
from desk.ids import AgentId, CustomerId, IncidentId, MessageId, TeamId, TicketId
from desk.records import (
    Agent,
    Author,
    Channel,
    Customer,
    Frozen,
    Incident,
    IncidentUpdate,
    Message,
    Policy,
    Role,
    Status,
    Team,
    Ticket,
)
from desk.wire import ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_774_000_000_000
MINUTE, HOUR = 60_000, 3_600_000
TEAM = TeamId("team-1")
LENA = Agent(id=AgentId("lena"), v=1, handle="lena", name="Lena Ortiz", role=Role.LEAD, team_ids=(TEAM,))
MEI = replace(LENA, id=AgentId("mei"), handle="mei", name="Mei Chen", role=Role.SENIOR)
LI = replace(LENA, id=AgentId("li"), handle="li", name="Li Na", role=Role.AGENT)
POLICY = Policy(channel_limits={"telegram": 4096, "whatsapp": 60, "chat": 4000, "email": 100_000})
TRON = Incident(
    id=IncidentId("inc-tron"),
    v=4,
    title={"en": "TRON withdrawals delayed", "zh": "波场提现延迟"},
    opened_by=MEI.id,
    opened_at=NOW - 5 * HOUR,
    rules=("network:tron pending", "network:tron tag:withdrawal"),
    updates=(
        IncidentUpdate(
            id="u-1",
            at=NOW - 95 * MINUTE,
            by=LENA.id,
            body={
                "en": "TRON withdrawals are slow since 09:00 UTC. Your money is safe; nothing needs to be sent again.",
                "zh": "自 09:00（UTC）起，波场提现变慢。您的资金安全，无需重新提交。",
            },
        ),
    ),
)
CODES = Incident(
    id=IncidentId("inc-codes"),
    v=3,
    title={"en": "Login codes by text message late", "zh": "短信验证码延迟"},
    opened_by=LENA.id,
    opened_at=NOW - 80 * HOUR,
    closed_at=NOW - 70 * HOUR,
)
NAMES = ("王磊", "Anna Novak", "李娜", "Tom Baker", "陈晓东", "Priya Nair", "赵敏", "Olu Ade")


def member(n: int) -> Ticket:
    chinese = n % 2 == 0
    solved = n % 7 == 5
    joined_at = NOW - 5 * HOUR + n * 9 * MINUTE
    return Ticket(
        id=TicketId(f"t-{n}"),
        v=3,
        ref=f"T-{10_400 + n}",
        subject="TRC20 提现未到账" if chinese else "USDT withdrawal over TRC20 is pending",
        customer_id=CustomerId(f"c-{n}"),
        customer_name=NAMES[n % len(NAMES)],
        team_id=TEAM,
        channel=(Channel.TELEGRAM, Channel.EMAIL, Channel.WHATSAPP)[n % 3],
        created_at=joined_at - MINUTE,
        updated_at=joined_at,
        urgency_at=NOW + n * 7 * MINUTE,
        lang="zh" if chinese else "en",
        status=Status.SOLVED if solved else Status.OPEN,
        solved_at=joined_at + 40 * MINUTE if solved else None,
        last_n=1,
        last_customer_n=1,
        unanswered=0 if solved or n == 4 else 1,
        incident_id=TRON.id,
        joined_at=joined_at,
        networks=("tron",),
        tags=("withdrawal",),
    )


MEMBERS = [member(n) for n in range(30)]
LOOSE = [
    replace(member(n), incident_id=None, joined_at=None, status=Status.OPEN, solved_at=None) for n in range(30, 33)
]
OTHER = replace(
    LOOSE[0], id=TicketId("t-40"), ref="T-10440", networks=(), tags=("2fa",), subject="Login code", lang="en"
)
SILENT = CustomerId("c-4")


def records() -> Sequence[tuple[str, Frozen]]:
    tickets = [*MEMBERS, *LOOSE, OTHER]
    customers = {
        ticket.customer_id: Customer(
            id=ticket.customer_id, v=1, name=ticket.customer_name, do_not_contact=ticket.customer_id == SILENT
        )
        for ticket in tickets
    }
    people: list[tuple[str, Frozen]] = [("agent", LENA), ("agent", MEI), ("agent", LI)]
    people += [("team", Team(id=TEAM, v=1, name="Wallet")), ("policy", POLICY)]
    incidents: list[tuple[str, Frozen]] = [("incident", TRON), ("incident", CODES)]
    return (
        *people,
        *incidents,
        *(("customer", customer) for customer in customers.values()),
        *(("ticket", ticket) for ticket in tickets),
    )


WRONG = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6s"  # its last letter is t


def said(ticket: Ticket) -> Message:
    body = f"to {WRONG}, memo 77120" if ticket.id == OTHER.id else "still pending"
    return Message(ticket_id=ticket.id, n=1, id=MessageId(f"{ticket.id}-1"), author=Author.CUSTOMER, body=body, at=NOW)


def filled(path: Path, me: Agent) -> Store:
    store = Store.open(path)
    scopes = (ScopeInfo(id="org"),)
    store.apply_session(
        Session(feed="f", head=1, min_pos=0, now=NOW, me=me, scopes=scopes, scopes_digest="d", policy=POLICY)
    )
    items = tuple(
        SnapshotItem(
            k=kind,
            id=str(getattr(record, "id")),  # noqa: B009  # the base struct has no id
            v=int(getattr(record, "v", 1)),
            d=msgspec.Raw(msgspec.json.encode(record)),
            ev=(said(record),) if isinstance(record, Ticket) else (),
        )
        for kind, record in records()
    )
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=items, done=True), "org")
    while store.index_pending():
        pass
    return store


Place = Callable[[Agent], Workplace]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    stores: list[Store] = []

    def make(me: Agent = LENA) -> Workplace:
        stores.append(filled(tmp_path / f"{me.handle}.db", me))
        return Workplace(store=stores[-1], settings=Settings(), clock=frozen_clock(NOW))

    yield make
    for store in stores:
        store.close()


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.first = screen
        self.answers: list[object] = []

    def on_mount(self) -> None:
        self.push_screen(self.first, self.answers.append)

    def said(self, widget: str) -> str:
        return str(self.screen.query_one(widget, Static).content)

    @property
    def sentence(self) -> str:
        return self.screen.query_one(KeyLine).sentence


def incidents_of(workplace: Workplace) -> Host:
    return Host(IncidentsScreen(workplace))  # type: ignore[arg-type]  # what it is dismissed with is of no interest


async def settle(pilot: Pilot[None]) -> None:
    """Until nothing runs but what waits for a person."""
    for _ in range(40):
        await pilot.pause()
        if not any(worker.is_running and worker.group not in ("acting", "bulk") for worker in pilot.app.workers):
            break
    await pilot.pause()


async def until(pilot: Pilot[None], reached: Callable[[], bool]) -> None:
    """What comes after a timer."""
    for _ in range(200):
        if reached():
            return
        await pilot.pause(0.02)
    raise AssertionError("never reached")


def commands(store: Store) -> list[AnyCommand]:
    return [entry.envelope.command for entry in store.outbox()]


# Seeing


async def test_the_open_one_is_first_with_its_figures_and_tickets(place: Place) -> None:
    host = incidents_of(place(LENA))
    async with host.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen = host.first
        assert isinstance(screen, IncidentsScreen)
        rows = screen.list.source.window(0, 9)
        assert [(row.title, row.open, row.solved) for row in rows] == [
            ("TRON withdrawals delayed", 26, 4),
            ("Login codes by text message late", 0, 0),
        ]
        assert host.said("#incidents-heading") == "Incidents · 1 goes on"
        assert "30 tickets" in host.said("#incidents-tickets-head")
        assert "3 more answer its rules" in host.said("#incidents-tickets-head")
        assert screen.burn.shown is not None and len(screen.burn.shown.members) == 30
        assert "Your money is safe" in host.said("#incidents-told")
        await pilot.press("enter", "enter")
        await settle(pilot)
    assert host.answers == [TicketId("t-0")]


async def test_the_cursor_shows_another_one_and_forgets_what_was_selected(place: Place) -> None:
    host = incidents_of(place(LENA))
    async with host.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen = host.first
        assert isinstance(screen, IncidentsScreen)
        await pilot.press("tab", "x")
        assert screen.tickets.picked == (TicketId("t-0"),)
        screen.look()
        await settle(pilot)
        assert screen.tickets.picked_count == 1, "reading again keeps it"
        await pilot.press("tab", "j")
        await settle(pilot)
        assert screen.tickets.picked_count == 0
        assert "0 tickets" in host.said("#incidents-tickets-head")
        assert "put in by hand" in host.said("#incidents-told")


async def test_a_chinese_reader_sees_chinese(place: Place) -> None:
    set_language("zh")
    host = incidents_of(place(LENA))
    async with host.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen = host.first
        assert isinstance(screen, IncidentsScreen)
        assert screen.list.source.window(0, 1)[0].title == "波场提现延迟"
        assert "您的资金安全" in host.said("#incidents-told")


# Opening and changing


async def test_a_senior_opens_one_and_sees_who_answers_its_rules(place: Place) -> None:
    workplace = place(MEI)
    host = incidents_of(workplace)
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        form = host.screen
        assert isinstance(form, IncidentForm)
        form.query_one("#en", CleanInput).value = "Login codes"
        form.query_one("#rules", DraftArea).load_text("netwrk:tron")
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert "There is no filter “netwrk:”" in host.said("#form-error")
        form.query_one("#rules", DraftArea).load_text("tag:2fa")
        await until(pilot, lambda: "T-10440" in str(form.query_one("#answers", Words).content))
        assert "1 active ticket;" in str(form.query_one("#answers", Words).content)
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert "1 active ticket answers its rules" in host.sentence
        screen = host.screen
        assert isinstance(screen, IncidentsScreen)
        chosen = screen.incident()
        assert chosen is not None and chosen.title == {"en": "Login codes"}
        await pilot.press("plus")
        assert "takes a lead" in host.sentence, "putting many in at once does"
    (saved,) = commands(workplace.store)
    assert isinstance(saved, SaveIncident) and saved.rules == ("tag:2fa",)


async def test_what_answers_is_added_after_a_preview(place: Place) -> None:
    workplace = place(LENA)
    host = incidents_of(workplace)
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("plus")
        await settle(pilot)
        bulk = host.screen
        assert isinstance(bulk, BulkScreen)
        assert {row.ticket_id for row in bulk.rows.window(0, 99)} == {ticket.id for ticket in LOOSE}
        await pilot.press("ctrl+d")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "33 tickets" in host.said("#incidents-tickets-head")
    assert {type(command) for command in commands(workplace.store)} == {JoinIncident}


# Telling


ZH = "波场网络已恢复，提现正在逐笔处理，预计一小时内全部到账。感谢您的耐心等待。" * 2
EN = "TRON is back. Withdrawals are being sent out one by one. All of them arrive within an hour."


async def told(pilot: Pilot[None], zh: str = ZH, en: str = EN) -> None:
    form = pilot.app.screen
    assert isinstance(form, IncidentUpdateForm)
    form.query_one("#zh", DraftArea).load_text(zh)
    form.query_one("#en", DraftArea).load_text(en)
    await settle(pilot)


async def test_everybody_is_told_in_their_language_as_long_as_their_channel_takes(place: Place) -> None:
    workplace = place(LENA)
    host = incidents_of(workplace)
    async with host.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        await told(pilot)
        audience = str(host.screen.query_one("#audience", Words).content)
        assert "25 customers of your teams are told: 12 in Chinese, 13 in English." in audience
        assert "Left out: 4 solved, 1 asked not to be written to." in audience
        lengths = str(host.screen.query_one("#lengths", Words).content)
        assert "CUT to 56 of 91" in lengths and "the whole text (91)" in lengths
        await pilot.press("ctrl+d")
        await settle(pilot)
        bulk = host.screen
        assert isinstance(bulk, BulkScreen)
        rows = {row.ticket_id: row for row in bulk.rows.window(0, 99)}
        assert len(rows) == 26
        assert rows[TicketId("t-4")].code == "do-not-contact"
        assert rows[TicketId("t-1")].note == "in English · e-mail · the whole text"
        assert not commands(workplace.store), "a preview says nothing"
        await pilot.press("ctrl+d")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "Told" in host.sentence
    update, *replies = commands(workplace.store)
    assert isinstance(update, UpdateIncident) and update.body == {"zh": ZH, "en": EN}
    by_ticket = {reply.ticket_id: reply for reply in replies if isinstance(reply, Reply)}
    assert len(by_ticket) == 25 and all(reply.then is Status.ON_HOLD for reply in by_ticket.values())
    assert by_ticket[TicketId("t-0")].body == ZH
    assert by_ticket[TicketId("t-1")].body == EN
    short = [reply.body for n, reply in by_ticket.items() if MEMBERS[int(n[2:])].channel is Channel.WHATSAPP]
    assert max(map(len, short)) <= 60
    assert "TRON is back. Withdrawals are being sent out one by one." in short
    assert workplace.store.draft(TRON.id, "incident_update") is None


async def test_a_preview_thought_better_of_says_nothing_and_keeps_the_text(place: Place) -> None:
    workplace = place(LENA)
    host = incidents_of(workplace)
    async with host.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        await told(pilot)
        await pilot.press("ctrl+d")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "Nothing was sent" in host.sentence
        await pilot.press("u")
        await settle(pilot)
        assert host.screen.query_one("#en", DraftArea).text == EN
    assert not commands(workplace.store)


@pytest.mark.parametrize(
    ("zh", "en", "why"),
    [("", EN, "Write the update in Chinese too"), (ZH, "Send us your recovery phrase.", "asks for a secret")],
)
async def test_a_text_that_is_missing_or_asks_for_a_secret_goes_nowhere(
    place: Place, zh: str, en: str, why: str
) -> None:
    workplace = place(LENA)
    host = incidents_of(workplace)
    async with host.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        await told(pilot, zh, en)
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert why in host.said("#form-error")
    assert not commands(workplace.store)


# Closing


async def test_closing_offers_to_solve_all(place: Place) -> None:
    workplace = place(LENA)
    host = incidents_of(workplace)
    async with host.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert isinstance(host.screen, Picker)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(host.screen, BulkScreen)
        await pilot.press("ctrl+d")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        screen = host.screen
        assert isinstance(screen, IncidentsScreen)
        assert host.said("#incidents-heading") == "Incidents · 0 go on"
        chosen = screen.incident()
        assert chosen is not None and chosen.closed_at == NOW
        await pilot.press("u")
        assert "It is closed" in host.sentence
        await pilot.press("o")
        await settle(pilot)
        assert host.said("#incidents-heading") == "Incidents · 1 goes on"
    close, *solved, reopened = commands(workplace.store)
    assert close == CloseIncident(incident_id=TRON.id)
    assert reopened == CloseIncident(incident_id=TRON.id, on=False)
    assert len(solved) == 26
    assert all(isinstance(one, SetStatus) and one.status is Status.SOLVED for one in solved)


async def test_an_agent_reads_and_is_told_who_may(place: Place) -> None:
    workplace = place(LI)
    host = incidents_of(workplace)
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key, role in (
            ("a", "senior"),
            ("e", "senior"),
            ("plus", "lead"),
            ("u", "lead"),
            ("c", "lead"),
            ("o", "lead"),
        ):
            await pilot.press(key)
            assert f"takes a {role}" in host.sentence, key
    assert not commands(workplace.store)


async def test_tickets_are_selected_and_taken_out(place: Place) -> None:
    workplace = place(LENA)
    host = incidents_of(workplace)
    async with host.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        await pilot.press("minus")
        assert "Move to a ticket first" in host.sentence
        await pilot.press("tab", "x", "j", "j", "V", "minus")
        await settle(pilot)
        bulk = host.screen
        assert isinstance(bulk, BulkScreen)
        await pilot.press("ctrl+d")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "27 tickets" in host.said("#incidents-tickets-head")
    out = commands(workplace.store)
    assert len(out) == 3 and all(isinstance(one, JoinIncident) and one.into_id is None for one in out)


# On the desk


async def test_a_ticket_is_put_in_from_the_desk_offline_even_into_a_new_one(place: Place) -> None:
    workplace = place(MEI)
    host = Host(DeskScreen(workplace))  # type: ignore[arg-type]
    async with host.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        desk = host.first
        assert isinstance(desk, DeskScreen)
        desk.open_ticket(LOOSE[0].id)
        await settle(pilot)
        await pilot.press("I")
        await settle(pilot)
        assert isinstance(host.screen, Picker)
        await pilot.press(*"new", "enter")
        await settle(pilot)
        form = host.screen
        assert isinstance(form, IncidentForm)
        assert form.query_one("#rules", DraftArea).text == "network:tron tag:withdrawal"
        await pilot.press("ctrl+d")
        await settle(pilot)
        ticket = workplace.store.ticket(LOOSE[0].id)
        assert ticket is not None and ticket.incident_id is not None
        assert desk.header.shown is not None and desk.header.shown.incident == LOOSE[0].subject
        await pilot.press("I")
        await settle(pilot)
        await pilot.press(*"out", "enter")
        await settle(pilot)
        ticket = workplace.store.ticket(LOOSE[0].id)
        assert ticket is not None and ticket.incident_id is None
    done = [type(command) for command in commands(workplace.store) if not isinstance(command, Seen)]
    assert done == [SaveIncident, JoinIncident, JoinIncident]


async def test_a_mistyped_address_is_copied_as_it_stands_and_said_to_be(place: Place) -> None:
    host = Host(DeskScreen(place(LI)))  # type: ignore[arg-type]
    async with host.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        desk = host.first
        assert isinstance(desk, DeskScreen)
        desk.open_ticket(OTHER.id)
        await settle(pilot)
        await pilot.press("o")
        await settle(pilot)
        offered = host.screen.query_one(ChoiceList).source.window(0, 9)
        assert [(choice.label, choice.detail) for choice in offered] == [
            (f"{WRONG[:10]}…{WRONG[-10:]}", "address · its checksum is wrong"),
            ("77120", "memo"),
        ]
        await pilot.press("enter")
        await settle(pilot)
        assert host.clipboard == WRONG
        assert "its checksum is wrong" in host.sentence


# How it looks


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_it_looks_as_it_did(snap_compare: Callable[..., bool], place: Place, size: tuple[int, int]) -> None:
    assert snap_compare(incidents_of(place(LENA)), terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_an_update_looks_as_it_did(snap_compare: Callable[..., bool], place: Place, size: tuple[int, int]) -> None:
    async def write(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        await told(pilot)

    assert snap_compare(incidents_of(place(LENA)), terminal_size=size, run_before=write)


def test_the_form_looks_as_it_did(snap_compare: Callable[..., bool], place: Place) -> None:
    async def edit(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)

    assert snap_compare(incidents_of(place(LENA)), terminal_size=(80, 24), run_before=edit)


def test_none_looks_as_it_did(snap_compare: Callable[..., bool], tmp_path: Path) -> None:
    with_nothing = Store.open(tmp_path / "empty.db")
    workplace = Workplace(store=with_nothing, settings=Settings(), clock=frozen_clock(NOW))
    assert snap_compare(incidents_of(workplace), terminal_size=(80, 24), run_before=settle)
