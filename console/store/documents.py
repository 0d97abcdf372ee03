"""Documents on their way into the replica: validated, and cleaned where anything in them is not plain text.

Most documents are plain, and finding that out costs a nanosecond a character; those are stored as they came.
"""

import re
from typing import Any

import msgspec
from msgspec import Raw

from desk.records import KINDS, Frozen, Message
from desk.text import MAX_TEXT, clean_text, is_harmless

_ESCAPE = re.compile(rb'\\[^"\\/n]')
"""A JSON escape that may stand for a control character."""

_PLAIN = bytes(set(range(0x20, 0x7F)) - {0x5C})
"""Bytes that are harmless whatever stands beside them; most documents hold little else."""

_DEPENDS = re.compile("[\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]")
"""Characters that are harmless or not by what stands beside them."""

_MULTILINE = frozenset({
    *("body", "body_md", "text", "summary", "detail", "source"),
    *("tried", "question", "answer", "final_body", "remark"),
})  # fmt: skip
_BY_LANGUAGE = frozenset({"title", "body", "source"})

_decoders: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(of) for kind, of in KINDS.items()}
_message_list = msgspec.json.Decoder(list[Message])
_raw_list = msgspec.json.Decoder(list[Raw])


def is_plain(doc: bytes) -> bool:
    """Whether cleaning the texts of a document would change none of them. False may be wrong, True never is."""
    if len(doc) > MAX_TEXT:
        return False
    unsure = doc.translate(None, _PLAIN)
    if not unsure:
        return True
    text = unsure.decode("utf-8", "replace")
    escaped = "\\" in text
    if not escaped and is_harmless(text):
        return True
    if escaped and _ESCAPE.search(doc) is not None:
        return False
    if _DEPENDS.search(text) is not None:
        text = doc.decode("utf-8", "replace")
    return clean_text(text) == text


def document(kind: str, raw: Raw | bytes) -> tuple[Frozen, bytes]:
    """A record and the document to keep. Raises :exc:`msgspec.ValidationError` for one this console cannot read."""
    decoder = _decoders[kind]
    record: Frozen = decoder.decode(raw)
    doc = bytes(raw)
    if is_plain(doc) and b"\\n" not in doc:
        return record, doc
    cleaned = clean_record(record)
    return (record, doc) if cleaned == record else (cleaned, msgspec.json.encode(cleaned))


def messages(raw: Raw | bytes) -> tuple[list[Message], list[bytes]]:
    """The messages of a ticket's ``ev`` and the documents to keep, in the order given."""
    decoded = _message_list.decode(raw)
    docs = list(map(bytes, _raw_list.decode(raw)))
    if not is_plain(bytes(raw)):
        for at, message in enumerate(decoded):
            decoded[at], docs[at] = _clean_message(message, docs[at])
    return decoded, docs


def _clean_message(message: Message, doc: bytes) -> tuple[Message, bytes]:
    cleaned = clean_record(message)
    return (message, doc) if cleaned == message else (cleaned, msgspec.json.encode(cleaned))


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
        return {name: _cleaned(inner, key if key in _BY_LANGUAGE else name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, key) for inner in value]
    return value
