"""The networks customers speak of, and the words by which they name them in English and Chinese."""

import re
from collections.abc import Iterator
from functools import cache

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
    "ton": ("toncoin", "the open network", "ton network", "ton链", "ton 链", "ton网络", "tonviewer", "tonscan"),
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

_TOKEN_STANDARD = re.compile(r"\b(trc|erc|bep)[\s\-_‐-―]{1,2}(20)\b", re.IGNORECASE)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def networks_named(text: str) -> tuple[str, ...]:
    """The networks that a text names in words, each once, in the order of the text. A coin tells its network only where
    no network is named: “my ETH over Arbitrum” is about Arbitrum."""
    plain = _TOKEN_STANDARD.sub(r"\1\2", text.translate(_FULL_WIDTH))
    named = _named(_names(), plain)
    return named or tuple(dict.fromkeys(network for _at, network in sorted(_coins_in(plain))))


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


def _coins_in(text: str) -> Iterator[tuple[int, str]]:
    pattern, network_by_word = _coins()
    yield from ((match.start(), network_by_word[match[0].casefold()]) for match in pattern.finditer(text))
    yield from ((match.start(), _SHOUTED_COINS[match[0]]) for match in _shouted().finditer(text))


def _named(words: tuple[re.Pattern[str], dict[str, str]], text: str) -> tuple[str, ...]:
    pattern, network_by_word = words
    return tuple(dict.fromkeys(network_by_word[match[0].casefold()] for match in pattern.finditer(text)))


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    return _pattern_of(_NAMES)


@cache
def _coins() -> tuple[re.Pattern[str], dict[str, str]]:
    return _pattern_of(_COINS)


@cache
def _shouted() -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_SHOUTED_COINS)})(?![A-Za-z0-9])")


def _pattern_of(names: dict[str, tuple[str, ...]]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for all words, the longest first, and what each means. Latin ones are whole words."""
    network_by_word = {word: network for network, words in names.items() for word in words}
    longest_first = sorted(network_by_word, key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in longest_first if word.isascii())
    other = "|".join(re.escape(word) for word in longest_first if not word.isascii())
    pattern = rf"(?<![A-Za-z0-9])(?:{latin})(?![A-Za-z0-9])" + (f"|{other}" if other else "")
    return re.compile(pattern, re.IGNORECASE), network_by_word
