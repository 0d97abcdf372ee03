"""The last line: the keys of this place, or the one sentence that was just said."""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from console.i18n import gettext as _
from console.keys import Key
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from desk.text import clean_name, width

Tone: TypeAlias = Literal["done", "info", "warning"]

SAID_S = 6.0
"""A sentence stays this long, unless another follows."""
_MARKS: dict[Tone, str] = {"done": "✓", "info": "·", "warning": "!"}


class KeyLine(Bar):
    """Shows keys; a sentence takes their place for a while."""

    keys: reactive[Sequence[Key]] = reactive((), repaint=False)
    lead: reactive[str] = reactive("", repaint=False)
    """What stands before the keys, such as how much is selected."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sentence = ""
        self._tone: Tone = "info"
        self._timer: Timer | None = None

    @property
    def sentence(self) -> str:
        """What is said now (empty: keys are shown)."""
        return self._sentence

    def watch_keys(self) -> None:
        """Another place has other keys."""
        self.changed()

    def watch_lead(self) -> None:
        """Something else stands before the keys."""
        self.changed()

    def say(self, sentence: str, tone: Tone = "info", for_s: float = SAID_S) -> None:
        """Show a sentence for a while."""
        self._sentence, self._tone = clean_name(sentence, limit=500), tone
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(for_s, self.hush)
        self.changed()

    def hush(self) -> None:
        """Show the keys again."""
        if self._sentence:
            self._sentence = ""
            self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line: as many keys as there is room for."""
        line = Line(width_, inks.bar).add(" ", inks.dim)
        if self._sentence:
            ink = {"done": inks.fine, "info": inks.text, "warning": inks.breaching}[self._tone]
            line.add(f"{_MARKS[self._tone]} ", ink).add(self._sentence, ink)
            return [line.strip(inks.dim)]
        if self.lead:
            line.add(f"{self.lead}  ", inks.strong)
        for key in self.keys:
            shown, hint = _first_of(key), _(key.hint)
            if line.left < width(shown) + width(hint) + 4:
                break
            line.add(shown, inks.key).add(f" {hint}  ", inks.dim)
        return [line.strip(inks.dim)]


def usable(keys: Iterable[Key], focused: Widget | None) -> list[Key]:
    """The keys worth a hint while ``focused`` has the focus: where text is written, a printable key is typed."""
    return [key for key in keys if key.hint and not (focused and _is_typed(key, focused))]


def _is_typed(key: Key, focused: Widget) -> bool:
    """Whether the widget would take the key as text."""
    shown = key.shown_keys.split(" ")[0]
    return len(shown) == 1 and focused.check_consume_key(shown, shown)


def _first_of(key: Key) -> str:
    """The key to show where there is room for one: the second of two in sequence."""
    if key.id == "list.down":
        return "j/k"
    shown = key.shown_keys.split(" ")
    return shown[1] if key.keys.startswith("g ") else shown[0]
