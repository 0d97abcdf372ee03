"""How a tag is written, so that one tag is one word wherever it comes from."""

import unicodedata
from collections.abc import Iterable

from desk.text import clean_name

MAX_TAG = 40
MAX_TAGS = 50


def normalize_tag(text: str) -> str:
    """The one spelling of a tag: lower case, plain forms, words joined by ``-``; empty when it cannot be one."""
    plain = clean_name(unicodedata.normalize("NFKC", clean_name(text)).casefold())
    tag = "-".join(plain.replace(",", " ").replace('"', " ").split()).strip("-")
    return tag if len(tag) <= MAX_TAG else ""


def with_tags(tags: tuple[str, ...], add: Iterable[str] = (), remove: Iterable[str] = ()) -> tuple[str, ...]:
    """Tags after adding some and removing some, each once, in the order they came."""
    gone = set(remove)
    return tuple(tag for tag in dict.fromkeys((*tags, *add)) if tag not in gone)
