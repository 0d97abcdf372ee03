"""Articles for a ticket, from its text alone: the words that tell most about it are asked for, in both languages."""

from collections import Counter
from collections.abc import Iterable
from math import sqrt

from console.kb.expression import Phrase, any_of, telling
from console.kb.glossary import Related, related
from console.kb.language import language_of
from console.kb.query import Query, add_related, count_forms
from console.kb.search import ReadsArticles, as_hits, find
from console.kb.spelling import Term
from console.kb.stopwords import ENGLISH, content_of
from console.store.article_terms import terms_of
from console.store.articles import Reader, article_counts, article_totals
from desk.folding import is_han, run_phrase, words
from desk.records import Author, Message, MessageKind, Ticket
from desk.rows import ArticleHit

_MAX_CHARS = 6_000
"""A customer says what it is about early; what they paste below is looked at no further."""
_MAX_WORD = 24
"""Longer words are addresses and transaction ids."""
_TELLING_TERMS = 18
_SUBJECT_TIMES = 2
_PAIR_WEIGHT = 0.6
_TRADE_WEIGHT = 1.6
"""Words of the glossary weigh more than the customer's other words."""


def suggest(store: ReadsArticles, text: str, *, lang: str | None = None, limit: int = 5) -> list[ArticleHit]:
    """The articles that best fit a ticket's text, those in ``lang`` (else the text's language) first."""
    connection = store.reader()
    asked = read_ticket(connection, text[:_MAX_CHARS])
    ranked = find(connection, asked, lang=lang or language_of(text[:_MAX_CHARS]), limit=limit)
    return as_hits(connection, asked, ranked, limit)


def ticket_text(ticket: Ticket, messages: Iterable[Message]) -> str:
    """What a ticket is about: its subject, then what the customer wrote, the latest first."""
    written = [m.body for m in messages if m.author is Author.CUSTOMER and m.kind is MessageKind.REPLY and not m.hidden]
    return "\n".join([ticket.subject] * _SUBJECT_TIMES + written[::-1])


def read_ticket(connection: Reader, text: str) -> Query:
    """A query of the terms that tell most about a long text."""
    others = related(text)
    totals = article_totals(connection)
    terms = _telling_terms(connection, _weights(text, others), totals.articles)
    phrases = [
        Phrase(run_phrase(form) if is_han(form) else f'"{form}"', (form,), one.weight) for form, one in terms.items()
    ]
    marks = [*others.said, *(form for form in terms if is_han(form)), *_latin_words(text, terms)]
    add_related(terms, phrases, others)
    counts = count_forms(connection, terms, totals)
    return Query(
        exact="",
        loose=any_of(phrases, counts, totals.articles),
        terms=tuple(terms.values()),
        counts=counts,
        totals=totals,
        marks=tuple(dict.fromkeys(marks)),
    )


def _weights(text: str, others: Related) -> dict[str, float]:
    """How much each term of a text counts, before it is known how rare it is."""
    counts: Counter[str] = Counter()
    for word in words(text):
        if is_han(word):
            counts.update(form for piece in content_of(word) for form in terms_of(piece) if len(form) > 1)
        elif word not in ENGLISH and 1 < len(word) <= _MAX_WORD and not word.isdigit():
            counts.update(terms_of(word))
    trade = {form for said in others.said for word in words(said) for form in terms_of(word)}
    return {
        form: sqrt(count) * (_PAIR_WEIGHT if is_han(form) else 1.0) * (_TRADE_WEIGHT if form in trade else 1.0)
        for form, count in counts.items()
    }


def _telling_terms(connection: Reader, weights: dict[str, float], articles: int) -> dict[str, Term]:
    counts = article_counts(connection, weights)
    known = [form for form, count in counts.items() if count]
    known.sort(key=lambda form: -weights[form] * telling(counts[form], articles))
    return {form: Term((form,), weights[form]) for form in known[:_TELLING_TERMS]}


def _latin_words(text: str, terms: dict[str, Term]) -> list[str]:
    latin = {word for word in words(text) if not is_han(word) and len(word) <= _MAX_WORD}
    return sorted(word for word in latin if terms_of(word)[0] in terms)
