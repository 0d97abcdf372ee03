"""The console's app: opens the desk from the replica, starts the engine behind the first frame, reports a crash in one
sentence.

Called by the command line: :func:`run` opens it in the terminal, :func:`screenshot` draws a screen without one.
"""

import asyncio
import gc
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import msgspec
from rich.text import Text
from textual import events, on
from textual.app import App
from textual.binding import BindingType
from textual.message import Message

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.keys import FULL_WIDTH, Context, Key, bindings, contexts_of, table, use_own_keys
from console.screens.desk import COVERING, DeskScreen
from console.screens.desk_escalating import EmergenciesChanged
from console.settings import Settings
from console.styles import FIRST_FRAME
from console.sync.events import Notified, StateChanged
from console.themes import DARK, LIGHT, THEMES, begin_with, theme_for
from console.workplace import Workplace

if TYPE_CHECKING:
    from console.alarm import EmergencyAlarm
    from console.notifications import Notifier
    from console.profile import Profile
    from console.screens.choices import Picked
    from console.signing_in import SignedIn
    from console.store import Store
    from console.sync.engine import SyncEngine
    from console.sync.events import SyncEvent

EngineFactory: TypeAlias = "Callable[[Store, Callable[[SyncEvent], None]], SyncEngine]"
"""Makes the engine of a replica; it calls back in its own thread."""


SETTLING_S = 0.02
"""How often a screen that is to be drawn is looked at."""


class SyncTold(Message):
    """The engine told something."""

    def __init__(self, event: "SyncEvent") -> None:
        super().__init__()
        self.event = event


class TypedAhead(events.Key):
    """A key handed on to the text it was meant for; handed on once."""


