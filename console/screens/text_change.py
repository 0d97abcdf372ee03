"""What others use is about to change: old and new word by word, and one key to go through with it."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.i18n import gettext as _
from console.keys import bindings
from console.styles import use_style
from console.widgets.word_diff import diff_content
from desk.text import clean_name


class TextChange(ModalScreen[bool]):
    """Returns whether to go through with it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("form")
    KEY_CONTEXTS = ("form",)

    def __init__(self, title: str, changes: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._changes = changes

    def compose(self) -> ComposeResult:
        """Each part that changed, under its name."""
        use_style(self.app, "macros.tcss")
        parts = [
            Content.styled(clean_name(name), "bold") + Content("\n") + diff_content(old, new)
            for name, (old, new) in self._changes.items()
        ]
        with VerticalScroll(id="change"):
            yield Static(Content("\n\n").join(parts), id="change-text", markup=False)

    def on_mount(self) -> None:
        """Say what this is, and the two ways on."""
        box = self.query_one("#change")
        box.border_title = Content(clean_name(self._title))
        box.border_subtitle = Content(_("ctrl+d saves · Esc goes back to the text"))
        box.focus()

    def action_submit(self) -> None:
        """Go through with it."""
        self.dismiss(True)

    def action_publish(self) -> None:
        """The same."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Back to the text."""
        self.dismiss(False)
