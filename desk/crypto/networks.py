"""The networks customers speak of, and the words by which they name them in English and Chinese."""

import re
from functools import cache
from typing import NamedTuple

NETWORKS: dict[str, str] = {
    "bitcoin": "Bitcoin",
    "ethereum": "Ethereum",
    "tron": "TRON",
    "bsc": "BNB Smart Chain",
    "solana": "Solana",
    "ton": "TON",
    "polygon": "Polygon",
    "arbitrum": "Arbitrum",
    "optimism": "Optimism",
    "base": "Base",
    "avalanche": "Avalanche",
    "xrp": "XRP Ledger",
    "litecoin": "Litecoin",
    "dogecoin": "Dogecoin",
    "cosmos": "Cosmos",
    "cardano": "Cardano",
    "lightning": "Lightning",
}
"""Every network the desk knows: the stable name that tickets and queries use, and how it is written for people."""

_NAMES: dict[str, tuple[str, ...]] = {
    "bitcoin": ("bitcoin", "比特币网络", "比特幣網路", "比特币", "比特幣", "mempool.space"),
    "ethereum": ("ethereum", "erc20", "以太坊", "etherscan"),
    "tron": ("tron", "trc20", "波场", "波場", "tronscan"),
    "bsc": (
        *("bsc", "bep20", "bnb smart chain", "bnb chain", "binance smart chain"),
        *("币安智能链", "幣安智能鏈", "币安链", "bscscan"),
    ),
    "solana": ("solana", "spl", "solscan", "索拉纳"),
    "ton": ("toncoin", "ton network", "ton链", "ton 链", "ton网络", "tonviewer", "tonscan"),
    "polygon": ("polygon", "polygonscan", "马蹄链"),
    "arbitrum": ("arbitrum", "arbiscan"),
    "optimism": ("optimism", "op mainnet", "op链"),
    "base": ("base network", "base chain", "base mainnet", "on base", "base链", "base 链", "base网络", "basescan"),
    "avalanche": ("avalanche", "avax c-chain", "雪崩链", "雪崩协议", "snowtrace"),
    "xrp": ("xrp ledger", "xrpl", "ripple", "瑞波", "xrpscan"),
    "litecoin": ("litecoin", "莱特币", "萊特幣"),
    "dogecoin": ("dogecoin", "狗狗币", "狗狗幣"),
    "cosmos": ("cosmos hub", "cosmos network", "cosmos", "mintscan"),
    "cardano": ("cardano", "卡尔达诺", "艾达币"),
    "lightning": ("lightning network", "闪电网络", "閃電網路"),
}
_COINS: dict[str, tuple[str, ...]] = {
    "bitcoin": ("btc",),
    "ethereum": ("eth", "以太币", "以太幣"),
    "tron": ("trx",),
    "bsc": ("bnb",),
    "polygon": ("matic",),
    "avalanche": ("avax",),
    "xrp": ("xrp",),
    "litecoin": ("ltc",),
    "dogecoin": ("doge",),
}
_SHOUTED_COINS = {
    "SOL": "solana",
    "TON": "ton",
    "ATOM": "cosmos",
    "ADA": "cardano",
    "ARB": "arbitrum",
    "POL": "polygon",
}
"""Coins that are also words, or names: they count in capitals only."""

_TOKEN_STANDARD = re.compile(r"(?<![a-z0-9])(trc|erc|bep)[\s\-_‐-―]{1,2}20(?![0-9])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_WORD = re.compile("[A-Za-z0-9]+")
_COMMON = frozenset({"network", "chain", "smart", "mainnet", "on", "hub", "ledger", "space", "c"})
"""Parts of names that stand in many texts and tell nothing alone."""


def networks_named(text: str) -> tuple[str, ...]:
    """The networks that a text names in words, each once, in the order of the text. A coin tells its network only where
    no network is named: “my ETH over Arbitrum” is about Arbitrum."""
    plain = text if text.isascii() else text.translate(_FULL_WIDTH)
    folded = plain.casefold()
    if "20" in folded:
        folded = _TOKEN_STANDARD.sub(r"\g<1>20", folded)
    found = _found(_names(), folded) or sorted(_found(_coins(), folded) + _found(_shouted(), plain))
    return tuple(dict.fromkeys(network for _at, network in found))


def network_of(word: str) -> str:
    """The stable name of the network that a word means, as in a filter; empty when it means none."""
    word = word.strip()
    folded = word.casefold()
    if folded in NETWORKS:
        return folded
    display = {name.casefold(): network for network, name in NETWORKS.items()}
    if folded in display:
        return display[folded]
    found = networks_named(word.upper() if word.isascii() else word)
    return found[0] if len(found) == 1 else ""


class _Words(NamedTuple):
    """Names to be looked for: Latin ones as whole words, and only where one of ``hints`` stands; others anywhere."""

    network_by_word: dict[str, str]
    latin: re.Pattern[str]
    other: re.Pattern[str] | None
    hints: frozenset[str]


def _found(words: _Words, text: str) -> list[tuple[int, str]]:
    """Where words stand in a text and what they mean, in the order of the text."""
    matches: list[re.Match[str]] = []
    if not words.hints.isdisjoint(_WORD.findall(text)):
        matches += words.latin.finditer(text)
    if words.other is not None and not text.isascii():
        matches += words.other.finditer(text)
    return sorted((match.start(), words.network_by_word[match[0]]) for match in matches)


@cache
def _names() -> _Words:
    return _words_of(_NAMES)


@cache
def _coins() -> _Words:
    return _words_of(_COINS)


@cache
def _shouted() -> _Words:
    return _words_of({network: (coin,) for coin, network in _SHOUTED_COINS.items()})


def _words_of(names: dict[str, tuple[str, ...]]) -> _Words:
    network_by_word = {word: network for network, words in names.items() for word in words}
    longest_first = sorted(network_by_word, key=len, reverse=True)
    latin = [word for word in longest_first if word.isascii()]
    other = [word for word in longest_first if not word.isascii()]
    return _Words(
        network_by_word,
        re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, latin))})(?![A-Za-z0-9])"),
        re.compile("|".join(map(re.escape, other))) if other else None,
        frozenset(part for word in latin for part in _WORD.findall(word)) - _COMMON,
    )
