"""What one raw mail says: who, when, about what, in plain text. Nothing in a mail can make this raise.

Mails lie about their encoding, break off, and nest; every header and part is read on its own and replaced by what can
be read of it. HTML becomes text (:mod:`backend.importing.html_text`); quoted replies stay, with ``>``.
"""

import hashlib
import re
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as RawMail
from email.utils import getaddresses, parsedate_to_datetime

from msgspec import Struct

from backend.importing.html_text import html_to_text
from desk.ids import MS_PER_S, Instant
from desk.text import clean_name, clean_text

MAX_PARTS = 200
MAX_TEXT = 200_000
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_HIGH_RUNS = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)(?=([A-Za-z]?))")
_FOLDED = re.compile(r"[ \t]*\r?\n[ \t]*")


class Mail(Struct, frozen=True):
    """One mail. ``id`` is its Message-ID or, without one, a digest of it; ``refers_to`` are the ids of the thread,
    oldest first; ``at`` is None when the date cannot be read; ``files`` are names of attached files."""

    id: str
    refers_to: tuple[str, ...]
    at: Instant | None
    name: str
    address: str
    subject: str
    text: str
    files: tuple[str, ...]


def read_mail(raw: bytes) -> Mail:
    """Read one mail."""
    mail = message_from_bytes(raw)
    ids = _MESSAGE_ID.findall(_header(mail, "Message-ID"))
    refers_to = (
        _MESSAGE_ID.findall(_header(mail, "References")) or _MESSAGE_ID.findall(_header(mail, "In-Reply-To"))[:1]
    )
    name, address = _sender(mail)
    text, files = _content(mail)
    return Mail(
        id=ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>",
        refers_to=tuple(dict.fromkeys(refers_to)),
        at=_date(mail),
        name=name,
        address=address,
        subject=clean_name(decoded(_header(mail, "Subject"))),
        text=text,
        files=files,
    )


def decoded(value: str) -> str:
    """A header's encoded words as text."""
    try:
        parts = decode_header(_FOLDED.sub(" ", value))
    except (HeaderParseError, ValueError):
        return value
    return "".join(_as_text(part, charset) if isinstance(part, bytes) else part for part, charset in parts)


def _header(mail: RawMail, name: str) -> str:
    """A header as text, whatever bytes it is made of: what is not UTF-8 is in the body's encoding, most likely."""
    value = next((value for found, value in mail.raw_items() if found.casefold() == name.casefold()), "")
    return _as_text(str(value).encode("utf-8", "surrogateescape"), "utf-8", _charset(mail))


def _sender(mail: RawMail) -> tuple[str, str]:
    for header in ("From", "Reply-To", "Sender", "Return-Path"):
        for name, address in getaddresses([decoded(_header(mail, header))]):
            if address:
                return clean_name(name), clean_name(address, limit=320)
    return clean_name(decoded(_header(mail, "From"))), ""


def _date(mail: RawMail) -> Instant | None:
    try:
        at = int(parsedate_to_datetime(_header(mail, "Date")).timestamp() * MS_PER_S)
    except (TypeError, ValueError, OverflowError, OSError, IndexError):
        return None
    return at if at > 0 else None


def _as_text(raw: bytes, *claimed: str | None) -> str:
    """Bytes in the encoding they claim, or in the likeliest that fits."""
    for encoding in (*claimed, *_likeliest(raw)):
        if encoding:
            try:
                return raw.decode(encoding)
            except (LookupError, ValueError):
                continue
    return raw.decode("latin-1")


def _likeliest(raw: bytes) -> tuple[str, ...]:
    """Encodings to try. Chinese comes in pairs of high bytes, accents of European languages one by one in a word."""
    runs = _HIGH_RUNS.findall(raw)
    accents = sum(len(run) == 1 or (len(run) == 2 and bool(before and after)) for before, run, after in runs)
    return ("utf-8", "cp1252") if accents * 2 > len(runs) else ("utf-8", "gb18030", "cp1252")


def _content(mail: RawMail) -> tuple[str, tuple[str, ...]]:
    """The text of a mail, plain where there is a plain version, and the names of what is attached."""
    plain: list[str] = []
    rich: list[str] = []
    files: list[str] = []
    for number, part in enumerate(mail.walk()):
        if number >= MAX_PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        name = clean_name(decoded(_header_parameter(part)))
        if name or part.get_content_disposition() == "attachment":
            files.append(name or kind)
        elif kind == "text/html":
            rich.append(_rich(_part_text(part)))
        elif kind.startswith("text/"):
            plain.append(_part_text(part))
    text = "\n\n".join(filter(None, map(str.strip, plain))) or "\n\n".join(filter(None, rich))
    return clean_text(text.replace("\r\n", "\n").replace("\r", "\n"), limit=MAX_TEXT).strip(), tuple(files)


def _rich(html: str) -> str:
    page = html_to_text(html)
    return page.text + (f"\n\n[{page.hidden} hidden characters removed]" if page.hidden else "")


def _header_parameter(part: RawMail) -> str:
    """The file name of a part, in whichever header it is."""
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return "unreadable name"


def _part_text(part: RawMail) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if not isinstance(payload, bytes):
        return ""
    return _as_text(payload, _charset(part))


def _charset(part: RawMail) -> str | None:
    """The encoding a part claims."""
    try:
        return part.get_content_charset()
    except (ValueError, LookupError):
        return None
