"""A small replica for the screens' tests: one team, three tickets of two customers, a few articles and macros."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from console.clock import Clock, frozen_clock
from console.i18n import set_language
from console.settings import Settings
from console.store import Store
from console.workplace import Workplace
from desk.ids import (
    AccountId,
    AgentId,
    ArticleId,
    CustomerId,
    MacroId,
    MessageId,
    TeamId,
    TicketId,
    TransferId,
)
from desk.records import (
    Account,
    Agent,
    Article,
    Author,
    Channel,
    Contact,
    Customer,
    CustomerNote,
    Frozen,
    Macro,
    Message,
    Policy,
    Role,
    Status,
    Team,
    Ticket,
    Tier,
    Transfer,
)
from desk.wire import ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_774_000_000_000
MINUTE = 60_000
DAY = 1440 * MINUTE
TEAM = TeamId("team-1")
LI = Agent(id=AgentId("a-li"), v=1, handle="li", name="Li Na", role=Role.AGENT, team_ids=(TEAM,))
MEI = Agent(id=AgentId("a-mei"), v=1, handle="mei", name="Mei Chen", role=Role.SENIOR, team_ids=(TEAM,))

WANG = Customer(
    id=CustomerId("c-wang"), v=2, name="王磊", language="zh", tier=Tier.VIP, country="CN", created_at=NOW - 400 * DAY,
    verified_how="护照", verified_at=NOW - 300 * DAY,
    contacts=(
        Contact(channel=Channel.TELEGRAM, address="@wanglei", verified_how="login", verified_at=NOW - 200 * DAY),
        Contact(channel=Channel.EMAIL, address="wang@example.com"),
    ),
    notes=(CustomerNote(id="n1", author_id=MEI.id, author_name="Mei Chen", text="Prefers Telegram.", at=NOW - DAY),),
)  # fmt: skip
NOVAK = Customer(id=CustomerId("c-novak"), v=1, name="Anna Novak", language="en")
TX = "7b3f9a2c11d84e5566aa77bb88cc99dd00ee11ff22aa33bb44cc55dd66ee77e1"


def ticket(number: int, customer: Customer, subject: str, status: Status = Status.OPEN, lines: int = 1) -> Ticket:
    return Ticket(
        id=TicketId(f"t-{number}"), v=5, ref=f"T-{number}", subject=subject, customer_id=customer.id,
        customer_name=customer.name, team_id=TEAM, channel=Channel.TELEGRAM, created_at=NOW - number * DAY,
        updated_at=NOW - MINUTE, urgency_at=NOW + number * MINUTE, lang=customer.language, tier=customer.tier,
        status=status, last_n=lines, last_customer_n=lines, reopened=1 if number == 3 else 0,
    )  # fmt: skip


def said(of: Ticket, n: int, body: str, author: Author = Author.CUSTOMER) -> Message:
    return Message(
        ticket_id=of.id, n=n, id=MessageId(f"{of.id}-{n}"), author=author, author_name=of.customer_name, body=body,
        at=NOW - DAY + n * MINUTE,
    )  # fmt: skip


STUCK = ticket(1, WANG, "USDT 提现九小时未到账")
LOST = ticket(2, NOVAK, "2FA lost after reset")
OLD = ticket(3, WANG, "如何备份助记词", Status.SOLVED)
RECORDS: Sequence[tuple[str, Frozen]] = (
    ("agent", LI),
    ("agent", MEI),
    ("team", Team(id=TEAM, v=1, name="Wallet")),
    ("policy", Policy()),
    ("customer", WANG),
    ("customer", NOVAK),
    ("ticket", STUCK),
    ("ticket", LOST),
    ("ticket", OLD),
    ("transfer", Transfer(
        id=TransferId("tr-1"), v=1, customer_id=WANG.id, kind="withdrawal", status="confirming", asset="USDT",
        amount="12400", value_minor=1_240_000, network="TRON", tx_id=TX, address="TXYZabcdefghijklmnopqrstuvwxyz1234",
        confirmations=3, confirmations_needed=20, at=NOW - DAY,
    )),
    ("account", Account(
        id=AccountId("acc-1"), v=1, customer_id=WANG.id, kind="wallet", label="Main", network="TRON",
        address="TABCabcdefghijklmnopqrstuvwxyz9876",
    )),
    ("macro", Macro(
        id=MacroId("m-delay"), v=1, shortcut="delay", title={"en": "Withdrawal delay", "zh": "提现延迟"},
        body={"zh": "{{ customer }}您好，网络拥堵，请稍候。", "en": "Hi {{ customer }}, the network is busy."},
        status=Status.WAITING, add_tags=("delay",),
    )),
    ("article", Article(
        id=ArticleId("art-zh"), v=1, lang="zh", title="提现延迟的原因", summary="提现需要链上确认，请耐心等待。",
        body_md="# 提现延迟\n\n提现需要 20 个确认。\n\n- 网络拥堵\n- 风控审核", group_id="g-delay",
        url="https://help.example/zh/delay",
    )),
    ("article", Article(
        id=ArticleId("art-en"), v=1, lang="en", title="Withdrawal delays", body_md="# Delays\n\nA withdrawal waits.",
        summary="A withdrawal waits for confirmations.", group_id="g-delay", url="https://help.example/en/delay",
    )),
)  # fmt: skip
LINES = {STUCK.id: "我的 USDT 提现一直没到账", LOST.id: "I lost my 2FA device.", OLD.id: "怎么备份？"}


def fill(store: Store, me: Agent = LI) -> None:
    """Bring the records into a replica as a snapshot would."""
    store.apply_session(
        Session(
            feed="f", head=1, min_pos=0, now=NOW, me=me, scopes=(ScopeInfo(id="org"),), scopes_digest="d",
            policy=Policy(),
        )
    )  # fmt: skip
    items = tuple(
        SnapshotItem(
            k=kind,
            id=str(getattr(record, "id")),  # noqa: B009  # the base struct has no id
            v=int(getattr(record, "v", 1)),
            d=msgspec.Raw(msgspec.json.encode(record)),
            ev=(said(record, 1, LINES[record.id]),) if isinstance(record, Ticket) else (),
        )
        for kind, record in RECORDS
    )
    store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=items, done=True), "org")
    while store.index_pending():
        pass


@pytest.fixture
def seeded_store(tmp_path: Path) -> Iterator[Store]:
    """A replica with the records above."""
    store = Store.open(tmp_path / "local.db")
    fill(store)
    yield store
    store.close()


@pytest.fixture
def workplace(seeded_store: Store) -> Workplace:
    """What screens and docks are given; the clock stands still."""
    clock: Clock = frozen_clock(NOW)
    return Workplace(store=seeded_store, settings=Settings(), clock=clock)


@pytest.fixture
def wang_ticket() -> Ticket:
    """An open ticket of a Chinese VIP, with one line."""
    return STUCK


@pytest.fixture
def novak_ticket() -> Ticket:
    """An open ticket of an English customer."""
    return LOST


@pytest.fixture(autouse=True)
def language() -> Iterator[Callable[[str], None]]:
    """Screens are in English unless a test says otherwise."""
    set_language("en")
    yield set_language
    set_language("en")
