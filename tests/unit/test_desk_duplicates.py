"""Which older ticket a new one repeats, and why."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.duplicates import NEAR_SAME, Older, beginning, likeness, parts_of, suggested
from desk.ids import CustomerId, TeamId, TicketId
from desk.records import Author, Channel, Message, MessageKind, Status, Ticket
from desk.ticket_parts import MergeMark

T0 = 1_780_000_000_000
DAY = 86_400_000
STUCK = "我的 USDT 提现一直没到账，已经九个小时了，交易哈希显示已确认"
STUCK_TOO = "你好，我提现的 USDT 九个小时还没到账，哈希显示已经确认了"
PHONE = "请问怎么关闭二次验证？我换了手机，旧手机已经卖掉了"
PENDING = "My withdrawal of 200 USDT has been pending for nine hours and the hash shows confirmed"
PENDING_TOO = "Hi, still waiting for my 200 USDT withdrawal, pending ten hours although the hash is confirmed"


def ticket(name: str, at: int = T0, **fields: Any) -> Ticket:
    base = Ticket(
        id=TicketId(name),
        v=1,
        ref=f"T-{name}",
        subject="",
        customer_id=CustomerId("wang"),
        customer_name="王磊",
        team_id=TeamId("wallets"),
        channel=Channel.CHAT,
        created_at=at,
        updated_at=at,
        urgency_at=at,
    )
    return replace(base, **fields)


def older(name: str = "1", text: str = STUCK, same_customer: bool = True, **fields: Any) -> Older:
    return Older(ticket=ticket(name, **fields), text=text, same_customer=same_customer)


def hint(text: str, *found: Older, at: int = T0 + DAY, **fields: Any) -> tuple[str, str, bool] | None:
    result = suggested(ticket("9", at, **fields), text, found)
    return (result.ref, result.reason, result.same_customer) if result else None


def test_the_same_transaction_says_it_whatever_the_words() -> None:
    named = older(text="?", tx_ids=("ab" * 32,))
    assert hint("另一件事", named, tx_ids=("ab" * 32,)) == ("T-1", "transaction", True)
    assert hint("另一件事", named, tx_ids=("cd" * 32,)) is None
    theirs = older("2", text="?", same_customer=False, tx_ids=("ab" * 32,))
    assert hint("?", theirs, tx_ids=("ab" * 32,)) == ("T-2", "transaction", False)
    assert hint("?", theirs, named, tx_ids=("ab" * 32,)) == ("T-1", "transaction", True)


def test_near_same_text_in_either_language() -> None:
    assert hint(STUCK.replace("九", "十") + "，请帮忙", older()) == ("T-1", "text", True)
    assert hint(PENDING.upper().replace(" AND ", " & "), older(text=PENDING)) == ("T-1", "text", True)
    quoted = f"> {PENDING}\nAny news about the above? I have written before and nobody came back to me on this so far."
    assert hint(quoted, older(text=PENDING)) == ("T-1", "text", True)
    assert hint("我的 USDT 提現一直沒到賬，已經九個小時了，交易哈希顯示已確認", older()) == ("T-1", "text", True)


def test_another_customer_must_say_it_in_the_same_words() -> None:
    assert hint(STUCK, older(same_customer=False)) == ("T-1", "text", False)
    assert hint(STUCK_TOO, older(same_customer=False)) is None


def test_the_same_customer_soon_after_may_use_other_words_but_not_of_another_matter() -> None:
    assert hint(STUCK_TOO, older()) == ("T-1", "customer", True)
    assert hint(PENDING_TOO, older(text=PENDING)) == ("T-1", "customer", True)
    assert hint(STUCK_TOO, older(), at=T0 + 4 * DAY) is None
    assert hint(PHONE, older()) is None


def test_only_an_older_ticket_that_still_stands_is_suggested() -> None:
    assert hint(STUCK, older(status=Status.SOLVED)) is None
    mark = MergeMark(into=TicketId("0"), into_ref="T-0", by="li", at=T0, status="open")  # type: ignore[arg-type]
    assert hint(STUCK, older(merge=mark)) is None
    assert hint(STUCK, older("9")) is None
    assert hint(STUCK, older(at=T0 + 2 * DAY)) is None


def test_a_text_that_says_little_repeats_nothing() -> None:
    assert likeness(parts_of("any news?"), parts_of("any news?")) == 0
    assert likeness(parts_of("在吗"), parts_of("在吗")) == 0


def test_the_beginning_is_what_the_customer_said() -> None:
    def said(n: int, author: Author, kind: MessageKind = MessageKind.REPLY) -> Message:
        return Message(ticket_id=TicketId("1"), n=n, author=author, kind=kind, body=f"text{n}")

    lines = (said(1, Author.CUSTOMER), said(2, Author.BOT), said(3, Author.AGENT, MessageKind.NOTE))
    assert beginning("Subject", lines) == "Subject\ntext1"


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_a_part_and_the_same_both_ways(one: str, other: str) -> None:
    first, second = parts_of(one), parts_of(other)
    assert 0 <= likeness(first, second) <= 1
    assert likeness(first, second) == likeness(second, first)
    assert likeness(first, first) in (0, 1)


def sample(rows: list[str], count: int) -> list[frozenset[str]]:
    return [parts_of(text) for text in random.Random(3).sample(rows, count)]


def test_real_questions_are_rarely_near_same_and_real_questions_reworded_are(shared_data: Path) -> None:
    banking = shared_data / "banking77" / "train.jsonl"
    english = [json.loads(line)["text"] for line in banking.read_text("utf-8").splitlines()]
    with gzip.open(shared_data / "zh_medical_tickets" / "tickets.jsonl.gz", "rt", encoding="utf-8") as lines:
        chinese = [f"{row['title']}\n{row['text']}" for row in map(json.loads, lines)]
    for rows in (english, chinese):
        texts = sample(rows, 400)
        pairs = [likeness(one, other) for at, one in enumerate(texts) for other in texts[:at]]
        assert sum(score >= NEAR_SAME for score in pairs) < len(pairs) / 2_000
    again = [text for text in english if len(text) > 60][:300]
    found = [likeness(parts_of(text), parts_of(f"Hello, {text} Please help.")) for text in again]
    assert sum(score >= NEAR_SAME for score in found) > 0.95 * len(found)
