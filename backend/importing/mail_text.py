"""What one raw mail says: who, when, about what, in plain text. Nothing in a mail can make this raise.

Mails lie about their encoding, break off, and nest; every header and part is read on its own and replaced by what can
be read of it. HTML becomes text (:mod:`backend.importing.html_text`); quoted replies stay, with ``>``; whatever else a
mail brings is a file (:mod:`backend.importing.mail_parts`).
"""

import hashlib
import re
from email import message_from_bytes
from email.message import Message as RawMail
from email.utils import getaddresses, parsedate_to_datetime

from msgspec import Struct

from backend.importing.charsets import as_text, decoded
from backend.importing.mail_parts import MailFile, charset_of, content_of
from desk.ids import MS_PER_S, Instant
from desk.text import clean_name

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")


class Mail(Struct, frozen=True):
    """One mail. ``id`` is its Message-ID or, without one, a digest of it; ``refers_to`` are the ids of the thread,
    oldest first; ``at`` is None when the date cannot be read."""

    id: str
    refers_to: tuple[str, ...]
    at: Instant | None
    name: str
    address: str
    subject: str
    text: str
    files: tuple[MailFile, ...]


def read_mail(raw: bytes) -> Mail:
    """Read one mail."""
    mail = message_from_bytes(raw)
    ids = _MESSAGE_ID.findall(_header(mail, "Message-ID"))
    refers_to = (
        _MESSAGE_ID.findall(_header(mail, "References")) or _MESSAGE_ID.findall(_header(mail, "In-Reply-To"))[:1]
    )
    name, address = _sender(mail)
    text, files = content_of(mail)
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


def _header(mail: RawMail, name: str) -> str:
    """A header as text, whatever bytes it is made of: what is not UTF-8 is in the body's encoding, most likely."""
    value = next((value for found, value in mail.raw_items() if found.casefold() == name.casefold()), "")
    return as_text(str(value).encode("utf-8", "surrogateescape"), "utf-8", charset_of(mail))


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
