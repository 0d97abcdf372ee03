"""Made-up tickets in any number, as a backend would send them: the same ones for the same number."""

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from desk.ids import AgentId, CustomerId, MessageId, TeamId, TicketId
from desk.records import (
    Agent,
    Author,
    Channel,
    ClockAction,
    ClockEvent,
    ClockName,
    Message,
    Policy,
    Reason,
    Severity,
    Status,
    Ticket,
    Tier,
)
from desk.wire import Changes, Record, ScopeInfo, Session

ME = Agent(id=AgentId("agent-1"), v=1, handle="mei", name="Mei", team_ids=(TeamId("team-1"),))
SCOPE = "team:team-1"
HOUR_MS = 3_600_000
START_AT = 1_760_000_000_000
PAGE = 500

_TEXTS = (
    "My withdrawal has been pending for nine hours, the transaction shows 3 of 20 confirmations. When will it arrive?",
    "我的 USDT 提现已经九个小时了还没有到账，交易哈希显示已确认，请帮忙查一下是什么原因。",
    "Thank you for waiting. The network is congested today; your transfer has been broadcast and will confirm soon.",
    "请问忘记二次验证码怎么办？我换了手机，助记词还在。",
)
_STATUSES = (Status.OPEN, Status.NEW, Status.WAITING, Status.SOLVED, Status.OPEN, Status.CLOSED, Status.ON_HOLD)


def ticket(number: int, v: int = 1, messages: int = 4) -> Ticket:
    """Ticket ``number``."""
    created_at = START_AT + number * 60_000
    status = _STATUSES[number % len(_STATUSES)]
    active = status not in (Status.SOLVED, Status.CLOSED)
    due_at = created_at + (number * 7919 % 5_000) * HOUR_MS if active else None
    return Ticket(
        id=TicketId(f"0197{number:08x}-7c00-7000-8000-{number:012x}"),
        v=v,
        ref=f"T-{number}",
        subject=f"{_TEXTS[number % 4][:40]} #{number}",
        customer_id=CustomerId(f"customer-{number % 20_000:05d}"),
        customer_name="王磊" if number % 3 else "Anna Novak",
        team_id=TeamId(f"team-{number % 4 + 1}"),
        channel=tuple(Channel)[number % 4],
        created_at=created_at,
        updated_at=created_at + 1_000,
        urgency_at=due_at or 1_000_000_000_000_000 - created_at,
        lang="zh" if number % 2 else "en",
        tier=Tier.VIP if number % 10 == 0 else Tier.STANDARD,
        status=status,
        severity=Severity.EMERGENCY if number % 500 == 0 else Severity.NORMAL,
        assignee_id=AgentId(f"agent-{number % 40}") if number % 3 else None,
        tags=("withdrawal", "usdt") if number % 2 else ("2fa",),
        last_n=messages,
        last_customer_n=max(messages - 1, 0),
        last_agent_n=messages,
        due_at=due_at,
        due_clock=ClockName.NEXT_REPLY if due_at else None,
        reasons=(Reason(code="vip", shift_s=-1800),) if number % 10 == 0 else (),
        clock_events=(ClockEvent(clock=ClockName.FIRST_REPLY, action=ClockAction.START, at=created_at),),
        moved={"status": v},
        escalated_at=created_at if number % 97 == 0 else None,
    )


def message(of: Ticket, n: int) -> Message:
    """Message ``n`` of a ticket."""
    is_agent = n % 2 == 0
    return Message(
        ticket_id=of.id,
        n=n,
        id=MessageId(f"{of.id[:23]}-{n:012x}"),
        author=Author.AGENT if is_agent else Author.CUSTOMER,
        author_id="agent-7" if is_agent else of.customer_id,
        author_name="Mei" if is_agent else of.customer_name,
        body=f"{_TEXTS[(n + len(of.ref)) % 4]} {of.ref}/{n}",
        at=of.created_at + n * 1_000,
    )


def changes(first: int, count: int, *, v: int = 1, messages: int = 4) -> bytes:
    """One page that brings tickets ``first`` …, as it comes over the wire."""
    items = []
    for number in range(first, first + count):
        made = ticket(number, v, messages)
        talk = tuple(message(made, n) for n in range(1, messages + 1))
        items.append(
            Record(p=number + 1, s=SCOPE, k="ticket", id=made.id, v=v, d=Raw(msgspec.json.encode(made)), ev=talk)
        )
    last = first + count
    page = Changes(items=tuple(items), next=f"f.{last}", pos=last, head=last, more=False, now=0, scopes_digest="")
    return msgspec.json.encode(page)


def pages(count: int, *, messages: int = 4) -> Iterator[bytes]:
    """As many tickets, in pages of :data:`PAGE`."""
    for first in range(0, count, PAGE):
        yield changes(first, min(PAGE, count - first), messages=messages)


def session() -> Session:
    """The session of the agent whose desk this is."""
    return Session(
        feed="f",
        head=0,
        min_pos=0,
        now=0,
        me=ME,
        scopes=(ScopeInfo(id="org"), ScopeInfo(id=SCOPE)),
        scopes_digest="",
        policy=Policy(),
    )
