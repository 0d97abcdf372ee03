"""The values that a story's templates are filled with: one set a ticket, so that its messages agree with each other."""

from random import Random

from msgspec import Struct

from backend.demo.assets import ASSETS, Asset
from backend.demo.chain import destination, transaction_id
from backend.demo.pages import pages
from backend.demo.people import CustomerFile, transfer_of
from backend.demo.plot import Plot
from backend.demo.scenario import Scenario
from desk.records import Transfer

_NETWORKS = ("TRON", "Ethereum", "BNB Smart Chain", "Arbitrum", "Base", "Solana", "Polygon")
_CITIES = {
    "en": ("São Paulo", "Lagos", "Frankfurt", "Manila", "Dubai", "Kyiv"),
    "zh": ("圣保罗", "拉各斯", "法兰克福", "马尼拉", "迪拜", "基辅"),
}


class Subject(Struct, frozen=True):
    """What a ticket is about: the movement of money, if there is one, and the slots."""

    transfer: Transfer | None
    slots: dict[str, str]


def short(text: str) -> str:
    """Both ends of an address or transaction id."""
    return text if len(text) <= 14 else f"{text[:6]}…{text[-6:]}"


def subject_of(plot: Plot, whose: CustomerFile, agent_name: str, rng: Random) -> Subject:
    """Draw what happened."""
    scenario = plot.scenario
    settled = plot.state in {"solved", "closed"}
    asset = ASSETS[rng.choice(scenario.assets)]
    transfer = None
    if scenario.transfer != "none":
        status = scenario.settles if settled else rng.choice(scenario.states)
        memo = str(rng.randrange(10_000_000, 999_999_999)) if asset.network in {"XRP Ledger", "Cosmos"} else ""
        at = plot.times[0] - rng.randrange(20, 600) * 60_000
        transfer = transfer_of(whose.customer.id, scenario.transfer, status, asset, at, rng, memo=memo)
    return Subject(transfer, {**free_slots(scenario, whose, asset, rng, transfer), "agent": agent_name})


def free_slots(
    scenario: Scenario, whose: CustomerFile, asset: Asset, rng: Random, transfer: Transfer | None = None
) -> dict[str, str]:
    """Every slot a template may name but the agent's; about ``transfer`` where there is one."""
    lang = "zh" if whose.customer.language == "zh" else "en"
    page = pages()[scenario.article, lang]
    name = whose.customer.name
    return {
        "name": name if lang == "zh" else name.split()[0],
        "article": page.title,
        "summary": page.summary,
        "device": whose.device,
        "uid": whose.accounts[0].label.removeprefix("UID ") if whose.accounts else str(rng.randrange(10**7, 10**8)),
        "hours": str(rng.choice((3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 18, 22, 26))),
        "days": str(rng.randint(2, 6)),
        "minutes": str(rng.choice((5, 10, 15, 20, 30, 40))),
        "percent": str(rng.choice((3, 5, 7, 8, 12, 15, 18))),
        "last4": f"{rng.randrange(10_000):04d}",
        "order": str(rng.randrange(4_000_000_000, 4_999_999_999)),
        "version": f"8.{rng.randint(9, 14)}.{rng.randint(0, 6)}",
        "eur": rng.choice(("50", "120", "200", "350", "500", "800", "1,000", "2,500")),
        "wrongnet": rng.choice([network for network in _NETWORKS if network != asset.network]),
        "city": rng.choice(_CITIES[lang]),
        **_money(asset, transfer, rng),
    }


def _money(asset: Asset, transfer: Transfer | None, rng: Random) -> dict[str, str]:
    """Slots about the movement; made up where the story has none."""
    address = (transfer.address if transfer else "") or destination(asset.network, rng)
    tx_id = (transfer.tx_id if transfer else "") or transaction_id(asset.network, rng)
    price = asset.price_minor / 100
    return {
        "asset": asset.symbol,
        "network": asset.network,
        "amount": transfer.amount if transfer else f"{rng.randint(1, 40) * 25}",
        "address": address,
        "addrshort": short(address),
        "tx": tx_id,
        "txshort": short(tx_id),
        "memo": (transfer.memo if transfer else "") or str(rng.randrange(10_000_000, 999_999_999)),
        "fee": asset.fee,
        "needed": str(asset.confirmations),
        "conf": str(transfer.confirmations if transfer else rng.randrange(asset.confirmations)),
        "price": f"{price * rng.uniform(0.94, 0.99):,.2f}" if price >= 2 else f"{price * 0.97:.4f}",
        "pair": f"{asset.symbol}/USDT" if asset.symbol != "USDT" else "BTC/USDT",
    }
