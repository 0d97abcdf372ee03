"""Choosing one of a list (or several), or typing a value: a small window that returns what was chosen.

Typing filters; ↑ ↓ move; Enter chooses. With ``many``, Tab marks, and Enter returns all marks. With ``free``, text that
fits no choice may be returned as it is.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input, Static

from console.i18n import gettext as _
from console.keys import bindings
from console.screens.choices import Choice, Picked
from console.styles import use_style
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList, Rows
from desk.folding import fold
from desk.text import clean_name

V = TypeVar("V")


class ChoiceList(LineList[Choice[object]], can_focus=False):
    """The choices that fit what was typed."""

    def paint(self, row: Choice[object], width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Mark, label, detail."""
        line = Line(width, inks.cursor if selected else None)
        line.add("▌" if selected else " ", inks.key).add("✓ " if row.marked else "  ", inks.fine)
        line.add(clean_name(row.label), inks.text, width - 3)
        if row.detail:
            line.add("  " + clean_name(row.detail), inks.dim)
        return [line.strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """Nothing fits."""
        return [Line(width).add("   ", inks.dim).add(_("Nothing fits."), inks.dim).strip(inks.text)]


class Picker(ModalScreen[Picked[V] | None], Generic[V]):
    """Returns what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("picker")
    KEY_CONTEXTS = ("picker",)

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice[V]],
        *,
        many: bool = False,
        free: Callable[[str], str] | None = None,
        hint: str = "",
        wide: bool = False,
    ) -> None:
        super().__init__()
        self._wide = wide
        self._title = title
        self._choices = list(choices)
        self._many = many
        self._free = free
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Title, filter, choices."""
        use_style(self.app, "picker.tcss")
        with Vertical(id="picker"):
            yield Input(placeholder=self._hint or _("type to filter"), id="filter", compact=True)
            yield ChoiceList(id="choices")
            yield Static("", id="picker-word", markup=False)

    def on_mount(self) -> None:
        """Show everything."""
        box = self.query_one("#picker", Vertical)
        box.set_class(self._wide, "-wide")
        box.border_title = Content(clean_name(self._title))
        box.border_subtitle = Content(_("Tab marks · Enter takes") if self._many else _("Enter chooses · Esc"))
        self.query_one("#choices").styles.height = max(1, min(len(self._choices), self.app.size.height - 8, 16))
        self._filter("")

    @property
    def _list(self) -> ChoiceList:
        return self.query_one(ChoiceList)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._filter(message.value)

    def _filter(self, text: str) -> None:
        """Show what fits, what begins with the text first."""
        wanted = fold(text.strip())
        fits = [choice for choice in self._choices if wanted in fold(f"{choice.label} {choice.detail}")]
        fits.sort(key=lambda choice: not fold(choice.label).startswith(wanted))
        self._list.show(Rows(fits), cursor=0)  # type: ignore[arg-type]  # the list shows choices of any value
        word = self._free(text.strip()) if self._free and text.strip() else ""
        self.query_one("#picker-word", Static).update(Content(clean_name(word)))

    def on_key(self, event: events.Key) -> None:
        """The text keeps the focus; arrows go to the list."""
        if event.key in ("up", "down", "pageup", "pagedown"):
            event.stop()
            event.prevent_default()
            step = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}[event.key]
            self._list.action_move(step)

    @on(LineList.Chosen)
    def _clicked(self) -> None:
        self.action_choose()

    def action_mark(self) -> None:
        """Mark or unmark the choice under the cursor."""
        current = self._list.current
        if not self._many or current is None:
            return
        index = next(i for i, choice in enumerate(self._choices) if choice == current)
        old = self._choices[index]
        self._choices[index] = Choice(old.value, old.label, old.detail, not old.marked)
        cursor = self._list.cursor
        self._filter(self.query_one(Input).value)
        self._list.cursor = cursor

    def action_choose(self) -> None:
        """Return the marks, or the choice under the cursor, or what was typed."""
        typed = self.query_one(Input).value.strip()
        current = self._list.current
        if self._many and (current is None or not typed):
            marked = tuple(choice.value for choice in self._choices if choice.marked)
            self.dismiss(Picked(marked, typed if current is None else ""))
        elif self._many and current is not None:
            marked = tuple(choice.value for choice in self._choices if choice.marked or choice == current)
            self.dismiss(Picked(marked))
        elif current is not None:
            self.dismiss(Picked((current.value,), typed))  # type: ignore[arg-type]  # the list does not know the type
        elif self._free and typed:
            self.dismiss(Picked((), typed))

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)
