"""The parts of a ticket query, as data: what a store turns into SQL and :func:`desk.query.matches` evaluates."""

from desk.records import Frozen


class QueryError(ValueError):
    """A query that cannot be read; ``str()`` is one sentence that says what to type instead."""


class Filter(Frozen, frozen=True, kw_only=True):
    """One ``field:value,value``: the ticket has one of the values (``negated``: none of them).

    Fields and values are canonical: lower case, no aliases (see :mod:`desk.query_fields`).
    """

    field: str
    values: tuple[str, ...]
    negated: bool = False


class Word(Frozen, frozen=True, kw_only=True):
    """Text to look for; ``quoted`` keeps it together, the last unquoted one may be the start of a word."""

    text: str
    quoted: bool = False
    negated: bool = False


class TicketQuery(Frozen, frozen=True, kw_only=True):
    """Filters and words that must all hold. The empty query is every ticket."""

    filters: tuple[Filter, ...] = ()
    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The words that must be there, in one line, for a full text search."""
        return " ".join(f'"{word.text}"' if word.quoted else word.text for word in self.words if not word.negated)
