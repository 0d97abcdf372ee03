"""``console serve``: show the console in a browser, through textual-serve."""

import argparse
import importlib.util
import shlex
import sys

from console.errors import CommandError, UsageError
from console.i18n import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--host", default="localhost", metavar="HOST", help="where to listen (default: this machine)")
    parser.add_argument("--port", type=int, default=8000, metavar="PORT", help="(default 8000)")
    parser.add_argument("--demo", action="store_true", help="serve the demo")


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted. Whoever can open the address works as the signed-in agent, so it is this machine's."""
    if importlib.util.find_spec("textual_serve") is None:
        raise CommandError(
            _("The browser needs one more part. Install it with: pip install 'agent-console[serve]'"), "not-installed"
        )
    if args.host not in ("localhost", "127.0.0.1", "::1"):
        raise UsageError(
            _("Anybody who reaches {host} would work in your name. Serve on localhost, behind a sign-in.").format(
                host=args.host
            )
        )
    from textual_serve.server import Server

    command = [sys.executable, "-m", "console", *(["demo"] if args.demo else [])]
    if args.db:
        command += ["--db", str(args.db)]
    if args.lang:
        command += ["--lang", args.lang]
    Server(shlex.join(command), host=args.host, port=args.port, title="Agent Console").serve()
    return 0
