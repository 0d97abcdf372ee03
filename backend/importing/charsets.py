"""Bytes of a mail as text: in the encoding they claim, or, as mails lie about it, in the likeliest that fits."""

import re
from email.errors import HeaderParseError
from email.header import decode_header

_HIGH_RUNS = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)(?=([A-Za-z]?))")
_FOLDED = re.compile(r"[ \t]*\r?\n[ \t]*")


def as_text(raw: bytes, *claimed: str | None) -> str:
    """Bytes in the encoding they claim, or in the likeliest that fits."""
    for encoding in (*claimed, *_likeliest(raw)):
        if encoding:
            try:
                return raw.decode(encoding)
            except (LookupError, ValueError):
                continue
    return raw.decode("latin-1")


def decoded(value: str) -> str:
    """A header's encoded words as text."""
    try:
        parts = decode_header(_FOLDED.sub(" ", value))
    except (HeaderParseError, ValueError):
        return value
    return "".join(as_text(part, charset) if isinstance(part, bytes) else part for part, charset in parts)


def _likeliest(raw: bytes) -> tuple[str, ...]:
    """Encodings to try. Chinese comes in pairs of high bytes, accents of European languages one by one in a word."""
    runs = _HIGH_RUNS.findall(raw)
    accents = sum(len(run) == 1 or (len(run) == 2 and bool(before and after)) for before, run, after in runs)
    return ("utf-8", "cp1252") if accents * 2 > len(runs) else ("utf-8", "gb18030", "cp1252")
