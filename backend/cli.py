"""The backend's command line: which verbs there are, what all of them accept, and how a run ends.

Exit codes: 0 done; 1 it ran and found something wrong (bad lines in an import, findings of ``check``) or could not go
on; 2 the command was not understood. Every failure is one sentence on stderr. A verb's module is imported only when it
is used: ``--help`` and ``--version`` import neither Litestar (150 ms) nor SQLAlchemy (120 ms).
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol

DATABASE_ENV = "CONSOLE_BACKEND_DATABASE"

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

VERBS = {
    "init": ("setup", "create the database"),
    "serve": ("serve", "answer consoles"),
    "user": ("staff", "add people who work at the desk"),
    "token": ("staff", "create tokens for automation"),
    "import": ("imports", "load articles, tickets or mail"),
    "check": ("check", "look for inconsistencies"),
    "audit": ("audit", "show who changed what, and verify that the log is whole"),
    "demo": ("demo", "serve the sample desk on this machine"),
}
"""Verbs: the module of :mod:`backend.verbs` that has it, and one line of help."""


class Verb(Protocol):
    """What a module of :mod:`backend.verbs` offers."""

    def add_arguments(self, verb: str, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""


class UsageError(Exception):
    """The command was not understood; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    """Reports a wrong command as an error with a sentence, like everything else."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. See `{self.prog} --help`.")


def run(argv: Sequence[str]) -> int:
    """Run one command; the exit code. The only place where the command line catches everything."""
    try:
        args = _parse(argv)
        return _module(args.verb).run(args)
    except UsageError as error:
        return _say(str(error), USAGE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:  # noqa: BLE001 - the outermost edge: one sentence, never a traceback
        from backend.verbs.failures import explained

        sentence, code = explained(error)
        return _say(sentence, code)


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"console-backend: {sentence}\n")
    return code


def _module(verb: str) -> Verb:
    module: Verb = importlib.import_module(f"backend.verbs.{VERBS[verb][0]}")
    return module


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="console-backend",
        allow_abbrev=False,
        description="The reference backend of Agent Console.",
        epilog="Exit codes: 0 done, 1 something is wrong, 2 not understood.",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    add_database(parser, os.environ.get(DATABASE_ENV))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)
    chosen = next((word for word in argv if word in VERBS), None)
    for verb, (_, line) in VERBS.items():
        sub = verbs.add_parser(verb, help=line, description=line.capitalize() + ".", allow_abbrev=False)
        add_database(sub)
        if verb == chosen:
            _module(verb).add_arguments(verb, sub)
    args = parser.parse_args(argv)
    if args.version:
        from importlib.metadata import version  # 15 ms, for this option only

        sys.stdout.write(f"console-backend {version('agent-console')}\n")
        raise SystemExit(OK)
    if args.verb is None:
        raise UsageError("say what to do: " + ", ".join(VERBS) + ". See `console-backend --help`.")
    return args


def add_database(parser: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    """The option every verb takes, before or after whatever else it is told."""
    what = f"sqlite:///path/to/file.db (or {DATABASE_ENV} in the environment)"
    parser.add_argument("--database", metavar="URL", default=default, help=what)
