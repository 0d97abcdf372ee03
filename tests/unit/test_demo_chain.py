"""Made-up addresses carry the checksums of their networks."""

import re
from random import Random

import pytest

from backend.demo import chain
from backend.demo.keccak import keccak_256


def test_keccak_is_the_original_one() -> None:
    assert keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_eip55_matches_the_standards_example() -> None:
    payload = bytes.fromhex("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    assert chain.eip55(payload) == "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_bech32_matches_the_standards_example() -> None:
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert chain.bech32("bc", program, 0) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


def test_base58check_matches_known_addresses() -> None:
    assert chain.base58check(bytes(21)) == "1111111111111111111114oLvT2"


SHAPES = {
    "Bitcoin": r"bc1q[0-9a-z]{38}",
    "Litecoin": r"ltc1q[0-9a-z]{38}",
    "Cosmos": r"cosmos1[0-9a-z]{38}",
    "Dogecoin": r"D[1-9A-HJ-NP-Za-km-z]{32,33}",
    "TRON": r"T[1-9A-HJ-NP-Za-km-z]{33}",
    "XRP Ledger": r"r[1-9A-HJ-NP-Za-km-z]{24,34}",
    "Solana": r"[1-9A-HJ-NP-Za-km-z]{43,44}",
    "Ethereum": r"0x[0-9a-fA-F]{40}",
}


@pytest.mark.parametrize("network", SHAPES)
def test_addresses_look_like_their_networks(network: str) -> None:
    rng = Random(network)
    for _ in range(20):
        assert re.fullmatch(SHAPES[network], chain.address(network, rng))
        assert len(chain.transaction_id(network, rng)) >= 64


def test_an_unknown_network_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such network"):
        chain.address("Nowhere", Random(1))
