"""The text field of a composer: only cleaned text gets in, and it offers completions under the cursor.

Textual's TextArea sends what it holds to the terminal as it is, so every way in is cleaned: keys, paste, insertion
and loading. Importing it costs 35 ms, which is why composers are imported when the first one opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import TextArea

from console.keys import Context
from console.widgets.completion import Completion, next_index
from console.widgets.composer_trigger import Trigger, find_trigger
from desk.text import clean_text

_PREVIOUS = frozenset({"up"})
_NEXT = frozenset({"down"})
_ACCEPT = frozenset({"enter", "tab"})


class DraftArea(TextArea):
    """A text area for a draft."""

    @dataclass
    class Wished(Message):
        """The word under the cursor asks for completions; None: no longer."""

        trigger: Trigger | None

    @dataclass
    class Pointed(Message):
        """Another completion is pointed at."""

        index: int

    @dataclass
    class Chosen(Message):
        """A completion was taken; its trigger is already gone from the text."""

        trigger: Trigger
        completion: Completion

    def __init__(self, text: str = "", *, id: str | None = None, contexts: tuple[Context, ...] = ()) -> None:
        super().__init__(clean_text(text), id=id, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)
        self.KEY_CONTEXTS = contexts
        self.trigger: Trigger | None = None
        self.completions: tuple[Completion, ...] = ()
        self.pointed = 0

    def edit(self, edit: Edit) -> EditResult:
        """Make one edit, with its text cleaned."""
        edit.text = clean_text(edit.text)
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        """Replace everything, with the text cleaned."""
        super().load_text(clean_text(text))

    def offer(self, trigger: Trigger, completions: tuple[Completion, ...]) -> bool:
        """Offer completions for ``trigger``; False when the text has moved on since it was asked for."""
        if trigger != self.trigger:
            return False
        self.completions, self.pointed = completions, 0
        return True

    def dismiss_completions(self) -> None:
        """Stop offering until the next trigger is typed."""
        self.trigger, self.completions, self.pointed = None, (), 0
        self.post_message(self.Wished(None))

    def trigger_offset(self) -> Offset:
        """Where on the screen the list belongs: one line under the cursor, at the trigger's start."""
        back = self.cursor_location[1] - self.trigger.column if self.trigger else 0
        cursor = self.cursor_screen_offset
        return Offset(max(0, cursor.x - back), cursor.y + 1)

    async def _on_key(self, event: events.Key) -> None:
        """While completions are offered, some keys choose among them instead of moving the cursor."""
        if self.trigger is None:
            return
        if event.key == "escape":
            self.dismiss_completions()
        elif not self.completions:
            return
        elif event.key in _PREVIOUS or event.key in _NEXT:
            self.pointed = next_index(self.pointed, -1 if event.key in _PREVIOUS else 1, self.completions)
            self.post_message(self.Pointed(self.pointed))
        elif event.key in _ACCEPT:
            self._take(self.trigger, self.completions[self.pointed])
        else:
            return
        event.stop()
        event.prevent_default()

    def _take(self, trigger: Trigger, completion: Completion) -> None:
        """Replace the trigger by the completion's text and tell the owner."""
        row, column = self.cursor_location
        self.dismiss_completions()
        self.replace(completion.insert, (row, trigger.column), (row, column), maintain_selection_offset=False)
        self.post_message(self.Chosen(trigger, completion))

    def on_text_area_changed(self) -> None:
        """Look for a trigger after each change of the text."""
        row, column = self.cursor_location
        trigger = find_trigger(self.document.get_line(row)[:column]) if self.selection.is_empty else None
        if trigger != self.trigger:
            self.trigger, self.completions, self.pointed = trigger, (), 0
            self.post_message(self.Wished(trigger))


def location_of(lines: Sequence[str], index: int) -> tuple[int, int]:
    """Row and column of the character ``index`` of a text, given its lines."""
    for row, line in enumerate(lines):
        if index <= len(line):
            return row, index
        index -= len(line) + 1
    return max(0, len(lines) - 1), len(lines[-1]) if lines else 0
