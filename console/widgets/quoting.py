"""Tells a mail's own words from the earlier mail quoted under them."""

import re

_WROTE = re.compile(r"^(?:On .{4,120} wrote:|.{2,80}(?:写道|寫道)\s*[:：])$")
_FORWARDED = re.compile(r"^-{2,}\s*(?:Original Message|原始邮件|转发的邮件|Forwarded message)\s*-{2,}$", re.IGNORECASE)
LEAST_LINES = 3
"""Fewer quoted lines are not worth folding."""


def split_quote(text: str) -> tuple[str, str]:
    """The author's own text, and the quote at its end (empty: none). A quote between own words stays where it is."""
    if "\n>" not in text and "\n-" not in text:
        return text, ""
    lines = text.split("\n")
    start = _start_of_quote([line.strip() for line in lines])
    quoted = [line for line in lines[start:] if line.strip()]
    if start == 0 or len(quoted) < LEAST_LINES:
        return text, ""
    return "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:])


def _start_of_quote(lines: list[str]) -> int:
    """The line at which nothing but a quote follows; ``len(lines)`` when there is none."""
    for index, line in enumerate(lines):
        if _FORWARDED.match(line):
            return index
    start = len(lines)
    while start and (not lines[start - 1] or lines[start - 1].startswith(">")):
        start -= 1
    return start - 1 if start and _WROTE.match(lines[start - 1]) else start
