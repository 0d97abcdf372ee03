"""The tickets of a bulk: what becomes of each, or why nothing does. One line a ticket, columns that line up."""

from collections.abc import Mapping

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from console.i18n import gettext as _
from console.i18n import mark
from console.refusals import refusal_sentence
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.bulk import BulkRow, ItemState, Tally
from desk.text import clean_name, truncate, width

STATE: Mapping[ItemState, str] = {
    ItemState.PLANNED: mark("waits"),
    ItemState.QUEUED: mark("on its way"),
    ItemState.APPLIED: mark("done"),
    ItemState.SAME: mark("already so"),
    ItemState.REFUSED: mark("refused"),
    ItemState.DROPPED: mark("taken back"),
}
MARK: Mapping[ItemState, str] = {
    ItemState.PLANNED: "·",
    ItemState.QUEUED: "↑",
    ItemState.APPLIED: "✓",
    ItemState.SAME: "=",
    ItemState.REFUSED: "!",
    ItemState.DROPPED: "×",
}
_STATE_CELLS = 13
_REF_CELLS, _NAME_CELLS = 10, 16
_WIDE = 120
"""From so many cells on the subject has a column of its own."""


class BulkList(LineList[BulkRow]):
    """Shows the rows of a plan, or of a bulk that is under way."""

    KEY_CONTEXTS = ("bulk", "list")

    empty_sentence: reactive[str] = reactive("", repaint=False)
    applied: reactive[bool] = reactive(False, repaint=False)
    """Whether it is under way; before that, what is planned is what will change."""

    def stamp(self, row: BulkRow) -> bool:
        """A planned row reads otherwise once it waits for its turn."""
        return self.applied

    def paint(self, row: BulkRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """State, ticket, customer, (subject,) what changes or why not."""
        line = Line(width, inks.cursor if selected else None).add("▌" if selected else " ", inks.key)
        ink = _ink(row.state, inks)
        to_come = row.state is ItemState.PLANNED and not self.applied
        line.add("→ " if to_come else f"{MARK[row.state]} ", ink)
        line.add(_("will change") if to_come else _(STATE[row.state]), ink, _STATE_CELLS - 1)
        at = 3 + _STATE_CELLS
        line.to(at, inks.dim).add(clean_name(row.ref or "…"), inks.key, _REF_CELLS - 1)
        at += _REF_CELLS
        line.to(at, inks.dim).add(clean_name(row.customer_name), inks.text, _NAME_CELLS - 1)
        at += _NAME_CELLS
        if width >= _WIDE:
            subject = (width - at) * 2 // 5
            line.to(at, inks.dim).add(clean_name(row.subject), inks.dim, subject - 2)
            at += subject
        words = refusal_sentence(row.code, row.why) if row.state is ItemState.REFUSED else row.change
        line.to(at, inks.dim).add(clean_name(words), inks.text)
        if row.note:
            line.add("  " + clean_name(row.note), inks.dim)
        return [line.strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """One sentence instead of rows."""
        return [Line(width).add("  ", inks.dim).add(self.empty_sentence, inks.dim).strip(inks.text)]


def _ink(state: ItemState, inks: Inks) -> Style:
    if state is ItemState.REFUSED:
        return inks.breaching
    return inks.fine if state is ItemState.APPLIED else inks.dim


class BulkProgress(Bar):
    """How far it is: a bar, and the same in numbers. ``tally`` None: nothing to show."""

    tally: reactive[Tally | None] = reactive(None, repaint=False)
    word: reactive[str] = reactive("", repaint=False)

    def watch_tally(self) -> None:
        """Paint the new count."""
        self.changed()

    def watch_word(self) -> None:
        """Paint the new word."""
        self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """The bar takes what the words leave."""
        line = Line(width_).add(" ", inks.dim)
        tally = self.tally
        if tally is None or not tally.total:
            return [line.add(self.word, inks.dim).strip(inks.text)]
        words = _("{done} of {total}").format(done=f"{tally.settled:,}", total=f"{tally.total:,}")
        words = f"{words} · {self.word}" if self.word else words
        words = truncate(words, max(0, width_ - 14))
        cells = max(8, min(60, width_ - width(words) - 4))
        done = cells * tally.settled // tally.total
        line.add("█" * done, inks.fine).add("░" * (cells - done), inks.faint)
        return [line.add("  " + words, inks.text).strip(inks.text)]
