"""The list of completions that opens under the cursor of a composer, with a preview of the chosen one."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from desk.text import SafeText, clean_text, truncate, width

NOTHING = SafeText("")
VISIBLE_ROWS = 7
_LABEL_CELLS = 34
_ROW_CELLS = 66


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer: ``value`` says what it is (an id), ``label`` and ``detail`` are shown, ``insert`` is the text that
    replaces the trigger at once (empty: the owner of the composer inserts something itself)."""

    value: str
    label: SafeText
    detail: SafeText = NOTHING
    insert: SafeText = NOTHING


class CompletionList(Static):
    """Shows completions and which one is chosen; takes no focus, because the text keeps it."""

    completions: reactive[tuple[Completion, ...]] = reactive(())
    chosen: reactive[int] = reactive(0)
    preview: reactive[tuple[SafeText, ...]] = reactive(())
    empty_hint: reactive[str] = reactive("")

    @property
    def height_shown(self) -> int:
        """How many lines it takes."""
        return max(1, min(VISIBLE_ROWS, len(self.completions))) + len(self.preview)

    def render(self) -> Content:
        """The rows around the chosen one, then the preview."""
        first = max(0, min(self.chosen - VISIBLE_ROWS + 1, len(self.completions) - VISIBLE_ROWS))
        shown = self.completions[first : first + VISIBLE_ROWS]
        label_cells = min(_LABEL_CELLS, max((width(offer.label) for offer in self.completions), default=0))
        detail_cells = min(
            _ROW_CELLS - label_cells, max((width(offer.detail) for offer in self.completions), default=0)
        )
        lines = [
            _row(offer, label_cells, detail_cells, chosen=first + i == self.chosen) for i, offer in enumerate(shown)
        ]
        if not lines and self.empty_hint:
            lines.append(Content.styled(clean_text(self.empty_hint), "dim"))
        lines.extend(Content.styled("  " + line, "dim") for line in self.preview)
        return Content("\n").join(lines)


def _row(offer: Completion, label_cells: int, detail_cells: int, *, chosen: bool) -> Content:
    """One offer in a line; the chosen one is pointed at, not only coloured."""
    label, detail = _pad(offer.label, label_cells), _pad(offer.detail, detail_cells)
    row = Content(f"{'›' if chosen else ' '} {label}  ") + Content.styled(detail, "" if chosen else "dim")
    return row.stylize("reverse") if chosen else row


def _pad(text: str, cells: int) -> str:
    """``text`` on one line in exactly ``cells`` cells."""
    short = truncate(clean_text(text, newlines=False), cells)
    return short + " " * (cells - width(short))


def next_index(current: int, step: int, offers: Sequence[Completion]) -> int:
    """The index ``step`` further, round the end; 0 without offers."""
    return (current + step) % len(offers) if offers else 0
