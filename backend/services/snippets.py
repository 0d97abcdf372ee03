"""A short piece of a text around the first place that was searched for, with the hits marked."""

import re

from desk.folding import fold, words

MARK, END = "\x02", "\x03"
_BEFORE, _LENGTH = 40, 160


def snippet(body: str, searched: str) -> str:
    """About 160 characters of ``body`` in one line; words of ``searched`` are put between U+0002 and U+0003.

    Where folding changes the length of the text (full-width forms do not, some ligatures do) nothing is marked.
    """
    line = re.sub(r"\s+", " ", body).strip()
    folded = fold(line)
    wanted = sorted({word for word in words(searched) if word}, key=len, reverse=True)
    if len(folded) != len(line) or not wanted:
        return line[:_LENGTH]
    hits = re.compile("|".join(map(re.escape, wanted)))
    first = hits.search(folded)
    start = max(0, first.start() - _BEFORE) if first else 0
    end = start + _LENGTH
    parts, at = [], start
    for hit in hits.finditer(folded, start, end):
        parts += [line[at : hit.start()], MARK, line[hit.start() : hit.end()], END]
        at = hit.end()
    return ("…" if start else "") + "".join(parts) + line[at:end] + ("…" if end < len(line) else "")
