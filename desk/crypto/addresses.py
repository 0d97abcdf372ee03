"""Which networks an address can be of, told by its shape and its checksum.

The libraries behind the checksums are imported by the first address that needs them (base58 1 ms, Keccak 15 ms).
"""

import binascii
from base64 import urlsafe_b64decode

from desk.crypto import bech32

EVM = ("ethereum", "bsc", "polygon", "arbitrum", "optimism", "base", "avalanche")
"""Networks that share one form of address: nothing in it tells which."""

_VERSIONS = {
    **{0x00: "bitcoin", 0x05: "bitcoin", 0x41: "tron"},
    **{0x1E: "dogecoin", 0x16: "dogecoin", 0x30: "litecoin", 0x32: "litecoin"},
}
"""The first byte of a checked base58 address."""
_PAYLOAD_BYTES = 21
_SEGWIT = {"bc": "bitcoin", "ltc": "litecoin"}
_BECH32 = {"addr": "cardano", "cosmos": "cosmos"}


def networks_of_address(text: str) -> tuple[str, ...]:
    """The networks that the address can be of; empty when it is none, or mistyped: its checksum is wrong."""
    if text[:2] in ("0x", "0X") and len(text) == 42:
        return EVM if _is_evm(text) else ()
    if text.lower().startswith(("bc1", "ltc1", "addr1", "cosmos1")):
        return _of_bech32(text)
    if len(text) == 48:
        return ("ton",) if _is_ton(text) else ()
    return _of_base58(text)


def checksummed(payload: bytes) -> str:
    """A hexadecimal address whose capitals are its checksum (EIP-55)."""
    from Crypto.Hash import keccak

    plain = payload.hex()
    digest = keccak.new(data=plain.encode(), digest_bits=256).hexdigest()
    return "0x" + "".join(c.upper() if int(d, 16) >= 8 else c for c, d in zip(plain, digest, strict=False))


def _is_evm(text: str) -> bool:
    """Capitals mean something only beside small letters."""
    digits = text[2:]
    try:
        payload = bytes.fromhex(digits)
    except ValueError:
        return False
    return digits in (digits.lower(), digits.upper()) or checksummed(payload)[2:] == digits


def _of_bech32(text: str) -> tuple[str, ...]:
    decoded = bech32.decode(text)
    if decoded is None:
        return ()
    if decoded.prefix in _SEGWIT:
        return (_SEGWIT[decoded.prefix],) if bech32.is_segwit(decoded) else ()
    return (_BECH32[decoded.prefix],) if decoded.prefix in _BECH32 and not decoded.is_m else ()


def _is_ton(text: str) -> bool:
    try:
        data = urlsafe_b64decode(text)
    except ValueError:
        return False
    return len(data) == 36 and binascii.crc_hqx(data[:34], 0) == int.from_bytes(data[34:], "big")


def _of_base58(text: str) -> tuple[str, ...]:
    import base58

    try:
        if text.startswith("r"):
            payload = base58.b58decode_check(text, alphabet=base58.RIPPLE_ALPHABET)
            return ("xrp",) if len(payload) == _PAYLOAD_BYTES and payload[0] == 0 else ()
        data = base58.b58decode(text)
        if len(data) == 32:
            return ("solana",)  # 32 bytes as they are: Solana has no checksum
        payload = base58.b58decode_check(text)
    except ValueError:
        return ()
    name = _VERSIONS.get(payload[0]) if len(payload) == _PAYLOAD_BYTES else None
    return (name,) if name else ()
