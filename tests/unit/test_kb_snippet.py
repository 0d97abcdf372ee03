"""Snippets are as long on the screen in Chinese as in English."""

from console.kb.snippet import HIT_BEGINS, HIT_ENDS, snippet
from desk.text import width


def test_chinese_and_english_take_the_same_room() -> None:
    english = snippet("word " * 60 + "withdrawal " + "tail " * 60, ["withdrawal"])
    chinese = snippet("为什么" * 60 + "提现需要二十个确认，" + "网络拥堵" * 60, ["提现"])
    assert f"{HIT_BEGINS}withdrawal{HIT_ENDS}" in english
    assert f"{HIT_BEGINS}提现{HIT_ENDS}" in chinese
    assert 100 < width(english) <= 126
    assert 100 < width(chinese) <= 126


def test_a_short_text_is_whole() -> None:
    assert snippet("短文本，提现需要确认", ["提现"]) == f"短文本，{HIT_BEGINS}提现{HIT_ENDS}需要确认"


def test_headings_and_items_flow_into_one_line() -> None:
    text = "Withdrawals\nWhat it costs\nOne fee.\nIt goes to the miners:\nBitcoin\nEther\n"
    shown = snippet(text, ["costs"])
    hit = f"{HIT_BEGINS}costs{HIT_ENDS}"
    assert shown == f"Withdrawals · What it {hit} · One fee. It goes to the miners: Bitcoin · Ether"


def test_many_short_lines_take_no_more_room() -> None:
    shown = snippet("\n".join(["fee", "费"] * 200), ["fee"])
    assert "\n" not in shown
    assert width(shown.replace(HIT_BEGINS, "").replace(HIT_ENDS, "")) <= 160
