"""Keys in sequence: after ``g`` the last line offers the second key; any other key is itself again."""

from collections.abc import Mapping

from textual import events
from textual.timer import Timer

from console.keys import Key, contexts_of, in_context, is_sequence, sequences, table
from console.screens.desk_looking import Looking
from console.widgets.key_line import usable

WAIT_S = 1.5


class Prefixed(Looking):
    """The part that waits for the second key."""

    _armed: Mapping[str, Key] | None = None
    _waiting: Timer | None = None

    def action_prefix(self) -> None:
        """The first key: offer the second. When none follows, it means the first line."""
        self._armed = sequences()
        self._waiting = self.set_timer(WAIT_S, self._nothing_followed)
        self.show_keys()

    def _nothing_followed(self) -> None:
        if self._armed is not None:
            self._disarm()
            self.call_next(self.run_action, "go('first')")

    def _disarm(self) -> Mapping[str, Key]:
        armed, self._armed = self._armed or {}, None
        if self._waiting is not None:
            self._waiting.stop()
        self.show_keys()
        return armed

    async def on_key(self, event: events.Key) -> None:
        """Both keys, here where they come in the order in which they were typed: the binding of the first acts only
        after the second has passed, when that follows at once."""
        if self._armed is None:
            if event.key in table()["desk.go"].names:
                event.stop()
                event.prevent_default()
                self.action_prefix()
            return
        if (key := self._disarm().get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            await self.run_action(key.action)

    def show_keys(self) -> None:
        """Show the keys of this place in the last line, or those that may follow the first of two."""
        if self._armed is not None:
            self.key_line.keys = list(self._armed.values())
            return
        contexts = contexts_of(self.focused.ancestors_with_self if self.focused else [self])
        keys = [key for key in in_context(*contexts, "everywhere") if not is_sequence(key)]
        self.key_line.keys = usable(keys, self.focused)
