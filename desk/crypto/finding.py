"""Finds in a text what it is about on a blockchain: transactions, addresses, networks, memos. Linear in the text."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from desk.crypto.addresses import networks_of_address
from desk.crypto.networks import networks_named
from desk.crypto.shapes import SHAPES
from desk.frozen import Frozen

Kind: TypeAlias = Literal["tx", "address", "memo"]

MOST_KEPT = 8
"""So many transaction ids, and networks, a ticket keeps."""

_SHAPE = re.compile(SHAPES)
_MAY_HOLD = re.compile("[0-9a-zA-Z]{25}")
"""Without this a text holds neither, which is true of most."""

_MEMO = re.compile(
    r"(?:\b(?:memo|destination\s{1,2}tag|dest(?:ination)?[\s_-]?tag|tag|payment\s{1,2}id)\b|备注|備註|标签|標籤|附言)"
    r"\s{0,3}(?:(?:is|was|id|是|为|為)\s{0,3})?[:：#=]?\s{0,3}(?P<value>[0-9A-Za-z_\-]{1,64})(?![0-9A-Za-z])",
    re.IGNORECASE,
)


class Found(Frozen, frozen=True, kw_only=True):
    """Something at ``start`` … ``end`` of a text. ``value`` is its one spelling: of a hexadecimal transaction id small
    letters without ``0x``. ``networks`` is what it can be of, as far as it tells by itself."""

    kind: Kind
    value: str
    start: int
    end: int
    networks: tuple[str, ...] = ()


def find(text: str) -> tuple[Found, ...]:
    """Transaction ids, addresses whose checksum holds, and memos, in the order of the text."""
    found = [*_shaped(text), *_memos(text)]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def tx_ids_in(text: str, most: int = MOST_KEPT) -> tuple[str, ...]:
    """The first transaction ids of a text, each once, in their one spelling. What the words around call a private key
    is none, though it looks alike."""
    return tuple(dict.fromkeys(one.value for one in _shaped(text) if one.kind == "tx"))[:most]


def networks_in(text: str, most: int = MOST_KEPT) -> tuple[str, ...]:
    """The first networks that a text is about, each once: named in words, or told by an address that can be of one
    network only."""
    told = (one.networks[0] for one in _shaped(text) if len(one.networks) == 1)
    return tuple(dict.fromkeys((*networks_named(text), *told)))[:most]


def is_mistyped(address: str) -> bool:
    """Whether something that looks like an address has a checksum that does not hold."""
    match = _SHAPE.fullmatch(address)
    return match is not None and match["address"] is not None and not networks_of_address(address)


def _shaped(text: str) -> Iterator[Found]:
    """What has both the shape and the checksum."""
    if not _MAY_HOLD.search(text):
        return
    for match in _SHAPE.finditer(text):
        value = match[0]
        if match["address"] is not None:
            if networks := networks_of_address(value):
                yield Found(kind="address", value=value, start=match.start(), end=match.end(), networks=networks)
        elif len(value) >= 86:
            if _is_signature(value):
                yield Found(kind="tx", value=value, start=match.start(), end=match.end(), networks=("solana",))
        elif not _is_called_key(text, match):
            yield Found(kind="tx", value=value.lower().removeprefix("0x"), start=match.start(), end=match.end())


def _is_signature(text: str) -> bool:
    import base58

    return len(base58.b58decode(text)) == 64


def _is_called_key(text: str, match: re.Match[str]) -> bool:
    from desk.key_material import speaks_of_key

    return speaks_of_key(text, match.start(), match.end())


def _memos(text: str) -> Iterator[Found]:
    for match in _MEMO.finditer(text):
        value = match["value"]
        if any(letter.isdigit() for letter in value):
            yield Found(kind="memo", value=value, start=match.start("value"), end=match.end("value"))
