"""The order of the candidates: BM25 over title, headings and text, with weights the index's own ranking cannot have,
and what makes a good answer to a question."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from console.kb.expression import telling
from console.kb.query import Query
from console.kb.spelling import Term
from console.store.article_terms import PackedTerms, term_key
from console.store.articles import Candidate
from desk.folding import fold

_TITLE_WEIGHT = 4.0
_HEADING_WEIGHT = 1.5
_SATURATION = 3.0
"""BM25's k1: repeating a word counts for longer than the index's 1.2 lets it."""
_LENGTH_WEIGHT = 0.6
_LENGTH_WEIGHT_ASKED = 0.9
"""BM25's b: who asks a question wants a short answer."""
_YES_OR_NO_BONUS = 0.15
_DEFINITION_BONUS = 0.2
_TITLE_BONUS = 0.3
_INDEX_SHARE = 0.02

_ANSWERS_YES_OR_NO = re.compile(r"\W*(?:(?:yes|no|not)\b|是的|是。|不是|没有|不能|不会|不,|可以|能|会|当然|否)")
_DEFINED_WITHIN = 30


class Ranked(Struct, frozen=True):
    """A candidate in its place. ``score`` is comparable within one ranking; ``share`` tells how much of what was asked
    the article has, from 0 to 1."""

    candidate: Candidate
    score: float
    share: float


class _Weighed(Struct, frozen=True):
    keys: tuple[int, ...]
    weight: float
    translated: bool


def rank(query: Query, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Candidates, best first."""
    weighed = [_weigh(query, term) for term in query.terms]
    asked = sum(term.weight for term in weighed) or 1.0
    b = _LENGTH_WEIGHT_ASKED if query.question else _LENGTH_WEIGHT
    ranked: list[Ranked] = []
    for candidate in candidates:
        length = candidate.length / query.totals.mean_length.get(candidate.lang, candidate.length)
        score, found = _score(candidate, weighed, _SATURATION * (1 - b + b * length))
        score = score * (1 + _bonus(query, candidate)) + _INDEX_SHARE * candidate.match
        ranked.append(Ranked(candidate, score, found / asked))
    ranked.sort(key=lambda place: (-place.score, place.candidate.id))
    return ranked


def _weigh(query: Query, term: Term) -> _Weighed:
    count = max(query.counts[form] for form in term.forms)
    weight = term.weight * telling(count, query.totals.articles)
    return _Weighed(tuple(map(term_key, term.forms)), weight, term.translated)


def _score(candidate: Candidate, terms: Iterable[_Weighed], damping: float) -> tuple[float, float]:
    pack = PackedTerms(candidate.terms)
    score = found = 0.0
    chinese = candidate.lang.startswith("zh")
    for term in terms:
        if chinese and term.translated:
            continue
        strength = 0.0
        for key in term.keys:
            in_title, in_headings, in_body = pack.count(key)
            strength += _TITLE_WEIGHT * in_title + _HEADING_WEIGHT * in_headings + in_body
        if strength:
            score += term.weight * strength * (_SATURATION + 1) / (strength + damping)
            found += term.weight
    return score, found


def _bonus(query: Query, candidate: Candidate) -> float:
    bonus = 0.0
    if query.yes_or_no and _ANSWERS_YES_OR_NO.match(candidate.opening):
        bonus += _YES_OR_NO_BONUS
    if query.subject and 0 <= candidate.opening.find(query.subject) < _DEFINED_WITHIN:
        bonus += _DEFINITION_BONUS
    if len(query.folded) > 1 and query.folded in fold(candidate.title):
        bonus += _TITLE_BONUS
    return bonus
