"""Documents are validated, and cleaned unless a quick look has shown that there is nothing to clean."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.store.documents import document, is_plain, messages
from desk.ids import AgentId, CustomerId, MacroId, ProcedureId, TeamId, TicketId
from desk.records import Channel, Customer, Frozen, Macro, Message, Procedure, Ticket
from desk.text import clean_text
from desk.ticket_parts import Escalation, EscalationState, EscalationTier, HandOver, IdentityCheck

TICKET = Ticket(
    id=TicketId("t"),
    v=1,
    ref="T-1",
    subject="s",
    customer_id=CustomerId("c"),
    customer_name="n",
    team_id=TeamId("en"),
    channel=Channel.EMAIL,
    created_at=0,
    updated_at=0,
    urgency_at=0,
)
HOSTILE = st.sampled_from('\x1b\x07\x9b\x7f\t\r\u202e\u200b\u200d\ufe0f\U000e0041\u0301🙂👩💻a提\n\\"')


@given(st.text(HOSTILE | st.characters(exclude_categories=["Cs"]), max_size=30))
@example("👩a\u200d💻")
@example("a" + "\u0301" * 5)
@example("\\u001b")
def test_a_plain_document_has_nothing_to_clean(text: str) -> None:
    doc = msgspec.json.encode({"body": text})
    if is_plain(doc):
        assert clean_text(text) == text


@given(st.text(max_size=30))
def test_what_is_kept_is_clean(name: str) -> None:
    customer = Customer(id=CustomerId("c"), v=1, name=name)
    record, doc = document("customer", msgspec.json.encode(customer))
    assert isinstance(record, Customer)
    assert record.name == clean_text(name, newlines=False)
    assert msgspec.json.decode(doc, type=Customer) == record


def test_a_message_loses_its_escapes_and_keeps_its_lines() -> None:
    raw = msgspec.json.encode([Message(ticket_id=TicketId("t"), n=1, body="one\n\x1b]52;c;aGk=\x07two")])
    decoded, docs = messages(raw)
    assert decoded[0].body == "one\ntwo"
    assert msgspec.json.decode(docs[0], type=Message) == decoded[0]


def test_long_texts_inside_a_record_keep_their_lines_and_names_do_not() -> None:
    procedure = Procedure(id=ProcedureId("p"), v=1, source={"en": "one\ntwo", "zh": "一\n二\x1b[2J"})
    assert _kept("procedure", procedure) == replace(procedure, source={"en": "one\ntwo", "zh": "一\n二"})
    macro = Macro(id=MacroId("m"), v=1, shortcut="m", title={"en": "a\nb"}, body={"en": "a\nb"})
    assert _kept("macro", macro) == replace(macro, title={"en": "a b"})
    sheet = HandOver(tried="a\nb", identity=IdentityCheck.PASSED, reference="none", question="c\nd")
    escalation = Escalation(
        tier=EscalationTier.SENIOR, state=EscalationState.ASKED, sheet=sheet, by=AgentId("mei"), at=1, answer="e\nf"
    )
    ticket = replace(TICKET, escalation=escalation)
    assert _kept("ticket", ticket) == ticket


def _kept(kind: str, record: Frozen) -> Frozen:
    return document(kind, msgspec.json.encode(record))[0]


def test_a_document_of_another_shape_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        document("customer", b'{"id": "c", "v": "one", "name": "x"}')
