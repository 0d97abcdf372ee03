"""Keccak-256 as Ethereum uses it (original padding, so not hashlib's SHA3), for address checksums only.

One block is enough: an address is 40 characters. No library we already depend on has it.
"""

_MASK = (1 << 64) - 1
_RATE_BYTES = 136
_ROTATIONS = (
    (0, 36, 3, 41, 18),
    (1, 44, 10, 45, 2),
    (62, 6, 43, 15, 61),
    (28, 55, 25, 21, 56),
    (27, 20, 39, 8, 14),
)


def _round_constants() -> tuple[int, ...]:
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


_CONSTANTS = _round_constants()


def _rotate(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK if by else lane


def _permute(a: list[list[int]]) -> list[list[int]]:
    five = range(5)
    for constant in _CONSTANTS:
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in five]
        d = [c[x - 1] ^ _rotate(c[(x + 1) % 5], 1) for x in five]
        b = [[0] * 5 for _ in five]
        for x in five:
            for y in five:
                b[y][(2 * x + 3 * y) % 5] = _rotate(a[x][y] ^ d[x], _ROTATIONS[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & _MASK & b[(x + 2) % 5][y]) for y in five] for x in five]
        a[0][0] ^= constant
    return a


def keccak_256(data: bytes) -> bytes:
    """The digest of at most 135 bytes."""
    if len(data) >= _RATE_BYTES:
        raise ValueError("one block only")
    block = bytearray(_RATE_BYTES)
    block[: len(data)] = data
    block[len(data)] ^= 0x01
    block[-1] ^= 0x80
    state = [[0] * 5 for _ in range(5)]
    for lane in range(_RATE_BYTES // 8):
        state[lane % 5][lane // 5] = int.from_bytes(block[lane * 8 : lane * 8 + 8], "little")
    state = _permute(state)
    return b"".join(state[lane][0].to_bytes(8, "little") for lane in range(4))
