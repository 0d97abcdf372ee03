"""Mistakes in macros and procedures are worded twice: in the desk's English, and where translations are looked for."""

from console.mistakes import SENTENCES, mistake_sentence
from desk.mistakes import SENTENCES as ENGLISH
from desk.mistakes import Mistake


def test_both_say_the_same() -> None:
    assert SENTENCES == ENGLISH


def test_every_mistake_can_be_said_with_its_place() -> None:
    for code in ENGLISH:
        mistake = Mistake(code=code, line=7, what="a{b}", other="c", lang="zh")
        assert mistake.sentence().startswith("Zh, line 7: ")
        assert mistake_sentence(mistake).startswith("中文, line 7: ")
