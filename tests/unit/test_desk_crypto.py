"""What customers write about on a blockchain is found, by its checksum where it has one."""

import base64
import binascii
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.demo import chain
from desk.crypto import bech32
from desk.crypto.addresses import checksummed, networks_of_address
from desk.crypto.finding import MOST_KEPT, find, is_mistyped, networks_in, tx_ids_in
from desk.crypto.networks import NETWORKS, network_of
from desk.ids import CustomerId, MessageId, TeamId, TicketId
from desk.intake import Incoming, NewTicket, begin
from desk.query import parse_query
from desk.records import Author, Channel, MessageKind, Policy, Ticket

HEX = "9f2c5a7b3e8d1046c1f0a9e2b7d4386510fe29ab47cd6835e01294bf7a6d3c58"

ADDRESSES = {
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2": ("bitcoin",),
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy": ("bitcoin",),
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4": ("bitcoin",),
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4": ("bitcoin",),
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0": ("bitcoin",),
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t": ("tron",),
    "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v": ("solana",),
    "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh": ("xrp",),
}


@pytest.mark.parametrize(("text", "networks"), ADDRESSES.items())
def test_known_addresses_tell_their_network(text: str, networks: tuple[str, ...]) -> None:
    assert networks_of_address(text) == networks
    found = find(f"我转到了{text}，一直没到")
    assert [(one.kind, one.value, one.networks) for one in found] == [("address", text, networks)]


@pytest.mark.parametrize("text", [text for text in ADDRESSES if not text.startswith("E")])
def test_a_mistyped_address_is_seen_and_not_taken(text: str) -> None:
    wrong = text[:-1] + ("8" if text[-1] in "3Tt67y" else "p" if text.islower() else "Q" if text.isupper() else "3")
    assert is_mistyped(wrong)
    assert not find(wrong)
    assert not is_mistyped(text)


def test_the_capitals_of_an_ethereum_address_are_its_checksum() -> None:
    right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert checksummed(bytes.fromhex(right[2:])) == right
    assert "ethereum" in networks_of_address(right) and "bsc" in networks_of_address(right)
    assert networks_of_address(right.lower())
    assert is_mistyped(right.replace("aAeb", "aaeb"))
    assert networks_in(right) == (), "an address of many networks tells none"


def test_a_ton_address_carries_a_checksum() -> None:
    data = bytes([0x11, 0]) + bytes(range(32))
    good = base64.urlsafe_b64encode(data + binascii.crc_hqx(data, 0).to_bytes(2, "big")).decode()
    assert good.startswith("EQ") and networks_of_address(good) == ("ton",)
    assert is_mistyped(good[:-1] + ("A" if good[-1] != "A" else "B"))


@pytest.mark.parametrize("version", [0, 1])
def test_segwit_needs_the_checksum_of_its_version(version: int) -> None:
    """BIP-350: version 0 has the older checksum, all others the newer."""
    decoded = bech32.decode(bech32.encode("bc", bytes(32), version))
    assert decoded is not None and bech32.is_segwit(decoded)
    assert not bech32.is_segwit(decoded._replace(is_m=not decoded.is_m))


@pytest.mark.parametrize(
    "network", ["Bitcoin", "Litecoin", "Cosmos", "Dogecoin", "TRON", "XRP Ledger", "Solana", "Base"]
)
def test_what_the_sample_desk_makes_is_found(network: str) -> None:
    rng = Random(network)
    for _ in range(20):
        text = f"from {chain.address(network, rng)} tx {chain.transaction_id(network, rng)}."
        assert [one.kind for one in find(text)] == ["address", "tx"]


@pytest.mark.parametrize(
    "text",
    [
        f"tx {HEX}",
        f"TxID:0x{HEX.upper()}",
        f"https://tronscan.org/#/transaction/{HEX}",
        f"哈希{HEX}，请查",
        f"{HEX}\n0x{HEX}",
    ],
)
def test_a_transaction_has_one_spelling(text: str) -> None:
    assert tx_ids_in(text) == (HEX,)


@pytest.mark.parametrize(
    "text",
    [HEX[:-1], HEX + "0", "z" + HEX, "0x0x" + HEX[2:], f"my private key is {HEX}", f"私钥：{HEX}", "nothing here", ""],
)
def test_what_is_no_transaction_id(text: str) -> None:
    assert tx_ids_in(text) == ()


def test_a_solana_signature_is_a_transaction_of_solana() -> None:
    signature = chain.transaction_id("Solana", Random(5))
    assert tx_ids_in(f"sig {signature}") == (signature,)
    assert networks_in(f"sig {signature}") == ("solana",)