TypedAhead.handler_name = events.Key.handler_name  # to the widgets it is a key like any other


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
        profile: "Profile | None" = None,
        first_screen: str = "desk",
    ) -> None:
        super().__init__()
        self.workplace = Workplace(store=store, settings=settings or Settings(), clock=clock)
        self._make_engine = make_engine
        self._first_screen = first_screen
        self._profile = profile
        self._notifier: Notifier | None = None
        self._alarm: EmergencyAlarm | None = None
        self._settled = asyncio.Event()
        for one in THEMES:
            self.register_theme(one)
        begin_with(self, theme_for(os.environ, self.workplace.settings.theme))
        self.desk = DeskScreen(self.workplace)
        self.desk.begins_at = first_screen
        keymap, self._unknown_keys = use_own_keys(self.workplace.settings.keys)
        if keymap:
            self.set_keymap(keymap)

    def get_default_screen(self) -> DeskScreen:
        """The desk: what is there when everything else was left."""
        return self.desk

    def on_mount(self) -> None:
        """Start the engine once the first frame is painted."""
        self.call_after_refresh(self._after_first_frame)

    async def settled(self) -> None:
        """Wait until the first screen shows all it has: counts, the ticket under the cursor, the screen asked for."""
        await self._settled.wait()
        while self._is_busy():  # noqa: ASYNC110 - workers tell nobody that they have ended
            await asyncio.sleep(SETTLING_S)

    def _is_busy(self) -> bool:
        """Whether something is under way that will change what is shown. A worker that asked the person something, in a
        window over its own, is not."""
        unfinished = [worker for worker in self.workers if not worker.is_finished]
        in_front = [worker for worker in unfinished if worker.node in (self, self.screen)]
        windows = len(self.screen_stack) - 1
        return bool(in_front and self.screen is not self.desk) or len(unfinished) > windows

    def _after_first_frame(self) -> None:
        gc.freeze()
        gc.enable()
        if self._unknown_keys:
            names = ", ".join(self._unknown_keys)
            self.desk.say(
                _("settings.toml has keys for {names}, which is no action here.").format(names=names), "warning"
            )
        if self._first_screen not in COVERING:
            self.desk.go_to(self._first_screen)
        if self._profile is not None:
            from console.log import log_to  # 8 ms

            log_to(self._profile.log_path)
        self.desk.call_after_refresh(self._settled.set)
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
        """Hand it to the desk; ring for what concerns this agent."""
        self.desk.take(message.event)
        if isinstance(message.event, Notified):
            self._ring(message.event)
        elif isinstance(message.event, StateChanged) and message.event.state == "signed-out":
            self._offer_sign_in()

    def _offer_sign_in(self) -> None:
        """Open the sign-in where nobody has signed in yet; else name the key, and leave alone who is writing."""
        if self._profile is None:
            return
        if self.workplace.me() is None and self.screen is self.desk:
            self.action_sign_in()
        elif self.workplace.me() is not None:
            sentence = _("You are signed out; what you write is kept. Press {key} to sign in again.")
            self.desk.say(sentence.format(key=table()["sign_in"].shown_keys), "warning")

    def _ring(self, event: Notified) -> None:
        from console.notifications import sentence_of

        ticket = self.workplace.store.ticket(event.ticket_id)
        if ticket is not None:
            self._bell().tell(event.kind, ticket.ref, event.by)
            self.desk.say(sentence_of(event.kind, ticket.ref, event.by))

    def _bell(self) -> "Notifier":
        """Bell and desktop notifications of this terminal."""
        from console.notifications import Notifier

        if self._notifier is None:
            self._notifier = Notifier(self._write, self.workplace.settings, self.workplace.clock)
        return self._notifier

    @on(EmergenciesChanged)
    def _heed_emergencies(self, message: EmergenciesChanged) -> None:
        """Be loud about these, on whatever screen, until somebody takes them."""
        from console.alarm import EmergencyAlarm

        if self._alarm is None:
            clock, repeat_s = self.workplace.clock, self.workplace.settings.emergency_repeat_s
            self._alarm = EmergencyAlarm(self._ring_emergency, clock, repeat_s)
            self.set_interval(1.0, self._alarm.tick)
        self._alarm.heed(message.loud)

    def _ring_emergency(self, refs: str) -> None:
        self._bell().tell("emergency", refs)

    def _write(self, sequence: str) -> None:
        """Send a sequence of our own to the terminal."""
        if self._driver is not None:
            self._driver.write(sequence)

    async def on_event(self, event: events.Event) -> None:
        """A key typed through a Chinese input method is the key that was meant, unless text has the focus."""
        if isinstance(event, events.Key) and not event.is_forwarded and (event.character or "") in FULL_WIDTH:
            focused = self.focused
            if focused is None or not focused.check_consume_key(event.key, event.character):
                from textual.keys import _character_to_key

                meant = FULL_WIDTH[event.character or ""]
                event = events.Key(_character_to_key(meant), meant)
        await super().on_event(event)

    async def on_key(self, event: events.Key) -> None:
        """A key typed ahead belongs to the text that took the focus while the key was on its way; it is no command.

        A text with the focus consumes what is printed: such a key comes here only when it was sent to another widget.
        """
        focused = self.focused
        if isinstance(event, TypedAhead) or focused is None:
            return
        if focused.check_consume_key(event.key, event.character):
            event.prevent_default()
            event.stop()
            focused.post_message(TypedAhead(event.key, event.character))

    # Actions of every place

    def action_toggle_theme(self) -> None:
        """Light or dark."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    async def action_quit(self) -> None:
        """Leave; what is written and unsent stays."""
        engine = self.workplace.engine
        if engine is not None:
            await asyncio.to_thread(engine.stop)
        self.exit(0)

    def action_sign_in(self) -> None:
        """Sign in, or sign in again, without leaving what is on the screen."""
        from console.screens.login import LoginScreen

        if self._profile is None:
            self.desk.say(_("This desk needs no sign-in."))
        elif not isinstance(self.screen, LoginScreen):
            from console.signing_in import SigningIn

            self.push_screen(LoginScreen(SigningIn(self._profile)), self._signed_in)

    def _signed_in(self, signed_in: "SignedIn | None") -> None:
        """Sync under the new sign-in."""
        if signed_in is not None:
            self.run_worker(partial(self._sync_as, signed_in), thread=True, exit_on_error=False, group="engine")

    def _sync_as(self, signed_in: "SignedIn") -> None:
        """Runs in a thread: it imports httpx."""
        from console.connecting import client_of, make_engine

        assert self._profile is not None
        if self.workplace.engine is not None:
            self.workplace.engine.retry(partial(client_of, signed_in.owner, signed_in.tokens))
            return
        engine = make_engine(self._profile, self.workplace.store, self._told, tokens=signed_in.tokens)
        self.workplace.engine = engine
        engine.start()

    def action_palette(self) -> None:
        """Every action, by name."""
        from console.screens.palette import Palette, run_key

        if isinstance(self.screen, Palette):
            return
        screen = self.screen

        async def chosen(picked: "Picked[Key] | None") -> None:
            if picked and picked.values:
                await run_key(screen, picked.values[0])

        self.push_screen(Palette(self._contexts()), chosen)

    def action_keys(self) -> None:
        """The keys of this place."""
        self._show_help(here=True)

    def action_help(self) -> None:
        """All keys, and where to read on."""
        self._show_help(here=False)

    def _show_help(self, *, here: bool) -> None:
        from console.screens.help import KeyHelp

        if not isinstance(self.screen, KeyHelp):
            self.push_screen(KeyHelp(self._contexts() if here else ()))

    def _contexts(self) -> "Sequence[Context]":
        """The contexts of the keys that act now, the innermost first."""
        return contexts_of(self.focused.ancestors_with_self if self.focused else [self.screen])

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """What is on the screen, as an SVG."""
        from console.drawing import draw

        colours = self.theme_variables
        return draw(
            self.screen._compositor.render_strips(),
            self.size.width,
            title=title or self.title,
            ground=colours["background"],
            ink=colours["foreground"],
        )

    # A crash

    def _fatal_error(self) -> None:
        """What nobody foresaw: logged without local variables, and one sentence once the terminal is itself again.

        Textual would print a traceback with every local variable, which are customers' words.
        """
        from console.log import log_crash  # 8 ms

        if self._exception is not None:
            log_crash(self._exception)
        self._exit_renderables.append(Text(crash_sentence()))
        self._close_messages_no_wait()


def crash_sentence() -> str:
    """What a person is told after a crash."""
    return _("The console stopped on an error that should not happen. Nothing you wrote is lost; the log says more.")


def run(
    store: "Store",
    settings: Settings,
    *,
    make_engine: "EngineFactory | None" = None,
    profile: "Profile | None" = None,
    first_screen: str = "desk",
) -> int:
    """Open the console in this terminal until it is left; the exit code."""
    gc.disable()  # until the first frame: 25 ms of looking through what start-up has just made and keeps
    app = ConsoleApp(store, settings, make_engine=make_engine, profile=profile, first_screen=first_screen)
    return app.run() or app.return_code or 0


def screenshot(
    store: "Store",
    settings: Settings,
    *,
    screen: str = "desk",
    size: tuple[int, int] = (200, 50),
    path: Path,
    clock: Clock = system_clock,
) -> None:
    """Draw a screen of so many columns and lines into an SVG file, without a terminal: ``auto`` is dark there."""
    if settings.theme == "auto":
        settings = msgspec.structs.replace(settings, theme="dark")

    async def draw() -> str:
        app = ConsoleApp(store, settings, clock=clock, first_screen=screen)
        async with app.run_test(size=size) as pilot:
            await app.settled()
            await pilot.pause()
            return app.export_screenshot()

    path.write_text(asyncio.run(draw()), encoding="utf-8")
