"""Which keys there are: those of this place, or all of them. Derived from :mod:`console.keys`."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.i18n import gettext as _
from console.keys import CONTEXTS, Context, Key, bindings, in_context
from console.styles import use_style
from desk.text import width

KEY_CELLS = 22


class KeyHelp(ModalScreen[None]):
    """Keys by context, in the table's order."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")
    KEY_CONTEXTS = ("help",)

    def __init__(self, contexts: Sequence[Context] = ()) -> None:
        super().__init__()
        self._contexts: Sequence[Context] = (*contexts, "everywhere") if contexts else tuple(CONTEXTS)
        self._all = not contexts

    def compose(self) -> ComposeResult:
        """One block a context."""
        use_style(self.app, "picker.tcss")
        with VerticalScroll(id="key-help", classes="window"):
            if self._all:
                yield Static(Content(_about()), classes="quiet", markup=False)
            for context in self._contexts:
                if keys := in_context(context):
                    yield Static(Content(_(CONTEXTS[context])).stylize("bold"), classes="heading", markup=False)
                    yield Static(Content("\n".join(_line(key) for key in keys)), markup=False)

    def on_mount(self) -> None:
        """Let it scroll."""
        box = self.query_one("#key-help", VerticalScroll)
        box.border_title = Content(_("Keys") if self._all else _("Keys for this place"))
        box.border_subtitle = Content(_("j k scroll · Esc"))
        box.focus()

    def action_close(self) -> None:
        """Close the window."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#key-help", VerticalScroll).scroll_relative(y=lines, animate=False)


def _about() -> str:
    return _(
        "Everything opens from this machine, with or without a network; what you send waits in the outbox until it "
        "can go. ctrl+k finds any action by its name. Keys can be changed in settings.toml under [keys]."
    )


def _line(key: Key) -> str:
    """The keys, then what they do."""
    shown = key.shown_keys
    return f"  {shown}{' ' * max(2, KEY_CELLS - width(shown))}{_(key.label).format(n=key.keys)}"
