"""Ids of the shape real ones have (uuid7), drawn from a seeded source, so that a rebuilt desk has the same ones."""

from random import Random

from desk.ids import Instant


def mint(at: Instant, rng: Random) -> str:
    """A uuid7 for something made at that instant."""
    value = (at & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
