"""Macros' templates: what they may say, what they may not, and that no text makes anything but a sentence of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.ids import AgentId, CustomerId, MacroId, TeamId, TicketId
from desk.macros import VARIABLES, began_with, mistake_in, nearest, offered, render
from desk.mistakes import Mistake
from desk.records import Agent, Channel, Macro, Role, Sharing, Ticket, Tier
from desk.templates import MAX_OUTPUT, MAX_TEMPLATE, Value, fill_in, holds

MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", team_ids=(TeamId("w"),))
LI = Agent(id=AgentId("li"), v=1, handle="li", name="Li")
TICKET = Ticket(
    id=TicketId("t1"), v=1, ref="T-1", subject="{{ agent }} {% for x in y %}", customer_id=CustomerId("c"),
    customer_name="{{ 7 * 7 }} 王磊", team_id=TeamId("w"), channel=Channel.CHAT, created_at=0, updated_at=0,
    urgency_at=0, lang="zh-TW", tier=Tier.VIP, tags=("vip", "tron"), at_risk_minor=1_240_050, tx_ids=("7bee", "9f00"),
)  # fmt: skip
VALUES: dict[str, Value] = {"customer": "Anna", "tags": ("a", "b"), "at_risk": 5}


def macro(body: str = "", *, condition: str = "", **fields: object) -> Macro:
    made = Macro(id=MacroId("m1"), v=1, shortcut="s", title={"en": "S"}, body={"en": body}, condition=condition)
    return replace(made, **fields)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{{ ref }} for {{ agent }}", "T-1 for Mei"),
        ('{% if lang == "zh" %}您好{% else %}Hello{% endif %}', "您好"),
        ('{{ "VIP" if tier == "vip" else "you" }}', "VIP"),
        ("{{ tx }}|{{ network }}|{{ network|default('unknown') }}", "7bee||unknown"),
        ("{{ txs|join(' and ') }} {{ tags }}", "7bee and 9f00 vip, tron"),
        ('{% if "tron" in tags and at_risk >= 10000 %}yes{% endif %}', "yes"),
        ("{{ team|upper }}", "WALLET"),
        ("100 % safe } and { alone", "100 % safe } and { alone"),
        ("{% if tx %}\nhas one\n{% endif %}\nend", "has one\nend"),
    ],
)
def test_variables_conditions_and_filters(body: str, text: str) -> None:
    rendering = render(macro(body), "en", TICKET, MEI, "Wallet")
    assert (rendering.mistake, rendering.text) == (None, text)


def test_a_customers_braces_are_text() -> None:
    assert render(macro("Hi {{ customer }}: {{ subject }}"), "en", TICKET, MEI).text == (
        "Hi {{ 7 * 7 }} 王磊: {{ agent }} {% for x in y %}"
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Hi\n{{ custmer }}", "Line 2: there is no variable “custmer”; it may be one of: customer."),
        ("{{ customer", "Line 1: it cannot be read here"),
        ("{% if lang %}x", "Line 1: it cannot be read here"),
        ("\n\n{% for x in tags %}{{ x }}{% endfor %}", "Line 3: “for” has no place in a macro"),
        ("{{ customer.__class__ }}", "Line 1: “a dot” has no place in a macro"),
        ("{{ customer['x'] }}", "Line 1: “[ ]” has no place in a macro"),
        ("{{ range(10) }}", "Line 1: “a call” has no place in a macro"),
        ("{{ 'x' * 100000000 }}", "Line 1: “*” has no place in a macro"),
        ("{{ customer|attr('x') }}", "Line 1: there is no filter “attr”"),
        ("{{ customer|replace('a', 'b') }}", "Line 1: there is no filter “replace”"),
        ("{% include 'x' %}", "Line 1: “include” has no place in a macro"),
        ("{% set x = 1 %}", "Line 1: “set” has no place in a macro"),
        ("{{ 'x' if lang }}", "Line 1: a value with “if” needs an “else”."),
        ("Hi {customer}", "Line 1: “{customer}” is no longer filled in; write {{ customer }}."),
        ("{{ tags > 5 }}", "Values of different kinds are compared"),
        ("{{ ref }}" * MAX_TEMPLATE, f"It has more than {MAX_TEMPLATE} characters; shorten it."),
        ("{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "It is nested too deeply"),
        ("{{ " + "9" * 6_000 + " }}", "Line 1: it cannot be read here"),
        ("{% if lang %}" * 60 + "{% endif %}" * 60, "Line 1: it is nested too deeply"),
    ],
    ids=lambda text: text[:30],
)
def test_a_mistake_is_one_sentence(body: str, sentence: str) -> None:
    rendering = render(macro(body), "en", TICKET, MEI)
    assert rendering.mistake is not None and rendering.text == ""
    assert rendering.mistake.sentence().startswith(sentence)


def test_what_comes_out_is_bounded() -> None:
    long = fill_in("{{ customer }}" * 500, {**VALUES, "customer": "x" * 300})
    assert long == Mistake(code="template-output-too-long", what=str(MAX_OUTPUT))


def test_a_text_in_the_other_language_is_read_too() -> None:
    mistake = mistake_in({"en": "fine", "zh": "{{ nobody }}"}, "")
    assert mistake is not None and mistake.sentence().startswith("Zh, line 1: there is no variable")
    mistake = mistake_in({"en": "fine"}, "lang ==")
    assert mistake is not None and mistake.sentence().startswith("Condition: it cannot be read")
    assert mistake_in({"en": "fine"}, "lang == 'zh' }} {{ 1") is not None
    assert mistake_in({}, "not tx and 'vip' in tags") is None


def test_conditions_say_to_which_ticket_a_macro_is_offered() -> None:
    for_vip = macro(condition="tier == 'vip' and at_risk > 12000", shortcut="a")
    for_new = macro(condition="status == 'open'", shortcut="b")
    broken = macro(condition="tier ==", shortcut="c")
    gone = macro(shortcut="d", archived=True)
    assert [one.shortcut for one in offered([gone, broken, for_new, for_vip], TICKET, MEI)] == ["a", "c"]


def test_of_equal_shortcuts_the_nearest_is_offered() -> None:
    shared = macro("shared", id=MacroId("1"))
    team = macro("team", id=MacroId("2"), sharing=Sharing.TEAM, shared_with=TeamId("w"))
    own = macro("own", id=MacroId("3"), sharing=Sharing.PERSONAL, owner_id=MEI.id)
    everything = [own, team, shared]
    assert offered(everything, TICKET, MEI) == (own,)
    assert offered(everything, TICKET, replace(MEI, id=AgentId("x"))) == (team,)
    assert offered(everything, TICKET, LI) == (shared,)
    assert offered(everything, TICKET, replace(LI, role=Role.ADMIN)) == (team,)
    assert nearest([]) == ()


def test_a_reply_is_known_by_how_it_begins() -> None:
    hi = macro("Hi {{ customer }}, I am looking into it now.", id=MacroId("hi"))
    sorry = macro("Hi {{ customer }}, I am sorry for the wait.", id=MacroId("sorry"))
    text = render(sorry, "en", TICKET, MEI).text + "\nMei"
    assert began_with(text, [hi, sorry], "en", TICKET, MEI) == "sorry"
    assert began_with("Hello there", [hi, sorry], "en", TICKET, MEI) is None
    assert began_with("", [hi, sorry, macro("")], "en", TICKET, MEI) is None


_WORDS = st.sampled_from([
    "{{", "}}", "{%", "%}", "{#", "#}", "if", "endif", "else", "elif", "for", "in", "|", "upper", "join", "(", ")", "[",
    "]", "'", '"', ".", ",", "~", "*", "**", "-", "not", "and", "==", "<", *VARIABLES, "__class__", "1", "9" * 40, " ",
    "\n", "raw", "endraw", "set", "{", "}", "range", "self", "loop", "none", "is", "defined",
])  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=25).map(" ".join), st.lists(_WORDS).map("".join))


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_any_text_gives_text_or_a_sentence(body: str) -> None:
    rendering = render(macro(body), "en", TICKET, MEI)
    assert len(rendering.text) <= MAX_OUTPUT
    if rendering.mistake is not None:
        assert rendering.mistake.sentence().endswith(".")
        assert "\n" not in rendering.mistake.sentence()


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_any_condition_is_true_or_false_or_a_sentence(condition: str) -> None:
    said = holds(condition, VALUES)
    assert isinstance(said, bool | Mistake)


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_a_value_is_never_read(value: str) -> None:
    assert fill_in("{{ customer }}", {**VALUES, "customer": value}) == value or len(value) > MAX_OUTPUT
