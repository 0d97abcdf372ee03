"""Finds what one can act on in a message: transaction ids, addresses, links, redactions, made-visible characters.

They are shown as chips: short, on a ground of their own, both ends readable. The whole value is kept for copying and
opening. Every pattern is bounded, so the search is linear.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from desk.crypto.shapes import SHAPES
from desk.text import SafeText

Kind: TypeAlias = Literal["text", "tx", "address", "link", "redaction", "token", "memo"]

_PATTERN = re.compile(
    r"(?P<link>https?://[^\s<>\"'“”‘’（）()，。；！？、【】「」]{1,2000})"
    r"|(?P<redaction>\[redacted[^\]\n]{0,60}\]|█{3,})"
    r"|(?P<token>⟨[^⟩\n]{1,200}⟩)"
    rf"|{SHAPES}"
)
_NEED = re.compile(r"://|\[redacted|█|⟨|[0-9a-zA-Z]{25}")
"""Without one of these there is no chip, which is true of most messages."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and what it is. ``shown`` is what is painted, ``value`` what is copied or opened."""

    kind: Kind
    shown: str
    value: str


def pieces(text: SafeText) -> list[Piece]:
    """``text`` cut into plain runs and chips, in order, nothing lost."""
    if not _NEED.search(text):
        return [Piece("text", text, text)] if text else []
    found: list[Piece] = []
    end = 0
    for match in _PATTERN.finditer(text):
        if match.start() > end:
            plain = text[end : match.start()]
            found.append(Piece("text", plain, plain))
        found.append(_chip(match))
        end = match.end()
    if end < len(text):
        found.append(Piece("text", text[end:], text[end:]))
    return found


def chips(text: SafeText) -> list[Piece]:
    """Only what one can copy or open."""
    return [piece for piece in pieces(text) if piece.kind in ("tx", "address", "link")]


def _chip(match: re.Match[str]) -> Piece:
    value = match.group()
    match match.lastgroup:
        case "tx":
            return Piece("tx", f" tx {ends(value)} ", value)
        case "address":
            return Piece("address", f" {ends(value, 6)} ", value)
        case "link":
            return Piece("link", value, value)
        case "redaction":
            return Piece("redaction", f" {value.strip('[]')} ", value)
        case _:
            return Piece("token", value, value)


def ends(value: str, kept: int = 4) -> str:
    """Both ends of a long value, which is what people compare."""
    head = kept + (2 if value.startswith("0x") else 0)
    return value if len(value) <= head + kept + 1 else f"{value[:head]}…{value[-kept:]}"
