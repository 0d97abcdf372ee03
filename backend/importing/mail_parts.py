"""The parts of a mail: the text to show, and the files that came along.

Text is the plain version where there is one, else the HTML as text. Whatever is no text to show is a file, named or
not; so is the original of a text of which something is not shown.
"""

import mimetypes
import re
from email.message import Message as RawMail

from msgspec import Struct

from backend.importing.charsets import as_text, decoded
from backend.importing.html_text import html_to_text
from desk.text import clean_name, clean_text

MAX_PARTS = 200
MAX_TEXT = 200_000
_CUT = "[the rest was cut off; the whole text is attached]"
_SEPARATORS = re.compile(r"[/\\]+")


class MailFile(Struct, frozen=True):
    """A file of a mail. ``name`` has no folders in it; ``data`` is empty when the mail holds nothing readable."""

    name: str
    data: bytes


def content_of(mail: RawMail) -> tuple[str, tuple[MailFile, ...]]:
    """The text of a mail, and what is attached to it."""
    plain: list[str] = []
    rich: list[str] = []
    files: list[MailFile] = []
    originals: list[MailFile] = []
    for number, part in enumerate(mail.walk()):
        if number >= MAX_PARTS:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        name = decoded(_name_in_header(part))
        if name or part.get_content_disposition() == "attachment" or not kind.startswith(("text/", "multipart/")):
            files.append(MailFile(_file_name(name, kind, len(files) + 1), _bytes_of(part)))
        elif kind == "text/html":
            text, is_whole = _from_html(part)
            rich.append(text)
            originals += [] if is_whole else [MailFile("original.html", _bytes_of(part))]
        else:  # a part that only claims to have parts is text, too
            plain.append(as_text(_bytes_of(part), charset_of(part)))
    text = "\n\n".join(filter(None, map(str.strip, plain)))
    if text:
        originals = [MailFile("original.txt", text.encode())] if len(text) > MAX_TEXT else []
    else:
        text = "\n\n".join(filter(None, rich))
    return _shown(text), (*files, *originals)


def charset_of(part: RawMail) -> str | None:
    """The encoding a part claims."""
    try:
        return part.get_content_charset()
    except (ValueError, LookupError):
        return None


def _from_html(part: RawMail) -> tuple[str, bool]:
    """The part as text, with a word about what is not shown, and whether that is nothing."""
    page = html_to_text(as_text(_bytes_of(part), charset_of(part)))
    remarks = [f"[{page.hidden} hidden characters removed]"] if page.hidden else []
    remarks += [_CUT] if page.is_cut else []
    return "\n\n".join(filter(None, (str(page.text), *remarks))), not remarks


def _shown(text: str) -> str:
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(flat) <= MAX_TEXT:
        return clean_text(flat).strip()
    return f"{clean_text(flat, limit=MAX_TEXT - len(_CUT) - 2).strip()}\n\n{_CUT}"


def _file_name(name: str, kind: str, number: int) -> str:
    """A name without folders and without anything unseen; for a file that has none, one by its type."""
    last = clean_name(_SEPARATORS.split(name.strip())[-1].lstrip(". "), limit=200)
    return last or f"file-{number}{mimetypes.guess_extension(kind) or ''}"


def _name_in_header(part: RawMail) -> str:
    """The file name of a part, in whichever header it is."""
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return "unreadable name"


def _bytes_of(part: RawMail) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    return payload if isinstance(payload, bytes) else b""
