"""What a composer takes for a wish, and what it offers for it."""

import pytest

from console.widgets.completion import Completion, next_index
from console.widgets.composer_area import location_of
from console.widgets.composer_matches import macro_completions, mention_completions, mentioned_in
from console.widgets.composer_trigger import Trigger, find_trigger
from desk.ids import AgentId, MacroId
from desk.records import Agent, Macro
from desk.text import clean_text

MEI = Agent(id=AgentId("a-mei"), v=1, handle="mei", name="Mei Chen")
LI = Agent(id=AgentId("a-li"), v=1, handle="li", name="Li Na")


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("::", Trigger("macro", "", 0)),
        ("您好::tx", Trigger("macro", "tx", 2)),
        ("：：延迟", Trigger("macro", "延迟", 0)),
        ("see @me", Trigger("mention", "me", 4)),
        ("＠mei", Trigger("mention", "mei", 0)),
        ("?? stuck", None),
        ("see ??stuck tx", Trigger("article", "stuck tx", 4)),
        ("？？提现", Trigger("article", "提现", 0)),
        ("really??", None),
        ("mail a@b", None),
        ("https://x", None),
        ("std::vector", None),
        ("12:30", None),
        ("plain", None),
    ],
)
def test_a_wish_is_found_where_one_is_meant(line: str, wish: Trigger | None) -> None:
    assert find_trigger(line) == wish


def test_a_shortcut_that_starts_with_it_comes_before_one_that_holds_it_and_a_title() -> None:
    macros = [
        Macro(id=MacroId("1"), v=1, shortcut="refund", title={"en": "Money back"}),
        Macro(id=MacroId("2"), v=1, shortcut="no-refund", title={"en": "No"}),
        Macro(id=MacroId("3"), v=1, shortcut="bye", title={"zh": "退款说明 refund"}),
    ]
    assert [completion.value for completion in macro_completions(macros, "REF", "en")] == ["1", "2", "3"]


def test_titles_are_found_across_scripts_and_shown_in_the_readers_language() -> None:
    macro = Macro(id=MacroId("1"), v=1, shortcut="wd", title={"zh": "提现延迟", "en": "Delay"})
    assert [completion.detail for completion in macro_completions([macro], "提現", "zh")] == ["提现延迟"]


def test_people_are_offered_by_handle_or_any_name_but_not_oneself() -> None:
    assert [completion.insert for completion in mention_completions([MEI, LI], "ch", LI)] == ["@mei "]
    assert mention_completions([MEI, LI], "li", LI) == ()


def test_who_is_mentioned_is_each_once_in_order_and_no_mail_address() -> None:
    assert mentioned_in("@li, then @Mei. And ＠li again; x@mei.com", [MEI, LI]) == (LI.id, MEI.id)


def test_going_round_the_list() -> None:
    offers = [Completion(str(i), clean_text(str(i))) for i in range(3)]
    assert next_index(2, 1, offers) == 0
    assert next_index(0, -1, offers) == 2
    assert next_index(0, 1, []) == 0


def test_a_place_in_the_text_as_row_and_column() -> None:
    lines = ["ab", "", "cd"]
    assert [location_of(lines, i) for i in (0, 2, 3, 4, 6, 99)] == [(0, 0), (0, 2), (1, 0), (2, 0), (2, 2), (2, 2)]
