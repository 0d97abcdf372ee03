"""A draft made of a ticket holds question and answer, and nobody's name, address, transaction or secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.anonymous import anonymous, draft_of
from desk.ids import CustomerId, TeamId, TicketId
from desk.records import Author, Channel, Message, MessageKind, Ticket

TICKET = Ticket(
    id=TicketId("t"), v=1, ref="T-12", subject="Anna Novak: deposit missing", customer_id=CustomerId("c"),
    customer_name="Anna Novak", team_id=TeamId("en"), channel=Channel.EMAIL, created_at=1, updated_at=1, urgency_at=1,
    tags=("deposit",),
)  # fmt: skip
TX = "7b3f9a2c11d84e5566aa77bb88cc99dd00ee11ff22aa33bb44cc55dd66ee77e1"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def line(n: int, author: Author, body: str, kind: MessageKind = MessageKind.REPLY, name: str = "") -> Message:
    return Message(ticket_id=TICKET.id, n=n, author=author, author_name=name, body=body, kind=kind)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I am Anna Novak.", "I am [name]."),
        ("Thanks, Anna", "Thanks, [name]"),
        ("王磊您好", "[name]您好"),
        ("write to anna.n+x@mail.example.com", "write to [e-mail]"),
        ("call +44 20 7946 0958 or 13812345678", "call [phone] or [phone]"),
        ("(415) 555-0134", "[phone]"),
        (f"tx {TX}", "tx [transaction]"),
        ("to 0x52908400098527886E0F7030069857D2E4169EE7 now", "to [address] now"),
        ("see T-1234 and order 99887766", "see [number] and order [number]"),
        ("memo 884213 was left out", "memo [memo] was left out"),
        (f"my words are {PHRASE}", "my words are [secret]"),
        ("https://wallet.example/u/77", "[link]"),
    ],
)  # fmt: skip
def test_what_is_ones_own_becomes_a_placeholder(text: str, told: str) -> None:
    assert anonymous(text, ["Anna Novak", "王磊"]) == told


@pytest.mark.parametrize(
    "text",
    [
        "Wait for 20 confirmations, about 24 hours.",
        "The memo is required on 2026-03-02.",
        "Fees are 12.50 USDT, at most 1,000,000.",
        "提现需要 20 个确认。",
    ],
)
def test_what_everybody_may_read_stays(text: str) -> None:
    assert anonymous(text, ["Anna Novak"]) == text


def test_a_draft_is_the_first_question_and_the_last_answer() -> None:
    messages = [
        line(1, Author.CUSTOMER, f"Where is {TX}?\nAnna", name="Anna Novak"),
        line(2, Author.AGENT, "Hello", name="Mei Chen"),
        line(3, Author.AGENT, "a note about Anna", MessageKind.NOTE),
        line(4, Author.CUSTOMER, "And now?"),
        line(5, Author.AGENT, "It needs 20 confirmations, Anna.\nRegards, Mei Chen", name="Mei Chen"),
    ]
    text = draft_of(TICKET, messages, ["Mei Chen"])
    assert text is not None and text.tags == ("deposit",)
    assert text.title == "[name]: deposit missing"
    assert text.body_md == (
        "> Where is [transaction]?\n> [name]\n\nIt needs 20 confirmations, [name].\nRegards, [name]"
    )


def test_a_ticket_without_an_answer_makes_none() -> None:
    asked = line(1, Author.CUSTOMER, "Hello?")
    assert draft_of(TICKET, [asked, line(2, Author.AGENT, "later", MessageKind.NOTE)], []) is None


@given(st.text(max_size=200), st.lists(st.text(min_size=2, max_size=12), max_size=3))
def test_a_known_name_never_stays(text: str, names: list[str]) -> None:
    told = anonymous(f"{text} {TX} {PHRASE}", names)
    assert TX not in told and "sausage" not in told
