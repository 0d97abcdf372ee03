"""Addresses and transaction ids that look right and carry a valid checksum, made from a random source.

Nobody holds the keys: the payloads are random. They exist so that what the desk shows, copies and checks is the real
shape of each network.
"""

import hashlib
from functools import cache
from random import Random

import base58

from desk.crypto import bech32
from desk.crypto.addresses import checksummed

_EVM = frozenset({"Ethereum", "BNB Smart Chain", "Arbitrum", "Base", "Polygon"})


@cache
def busy_address(number: int) -> str:
    """One of the hexadecimal addresses that many send to, an exchange's perhaps."""
    return checksummed(hashlib.sha256(f"busy address {number}".encode()).digest()[:20])


def destination(network: str, rng: Random) -> str:
    """An address somebody sends to; on Ethereum-like networks one of a few hundred."""
    return busy_address(rng.randrange(300)) if network in _EVM else address(network, rng)


def address(network: str, rng: Random) -> str:
    """An address on the network."""
    match network:
        case "Bitcoin":
            return bech32.encode("bc", rng.randbytes(20), 0)
        case "Litecoin":
            return bech32.encode("ltc", rng.randbytes(20), 0)
        case "Cosmos":
            return bech32.encode("cosmos", rng.randbytes(20))
        case "Dogecoin":
            return _checked(b"\x1e" + rng.randbytes(20))
        case "TRON":
            return _checked(b"\x41" + rng.randbytes(20))
        case "XRP Ledger":
            return _checked(b"\x00" + rng.randbytes(20), base58.RIPPLE_ALPHABET)
        case "Solana":
            return _plain(rng.randbytes(32))
        case _ if network in _EVM:
            return checksummed(rng.randbytes(20))
    raise ValueError(f"no such network: {network}")


def transaction_id(network: str, rng: Random) -> str:
    """A transaction id as the network writes it."""
    if network == "Solana":
        return _plain(rng.randbytes(64))
    digest = rng.randbytes(32).hex()
    if network in {"XRP Ledger", "Cosmos"}:
        return digest.upper()
    return "0x" + digest if network in _EVM else digest


def _plain(data: bytes) -> str:
    return base58.b58encode(data).decode()


def _checked(payload: bytes, alphabet: bytes = base58.BITCOIN_ALPHABET) -> str:
    return base58.b58encode_check(payload, alphabet=alphabet).decode()
