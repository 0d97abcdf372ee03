"""The console's app: opens the desk from the replica, starts the engine behind the first frame, reports a crash in one
sentence.

Called by the command line: :func:`run` opens it in the terminal, :func:`screenshot` draws a screen without one.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.message import Message

from console.clock import Clock, system_clock
from console.keys import FULL_WIDTH, bindings
from console.screens.desk import DeskScreen
from console.settings import Settings
from console.styles import FIRST_FRAME
from console.themes import DARK, LIGHT, THEMES, theme_for
from console.workplace import Workplace

if TYPE_CHECKING:
    from console.store import Store
    from console.sync.engine import SyncEngine
    from console.sync.events import SyncEvent

EngineFactory: TypeAlias = "Callable[[Store, Callable[[SyncEvent], None]], SyncEngine]"
"""Makes the engine of a replica; it calls back in its own thread."""


class SyncTold(Message):
    """The engine told something."""

    def __init__(self, event: "SyncEvent") -> None:
        super().__init__()
        self.event = event


class ConsoleApp(App[int]):
    """One agent's console."""

    TITLE = "Agent Console"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[list[str | Path]] = list(FIRST_FRAME)  # type: ignore[assignment]  # Textual allows a list here
    BINDINGS: ClassVar[list[BindingType]] = bindings("everywhere")

    def __init__(
        self,
        store: "Store",
        settings: Settings | None = None,
        *,
        make_engine: "EngineFactory | None" = None,
        clock: Clock = system_clock,
        theme: str = "",
        first_screen: str = "desk",
    ) -> None:
        super().__init__()
        self.workplace = Workplace(store=store, settings=settings or Settings(), clock=clock)
        self._make_engine = make_engine
        self._first_screen = first_screen
        for one in THEMES:
            self.register_theme(one)
        self.theme = theme_for(os.environ, theme)
        self.desk = DeskScreen(self.workplace)

    def get_default_screen(self) -> DeskScreen:
        """The desk: what is there when everything else was left."""
        return self.desk

    def on_mount(self) -> None:
        """Start the engine once the first frame is painted."""
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        if self._make_engine is not None:
            self.run_worker(self._start_engine, thread=True, exit_on_error=False, group="engine")

    def _start_engine(self) -> None:
        """Runs in a thread: the engine imports httpx."""
        assert self._make_engine is not None
        engine = self._make_engine(self.workplace.store, self._told)
        self.workplace.engine = engine
        engine.start()

    def _told(self, event: "SyncEvent") -> None:
        """Runs in the engine's thread."""
        self.post_message(SyncTold(event))

    def on_sync_told(self, message: SyncTold) -> None:
        """Hand it to the desk."""
        self.desk.take(message.event)

    async def on_event(self, event: events.Event) -> None:
        """A key typed through a Chinese input method is the key that was meant, unless text has the focus."""
        if isinstance(event, events.Key) and event.character and event.character in FULL_WIDTH and not event.is_forwarded:
            focused = self.focused
            if focused is None or not focused.check_consume_key(event.key, event.character):
                from textual.keys import _character_to_key

                meant = FULL_WIDTH[event.character]
                event = events.Key(_character_to_key(meant), meant)
        await super().on_event(event)

    # Actions of every place

    def action_toggle_theme(self) -> None:
        """Light or dark."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    async def action_quit(self) -> None:
        """Leave; what is written and unsent stays."""
        engine = self.workplace.engine
        if engine is not None:
            import asyncio

            await asyncio.to_thread(engine.stop)
        self.exit(0)

    def action_palette(self) -> None:
        """Every action, by name."""
        from console.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_keys(self) -> None:
        """The keys of this place."""
        self._show_help(here=True)

    def action_help(self) -> None:
        """All keys, and where to read on."""
        self._show_help(here=False)

    def _show_help(self, *, here: bool) -> None:
        from console.screens.help import KeyHelp

        if not isinstance(self.screen, KeyHelp):
            contexts = getattr(self.focused, "KEY_CONTEXTS", getattr(self.screen, "KEY_CONTEXTS", ("desk",)))
            self.push_screen(KeyHelp(contexts if here else ()))
