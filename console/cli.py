"""The command line: which verbs there are, what all of them accept, and how a run ends.

A verb's module is imported only when the verb is used; ``--help`` and ``--version`` import neither Textual nor httpx.
(argparse, because it costs 6 ms; the pleasant libraries cost more than a whole knowledge search may take.)
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

from console.errors import CommandError, ExitCode, UsageError, command_error
from console.i18n import gettext as _
from console.i18n import language_of_environment, set_language

VERBS = {
    "open": "open the desk (what `console` alone does)",
    "demo": "open the desk on a sample backend that is started for it",
    "login": "sign in to a backend",
    "logout": "sign out, and forget the sign-in",
    "status": "who is signed in, what is waiting, how fresh the replica is",
    "sync": "fetch what is new and send what is waiting",
    "tickets": "list tickets of a view or a search",
    "show": "show a ticket with its conversation",
    "reply": "answer a customer, or write a note",
    "outbox": "what waits to be sent, and what needs attention",
    "kb": "search, suggest, import and evaluate knowledge",
    "serve": "show the console in a browser",
}
"""Verbs and their one-line help. Each is a module of :mod:`console.verbs` with ``add_arguments`` and ``run``."""

_DEFAULT_VERB = "open"


class Verb(Protocol):
    """What a module of :mod:`console.verbs` offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code. Raises errors with a ``sentence``."""


class _Parser(argparse.ArgumentParser):
    """Reports a wrong command as an error with a sentence, like everything else."""

    _is_mixing = False

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. {_('See')} `{self.prog} --help`.")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Let options stand between a verb's arguments (``reply T-1 --note TEXT``), which argparse alone refuses when
        the last argument may be left out."""
        if self._is_mixing or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self._is_mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_mixing = False


def run(argv: Sequence[str]) -> int:
    """Run one command; the exit code. The only place where the command line catches everything."""
    set_language(_language(argv))
    as_json = "--json" in argv
    try:
        args = _parse(argv)
        verb = _verb(args.verb)
        return int(verb.run(args))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - the outermost edge: one sentence, never a traceback
        return _report(error, as_json)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON with stable keys")
    common.add_argument("--db", type=Path, metavar="PATH", default=argparse.SUPPRESS, help="where the replica lives")
    common.add_argument("--lang", choices=("en", "zh"), default=argparse.SUPPRESS, help="language of the interface")
    common.add_argument(
        "--theme", choices=("dark", "light", "auto"), default=argparse.SUPPRESS, help="colours of the interface"
    )
    parser = _Parser(
        prog="console",
        allow_abbrev=False,
        description="A support desk in the terminal. Works offline; sends when it can.",
        epilog="Exit codes: 0 done, 1 failed or needs attention, 2 wrong usage, 3 not signed in, "
        "4 backend unreachable, 5 trouble with local.db.",
        parents=[common],
    )
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)
    for name, help_text in VERBS.items():
        verb_parser = verbs.add_parser(
            name, help=help_text, description=_sentence(help_text), parents=[common], allow_abbrev=False
        )
        if name in argv:
            _verb(name).add_arguments(verb_parser)
    args = parser.parse_args(list(argv))
    if args.version:
        from console.version import version

        sys.stdout.write(f"agent-console {version()}\n")
        raise SystemExit(ExitCode.OK)
    args.verb = args.verb or _DEFAULT_VERB
    args.json = getattr(args, "json", False)
    args.db = getattr(args, "db", None)
    args.lang = getattr(args, "lang", None)
    args.theme = getattr(args, "theme", None)
    return args


def _verb(name: str) -> Verb:
    verb: Verb = importlib.import_module(f"console.verbs.{name}")
    return verb


def _language(argv: Sequence[str]) -> str:
    """The language before anything else is read, so that even a usage error is in it."""
    for place, word in enumerate(argv):
        if word == "--lang":
            return "".join(argv[place + 1 : place + 2])
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return os.environ.get("CONSOLE_LANG") or language_of_environment()


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _report(error: Exception, as_json: bool) -> int:
    known = command_error(error)
    if known is None:
        from console.log import log_crash, log_to
        from console.profile import Profile

        log_to(Profile.find().log_path)
        log_crash(error)
        known = CommandError(_("Something went wrong that should not have; the log says more."), "internal")
    if as_json:
        import msgspec

        document = {"error": {"code": known.code, "message": known.sentence}}
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        sys.stderr.write(f"{known.sentence}\n")
    return known.exit_code
