"""The files that customers of the sample desk send along: screenshots drawn here, statements of what they moved, logs.

Pictures are plain: a screen of blocks in a few colours, enough to see that it came whole. They are few and shared, so
that a desk of a hundred thousand tickets keeps them in one folder of a few files.
"""

import hashlib
import struct
import zlib
from functools import cache
from random import Random

from msgspec import Struct

from backend.demo.people import CustomerFile
from backend.files import sniff
from desk.records import Attachment

_WIDTH, _HEIGHT = 180, 320
_PICTURES = 24
_SHARE = 0.065
"""How many conversations bring a file."""

_INKS = ((246, 247, 249), (32, 38, 46), (22, 119, 255), (230, 64, 62), (240, 180, 41), (128, 138, 150), (38, 166, 91))
_NAMES = {
    "zh": ("微信图片_{day}.png", "Screenshot_{day}.png", "截屏{n}.png"),
    "en": ("IMG_{n}.png", "Screenshot_{day}.png"),
}
_MOVED_NAMES = {"zh": ("提现截图.png", "转账记录.png"), "en": ("transfer page.png", "IMG_{n}.png")}
"""What pictures are called, and those about a movement of money."""


class Enclosure(Struct, frozen=True):
    """A file on its way to the desk."""

    name: str
    data: bytes


def attachment_of(file: Enclosure) -> Attachment:
    """The file as a message lists it."""
    sha256 = hashlib.sha256(file.data).hexdigest()
    return Attachment(sha256=sha256, name=file.name, media_type=sniff(file.data[:512]), size_bytes=len(file.data))


def enclosure(whose: CustomerFile, lang: str, rng: Random, *, moved: bool) -> Enclosure | None:
    """What a customer sends along with a message, if anything; ``moved`` when it is about a movement of money."""
    if rng.random() > _SHARE:
        return None
    kind = rng.random()
    if moved and kind < 0.4 and whose.transfers:
        return Enclosure("statement.csv" if lang == "en" else "对账单.csv", _statement(whose))
    if not moved and kind < 0.3:
        return Enclosure("app-log.txt", _log(whose, rng))
    pattern = rng.choice((_MOVED_NAMES if moved else _NAMES)[lang])
    name = pattern.format(n=rng.randrange(1_000, 9_999), day=f"2026{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}")
    return Enclosure(name, screenshot(rng.randrange(_PICTURES)))


@cache
def screenshot(number: int) -> bytes:
    """The PNG of a phone's screen: a bar on top, cards of lines, a button below."""
    rng = Random(f"screenshot/{number}")
    paper, words = (_INKS[0], _INKS[1]) if rng.random() < 0.6 else (_INKS[1], _INKS[0])
    rows = [[paper] * _WIDTH for _ in range(_HEIGHT)]
    accent = rng.choice(_INKS[2:])
    _block(rows, 0, 0, _WIDTH, 24, accent)
    top = 38
    while top < _HEIGHT - 70:
        _block(rows, 14, top, rng.randrange(50, 90), 7, _INKS[5])
        _block(rows, 14, top + 12, rng.randrange(70, 152), 9, words)
        top += rng.choice((30, 36, 48))
    _block(rows, 14, _HEIGHT - 50, _WIDTH - 28, 32, accent)
    lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    size = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _block(
    rows: list[list[tuple[int, int, int]]], left: int, top: int, width: int, height: int, ink: tuple[int, int, int]
) -> None:
    for row in rows[top : top + height]:
        row[left : left + width] = [ink] * width


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _statement(whose: CustomerFile) -> bytes:
    """The customer's movements as an exchange exports them."""
    lines = ["kind,amount,asset,network,status,transaction"]
    lines += [f"{t.kind},{t.amount},{t.asset},{t.network},{t.status},{t.tx_id}" for t in whose.transfers]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _log(whose: CustomerFile, rng: Random) -> bytes:
    """The last lines of the app's log."""
    words = ("GET /v3/assets 200", "GET /v3/withdraw/status 504", "retry in 2 s", "socket closed", "POST /v3/order 429")
    lines = [f"{9 + i // 20:02d}:{i * 7 % 60:02d}:{i * 13 % 60:02d} {rng.choice(words)}" for i in range(40)]
    return "\n".join((f"device: {whose.device}", *lines, "")).encode()
