"""Which of many words to ask the index for: the telling ones, as long as they do not cost too much."""

from collections.abc import Iterable, Mapping
from math import log

from msgspec import Struct

_MOST_PHRASES = 16
_LEAST_PHRASES = 3
_LEAST_BUDGET = 2_000
_SHARE_OF_ARTICLES = 5
"""Together the phrases may match as many articles as a fifth of all there are: time grows with every match."""


class Phrase(Struct, frozen=True):
    """Something to ask the index for: an FTS5 expression, the terms it is made of, and how much it matters.
    ``any_form``: one of the terms is enough to match."""

    expression: str
    forms: tuple[str, ...]
    weight: float
    any_form: bool = False

    def count(self, counts: Mapping[str, int]) -> int:
        """About how many articles match."""
        found = [counts.get(form, 0) for form in self.forms]
        return sum(found) if self.any_form else min(found, default=0)


def telling(count: int, articles: int) -> float:
    """How much it tells that a term occurs which ``count`` of all ``articles`` have (BM25's idf, always positive)."""
    count = min(count, articles)
    return log(1.5 + (articles - count + 0.5) / (count + 0.5))


def any_of(phrases: Iterable[Phrase], counts: Mapping[str, int], articles: int) -> str:
    """An FTS5 expression that matches articles with any of the most telling phrases; empty when none occurs."""
    known: list[tuple[float, int, str]] = []
    for phrase in phrases:
        count = phrase.count(counts)
        if count:
            known.append((phrase.weight * telling(count, articles), count, phrase.expression))
    known.sort(key=lambda one: -one[0])
    budget = max(_LEAST_BUDGET, articles // _SHARE_OF_ARTICLES)
    chosen: dict[str, None] = {}
    for _gain, count, expression in known[:_MOST_PHRASES]:
        if len(chosen) < _LEAST_PHRASES or count <= budget:
            chosen[expression] = None
            budget -= count
    return " OR ".join(chosen)
