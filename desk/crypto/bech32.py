"""Bech32 and Bech32m (BIP-173, BIP-350): the checksummed text of segwit, Cardano and Cosmos addresses.

Written here because no small library is kept that knows both variants; the reference one stops before taproot.
"""

from typing import NamedTuple

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_CHECK_DIGITS = 6


class Bech32(NamedTuple):
    """A decoded text: its prefix, its words of five bits without the checksum, and the variant of the checksum."""

    prefix: str
    words: list[int]
    is_m: bool


def decode(text: str) -> Bech32 | None:
    """What a text says; None when its checksum is wrong, or it mixes capitals and small letters."""
    if text.lower() != text and text.upper() != text:
        return None
    prefix, _, digits = text.lower().rpartition("1")
    if not prefix or len(digits) < _CHECK_DIGITS or not _DIGITS.keys() >= set(digits):
        return None
    words = [_DIGITS[digit] for digit in digits]
    check = _polymod([*_expanded(prefix), *words])
    if check not in (_BECH32, _BECH32M):
        return None
    return Bech32(prefix, words[:-_CHECK_DIGITS], check == _BECH32M)


def encode(prefix: str, data: bytes, version: int | None = None) -> str:
    """The bytes as text; with ``version`` they are the program of a segwit address of that version."""
    words = ([] if version is None else [version]) + _fives(data)
    constant = _BECH32M if version else _BECH32
    check = _polymod([*_expanded(prefix), *words, *[0] * _CHECK_DIGITS]) ^ constant
    words += [check >> 5 * (_CHECK_DIGITS - 1 - i) & 31 for i in range(_CHECK_DIGITS)]
    return prefix + "1" + "".join(_ALPHABET[word] for word in words)


def is_segwit(decoded: Bech32) -> bool:
    """Whether it is an address: a version, a program of the right length, and the checksum that goes with both."""
    if not decoded.words:
        return False
    version, size_bytes = decoded.words[0], (len(decoded.words) - 1) * 5 // 8
    if version == 0:
        return not decoded.is_m and size_bytes in (20, 32)
    return version <= 16 and decoded.is_m and 2 <= size_bytes <= 40


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check


def _fives(data: bytes) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]
