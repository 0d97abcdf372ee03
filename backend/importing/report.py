"""What an import says while it runs and when it ends."""

import sys
from typing import TextIO


class Report:
    """Counts what happened and names every bad line on ``out`` (standard error unless told)."""

    def __init__(self, what: str, out: TextIO | None = None) -> None:
        self.what = what
        self.added = self.changed = self.unchanged = self.bad = 0
        self._out = out or sys.stderr

    @property
    def seen(self) -> int:
        """How many there were so far."""
        return self.added + self.changed + self.unchanged + self.bad

    def bad_line(self, place: str, reason: str) -> None:
        """Say what is wrong with one line, mail or file; ``place`` tells where it is."""
        self.bad += 1
        self._clear()
        self._out.write(f"{place}: {reason}\n")

    def show_progress(self) -> None:
        """On a terminal, say how far it has come; elsewhere only the end is said."""
        if self._out.isatty():
            self._out.write(f"\r{self.what}: {self.seen:,} read, {self.bad:,} bad")
            self._out.flush()

    def summary(self) -> str:
        """The end of it in one line."""
        self._clear()
        known = f"{self.changed:,} changed, {self.unchanged:,} unchanged"
        return f"{self.what}: {self.added:,} added, {known}, {self.bad:,} bad"

    def _clear(self) -> None:
        if self._out.isatty():
            self._out.write("\r\x1b[K")
