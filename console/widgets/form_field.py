"""A form's parts: a label beside one line of text, a longer text, or a choice among a few values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from desk.text import clean_name, clean_text


class CleanInput(Input):
    """One line of text; only cleaned text stands in it. Coming to it selects nothing, so that no key replaces it."""

    def __init__(self, value: str = "", *, id: str, placeholder: str = "") -> None:
        super().__init__(clean_text(value, newlines=False), id=id, placeholder=placeholder, select_on_focus=False)

    def validate_value(self, value: str) -> str:
        """Clean what was typed, pasted or set."""
        return clean_text(value, newlines=False)


class Choice(Widget, can_focus=True):
    """One of a few values; left, right and space go round."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,l", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
    ]

    value: reactive[str] = reactive("")
    choices: reactive[Mapping[str, str]] = reactive[Mapping[str, str]]({}, layout=True)
    """Labels by value, in order."""

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        choice: "Choice"
        value: str

        @property
        def control(self) -> "Choice":
            """The widget, for handlers that name it."""
            return self.choice

    def __init__(self, choices: Mapping[str, str], value: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Choice.choices, choices)
        self.set_reactive(Choice.value, value)

    def render(self) -> Content:
        """The value between the arrows that change it."""
        return Content(f"‹ {clean_name(self.choices.get(self.value, self.value))} ›")

    def action_step(self, step: int) -> None:
        """The next or previous value."""
        values = list(self.choices)
        if values:
            at = values.index(self.value) if self.value in values else 0
            self.value = values[(at + step) % len(values)]
            self.post_message(self.Changed(self, self.value))


class Words(Static):
    """What somebody wrote, to be read beside the fields; not to be changed."""

    def __init__(self, text: str | Content, *, id: str | None = None) -> None:
        """``text`` is cleaned; what is a Content already must be made of clean text."""
        super().__init__("", id=id, markup=False)
        self._words = text if isinstance(text, Content) else Content(clean_text(text))

    def on_mount(self) -> None:
        """Show it."""
        self.update(self._words)


class FormField(Horizontal):
    """A label and the widget it names."""

    def __init__(self, label: str, field: Widget) -> None:
        super().__init__()
        self._label = label
        self.field = field

    def compose(self) -> ComposeResult:
        """Label, then field."""
        yield Static(Content(clean_name(self._label)), classes="form-label")
        yield self.field
