"""How a Latin word of a query may stand in the articles: as it is, longer, or spelled right."""

from msgspec import Struct

from console.kb.typos import corrections
from console.store.article_terms import terms_of
from console.store.articles import Reader, article_counts, words_beginning
from desk.folding import prefix_phrase

_COMPLETION_WEIGHT = 0.1
"""Longer words, where the word as typed occurs itself."""
_COMPLETIONS_READ = 60
_MOST_COMPLETIONS = 12


class Term(Struct, frozen=True):
    """Something that should occur; ``forms`` are the index's terms that count as it. A ``translated`` one stands
    for a Chinese word and counts only in articles of other languages."""

    forms: tuple[str, ...]
    weight: float
    translated: bool = False


class Spelling(Struct, frozen=True):
    """A word's FTS5 phrase, its terms for ranking, and what to mark in a snippet."""

    phrase: str
    terms: tuple[Term, ...]
    marks: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The terms the phrase may be found by."""
        return tuple(form for term in self.terms for form in term.forms)


def spell(connection: Reader, word: str, *, unfinished: bool) -> Spelling:
    """Spell a folded word. Only a word that neither occurs nor goes on in the articles is corrected. A single letter
    goes on in titles only: nearly every text has a word with it."""
    stem = terms_of(word)[0]
    occurs = article_counts(connection, (stem,))[stem] > 0
    completions = _completions(connection, word, stem) if unfinished and len(word) > 1 else []
    if not occurs and not completions:
        corrected = corrections(connection, word, unfinished=unfinished)
        if corrected:
            phrase = " OR ".join(f'"{other}"' for other in corrected)
            forms = tuple(dict.fromkeys(terms_of(other)[0] for other in corrected))
            return Spelling(f"({phrase})", (Term(forms, 1.0),), tuple(corrected))
    phrase = f'"{word}"'
    if unfinished:
        phrase = prefix_phrase(word) if len(word) > 1 else f'(title : "{word}"* OR "{word}")'
    terms = [Term((stem,), 1.0)] if occurs or not completions else []
    if completions:
        terms.append(Term(tuple(completions), _COMPLETION_WEIGHT if occurs else 1.0))
    return Spelling(phrase, tuple(terms), (word,))


def _completions(connection: Reader, word: str, stem: str) -> list[str]:
    """Stems of the shortest words that begin so."""
    longer = sorted(words_beginning(connection, word, _COMPLETIONS_READ), key=len)
    stems = dict.fromkeys(terms_of(other)[0] for other in longer)
    stems.pop(stem, None)
    return list(stems)[:_MOST_COMPLETIONS]
