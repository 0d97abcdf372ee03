"""Macros: the text for a draft, and the preview of what they change."""

import pytest

from desk.ids import AgentId, CustomerId, MacroId, TeamId, TicketId
from desk.macros import FieldChange, MacroDiff, apply_macro, preview, render
from desk.records import Agent, Channel, Macro, Severity, Status, Ticket
from desk.tags import normalize_tag

MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei")
TICKET = Ticket(
    id=TicketId("t1"),
    v=1,
    ref="T-1",
    subject="{agent}",
    customer_id=CustomerId("c"),
    customer_name="王磊",
    team_id=TeamId("w"),
    channel=Channel.CHAT,
    created_at=0,
    updated_at=0,
    urgency_at=0,
    status=Status.OPEN,
    assignee_id=MEI.id,
    tags=("old", "vip"),
)
MACRO = Macro(
    id=MacroId("m1"),
    v=1,
    shortcut="stuck",
    title={"en": "Stuck", "zh": "卡住"},
    body={"en": "Hi {{ customer }}, {{ ref }} is {unknown}. {{ agent }}", "zh": "{{ customer }}您好"},
    status=Status.WAITING,
    severity=Severity.HIGH,
    team_id=TeamId("trading"),
    add_tags=("stuck",),
    remove_tags=("old",),
)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh-TW", "王磊您好"),
        ("en", "Hi 王磊, T-1 is {unknown}. Mei"),
        ("fr", "Hi 王磊, T-1 is {unknown}. Mei"),
    ],
)
def test_the_text_is_in_the_customers_language(lang: str, text: str) -> None:
    assert render(MACRO, lang, TICKET, MEI).text == text


def test_a_macro_may_have_no_text() -> None:
    assert render(Macro(id=MacroId("m3"), v=1, shortcut="s", title={}), "en", TICKET, MEI).text == ""


def test_the_preview_is_what_applying_does() -> None:
    assert preview(MACRO, TICKET) == MacroDiff(
        changes=(
            FieldChange(field="status", old="open", new="waiting"),
            FieldChange(field="severity", old="normal", new="high"),
            FieldChange(field="team", old="w", new="trading"),
            FieldChange(field="assignee", old="mei", new=""),
            FieldChange(field="tags", old="old vip", new="vip stuck"),
        )
    )
    after = apply_macro(MACRO, TICKET, 1)
    assert preview(MACRO, after) == MacroDiff(changes=())


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("Big Money", "big-money"),
        ("ＶＩＰ", "vip"),
        ("  ", ""),
        ("x" * 41, ""),
        ("a,b", "a-b"),
        ("提现", "提现"),
        ("a\x1b[1mb", "ab"),
    ],
)
def test_a_tag_has_one_spelling(typed: str, tag: str) -> None:
    assert normalize_tag(typed) == tag
    assert normalize_tag(tag) == tag
