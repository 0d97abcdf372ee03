"""Whether a new ticket is about the same as an older open one: the same transaction, near-same text, or the same
customer writing about something alike a little later.

The caller gathers what may fit (:mod:`backend.services.duplicates`); here is decided whether it does, and why. Texts
are compared by what they are made of: folded words and pairs of neighbouring words, and for Chinese, which is written
without spaces, pairs of neighbouring characters.
"""

from collections.abc import Iterable, Iterator

from desk.folding import is_han, words
from desk.ids import MS_PER_S
from desk.records import Author, Frozen, Message, MessageKind, Ticket
from desk.ticket_parts import DuplicateHint
from desk.urgency import SETTLED

NEAR_SAME = 0.5
"""Texts of one customer that share so large a part of all they are made of say the same."""

NEAR_SAME_OF_ANOTHER = 0.7
"""So much two customers must share: many people have a problem of one kind, and describe it alike."""

ALIKE = 0.15
"""So much a second ticket of a customer shares with the first one of the same matter, in other words."""

RECENT_S = 3 * 86_400
"""A customer who writes again so soon may mean the same matter."""

LEAST_PARTS = 8
"""A text of fewer parts ("any news?") says too little to be recognised by."""

MAX_COMPARED = 4_000
"""Characters of a conversation's beginning that are compared."""

_SAME_TRANSACTION, _TRANSACTION_OF_ANOTHER, _MOST_FOR_TEXT, _LEAST_FOR_CUSTOMER = 98, 80, 95, 40


class Older(Frozen, frozen=True, kw_only=True):
    """A ticket that may be about the same, and what its customer began with. ``same_customer``: both are of one
    person."""

    ticket: Ticket
    text: str
    same_customer: bool


def suggested(ticket: Ticket, text: str, older: Iterable[Older]) -> DuplicateHint | None:
    """The open ticket that a new one, begun with ``text``, repeats most likely, and why; None: none does."""
    parts = parts_of(text)
    found = [hint for one in older if (hint := _hint(ticket, parts, one)) is not None]
    return max(found, key=lambda hint: (hint.same_customer, hint.score, hint.ref), default=None)


def beginning(subject: str, messages: Iterable[Message]) -> str:
    """What a ticket is recognised by: its subject and what its customer wrote first."""
    said = (line.body for line in messages if line.author is Author.CUSTOMER and line.kind is MessageKind.REPLY)
    return "\n".join((subject, *said))[:MAX_COMPARED]


def parts_of(text: str) -> frozenset[str]:
    """What a text is made of."""
    return frozenset(_parts(text[:MAX_COMPARED]))


def _parts(text: str) -> Iterator[str]:
    before = ""
    for word in words(text):
        if is_han(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
            before = ""
            continue
        yield word
        if before:
            yield f"{before} {word}"
        before = word


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two texts share, 0 to 1; nothing when one says too little. A text that quotes the other whole is like it
    though it says more."""
    less = min(len(one), len(other))
    if less < LEAST_PARTS:
        return 0.0
    shared = len(one & other)
    contained = shared / less if less >= 2 * LEAST_PARTS else 0.0
    return max(shared / len(one | other), contained * contained * 0.9)


def _hint(ticket: Ticket, parts: frozenset[str], older: Older) -> DuplicateHint | None:
    """Why the older ticket may be the same matter, if it may."""
    other = older.ticket
    later_ms = ticket.created_at - other.created_at
    if other.id == ticket.id or other.status in SETTLED or other.merge is not None or later_ms < 0:
        return None
    mine = older.same_customer
    if set(ticket.tx_ids) & set(other.tx_ids):
        return _because("transaction", _SAME_TRANSACTION if mine else _TRANSACTION_OF_ANOTHER, older)
    shared = likeness(parts, parts_of(older.text))
    if shared >= (NEAR_SAME if mine else NEAR_SAME_OF_ANOTHER):
        return _because("text", min(round(shared * 100), _MOST_FOR_TEXT), older)
    if mine and shared >= ALIKE and later_ms <= RECENT_S * MS_PER_S:
        return _because("customer", _LEAST_FOR_CUSTOMER + round(shared * 40), older)
    return None


def _because(reason: str, score: int, older: Older) -> DuplicateHint:
    ticket = older.ticket
    return DuplicateHint(
        ticket_id=ticket.id, ref=ticket.ref, reason=reason, score=score, same_customer=older.same_customer
    )
