"""The assets customers of the sample desk move: network, price, how they are counted."""

from decimal import ROUND_DOWN, Decimal
from random import Random

from msgspec import Struct


class Asset(Struct, frozen=True):
    """``price_minor`` is US cents for one unit, ``scale`` the decimals people write, ``confirmations`` what a deposit
    needs, ``fee`` a usual withdrawal fee."""

    symbol: str
    network: str
    price_minor: int
    scale: int
    confirmations: int
    fee: str


ASSETS: dict[str, Asset] = {
    "BTC": Asset("BTC", "Bitcoin", 9_420_000, 5, 3, "0.00012"),
    "ETH": Asset("ETH", "Ethereum", 318_000, 4, 32, "0.0016"),
    "USDT-TRON": Asset("USDT", "TRON", 100, 2, 20, "1.5"),
    "USDT-ETH": Asset("USDT", "Ethereum", 100, 2, 32, "4"),
    "USDC-BASE": Asset("USDC", "Base", 100, 2, 60, "0.2"),
    "USDC-ARB": Asset("USDC", "Arbitrum", 100, 2, 60, "0.3"),
    "SOL": Asset("SOL", "Solana", 16_400, 3, 32, "0.01"),
    "XRP": Asset("XRP", "XRP Ledger", 224, 2, 1, "0.2"),
    "BNB": Asset("BNB", "BNB Smart Chain", 88_500, 3, 15, "0.0005"),
    "TRX": Asset("TRX", "TRON", 28, 0, 20, "1"),
    "LTC": Asset("LTC", "Litecoin", 9_700, 3, 6, "0.001"),
    "DOGE": Asset("DOGE", "Dogecoin", 17, 0, 40, "4"),
    "ATOM": Asset("ATOM", "Cosmos", 460, 2, 1, "0.01"),
    "POL": Asset("POL", "Polygon", 24, 1, 128, "0.1"),
}


def some_amount(asset: Asset, rng: Random) -> tuple[str, int]:
    """How much somebody moves, as decimal text, and its value in US cents: mostly hundreds of dollars, at times
    many thousands."""
    dollars = min(max(rng.lognormvariate(6.4, 1.25), 25.0), 240_000.0)
    units = Decimal(dollars * 100 / asset.price_minor)
    places = Decimal(1).scaleb(-asset.scale)
    if rng.random() < 0.35:  # people like round numbers
        places = Decimal(1).scaleb(max(units.adjusted() - 1, -asset.scale))
    amount = max(units.quantize(places, ROUND_DOWN), Decimal(1).scaleb(-asset.scale))
    return f"{amount:f}", int(amount * asset.price_minor)
