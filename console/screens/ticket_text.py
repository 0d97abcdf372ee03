"""The words of a ticket that tell what it is about: its subject and what the customer last wrote."""

from console.store import Store
from desk.records import Author, Ticket

_LAST_LINES = 12
_MAX_CHARS = 4000


def text_of(store: Store, ticket: Ticket) -> str:
    """Subject and the customer's latest messages, newest last. Reads the replica; call it in a thread."""
    thread = store.thread(ticket.id)
    lines = thread.window(max(0, thread.count() - _LAST_LINES), _LAST_LINES)
    said = [line.message.body for line in lines if line.message.author is Author.CUSTOMER]
    return "\n".join([ticket.subject, *said])[:_MAX_CHARS]
