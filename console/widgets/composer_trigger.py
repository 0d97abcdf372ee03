"""What the word under the cursor asks for: ``::`` a macro, ``??`` an article, ``@`` a person. Pure text."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

TriggerKind: TypeAlias = Literal["macro", "article", "mention"]

_KINDS: dict[str, TriggerKind] = {
    "::": "macro",
    "：：": "macro",
    "??": "article",
    "？？": "article",
    "@": "mention",
    "＠": "mention",
}
_MACRO_OR_MENTION = re.compile(r"(?<![A-Za-z0-9_.:：@＠/])(::|：：|@|＠)([\w.-]{0,40})$")
_ARTICLE = re.compile(r"(?:^|(?<=\s))(\?\?|？？)((?:[^\s?？][^?？]{0,59})?)$")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A wish found in a line: its kind, what was typed after the sign, and the column where the sign starts."""

    kind: TriggerKind
    query: str
    column: int


def find_trigger(before_cursor: str) -> Trigger | None:
    """The wish that ends at the cursor, given the text of the line before it.

    A macro or mention is one word; an article query may hold spaces, as a search does. The full-width forms of a
    Chinese input method count. A mail address or a URL scheme is no wish.
    """
    found = _MACRO_OR_MENTION.search(before_cursor) or _ARTICLE.search(before_cursor)
    if found is None:
        return None
    return Trigger(_KINDS[found[1]], found[2], found.start(1))
