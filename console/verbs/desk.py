"""Opening the desk in a terminal, or drawing it to a file: shared by the verbs that do."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.connecting import make_engine
from console.errors import CommandError, UsageError
from console.i18n import gettext as _
from console.i18n import set_language
from console.profile import Profile
from console.settings import Settings, load_settings
from console.sign_in import TokenSource
from console.store import Store

if TYPE_CHECKING:
    from console.sync.engine import SyncEngine
    from console.sync.events import SyncEvent


SCREENS = (
    "desk", "queue", "conversation", "composer", "customer", "knowledge", "search", "outbox", "new_ticket", "palette",
    "keys", "help", "escalations", "hand_over", "review", "follow_ups", "board", "balance", "bulk", "incidents",
    "articles", "procedures", "macros", "history",
)  # fmt: skip
"""Where a desk can begin: the names of ``--screen``."""


def add_screen_argument(parser: argparse.ArgumentParser) -> None:
    """The option that says where to begin."""
    names = ", ".join(SCREENS[1:])
    parser.add_argument(
        "--screen", choices=SCREENS, default=SCREENS[0], metavar="NAME", help=f"begin at: desk (default), {names}"
    )


def load(args: argparse.Namespace, profile: Profile) -> Settings:
    """The settings of this run; the interface's language follows them."""
    settings = load_settings(profile.settings_path, {"theme": args.theme, "lang": args.lang})
    if settings.lang:
        set_language(settings.lang)
    return settings


def refuse_without_terminal(way_out: str) -> None:
    """Raises :class:`UsageError` when there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            _("The desk needs a terminal, and this is none: start it in one, {way_out}.").format(way_out=way_out),
            "no-terminal",
        )


def parse_size(text: str) -> tuple[int, int]:
    """``200x50`` as columns and lines."""
    columns, _x, lines = text.partition("x")
    if not (columns.isdecimal() and lines.isdecimal() and 20 <= int(columns) <= 500 and 5 <= int(lines) <= 200):
        raise argparse.ArgumentTypeError(_("a size is written like 200x50, from 20x5 to 500x200"))
    return int(columns), int(lines)


def open_desk(args: argparse.Namespace, profile: Profile, store: Store, tokens: TokenSource | None = None) -> int:
    """Open the desk in this terminal until it is left. ``tokens`` replace the stored sign-in."""
    from console.app import run  # imports Textual

    settings = load(args, profile)

    def engine(replica: Store, on_event: "Callable[[SyncEvent], None]") -> "SyncEngine":
        return make_engine(profile, replica, on_event, tokens=tokens)

    return run(store, settings, make_engine=engine, profile=profile, first_screen=getattr(args, "screen", "desk"))


def draw_desk(args: argparse.Namespace, profile: Profile, store: Store) -> int:
    """Draw a screen to an SVG file."""
    from console.app import screenshot  # imports Textual

    try:
        screenshot(store, load(args, profile), screen=args.screen, size=args.size, path=args.screenshot)
    except OSError as error:
        if str(error.filename) != str(args.screenshot):
            raise
        reason = error.strerror or type(error).__name__
        raise CommandError(
            _("{path} cannot be written: {reason}.").format(path=args.screenshot, reason=reason), "screenshot"
        ) from None
    return 0
