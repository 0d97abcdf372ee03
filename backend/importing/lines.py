"""Reads JSON Lines, plain or gzipped, one bounded line at a time."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar, cast

import msgspec
from msgspec import Struct

MAX_LINE_BYTES = 64 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"

ItemT = TypeVar("ItemT")


class BadLine(Struct, frozen=True):
    """One line that could not be read. ``place`` says which, ``reason`` why."""

    place: str
    reason: str


class Item(Struct, Generic[ItemT], frozen=True):
    """One item that was read, and where it stood."""

    place: str
    value: ItemT


def read_items(path: Path, kind: type[ItemT]) -> Iterator[Item[ItemT] | BadLine]:
    """Every line of a file as a ``kind``; empty lines are passed over."""
    decode = msgspec.json.Decoder(kind).decode
    for number, line in _lines(path):
        place = f"{path.name}: line {number}"
        if line is None:
            yield BadLine(place, f"the line is longer than {MAX_LINE_BYTES // 2**20} MiB")
            continue
        if not line.strip():
            continue
        try:
            yield Item(place, decode(line))
        except msgspec.ValidationError as error:
            yield BadLine(place, _lower(str(error)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield BadLine(place, f"this is not JSON: {_lower(str(error).removeprefix('JSON is malformed: '))}")


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is too long. Raises ``OSError`` for a gzip file that breaks off."""
    with path.open("rb") as raw:
        start = raw.read(2)
        raw.seek(0)
        file = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if start == _GZIP else raw
        number = 0
        while line := _next(file, path):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = _next(file, path)
                yield number, None
            else:
                yield number, line.removeprefix(_BOM) if number == 1 else line


def _next(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.readline(MAX_LINE_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise OSError(f"{path.name} is not a whole gzip file: {error}") from None


def _lower(sentence: str) -> str:
    """A sentence to stand after a colon."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
