"""Cuts a stream into lists."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size``, the last one shorter (``itertools.batched`` comes with Python 3.12)."""
    rest = iter(stream)
    while batch := list(islice(rest, size)):
        yield batch
