"""What a person asks the ticket list for: filters and words, as typed, stored in a saved view, or built in.

``status:open assignee:me -tag:spam "paper wallet" 提现`` reads: every filter must hold, values joined by a comma are
alternatives, ``-`` turns one round. Full-width forms from a Chinese input method mean the same as plain ones. The
fields and their values are in :mod:`desk.query_fields`, the reading of the text in :mod:`desk.query_text`.
"""

from desk.ids import Instant
from desk.query_fields import BREACH_WINDOW_S, FIELDS, Roster, filter_matches, is_snoozed
from desk.query_parts import Filter, QueryError, TicketQuery, Word
from desk.query_text import format_query, parse_query
from desk.records import Agent, Ticket

__all__ = [
    "BREACH_WINDOW_S",
    "FIELDS",
    "Filter",
    "QueryError",
    "Roster",
    "TicketQuery",
    "Word",
    "format_query",
    "is_snoozed",
    "matches",
    "parse_query",
]


def matches(
    query: TicketQuery,
    ticket: Ticket,
    me: Agent,
    now: Instant,
    read_n: int = 0,
    roster: Roster | None = None,
    text: str = "",
) -> bool:
    """Whether a ticket answers the query for ``me``, who has read it up to ``read_n``.

    Words are looked for in what the ticket itself holds (its subject, reference, customer and tags) and in ``text``,
    which is as much of the conversation as the caller knows; the rest is the store's to search. ``roster`` gives
    meaning to the handles and names of other agents and teams.
    """
    roster = roster or Roster()
    if not all(filter_matches(part, ticket, me, now, read_n, roster) for part in query.filters):
        return False
    if not query.words:
        return True
    from desk.folding import fold  # its tables load on first use, and only words need them

    held = fold(" ".join((ticket.ref, ticket.subject, ticket.customer_name, *ticket.tags, text)))
    return all((fold(word.text) in held) != word.negated for word in query.words)
