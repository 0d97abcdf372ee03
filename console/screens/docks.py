"""What the desk expects of the rooms that are mounted beside the conversation on first use.

A dock is a widget of the *screens* layer: it may read the store through its :class:`~console.workplace.Workplace`,
contains the widgets that only show, handles their messages, and tells the desk what matters with the messages below.
They are imported when first needed, so that the first frame does not wait for them:

===================================  =======================  ====================================================
class                                module                   where
===================================  =======================  ====================================================
``ComposerDock(workplace)``          screens/composer_dock    below the conversation; hidden while nothing is written
``KnowledgeDock(workplace)``         screens/knowledge_dock   right column, in place of the customer
``CustomerDock(workplace)``          screens/customer_dock    right column
``ProcedureDock(workplace)``         screens/procedure_dock   right column, while a procedure is run
===================================  =======================  ====================================================

``show(ticket)`` is called on every dock that is mounted when another ticket is shown, and again when the shown ticket's
row changed. All docks take their whole slot (``width: 1fr; height: 1fr``, the composer ``height: auto``).
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from textual.message import Message

from desk.ids import ArticleId, TicketId
from desk.outbox import OutboxEntry
from desk.records import Ticket

Slot: TypeAlias = Literal["reply", "note"]


class Dock(Protocol):
    """What every dock has."""

    def show(self, ticket: Ticket | None) -> None:
        """Another ticket is shown, or this one changed (None: none is)."""


class ComposerDock(Dock, Protocol):
    """The composer's dock: drafts, macros, attachments, sending."""

    def write(self, slot: Slot, ticket: Ticket, seen_n: int) -> None:
        """Open the composer with the draft there is, focus it. ``seen_n`` is the last message the author has seen."""

    async def opened(self) -> None:
        """Return when the composer that is being opened has the focus."""

    def insert(self, text: str, article_id: ArticleId | None = None) -> None:
        """Put text (an article's, whose use is counted with the reply) into the open draft at the cursor."""

    def macro(self, ticket: Ticket, seen_n: int, shortcut: str = "") -> None:
        """Let the author choose a macro, with its preview, into a reply's draft; the one of ``shortcut`` first."""

    @property
    def writing(self) -> Literal["", "reply", "note"]:
        """Which composer is open and has text in it."""


class KnowledgeDock(Dock, Protocol):
    """The knowledge panel's dock."""

    def search(self, query: str = "") -> None:
        """Open and focus it; an empty query ranks articles for the shown ticket."""

    def take_focus(self) -> None:
        """Let what is typed next go into the line; called once it is mounted."""


class ComposerClosed(Message):
    """The composer was left or sent: the conversation gets the focus back."""


@dataclass
class WritingChanged(Message):
    """Somebody began or stopped to write here; others are told."""

    writing: Literal["", "reply", "note"]


@dataclass
class ReplyQueued(Message):
    """A reply or note is durable in the outbox; until ``entry.not_before`` ``u`` takes it back."""

    entry: OutboxEntry


@dataclass
class InsertRequested(Message):
    """A text wants to go into the draft: an article's short answer (``article_id``), or another."""

    text: str
    article_id: ArticleId | None = None


@dataclass
class TicketRequested(Message):
    """Show this ticket without losing the place in the queue."""

    ticket_id: TicketId


class KnowledgeClosed(Message):
    """The knowledge panel was left: the customer takes its place again."""


@dataclass
class Said(Message):
    """One sentence for the last line. ``kind`` decides the mark in front of it."""

    sentence: str
    kind: Literal["done", "info", "warning"] = "info"
