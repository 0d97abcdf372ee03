"""A text without what belongs to one person, so that everybody may read it: placeholders stand for names, addresses,
transactions, numbers and secrets."""

import re
from collections.abc import Iterable, Sequence

from desk.articles import ArticleText
from desk.crypto.finding import Found, find
from desk.records import Author, Message, MessageKind, Ticket
from desk.text import clean_name, clean_text

PLACEHOLDER = {
    "name": "[name]",
    "email": "[e-mail]",
    "phone": "[phone]",
    "address": "[address]",
    "tx": "[transaction]",
    "memo": "[memo]",
    "number": "[number]",
    "secret": "[secret]",
    "link": "[link]",
}

_LINK = re.compile(r"\bhttps?://[^\s<>()\[\]]+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z][\w.]{2,31}")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d[\d ().-]{6,18}\d|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(?\d{3,4}\)?[ -]\d{3,4}[ -]\d{4})(?![\w]|[.,]\d)"
)
_LONG_WORD = re.compile(r"(?<![\w/])(?=\w{0,120}\d)[A-Za-z0-9]{24,128}(?!\w)")
"""An address with a typing error, a key of an exchange: nobody's word."""
_LONG_NUMBER = re.compile(r"(?<![\w.,])[A-Z]{0,4}-?\d{6,}(?![\w]|[.,]\d)")
_REFERENCE = re.compile(r"\b[A-Z]{1,4}-\d{2,}\b")
_LATIN_NAME = re.compile(r"[^\W\d_][\w'’-]+")
_LEAST_NAME = 2


def anonymous(text: str, names: Iterable[str]) -> str:
    """The text with a placeholder for everything that tells of one person; ``names`` are those known by name."""
    from desk.key_material import find_key_material  # 12 ms, when an article is made of a ticket

    text = clean_text(text)
    spans = [(one.start, one.end, PLACEHOLDER["secret"]) for one in find_key_material(text)]
    spans += [(one.start, one.end, PLACEHOLDER[one.kind]) for one in find(text) if _is_ones_own(one)]
    text = _replaced(text, spans)
    for pattern, kind in (
        (_EMAIL, "email"), (_LINK, "link"), (_HANDLE, "name"), (_REFERENCE, "number"), (_PHONE, "phone"),
        (_LONG_NUMBER, "number"), (_LONG_WORD, "address"),
    ):  # fmt: skip
        text = pattern.sub(PLACEHOLDER[kind], text)
    return _nameless(text, names)


def draft_of(ticket: Ticket, messages: Sequence[Message], names: Iterable[str]) -> ArticleText | None:
    """The beginning of an article: the ticket's subject, what the customer asked first, and the last answer they got.
    None when nobody at the desk has answered."""
    said = [message for message in messages if message.kind is MessageKind.REPLY and not message.hidden]
    question = next((message.body for message in said if message.author is Author.CUSTOMER), "")
    answer = next((message.body for message in reversed(said) if message.author is Author.AGENT), "")
    if not answer:
        return None
    known = [ticket.customer_name, *names, *(message.author_name for message in said)]
    parts = [anonymous(answer, known).strip()]
    if question.strip():
        asked = "\n".join(f"> {line}" for line in anonymous(question, known).strip().split("\n"))
        parts.insert(0, asked)
    return ArticleText(title=clean_name(anonymous(ticket.subject, known)), body_md="\n\n".join(parts), tags=ticket.tags)


def _is_ones_own(found: Found) -> bool:
    """A memo without a digit is a word of the sentence."""
    return found.kind != "memo" or any(map(str.isdigit, found.value))


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    """The text with spans replaced; of two that overlap the first found is taken."""
    taken: list[tuple[int, int, str]] = []
    for start, end, placeholder in spans:
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, placeholder))
    for start, end, placeholder in sorted(taken, reverse=True):
        text = f"{text[:start]}{placeholder}{text[end:]}"
    return text


def _nameless(text: str, names: Iterable[str]) -> str:
    """Names, and each Latin part of them that stands as a word of its own."""
    whole = {clean_name(name) for name in names}
    parts = {part for name in whole for part in _LATIN_NAME.findall(name) if part[:1].isupper() and len(part) > 2}
    for name in sorted(whole | parts, key=len, reverse=True):
        if len(name) >= _LEAST_NAME:
            edge = r"\b" if name.isascii() else ""
            text = re.sub(f"{edge}{re.escape(name)}{edge}", PLACEHOLDER["name"], text)
    return text
