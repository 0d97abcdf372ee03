"""Fills templates: ``{slot}`` takes a value, ``{one|or|another}`` picks, and the two nest.

``{I sent|We sent} {amount} {asset}`` reads differently each time, yet the same for the same random source.
"""

import re
from collections.abc import Mapping
from random import Random

_INNERMOST = re.compile(r"\{([^{}]*)\}")


class UnknownSlot(KeyError):
    """A template names a slot that nothing fills; the message is the slot's name."""


def fill(template: str, slots: Mapping[str, str], rng: Random) -> str:
    """The template with all slots filled and all choices made, innermost first."""

    def one(match: re.Match[str]) -> str:
        inner: str = match[1]
        if "|" in inner:
            return rng.choice(inner.split("|"))
        try:
            return slots[inner]
        except KeyError:
            raise UnknownSlot(inner) from None

    text = template
    while "{" in text:
        text, replaced = _INNERMOST.subn(one, text)
        if not replaced:
            raise UnknownSlot(text)
    return text
