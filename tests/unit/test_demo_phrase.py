"""Templates: slots, choices, nesting."""

from random import Random

import pytest

from backend.demo.phrase import UnknownSlot, fill


def test_slots_take_their_values() -> None:
    assert fill("{amount} {asset}", {"amount": "5", "asset": "BTC"}, Random(1)) == "5 BTC"


def test_choices_may_hold_slots() -> None:
    said = {fill("{I sent {amount}|gone}", {"amount": "5"}, Random(seed)) for seed in range(20)}
    assert said == {"I sent 5", "gone"}


def test_the_same_source_says_the_same() -> None:
    template = "{a|b|c} {d|e|f} {g|h|i}"
    assert fill(template, {}, Random("x")) == fill(template, {}, Random("x"))


@pytest.mark.parametrize("template", ["{nobody}", "broken {", "{a|{nobody}}"])
def test_a_slot_that_nothing_fills_is_an_error(template: str) -> None:
    with pytest.raises(UnknownSlot):
        fill(template, {}, Random(1))
