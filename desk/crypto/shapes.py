"""What transaction ids and addresses look like, whatever their checksums say: one pattern for the whole project.

The console paints what has the shape (a mistyped address must stay visible as one), :mod:`desk.crypto.finding` asks for
the checksum as well. Every alternative is bounded and begins where a word begins, so a search is linear.
"""

BASE58 = "1-9A-HJ-NP-Za-km-z"

TX = rf"(?:0[xX])?[0-9a-fA-F]{{64}}|[{BASE58}]{{86,88}}"
"""Hexadecimal ids of 32 bytes, and the signatures that Solana names its transactions by."""

ADDRESS = (
    r"0[xX][0-9a-fA-F]{40}"
    rf"|T[{BASE58}]{{33}}"
    r"|(?:bc1|ltc1|addr1|cosmos1)[0-9a-z]{20,100}|(?:BC1|LTC1)[0-9A-Z]{20,90}"
    r"|(?:EQ|UQ|kQ|0Q)[0-9A-Za-z_\-]{46}"
    rf"|[{BASE58}]{{43,44}}"
    rf"|[13DLMr][{BASE58}]{{24,34}}"
)
"""Ethereum and its kin, TRON, bech32 (Bitcoin, Litecoin, Cardano, Cosmos), TON, Solana, base58check (Bitcoin, Dogecoin,
Litecoin, XRP)."""

SHAPES = rf"(?<![0-9A-Za-z])(?:(?P<tx>{TX})|(?P<address>{ADDRESS}))(?![0-9A-Za-z])"
"""A transaction id or an address, never a piece of something longer; to be joined into larger patterns."""