def test_a_ticket_keeps_few() -> None:
    text = " ".join(f"{n:064x}" for n in range(20))
    assert len(tx_ids_in(text)) == MOST_KEPT


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("USDT TRC20 提现九小时未到账", ("tron",)),
        ("USDT-TRC-20 pending", ("tron",)),
        ("我走的TRC-20到现在没到", ("tron",)),
        ("USDT over BEP 20", ("bsc",)),
        ("my TON链 transfer", ("ton",)),
        ("ｕｓｄｔ（ＴＲＣ２０）", ("tron",)),
        ("走的波场", ("tron",)),
        ("选成了币安智能链，应该是 ERC20", ("bsc", "ethereum")),
        ("sent over BEP20 instead of ERC-20", ("bsc", "ethereum")),
        ("比特币还没到", ("bitcoin",)),
        ("my BTC is missing", ("bitcoin",)),
        ("my ETH over Arbitrum is missing", ("arbitrum",)),
        ("0.5 SOL and 3 TON", ("solana", "ton")),
        ("a ton of sol music at the base of the near hill", ()),
        ("bridged on Base", ("base",)),
        ("electronic strontium tronic", ()),
        ("Polygon 到账慢", ("polygon",)),
        ("deposit to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", ("tron",)),
        ("see https://bscscan.com/tx/1", ("bsc",)),
    ],
)
def test_networks_are_named_in_both_languages(text: str, networks: tuple[str, ...]) -> None:
    assert networks_in(text) == networks


@pytest.mark.parametrize(
    ("word", "network"),
    [
        ("tron", "tron"),
        ("TRC20", "tron"),
        ("波场", "tron"),
        ("sol", "solana"),
        ("BNB Smart Chain", "bsc"),
        ("mars", ""),
    ],
)
def test_a_filter_may_name_a_network_any_way(word: str, network: str) -> None:
    assert network_of(word) == network


def test_every_network_means_itself() -> None:
    for network, name in NETWORKS.items():
        assert network_of(network) == network_of(name) == network


@pytest.mark.parametrize(
    ("text", "memo"),
    [
        ("memo: 104820331", "104820331"),
        ("destination tag is 77812345", "77812345"),
        ("标签：88123", "88123"),
        ("I forgot the memo", None),
        ("the tag is wrong", None),
    ],
)
def test_memos_are_found(text: str, memo: str | None) -> None:
    assert [one.value for one in find(text) if one.kind == "memo"] == ([memo] if memo else [])


def a_message(n: int, body: str, author: Author = Author.CUSTOMER, kind: MessageKind = MessageKind.REPLY) -> Incoming:
    return Incoming(id=MessageId(f"m{n}"), body=body, at=n, author=author, kind=kind)


def test_a_ticket_keeps_what_its_customer_named() -> None:
    start = NewTicket(
        id=TicketId("t"),
        ref="T-1",
        subject="TRC20 withdrawal",
        customer_id=CustomerId("c"),
        customer_name="Ann",
        team_id=TeamId("a"),
        channel=Channel.EMAIL,
        created_at=0,
    )
    messages = (
        a_message(1, f"tx {HEX}"),
        a_message(2, f"{HEX[::-1]} is another one, on Polygon", Author.AGENT),
        a_message(3, f"or {HEX[::-1]} on Arbitrum", kind=MessageKind.NOTE),
        a_message(4, "it went over ETH, 波场 no"),
    )
    ticket = begin(start, messages, Policy(), 5).changes[0]
    assert isinstance(ticket, Ticket)
    assert ticket.tx_ids == (HEX,)
    assert ticket.networks == ("tron",), "the note and the agent name nothing for the customer"


@pytest.mark.parametrize("typed", ["network:TRC20", "network:tron", "网络:波场"])
def test_a_filter_takes_the_names_customers_use(typed: str) -> None:
    assert parse_query(typed) == parse_query("network:tron")


@given(st.text(max_size=400))
def test_any_text_can_be_searched(text: str) -> None:
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)
    assert set(networks_in(text)) <= NETWORKS.keys()


@given(st.text("0123456789abcdefx", max_size=300))
def test_no_transaction_id_inside_longer_hex(text: str) -> None:
    words = text.split()
    ids = {word.lower().removeprefix("0x") for word in words if len(word) in (64, 66)}
    assert set(tx_ids_in(text, most=100)) <= ids


@pytest.mark.parametrize("piece", ["0", "T" * 33, HEX, "0x", "memo ", "标签 ", "trc ", "1A"])
def test_the_search_is_linear(piece: str) -> None:
    """A hostile text of a million characters is searched like any other: a quadratic search would take hours."""
    find(piece * (1_000_000 // len(piece)))
