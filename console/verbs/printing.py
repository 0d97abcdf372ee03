"""What verbs write to standard output: JSON with stable keys, or aligned columns. Text from outside is cleaned."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from desk.ids import MS_PER_S, Instant
from desk.text import clean_text, truncate, width

_LAST_AT: Instant = 253_402_214_400_000
"""The last day of the year 9999: later ones have no date."""


def print_json(value: Any) -> None:
    """One JSON document on one line."""
    print_line(msgspec.json.encode(value).decode())


def print_line(text: str = "") -> None:
    """One line as it is."""
    sys.stdout.write(f"{text}\n")


def print_text(text: str) -> None:
    """Text from outside: cleaned, its own line breaks kept."""
    print_line(clean_text(text))


def print_columns(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    """Rows of cells, each cut and padded to its width in terminal cells; width 0 is never cut (the last one)."""
    for row in rows:
        cells = []
        for cell, cells_wide in zip(row, widths, strict=True):
            plain = clean_text(cell, newlines=False)
            if cells_wide:
                plain = truncate(plain, cells_wide)
                cells.append(plain + " " * (cells_wide - width(plain)))
            else:
                cells.append(plain)
        print_line("  ".join(cells).rstrip())


def iso(instant: Instant | None) -> str | None:
    """An instant for scripts: UTC, ISO 8601 with milliseconds; None for None, and for what no calendar has (a solved
    ticket's urgency)."""
    if instant is None or instant >= _LAST_AT:
        return None
    return datetime.fromtimestamp(instant / MS_PER_S, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(instant: Instant | None) -> str:
    """An instant for people: local time to the minute, empty for None."""
    if instant is None or instant >= _LAST_AT:
        return ""
    return datetime.fromtimestamp(instant / MS_PER_S).astimezone().strftime("%Y-%m-%d %H:%M")
