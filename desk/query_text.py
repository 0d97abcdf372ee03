"""Reading a ticket query as a person types it, and writing one back; reading what was written gives the same query."""

import re
import unicodedata

from desk.query_fields import FIELD_ALIASES, FIELDS, VALUE_ALIASES
from desk.query_parts import Filter, QueryError, TicketQuery, Word
from desk.tags import normalize_tag
from desk.text import clean_text

MAX_QUERY = 4_000

_QUOTES = str.maketrans("“”„‟«»「」『』", '""""""""""')
_TOKEN = re.compile(r'(?P<minus>-?)(?:(?P<field>[^\W\d_]+):(?=\S))?(?P<value>(?:"[^"]*"?|[^\s"])+)|-')
_VALUE = re.compile(r'"(?P<quoted>[^"]*)"?|(?P<comma>,)|(?P<plain>[^",]+)')
_NEEDS_QUOTES = re.compile(r'[\s,"]')


def parse_query(text: str) -> TicketQuery:
    """The query a text asks for; raises :exc:`QueryError` for a field or value that does not exist."""
    plain = _plain(text)
    filters: list[Filter] = []
    words: list[Word] = []
    for token in _TOKEN.finditer(plain):
        negated = token["minus"] == "-"
        field = _field(token["field"])
        if field is not None:
            filters.append(Filter(field=field, values=_values(field, token["value"]), negated=negated))
        elif token["value"] is not None:
            words += _words(token[0].removeprefix("-"), negated)
    return TicketQuery(filters=tuple(filters), words=tuple(words))


def format_query(query: TicketQuery) -> str:
    """The query as text, shortest form, filters first."""
    filters = [_sign(part.negated) + f"{part.field}:" + ",".join(map(_quoted, part.values)) for part in query.filters]
    words = [_sign(word.negated) + (f'"{word.text}"' if word.quoted else word.text) for word in query.words]
    return " ".join(filters + words)


def _plain(text: str) -> str:
    """One clean line with full-width forms made plain. The space in front keeps a leading mark where it is; cleaning
    again after normalising is what makes a query stay the same when it is read back."""
    cleaned = clean_text(" " + text[:MAX_QUERY].replace("\n", " "), newlines=False)
    return clean_text(unicodedata.normalize("NFKC", cleaned), newlines=False).translate(_QUOTES)


def _sign(negated: bool) -> str:
    return "-" if negated else ""


def _quoted(value: str) -> str:
    return f'"{value}"' if _NEEDS_QUOTES.search(value) else value


def _field(name: str | None) -> str | None:
    """The field a name means; None when it means none and is text."""
    if name is None:
        return None
    name = name.casefold()
    field = FIELD_ALIASES.get(name, name)
    if field in FIELDS:
        return field
    from difflib import get_close_matches  # 3 ms, for a query that is about to be refused

    near = get_close_matches(name, FIELDS, n=1, cutoff=0.75)
    if near:
        raise QueryError(f"There is no filter “{name}:”; did you mean “{near[0]}:”?")
    return None


def _values(field: str, text: str) -> tuple[str, ...]:
    """The canonical values of a filter, each once, in the order given."""
    parts = [""]
    for part in _VALUE.finditer(text):
        if part["comma"]:
            parts.append("")
        else:
            parts[-1] += part["plain"] if part["quoted"] is None else part["quoted"]
    values = tuple(dict.fromkeys(_canonical(field, value) for part in parts if (value := " ".join(part.split()))))
    if not values:
        raise QueryError(f"Type a value after “{field}:”{_choices(field)}.")
    return values


def _canonical(field: str, value: str) -> str:
    if field == "customer":
        return value
    if field == "tag" and (tag := normalize_tag(value)):
        return tag
    value = value.casefold()
    if field == "network":
        from desk.crypto.networks import network_of  # its words, for a filter that names one

        return network_of(value) or value
    value = VALUE_ALIASES.get(field, {}).get(value, value)
    known = FIELDS[field]
    if known is not None and value not in known:
        raise QueryError(f"There is no {field} “{value}”{_choices(field)}.")
    return value


def _choices(field: str) -> str:
    known = FIELDS[field]
    return f"; it is one of {', '.join(known)}" if known else ""


def _words(text: str, negated: bool) -> list[Word]:
    """What a token without a filter is: a word, and the quoted phrases that touch it."""
    words = []
    for part in re.finditer(r'"(?P<quoted>[^"]*)"?|[^"]+', text):
        if part["quoted"] is None and part.start() == 0:
            words.append(Word(text=part[0], negated=negated))
        elif phrase := " ".join((part["quoted"] or part[0]).strip('"').split()):
            words.append(Word(text=phrase, quoted=True, negated=negated))
    return words
