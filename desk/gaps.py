"""What the knowledge base lacks: one gap for each thing missed, however it is written."""

from hashlib import sha256

from desk.folding import fold
from desk.ids import GapId
from desk.text import clean_name

MIN_QUERY, MAX_QUERY = 3, 80


def gap_query(typed: str) -> str:
    """A query as it is kept: cleaned, on one line; empty for one that is too short or too long to tell of anything, or
    that holds key material."""
    query = " ".join(clean_name(typed, limit=4 * MAX_QUERY).split())
    if _weight(query) < MIN_QUERY or len(query) > MAX_QUERY:
        return ""
    from desk.key_material import find_key_material  # 12 ms, for those who miss something

    return "" if find_key_material(typed) else query


def gap_id_of(lang: str, query: str) -> GapId:
    """The gap's id, a pure function of the language and the folded words: everybody who misses the same thing adds to
    one gap."""
    key = f"{lang.partition('-')[0].lower()}\x1f{' '.join(fold(query).split())}"
    return GapId(f"gap-{sha256(key.encode()).hexdigest()[:24]}")


def _weight(query: str) -> int:
    """Its length, a Chinese character counting for two: it says as much."""
    return sum(1 if character < "\u2e80" else 2 for character in query)
