"""Makes the customers of the sample desk, with contacts, accounts, and what moved in the weeks before today."""

from collections.abc import Iterator
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from backend.demo.assets import ASSETS, Asset, some_amount
from backend.demo.chain import address, destination, transaction_id
from backend.demo.content import names
from backend.demo.minting import mint
from desk.ids import AccountId, CustomerId, Instant, TransferId
from desk.records import Account, Channel, Contact, Customer, Tier, Transfer

_DAY_MS = 86_400_000
_MAIL_HOSTS = ("mail.example.com", "post.example.net", "inbox.example.org")


class CustomerFile(Struct, frozen=True):
    """One customer and what is theirs. ``device`` is the phone they write from."""

    customer: Customer
    accounts: tuple[Account, ...]
    transfers: tuple[Transfer, ...]
    device: str


_DEVICES = (
    "iPhone 15", "iPhone 13 mini", "iPhone 16 Pro", "Pixel 8", "Galaxy S23", "Galaxy A54", "Redmi Note 13",
    "HUAWEI Mate 60", "Xiaomi 14", "OPPO Reno 11", "vivo X100", "iPad Air", "Windows PC", "MacBook",
)  # fmt: skip


ZH_SHARE = {"both": 0.54, "zh": 0.88, "en": 0.22}
"""How many customers write Chinese, by the language a desk is asked for in."""


def _who(rng: Random, zh_share: float) -> tuple[str, str, str, str]:
    """Name, latin form, language and country of somebody."""
    material = names()
    if rng.random() < zh_share:
        surname, surname_latin = rng.choice(material.zh_surnames).split(":")
        given, given_latin = rng.choice(material.zh_given).split(":")
        return surname + given, f"{given_latin}.{surname_latin}", "zh", rng.choice(material.zh_countries)
    country = rng.choice(list(material.world))
    first, *rest = rng.choice(material.world[country]).split()
    others = [name.split()[-1] for name in material.world[country]]
    last = rng.choice(others) if rng.random() < 0.5 else (rest[-1] if rest else first)
    latin = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalnum() or c == "."))
    return f"{first} {last}", latin.strip("."), "en", country


def _contacts(latin: str, lang: str, number: int, verified: Instant | None, rng: Random) -> tuple[Contact, ...]:
    how = "link" if verified else ""
    contacts = [
        Contact(
            channel=Channel.EMAIL,
            address=f"{latin}{number % 97}@{rng.choice(_MAIL_HOSTS)}",
            verified_how=how,
            verified_at=verified,
        )
    ]
    if rng.random() < 0.6:
        handle = latin.replace(".", "_") + str(number % 1000)
        contacts.append(Contact(channel=Channel.TELEGRAM, address=f"@{handle}"))
    if rng.random() < (0.15 if lang == "zh" else 0.4):
        # 555-01xx and its like are reserved for fiction.
        contacts.append(Contact(channel=Channel.WHATSAPP, address=f"+1 202-555-01{rng.randrange(100):02d}"))
    contacts.append(Contact(channel=Channel.CHAT, address=f"chat:{number:05d}", verified_how=how, verified_at=verified))
    return tuple(contacts)


def _accounts(customer: CustomerId, opened_at: Instant, rng: Random) -> tuple[Account, ...]:
    accounts = [
        Account(
            id=AccountId(mint(opened_at, rng)),
            v=1,
            customer_id=customer,
            kind="exchange",
            label=f"UID {rng.randrange(10_000_000, 99_999_999)}",
            status="restricted" if rng.random() < 0.05 else "active",
            opened_at=opened_at,
        )
    ]
    for network in rng.sample(["Bitcoin", "Ethereum", "TRON", "Solana", "XRP Ledger", "Base"], rng.randint(0, 3)):
        at = opened_at + rng.randrange(60) * _DAY_MS
        accounts.append(
            Account(
                id=AccountId(mint(at, rng)),
                v=1,
                customer_id=customer,
                kind="wallet",
                label=rng.choice((f"{network}", f"{network} savings", "hardware", "main", "cold")),
                network=network,
                address=address(network, rng),
                opened_at=at,
            )
        )
    return tuple(accounts)


def transfer_of(
    customer: CustomerId, kind: str, status: str, asset: Asset, at: Instant, rng: Random, *, memo: str = ""
) -> Transfer:
    """One movement of the customer's money; an order has neither address nor transaction."""
    amount, value_minor = some_amount(asset, rng)
    on_chain = kind != "order"
    sent = on_chain and status not in {"pending", "cancelled"}
    needed = asset.confirmations if on_chain else 0
    seen = {"completed": needed, "confirming": rng.randrange(max(needed, 1))}.get(status, 0)
    return Transfer(
        id=TransferId(mint(at, rng)),
        v=1,
        customer_id=customer,
        kind=kind,
        status=status,
        asset=asset.symbol,
        amount=amount,
        value_minor=value_minor,
        network=asset.network if on_chain else "",
        tx_id=transaction_id(asset.network, rng) if sent else "",
        address=destination(asset.network, rng) if on_chain else "",
        memo=memo,
        confirmations=seen,
        confirmations_needed=needed,
        detail=_order_detail(asset, rng) if kind == "order" else "",
        at=at,
    )


def _order_detail(asset: Asset, rng: Random) -> str:
    price = asset.price_minor / 100 * rng.uniform(0.9, 1.1)
    return f"{rng.choice(('limit buy', 'limit sell', 'stop-limit sell'))} @ {price:,.2f} USDT"


def people(count: int, now: Instant, seed: int, lang: str = "both") -> Iterator[CustomerFile]:
    """So many customers, each drawn from the seed and its own number only."""
    for number in range(1, count + 1):
        rng = Random(f"{seed}/customer/{number}")
        name, latin, lang, country = _who(rng, ZH_SHARE[lang])
        created_at = now - int(rng.triangular(3, 1500, 200) * _DAY_MS)
        verified_at = created_at + rng.randrange(1, 72) * 3_600_000 if rng.random() < 0.82 else None
        if verified_at is not None and verified_at > now:
            verified_at = None
        customer_id = CustomerId(mint(created_at, rng))
        customer = Customer(
            id=customer_id,
            v=1,
            name=name,
            language=lang,
            tier=rng.choices((Tier.STANDARD, Tier.PLUS, Tier.VIP), (78, 16, 6))[0],
            contacts=_contacts(latin, lang, number, verified_at, rng),
            verified_how=rng.choice(("passport", "identity card", "driving licence")) if verified_at else "",
            verified_at=verified_at,
            country=country,
            created_at=created_at,
        )
        accounts = _accounts(customer_id, created_at, rng)
        age_days = max((now - created_at) / _DAY_MS, 1.0)
        transfers = [
            transfer_of(
                customer_id,
                rng.choice(("deposit", "withdrawal", "order")),
                rng.choices(("completed", "cancelled", "failed"), (92, 5, 3))[0],
                ASSETS[rng.choice(list(ASSETS))],
                now - int(rng.uniform(1, min(age_days, 60)) * _DAY_MS),
                rng,
            )
            for _ in range(rng.randint(0, 5))
        ]
        yield CustomerFile(
            customer,
            accounts,
            tuple(_as_of_kind(transfer) for transfer in sorted(transfers, key=lambda t: t.at)),
            rng.choice(_DEVICES),
        )


def _as_of_kind(transfer: Transfer) -> Transfer:
    """An order that went through is ``filled``, not ``completed``; one that failed was ``cancelled``."""
    if transfer.kind != "order":
        return transfer
    return replace(
        transfer, status={"completed": "filled", "failed": "cancelled"}.get(transfer.status, transfer.status)
    )
