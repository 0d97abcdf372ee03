"""How a customer writes on each channel: letters by mail, single lines in a chat, and in their own script."""

import re
from functools import cache
from random import Random
from typing import Protocol

from desk.records import Channel

_BREAK = re.compile(r"\s*//\s*")
_TRADITIONAL = {"HK": "s2hk", "TW": "s2twp"}


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(config: str) -> _Converter:
    from opencc import OpenCC  # 40 ms and its dictionaries, for customers who write traditional characters only

    converter: _Converter = OpenCC(config)
    return converter


@cache
def in_script_of(country: str, template: str) -> str:
    """The template in the characters people write in that country; slots are left alone."""
    config = _TRADITIONAL.get(country)
    if config is None or template.isascii():
        return template
    return _converter(config).convert(template)


def as_sent(text: str, channel: Channel, rng: Random, *, first: bool, hello: str, bye: str) -> list[str]:
    """The message or messages that a customer sends to say this; a letter has a greeting and a signature."""
    parts = [part.strip() for part in _BREAK.split(text)]
    if channel is Channel.EMAIL:
        if first:
            return ["\n\n".join(part for part in (hello, *parts, bye) if part)]
        return ["\n\n".join(parts) + (f"\n\n{bye}" if rng.random() < 0.3 else "")]
    if rng.random() < 0.5:
        return [" ".join(parts)]
    return parts


def casually(text: str, rng: Random) -> str:
    """The same, typed with one thumb: now and then without capitals or a last full stop."""
    if rng.random() < 0.35 and text[:1].isascii() and not text[:2].isupper():
        text = text[:1].lower() + text[1:]
    if rng.random() < 0.5 and text[-1:] in ".。" and not text.endswith(".."):
        text = text[:-1]
    return text


def quoting(text: str, earlier: str, lang: str, who: str) -> str:
    """An answer by mail with what it answers below, as mail programs do."""
    lead = f"{who} 写道：" if lang == "zh" else f"{who} wrote:"
    return f"{text}\n\n{lead}\n" + "\n".join(f"> {line}" if line else ">" for line in earlier.split("\n"))
