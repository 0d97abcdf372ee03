"""Forgiving typing errors in Latin words: which words of the articles are nearest to one that none of them has."""

from console.store.articles import Reader, words_beginning, words_ending

_SHORTEST = 4
"""Shorter words are not corrected: too many others are near."""
_TWO_ERRORS_FROM = 8
_MOST_CANDIDATES = 400
_MOST_CORRECTIONS = 3


def distance(one: str, other: str, most: int) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two words; ``most + 1`` when there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row, last = row, [at], before
        for place, against in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != against))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == against:
                cost = min(cost, last[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def corrections(connection: Reader, word: str, *, unfinished: bool) -> list[str]:
    """Words of the articles nearest to a folded word, at most three; with ``unfinished`` also words that go on after
    it. Costs about 1 ms, so ask only for a word that is not there."""
    if len(word) < _SHORTEST or not word.isalpha():
        return []
    most = 2 if len(word) >= _TWO_ERRORS_FROM else 1
    half = max(2, len(word) // 2 - most + 1)
    nearby = {*words_beginning(connection, word[:half], _MOST_CANDIDATES)}
    nearby.update(words_ending(connection, word[-half:], _MOST_CANDIDATES))
    if len(nearby) < _MOST_CANDIDATES:
        nearby.update(words_beginning(connection, word[1::-1][: half - 1], _MOST_CANDIDATES))
    found: list[tuple[int, int, str]] = []
    for other in nearby:
        edits = distance(word, other, most)
        if unfinished and edits > most:
            edits = distance(word, other[: len(word)], most) if len(other) > len(word) else edits
        if edits <= most:
            found.append((edits, abs(len(other) - len(word)), other))
    found.sort()
    return [other for edits, _, other in found if edits == found[0][0]][:_MOST_CORRECTIONS]
