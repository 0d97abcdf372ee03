"""``demo``: build the sample desk if need be, and serve it on a free port of this machine.

When it answers, one line of JSON is printed: ``{"url", "users": {role: {"user", "password"}}, "pid"}``. It stops when
standard input closes (whoever started it has gone) or on an interrupt.
"""

import argparse
import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
from filelock import Timeout

from backend.cli import OK, UsageError
from backend.config import NO_LIMITS, Config, system_clock
from backend.demo.cache import BuiltDesk, sample_desk, served
from backend.demo.crowd import Scale
from backend.demo.live import LiveCustomers

DEFAULT_TICKETS = 400
MOST_TICKETS = 2_000_000
MOST_AGENTS, MOST_TEAMS = 5_000, 500


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """What desk to build and where to keep it."""
    parser.add_argument("--tickets", type=int, default=DEFAULT_TICKETS, metavar="N", help="how many (default: 400)")
    parser.add_argument("--open", type=int, default=0, metavar="N", help="how many are unsettled (default: as usual)")
    parser.add_argument("--agents", type=int, default=0, metavar="N", help="a staff of so many (default: a dozen)")
    parser.add_argument("--teams", type=int, default=0, metavar="N", help="in so many teams (default: four)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="another seed, another desk (default: 7)")
    parser.add_argument("--lang", choices=("zh", "en"), help="have most customers write this language")
    parser.add_argument("--live", action="store_true", help="customers keep writing")
    parser.add_argument("--dir", type=Path, metavar="DIR", help="where built desks are kept (default: user cache)")


def run(args: argparse.Namespace) -> int:
    """Build, serve, announce, wait."""
    if not 1 <= args.tickets <= MOST_TICKETS:
        raise UsageError(f"--tickets takes a number from 1 to {MOST_TICKETS}.")
    if not (0 <= args.agents <= MOST_AGENTS and 0 <= args.teams <= MOST_TEAMS and 0 <= args.open <= args.tickets):
        raise UsageError(
            f"--agents takes up to {MOST_AGENTS:,}, --teams up to {MOST_TEAMS:,}, --open up to the number of tickets."
        )
    folder: Path = args.dir or _cache_folder()
    desk, path = sample_desk(
        folder,
        tickets=args.tickets,
        seed=args.seed,
        lang=args.lang or "both",
        now=system_clock(),
        progress=_show_progress,
        scale=Scale(agents=args.agents, teams=args.teams, unsettled=args.open),
    )
    from backend.embedded import EmbeddedServer  # Litestar and uvicorn, 250 ms

    # Everybody on this desk comes from this machine, perhaps with several consoles.
    config = Config(database=f"sqlite:///{path}", port=0, limits=NO_LIMITS)
    with _serving(path), EmbeddedServer(config) as server, contextlib.ExitStack() as stack:
        if args.live:
            stack.enter_context(LiveCustomers(server, seed=args.seed))
        _announce(server.url, desk)
        _wait_for_end_of_input()
    return OK


@contextlib.contextmanager
def _serving(path: Path) -> Iterator[None]:
    """Keep the desk from being deleted. A second server of the same desk is welcome and holds no lock."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(Timeout):
            stack.enter_context(served(path))
        yield


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("agent-console") / "demo"


def _show_progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty() or done in (0, total):
        end = "\n" if done == total or not sys.stderr.isatty() else "\r"
        sys.stderr.write(f"building the sample desk: {done:,} of {total:,} {what}{end}")
        sys.stderr.flush()


def _announce(url: str, desk: BuiltDesk) -> None:
    line = msgspec.json.encode({"url": url, "users": desk.logins, "pid": os.getpid()})
    sys.stdout.write(line.decode() + "\n")
    sys.stdout.flush()


def _wait_for_end_of_input() -> None:
    """Return when standard input ends. It is read in a thread, so that an interrupt ends the waiting too."""
    ended = threading.Event()

    def read() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    while not ended.wait(0.5):
        pass
