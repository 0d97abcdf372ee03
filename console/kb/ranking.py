"""The order of the candidates: BM25 over title, headings and text, with weights the index's own ranking cannot have;
how near to each other the terms stand; and what makes a good answer to a question."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from console.kb.answers import answer_bonus
from console.kb.expression import telling
from console.kb.query import Query
from console.kb.spelling import Term
from console.store.article_terms import EVERYWHERE, OPENING_PLACES, PackedTerms, term_key
from console.store.articles import Candidate
from desk.folding import fold, is_han

_TITLE_WEIGHT = 6.0
_HEADING_WEIGHT = 1.5
_OPENING_WEIGHT = 2.0
"""Added to a term that stands in the first 50 words: texts begin with what they are about."""
_SATURATION = 4.0
"""BM25's k1: repeating a word counts for longer than the index's 1.2 lets it."""
_LENGTH_WEIGHT = 0.6
_LENGTH_WEIGHT_ASKED = 0.9
"""BM25's b: who asks a question wants a short answer."""
_TITLE_BONUS = 0.3
_INDEX_SHARE = 0.02

_CHANCE_SHARE = 0.5
"""What remains of the weight of a pair of characters that stand together by chance."""

_PASSAGE_SHARE = 0.5
_TWICE_IN_PASSAGE = 1.375
"""BM25's gain of a second occurrence, at its usual saturation."""
_PASSAGES_READ = 16
"""Only candidates that may still come to the top are looked at so closely."""


class Ranked(Struct, frozen=True):
    """A candidate in its place. ``score`` is comparable within one ranking; ``share`` tells how much of what was asked
    the article has, from 0 to 1."""

    candidate: Candidate
    score: float
    share: float


class _Weighed(Struct, frozen=True):
    form: str
    keys: tuple[int, ...]
    weight: float
    translated: bool


_Found: TypeAlias = tuple[float, int]
"""What a candidate has of a term: its occurrences weighted by where they are, and their places."""
_NOTHING: _Found = (0.0, 0)


def rank(query: Query, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Candidates, best first."""
    terms = [_weigh(query, term) for term in query.terms]
    found = [_find(candidate, terms) for candidate in candidates]
    terms = _without_chance(terms, found)
    asked = sum(term.weight for term in terms) or 1.0
    scored: list[tuple[float, float, int]] = []
    for number, candidate in enumerate(candidates):
        score, weight = _score(terms, found[number], _damping(query, candidate))
        scored.append((score, weight / asked, number))
    scored.sort(reverse=True)
    ranked: list[Ranked] = []
    for place, (score, share, number) in enumerate(scored):
        passage = _PASSAGE_SHARE * _best_passage(terms, found[number]) if place < _PASSAGES_READ else 0.0
        candidate = candidates[number]
        best = (score + passage) * (1 + _bonus(query, candidate)) + _INDEX_SHARE * candidate.match
        ranked.append(Ranked(candidate, best, share))
    ranked.sort(key=lambda one: (-one.score, one.candidate.id))
    return ranked


def _weigh(query: Query, term: Term) -> _Weighed:
    count = max(query.counts[form] for form in term.forms)
    weight = term.weight * telling(count, query.totals.articles)
    return _Weighed(term.forms[0], tuple(map(term_key, term.forms)), weight, term.translated)


def _damping(query: Query, candidate: Candidate) -> float:
    b = _LENGTH_WEIGHT_ASKED if query.asked.question else _LENGTH_WEIGHT
    length = candidate.length / query.totals.mean_length.get(candidate.lang, candidate.length)
    return _SATURATION * (1 - b + b * length)


def _find(candidate: Candidate, terms: Iterable[_Weighed]) -> list[_Found]:
    find = PackedTerms(candidate.terms).find
    chinese = candidate.lang.startswith("zh")
    found: list[_Found] = []
    for term in terms:
        strength, places = _NOTHING
        if not (chinese and term.translated):
            for key in term.keys:
                count = find(key)
                if count:
                    in_title, in_headings, in_body, bits = count
                    strength += _TITLE_WEIGHT * in_title + _HEADING_WEIGHT * in_headings + in_body
                    places |= EVERYWHERE if in_title else bits
        found.append((strength + _OPENING_WEIGHT if places & OPENING_PLACES else strength, places))
    return found


def _without_chance(terms: list[_Weighed], found: Sequence[Sequence[_Found]]) -> list[_Weighed]:
    """Weigh pairs of Chinese characters by whether they are a word: where the rarer one of the two stands in the
    candidates without the other, they met by chance, as the end of one word and the beginning of the next."""
    columns = {term.form: number for number, term in enumerate(terms) if is_han(term.form)}
    having = {form: sum(1 for row in found if row[number][0]) for form, number in columns.items()}
    return [replace(term, weight=term.weight * _togetherness(term.form, having)) for term in terms]


def _togetherness(form: str, having: Mapping[str, int]) -> float:
    if len(form) != 2 or not having.keys() >= {form, *form}:
        return 1.0
    apart = min(having[form[0]], having[form[1]])
    return _CHANCE_SHARE + (1 - _CHANCE_SHARE) * (having[form] / apart if apart else 1.0)


def _score(terms: Iterable[_Weighed], found: Iterable[_Found], damping: float) -> tuple[float, float]:
    score = weight = 0.0
    for term, (strength, _places) in zip(terms, found, strict=True):
        if strength:
            score += term.weight * strength * (_SATURATION + 1) / (strength + damping)
            weight += term.weight
    return score, weight


def _best_passage(terms: Iterable[_Weighed], found: Iterable[_Found]) -> float:
    """The weight of the terms that stand in the same two neighbouring stretches of the text, where it is highest;
    those of the title stand above every passage."""
    passages: dict[int, float] = {}
    above_all = 0.0
    for term, (_strength, places) in zip(terms, found, strict=True):
        if places == EVERYWHERE:
            above_all += term.weight * _TWICE_IN_PASSAGE
            continue
        twice = places & places << 1
        left = places | places << 1
        while left:
            bit = left & -left
            left ^= bit
            gain = term.weight * _TWICE_IN_PASSAGE if twice & bit else term.weight
            passages[bit] = passages.get(bit, 0.0) + gain
    return above_all + max(passages.values(), default=0.0)


def _bonus(query: Query, candidate: Candidate) -> float:
    bonus = answer_bonus(query.asked, candidate.opening)
    if len(query.folded) > 1 and query.folded in fold(candidate.title):
        bonus += _TITLE_BONUS
    return bonus
