"""Search in the knowledge base as the agent types: both languages, both scripts, from the replica alone."""

from typing import Protocol

from console.kb.language import language_of
from console.kb.query import Query, read_query
from console.kb.ranking import Ranked, rank
from console.kb.snippet import snippet
from console.store.articles import Candidate, Reader, article_bodies, search_articles
from desk.ids import ArticleId
from desk.rows import ArticleHit

_CANDIDATES = 48
_ENOUGH = 30
"""With so many articles that have every word, those with only some are not looked for."""
_OTHER_LANGUAGE_BAR = 0.15
"""An article in the customer's language comes first, unless it scores below this share of the best."""


class ReadsArticles(Protocol):
    """What search needs of the store."""

    def reader(self) -> Reader:
        """This thread's read-only connection."""


def search(store: ReadsArticles, query: str, *, lang: str | None = None, limit: int = 10) -> list[ArticleHit]:
    """The articles that best answer ``query``, those in ``lang`` first (else, for a Chinese query, the Chinese ones);
    empty when the query holds no word."""
    connection = store.reader()
    asked = read_query(connection, query)
    ranked = find(connection, asked, lang=lang, limit=limit)
    if lang is None and language_of(query) == "zh":
        ranked = _language_first(ranked, "zh")
    return as_hits(connection, asked, ranked, limit)


def find(connection: Reader, query: Query, *, lang: str | None = None, limit: int = 10) -> list[Ranked]:
    """All candidates in order, at least ``limit`` when so many match; other languages than ``lang`` only to fill up."""
    depth = max(limit, _CANDIDATES)
    base = lang.partition("-")[0] if lang else ""
    found: dict[int, Candidate] = {}
    for tongue in (base, "") if base else ("",):
        for expression in (query.exact, query.loose):
            if expression and len(found) < max(limit, _ENOUGH):
                found.update((hit.n, hit) for hit in search_articles(connection, expression, depth, lang=tongue))
    ranked = rank(query, list(found.values()))
    return _language_first(ranked, lang) if lang else ranked


def _language_first(ranked: list[Ranked], lang: str) -> list[Ranked]:
    base = lang.partition("-")[0]
    bar = ranked[0].score * _OTHER_LANGUAGE_BAR if ranked else 0.0

    def nearness(place: Ranked) -> int:
        if place.score < bar or place.candidate.lang.partition("-")[0] != base:
            return 2
        return 0 if place.candidate.lang == lang else 1

    return sorted(ranked, key=nearness)


def as_hits(connection: Reader, query: Query, ranked: list[Ranked], limit: int) -> list[ArticleHit]:
    """The first ``limit`` places with their snippets."""
    shown = ranked[:limit]
    bodies = article_bodies(connection, [place.candidate.n for place in shown])
    best = max((place.score for place in shown), default=0.0) or 1.0
    return [
        ArticleHit(
            id=ArticleId(place.candidate.id),
            source_id=place.candidate.source_id,
            lang=place.candidate.lang,
            title=place.candidate.title,
            score=round(100 * min(place.share, 1.0) ** 0.25 * place.score / best, 1),
            snippet=snippet(bodies.get(place.candidate.n, ""), query.marks),
        )
        for place in shown
    ]
