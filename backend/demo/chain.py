"""Addresses and transaction ids that look right and carry a valid checksum, made from a random source.

Nobody holds the keys: the payloads are random. They exist so that what the desk shows, copies and checks is the real
shape of each network.
"""

import hashlib
from functools import cache
from random import Random

from backend.demo.keccak import keccak_256

_EVM = frozenset({"Ethereum", "BNB Smart Chain", "Arbitrum", "Base", "Polygon"})
_BITCOIN_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58(data: bytes, alphabet: str = _BITCOIN_ALPHABET) -> str:
    """Base58 of the bytes, each leading zero byte a leading first letter."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return alphabet[0] * (len(data) - len(data.lstrip(b"\0"))) + text


def base58check(payload: bytes, alphabet: str = _BITCOIN_ALPHABET) -> str:
    """Base58 of the payload and the first four bytes of its double SHA-256."""
    digest = hashlib.sha256(hashlib.sha256(payload).digest()).digest()
    return base58(payload + digest[:4], alphabet)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check


def _fives(data: bytes) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]


def bech32(prefix: str, data: bytes, version: int | None = None) -> str:
    """Bech32 (BIP-173); with ``version`` 0 it is a segwit address."""
    words = ([] if version is None else [version]) + _fives(data)
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*expanded, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(_BECH32_ALPHABET[word] for word in words)


def eip55(payload: bytes) -> str:
    """A hexadecimal address whose capitals are its checksum."""
    plain = payload.hex()
    digest = keccak_256(plain.encode()).hex()
    return "0x" + "".join(c.upper() if int(d, 16) >= 8 else c for c, d in zip(plain, digest, strict=False))


@cache
def busy_eip55(number: int) -> str:
    """One of the hexadecimal addresses that many send to, an exchange's perhaps."""
    return eip55(hashlib.sha256(f"busy address {number}".encode()).digest()[:20])


def destination(network: str, rng: Random) -> str:
    """An address somebody sends to; on Ethereum-like networks one of a few hundred, as a checksum is slow to make."""
    return busy_eip55(rng.randrange(300)) if network in _EVM else address(network, rng)


def address(network: str, rng: Random) -> str:
    """An address on the network."""
    match network:
        case "Bitcoin":
            return bech32("bc", rng.randbytes(20), 0)
        case "Litecoin":
            return bech32("ltc", rng.randbytes(20), 0)
        case "Cosmos":
            return bech32("cosmos", rng.randbytes(20))
        case "Dogecoin":
            return base58check(b"\x1e" + rng.randbytes(20))
        case "TRON":
            return base58check(b"\x41" + rng.randbytes(20))
        case "XRP Ledger":
            return base58check(b"\x00" + rng.randbytes(20), _RIPPLE_ALPHABET)
        case "Solana":
            return base58(rng.randbytes(32))
        case _ if network in _EVM:
            return eip55(rng.randbytes(20))
    raise ValueError(f"no such network: {network}")


def transaction_id(network: str, rng: Random) -> str:
    """A transaction id as the network writes it."""
    if network == "Solana":
        return base58(rng.randbytes(64))
    digest = rng.randbytes(32).hex()
    if network in {"XRP Ledger", "Cosmos"}:
        return digest.upper()
    return "0x" + digest if network in _EVM else digest
