"""What somebody asks, made ready: the index's expressions to find candidates, and weighted terms to rank them."""

import re
import sqlite3
from collections.abc import Iterable

from msgspec import Struct

from console.kb.glossary import Related, related
from console.kb.stopwords import ENGLISH, content_of
from console.kb.typos import corrections
from console.store.article_terms import terms_of
from console.store.articles import article_counts, words_beginning
from desk.folding import fold, is_han, prefix_phrase, run_phrase, words

_PAIR_WEIGHT = 0.6
"""A pair of Chinese characters, against a Latin word: a Chinese word makes several pairs."""
_CHARACTER_WEIGHT = 0.25
_LONE_CHARACTER_WEIGHT = 0.6
_COMPLETION_WEIGHT = 0.1
_SYNONYM_WEIGHT = 0.25
_TRANSLATION_WEIGHT = 0.7
_MOST_COMPLETIONS = 40

_YES_OR_NO = re.compile(
    r"^(?:can|could|is|are|am|do|does|did|will|would|should|has|have|was|were)\b|吗|能否|是否|可否|有无|能不能|可不可以"
)
_ASKING = re.compile(
    r"^(?:what|why|who|when|where|which|how (?:do|does|can|is|are|much|many|long))\b|[?]"
    r"|什么|甚么|如何|怎么|怎样|为何|谁|哪"
)
_DEFINING = re.compile(
    r"^what(?:'s| is| are)(?: an?| the)? (?P<en>.+?)\W*$|^(?:什么是|甚么是|何谓)\W*(?P<zh>.+?)\W*$"
    r"|^(?P<ask>.+?)\s*(?:是什么|是甚么|是什么意思|指什么)\W*$"
)


class Term(Struct, frozen=True):
    """Something that should occur; ``forms`` are the index's terms that count as it. A ``translated`` one stands
    for a Chinese word and counts only in articles of other languages."""

    forms: tuple[str, ...]
    weight: float
    translated: bool = False


class Query(Struct, frozen=True):
    """A query made ready. ``exact`` finds articles with every word, ``loose`` those with any of it (or of a synonym
    or translation); both are empty when nothing was asked. ``subject`` is what a definition is asked of."""

    folded: str
    exact: str
    loose: str
    terms: tuple[Term, ...]
    marks: tuple[str, ...]
    question: bool
    yes_or_no: bool
    subject: str


def read_query(connection: sqlite3.Connection, text: str) -> Query:
    """Read what was typed. The last word may be unfinished, unless a space or punctuation follows it."""
    found = words(text)
    runs = [word for word in found if is_han(word)]
    latin = [word for word in found if not is_han(word)]
    telling = [word for word in latin if word not in ENGLISH] or ([] if runs else latin)
    unfinished = found[-1] if found and found[-1] in telling and fold(text).endswith(found[-1]) else ""

    terms: dict[str, Term] = {}
    exact = [run_phrase(run) for run in runs]
    loose: list[str] = []
    marks = [*runs]
    counts = article_counts(connection, {form for word in telling for form in terms_of(word)})
    for word in dict.fromkeys(telling):
        spellings = _spellings(connection, word, word == unfinished, counts[terms_of(word)[0]])
        exact.append(spellings.phrase)
        loose.append(spellings.phrase)
        marks += spellings.marks
        terms.update((term.forms[0], term) for term in spellings.terms)
    for run in runs:
        for piece in content_of(run):
            marks.append(piece)
            terms.update(_piece_terms(piece))
    loose += _han_phrases(terms)
    add_related(terms, loose, related(text))
    folded = " ".join(fold(text).split())
    defined = _DEFINING.match(folded)
    yes_or_no = _YES_OR_NO.search(folded) is not None
    return Query(
        folded=folded,
        exact=" AND ".join(exact),
        loose=" OR ".join(dict.fromkeys(loose)),
        terms=tuple(terms.values()),
        marks=tuple(dict.fromkeys(marks)),
        question=yes_or_no or _ASKING.search(folded) is not None,
        yes_or_no=yes_or_no,
        subject=next(filter(None, defined.groups())) if defined else "",
    )


class _Spellings(Struct, frozen=True):
    phrase: str
    terms: tuple[Term, ...]
    marks: tuple[str, ...]


def _spellings(connection: sqlite3.Connection, word: str, unfinished: bool, count: int) -> _Spellings:
    """How a Latin word may stand in the articles: as it is, completed, or corrected."""
    stem = terms_of(word)[0]
    longer = words_beginning(connection, word, _MOST_COMPLETIONS) if unfinished and len(word) > 1 else []
    completions = {terms_of(other)[0] for other in longer} - {stem}
    if not count and not completions and not (unfinished and len(word) == 1):
        corrected = corrections(connection, word, unfinished=unfinished)
        if corrected:
            phrases = " OR ".join(f'"{other}"' for other in corrected)
            forms = tuple(dict.fromkeys(terms_of(other)[0] for other in corrected))
            return _Spellings(f"({phrases})", (Term(forms, 1.0),), tuple(corrected))
    terms = [Term((stem,), 1.0)]
    if completions:
        terms.append(Term(tuple(sorted(completions)), _COMPLETION_WEIGHT if count else 1.0))
    return _Spellings(prefix_phrase(word) if unfinished else f'"{word}"', tuple(terms), (word,))


def _piece_terms(piece: str) -> dict[str, Term]:
    if len(piece) == 1:
        return {piece: Term((piece,), _LONE_CHARACTER_WEIGHT)}
    return {term: Term((term,), _PAIR_WEIGHT if len(term) > 1 else _CHARACTER_WEIGHT) for term in terms_of(piece)}


def _han_phrases(terms: Iterable[str]) -> list[str]:
    """Phrases that find the Chinese terms; single characters only when there is nothing longer."""
    han = [term for term in terms if is_han(term)]
    return [run_phrase(term) for term in han if len(term) > 1] or [run_phrase(term) for term in han]


def add_related(terms: dict[str, Term], loose: list[str], others: Related) -> None:
    """Add words that mean the same; what the query says itself keeps its weight."""
    kinds = ((others.regional, 1.0), (others.other, _TRANSLATION_WEIGHT), (others.same, _SYNONYM_WEIGHT))
    for alternatives, weight in kinds:
        for alternative in alternatives:
            loose.append(run_phrase(alternative) if is_han(alternative) else f'"{alternative}"')
            for term in _related_terms(alternative, weight, translated=alternatives is others.other):
                terms.setdefault(term.forms[0], term)


def _related_terms(alternative: str, weight: float, *, translated: bool) -> list[Term]:
    forms = [form for word in words(alternative) for form in terms_of(word)]
    latin = [Term((form,), weight, translated) for form in forms if not is_han(form)]
    return latin + [Term((form,), weight * _PAIR_WEIGHT) for form in forms if is_han(form) and len(form) > 1]
