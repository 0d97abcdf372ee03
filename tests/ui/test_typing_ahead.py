"""Who types on before a text has opened is writing, not giving commands."""

import pytest
from textual import events
from textual.widgets import Input, TextArea

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.store import Store
from desk.commands import Seen

NOW = 1_774_000_000_000
TYPED = "easter muse"
"""Holds the keys of solve, assign, snooze, tags, macro and undo."""


@pytest.mark.parametrize("opening", ["r", "n", "K"])
async def test_keys_typed_at_once_go_into_the_text(seeded_store: Store, opening: str) -> None:
    app = ConsoleApp(seeded_store, clock=frozen_clock(NOW))
    async with app.run_test(size=(200, 50)) as pilot:
        await app.settled()
        for character in opening + TYPED:
            app.post_message(events.Key("space" if character == " " else character, character))
        await pilot.pause()
        await pilot.pause()
        focused = app.focused
        assert isinstance(focused, TextArea | Input)
        assert (focused.text if isinstance(focused, TextArea) else focused.value) == TYPED
        assert [e.kind for e in seeded_store.outbox() if not isinstance(e.envelope.command, Seen)] == []
