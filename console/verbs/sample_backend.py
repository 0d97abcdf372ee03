"""The sample backend of ``console demo``: a process of its own, started here, gone when we are gone."""

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from console.errors import CommandError
from console.i18n import gettext as _

_PARTS = ("litestar", "uvicorn", "sqlalchemy", "argon2")
_STOP_S = 5.0


class SampleUser(msgspec.Struct, frozen=True):
    """Who may sign in."""

    user: str
    password: str


class SampleBackend(msgspec.Struct, frozen=True):
    """The line the process prints when it answers."""

    url: str
    users: dict[str, SampleUser]


@contextmanager
def sample_backend(args: argparse.Namespace) -> Iterator[SampleBackend]:
    """Start it, wait until it answers, and end it afterwards. It ends by itself, too, when this process dies."""
    if any(importlib.util.find_spec(part) is None for part in ("backend", *_PARTS)):
        raise CommandError(
            _("The demo needs the server parts. Install them with: pip install 'agent-console[backend]'"),
            "not-installed",
        )
    command = [sys.executable, "-m", "backend", "demo", "--tickets", str(args.tickets), "--seed", str(args.seed)]
    command += ["--open", str(args.open), "--agents", str(args.agents), "--teams", str(args.teams)]
    if args.lang:
        command += ["--lang", args.lang]
    if args.live:
        command.append("--live")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield _announced(process.stdout.readline())
    finally:
        process.stdin.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _announced(line: bytes) -> SampleBackend:
    try:
        return msgspec.json.decode(line, type=SampleBackend)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise CommandError(_("The sample backend did not start; what it wrote above says why."), "demo") from None
