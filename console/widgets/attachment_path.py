"""The line in which the path of a file to attach is typed."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from console.i18n import gettext as _
from desk.text import clean_text


class AttachmentPath(Input):
    """A path; Enter attaches it, Esc gives up."""

    KEY_CONTEXTS = ("composer",)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    @dataclass
    class Named(Message):
        """A path was typed."""

        path: str

    class Cancelled(Message):
        """No file after all."""

    def on_mount(self) -> None:
        """Say what to type."""
        self.placeholder = _("Path of a file to attach · Enter attaches · Esc cancels")

    def validate_value(self, value: str) -> str:
        """Only cleaned text is shown."""
        return clean_text(value, newlines=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the path over, without the quotes a terminal adds to a dropped file."""
        event.stop()
        path = self.value.strip().strip("'\"")
        self.value = ""
        self.post_message(self.Named(path) if path else self.Cancelled())

    def action_leave(self) -> None:
        """Give up."""
        self.value = ""
        self.post_message(self.Cancelled())
