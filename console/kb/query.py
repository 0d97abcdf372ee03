"""What somebody asks, made ready: the index's expressions to find candidates, and weighted terms to rank them."""

from collections.abc import Mapping

from msgspec import Struct

from console.kb.answers import Asked, read_question
from console.kb.expression import Phrase, any_of
from console.kb.glossary import Related, related
from console.kb.spelling import Term, spell
from console.kb.stopwords import ENGLISH, content_of
from console.store.article_terms import terms_of
from console.store.articles import Reader, Totals, article_counts, article_totals
from desk.folding import fold, is_han, run_phrase, words

_PAIR_WEIGHT = 0.6
"""A pair of Chinese characters, against a Latin word: a Chinese word makes several pairs."""
_CHARACTER_WEIGHT = 0.25
_CHARACTER_IN_ONE_OF = 8
_LONE_CHARACTER_WEIGHT = 0.6
_SYNONYM_WEIGHT = 0.25
_TRANSLATION_WEIGHT = 0.7


class Query(Struct, frozen=True):
    """A query made ready. ``exact`` finds articles with every word, ``loose`` those with any of it (or of a synonym
    or translation); both are empty when nothing was asked. ``counts`` tells in how many of ``articles`` each term
    occurs; ``marks`` are the words to mark in a snippet; ``folded`` is the query in one spelling."""

    exact: str
    loose: str
    terms: tuple[Term, ...]
    counts: dict[str, int]
    totals: Totals
    marks: tuple[str, ...]
    folded: str = ""
    asked: Asked = Asked()


def read_query(connection: Reader, text: str) -> Query:
    """Read what was typed. The last word may be unfinished, unless a space or punctuation follows it."""
    folded = fold(text)
    found = words(folded)
    runs = [word for word in found if is_han(word) and (len(found) == 1 or content_of(word))]
    latin = [word for word in found if not is_han(word)]
    latin = [word for word in latin if word not in ENGLISH] or ([] if runs else latin)
    unfinished = found[-1] if found and found[-1] in latin and folded.endswith(found[-1]) else ""

    if len(unfinished) == 1 and len(found) > 1:
        latin = [word for word in latin if word != unfinished]
    spellings = [spell(connection, word, unfinished=word == unfinished) for word in dict.fromkeys(latin)]
    pieces = [piece for run in runs for piece in content_of(run) or [run]]
    terms: dict[str, Term] = {}
    for term in (term for spelling in spellings for term in spelling.terms):
        terms.setdefault(term.forms[0], term)
    for piece in pieces:
        terms.update(_piece_terms(piece))
    phrases = [Phrase(one.phrase, one.forms, 1.0, any_form=True) for one in spellings] + _han_phrases(terms)
    add_related(terms, phrases, related(folded))

    totals = article_totals(connection)
    counts = count_forms(connection, terms, totals)
    folded = " ".join(folded.split())
    return Query(
        exact=" AND ".join([*map(run_phrase, runs), *(one.phrase for one in spellings)]),
        loose=any_of(phrases, counts, totals.articles),
        terms=tuple(terms.values()),
        counts=counts,
        totals=totals,
        marks=tuple(dict.fromkeys([*runs, *pieces, *(mark for one in spellings for mark in one.marks)])),
        folded=folded,
        asked=read_question(folded),
    )


def count_forms(connection: Reader, terms: Mapping[str, Term], totals: Totals) -> dict[str, int]:
    """In how many articles each form occurs. A character within a longer word weighs little; its count is guessed,
    because to count a common one takes as long as to rank four articles."""
    forms = {form for term in terms.values() for form in term.forms}
    guessed = {form for form in forms if len(form) == 1 and is_han(form) and terms[form].weight <= _CHARACTER_WEIGHT}
    counts = article_counts(connection, forms - guessed)
    return counts | dict.fromkeys(guessed, totals.articles // _CHARACTER_IN_ONE_OF)


def _piece_terms(piece: str) -> dict[str, Term]:
    if len(piece) == 1:
        return {piece: Term((piece,), _LONE_CHARACTER_WEIGHT)}
    return {term: Term((term,), _PAIR_WEIGHT if len(term) > 1 else _CHARACTER_WEIGHT) for term in terms_of(piece)}


def _han_phrases(terms: Mapping[str, Term]) -> list[Phrase]:
    """Phrases that find the Chinese terms; single characters only when there is nothing longer."""
    han = [(form, term.weight) for form, term in terms.items() if is_han(form)]
    longer = [(form, weight) for form, weight in han if len(form) > 1]
    return [Phrase(run_phrase(form), (form,), weight) for form, weight in longer or han]


def add_related(terms: dict[str, Term], phrases: list[Phrase], others: Related) -> None:
    """Add words that mean the same; what the query says itself keeps its weight."""
    kinds = ((others.regional, 1.0), (others.other, _TRANSLATION_WEIGHT), (others.same, _SYNONYM_WEIGHT))
    for alternatives, weight in kinds:
        for alternative in alternatives:
            found = _related_terms(alternative, weight, translated=alternatives is others.other)
            if found:
                expression = run_phrase(alternative) if is_han(alternative) else f'"{alternative}"'
                phrases.append(Phrase(expression, tuple(term.forms[0] for term in found), weight))
            for term in found:
                terms.setdefault(term.forms[0], term)


def _related_terms(alternative: str, weight: float, *, translated: bool) -> list[Term]:
    forms = [form for word in words(alternative) for form in terms_of(word)]
    latin = [Term((form,), weight, translated) for form in forms if not is_han(form)]
    return latin + [Term((form,), weight * _PAIR_WEIGHT) for form in forms if is_han(form) and len(form) > 1]
