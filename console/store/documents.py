"""Documents on their way into the replica: validated, and cleaned where anything in them is not plain text.

Most documents are plain, and finding that out costs a nanosecond a character; those are stored as they came.
"""

import re
from typing import Any

import msgspec
from msgspec import Raw

from desk.records import KINDS, Frozen, Message
from desk.text import MAX_TEXT, clean_text

_ESCAPE = re.compile(r'\\[^"\\/n]')
"""A JSON escape that may stand for a control character."""

_MULTILINE = frozenset({"body", "body_md", "text", "summary", "detail"})

_decoders: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(of) for kind, of in KINDS.items()}
_message_list = msgspec.json.Decoder(list[Message])
_raw_list = msgspec.json.Decoder(list[Raw])


def is_plain(doc: str) -> bool:
    """Whether cleaning the texts of a document would change none of them. False may be wrong, True never is."""
    if len(doc) > MAX_TEXT:
        return False
    if doc.isascii() and "\\" not in doc:
        return "\x7f" not in doc
    return not _ESCAPE.search(doc) and clean_text(doc, limit=len(doc)) == doc


def document(kind: str, raw: Raw | bytes) -> tuple[Frozen, str]:
    """A record and the document to keep. Raises :exc:`msgspec.ValidationError` for one this console cannot read."""
    decoder = _decoders[kind]
    record: Frozen = decoder.decode(raw)
    doc = str(raw, "utf-8")
    if "\\n" not in doc and is_plain(doc):
        return record, doc
    cleaned = clean_record(record)
    return (record, doc) if cleaned == record else (cleaned, msgspec.json.encode(cleaned).decode())


def messages(raw: Raw | bytes) -> list[tuple[Message, str]]:
    """The messages of a ticket's ``ev``, each with the document to keep, in the order given."""
    decoded = _message_list.decode(raw)
    docs = [str(one, "utf-8") for one in _raw_list.decode(raw)]
    if is_plain(str(raw, "utf-8")):
        return list(zip(decoded, docs, strict=True))
    return [_clean_message(message, doc) for message, doc in zip(decoded, docs, strict=True)]


def _clean_message(message: Message, doc: str) -> tuple[Message, str]:
    cleaned = clean_record(message)
    return (message, doc) if cleaned == message else (cleaned, msgspec.json.encode(cleaned).decode())


def clean_record(record: Any) -> Any:
    """A record with all its texts cleaned; ids stay as they are."""
    plain = _cleaned(msgspec.to_builtins(record), "")
    return msgspec.convert(plain, type(record))


def _cleaned(value: Any, key: str) -> Any:
    if isinstance(value, str):
        if key == "id" or key.endswith(("_id", "_ids")):
            return value
        return clean_text(value, newlines=key in _MULTILINE)
    if isinstance(value, dict):
        return {name: _cleaned(inner, key if key in ("title", "body") else name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, key) for inner in value]
    return value
