"""Reads requests strictly and encodes answers, compressed when the caller can take it and it pays."""

import gzip
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import msgspec
import zstandard
from litestar import MediaType, Request, Response

from backend.errors import ProblemError
from desk.wire import Wire

T = TypeVar("T", bound=Wire)

_WORTH_IT_BYTES = 1_024
_encode = msgspec.json.Encoder().encode


@lru_cache(64)
def accepted_coding(accept_encoding: str) -> str:
    """``zstd``, ``gzip`` or nothing, from an ``Accept-Encoding`` header; ``q=0`` refuses."""
    accepted = set()
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(coding.strip())
    return next((coding for coding in ("zstd", "gzip") if coding in accepted), "")


def compressed(body: bytes, coding: str) -> bytes:
    """The body in a content coding that :func:`accepted_coding` gave."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=3).compress(body)
    return gzip.compress(body, 4, mtime=0)


def answer(body: T, accept_encoding: str = "") -> Response[T]:
    """The JSON of a body, as an answer. The content is bytes already; the type is for the schema."""
    content = _encode(body)
    headers = {"vary": "accept-encoding"}
    coding = accepted_coding(accept_encoding) if len(content) >= _WORTH_IT_BYTES else ""
    if coding:
        content = compressed(content, coding)
        headers["content-encoding"] = coding
    return cast(Response[T], Response(content, media_type=MediaType.JSON, headers=headers))


class Body(Generic[T]):
    """A request's JSON body: exactly what the struct says, or a problem that names the first thing that is wrong."""

    def __init__(self, kind: type[T]) -> None:
        self._decode = msgspec.json.Decoder(kind).decode

    async def read(self, request: Request[Any, Any, Any]) -> T:
        """The body; raises ``malformed`` or ``too-large``."""
        return self.decode(await request.body())

    def decode(self, body: bytes) -> T:
        """The same from bytes."""
        try:
            return self._decode(body)
        except msgspec.DecodeError as error:
            raise ProblemError("malformed", f"The body cannot be read: {error}.") from None
