"""Made-up addresses carry the checksums of their networks."""

import re
from random import Random

import pytest

from backend.demo import chain
from desk.crypto.addresses import networks_of_address

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
        address = chain.address(network, rng)
        assert re.fullmatch(SHAPES[network], address)
        assert networks_of_address(address)
        assert len(chain.transaction_id(network, rng)) >= 64


def test_an_unknown_network_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such network"):
        chain.address("Nowhere", Random(1))
