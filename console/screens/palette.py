"""Every action by its name: type a few letters of it, in any order of words. Derived from :mod:`console.keys`."""

from collections.abc import Sequence

from textual.screen import Screen

from console.i18n import gettext as _
from console.keys import KEYS, Context, Key
from console.screens.choices import Choice
from console.screens.picker import Picker


class Palette(Picker[Key]):
    """Returns the key whose action was chosen; the app then runs it where the focus was."""

    KEY_CONTEXTS = ("picker",)

    def __init__(self, contexts: Sequence[Context]) -> None:
        here = [
            key for key in KEYS if key.context in (*contexts, "everywhere") and key.id not in ("palette", "desk.go")
        ]
        choices = [Choice(key, _(key.label).format(n=key.keys), key.shown_keys) for key in here]
        super().__init__(_("All actions"), choices, hint=_("what do you want to do?"))


async def run_key(screen: Screen[object], key: Key) -> None:
    """Run a key's action where it would have acted: at the focused widget, the screen, or the app."""
    nodes = [*(screen.focused.ancestors_with_self if screen.focused else [screen]), screen.app]
    name = key.action.split("(")[0].removeprefix("app.")
    for node in nodes:
        if hasattr(node, f"action_{name}"):
            await screen.app.run_action(key.action.removeprefix("app."), node)
            return
