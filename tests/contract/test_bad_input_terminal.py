"""The whole console on a real terminal: hostile text, sizes nobody works at, a disk that is full."""

import contextlib
import fcntl
import io
import os
import pty
import re
import resource
import select
import sqlite3
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from backend.cli import run as run_backend
from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from bench.real_data import write_tickets
from console.cli import run as run_console
from console.store import Store

HOSTILE = ("terminal_sequences", "terminal_recordings", "hostile_strings", "hostile_lines")
PATIENCE_S = 30.0
_CSI = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_OURS = re.compile(
    rb"\x1b\[(?:[\d;]*[mHJKABCDGdXPqrt]|[?>=<][\d;]*[a-zA-Z]|\?[\d;]*\$[a-z]|[\d;]*u|!p)|\x1b\]22;[a-z-]+\x07"
)
_FORBIDDEN = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")

pytestmark = pytest.mark.timeout(240)


class Terminal:
    """A console on a pseudo terminal; everything it ever wrote is in ``written``."""

    def __init__(self, home: Path, *, most_file_bytes: int = 0) -> None:
        environment = {
            **os.environ, "CONSOLE_HOME": str(home), "CONSOLE_PASSPHRASE": "open sesame", "TERM": "xterm-256color",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "LC_ALL": "C.UTF-8", "NO_COLOR": "",
        }  # fmt: skip
        for name in ("COLUMNS", "LINES", "CONSOLE_TOKEN", "NO_COLOR"):
            environment.pop(name, None)
        self.written = b""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            if most_file_bytes:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_file_bytes, most_file_bytes))
            os.execve(sys.executable, [sys.executable, "-m", "console"], environment)
        self.resize(160, 45)

    def resize(self, columns: int, lines: int) -> None:
        """As when somebody drags the window."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, *keys: str) -> None:
        """Type, and read what is drawn for it."""
        for key in keys:
            os.write(self._fd, key.encode())
            self._read(0.05)

    def paste(self, text: str) -> None:
        """As terminals paste, in pieces as large as they take."""
        left = f"\x1b[200~{text}\x1b[201~".encode()
        os.set_blocking(self._fd, False)
        while left:
            with contextlib.suppress(BlockingIOError):
                left = left[os.write(self._fd, left[:4096]) :]
            self._read(0.01)
        os.set_blocking(self._fd, True)

    def wait_for(self, text: str, since: int = 0) -> None:
        """Until this has been drawn after ``since`` bytes."""
        ends = time.monotonic() + PATIENCE_S
        while text not in _CSI.sub(b"", self.written[since:]).decode("utf-8", "replace"):
            assert time.monotonic() < ends, f"{text!r} was not drawn: {self.written[-600:]!r}"
            self._read(0.5)

    def wait_to_see(self, text: str) -> None:
        """Until this stands on the screen; a changed width makes the console draw all of it anew."""
        ends = time.monotonic() + PATIENCE_S
        width, since = 160, len(self.written)
        while text not in _CSI.sub(b"", self.written[since:]).decode("utf-8", "replace"):
            assert time.monotonic() < ends, f"{text!r} is not on the screen: {self.written[-600:]!r}"
            width, since = 319 - width, len(self.written)
            self.resize(width, 45)
            self.settle()

    def settle(self) -> None:
        """Until nothing has been drawn for a while."""
        ends = time.monotonic() + PATIENCE_S
        while self._read(0.4):
            assert time.monotonic() < ends

    def leave(self) -> int:
        """Quit as a person does; the exit code."""
        self.press("\x1b", "\x1b", "\x11")
        ends = time.monotonic() + PATIENCE_S
        while (ended := os.waitpid(self.pid, os.WNOHANG)) == (0, 0):
            if time.monotonic() > ends:
                os.kill(self.pid, 9)
                os.waitpid(self.pid, 0)
                raise AssertionError(f"it did not leave: {self.written[-600:]!r}")
            self._read(0.1)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(ended[1])

    def _read(self, patience_s: float) -> bool:
        ready, _w, _x = select.select([self._fd], [], [], patience_s)
        with contextlib.suppress(OSError):  # Linux says so when the other side has gone
            if ready and (chunk := os.read(self._fd, 1 << 16)):
                self.written += chunk
                return True
        return False


@pytest.fixture(scope="module")
def hostile_home(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A replica full of hostile names, subjects, tags and texts."""
    folder = tmp_path_factory.mktemp("hostile")
    database, home = f"sqlite:///{folder / 'desk.db'}", folder / "home"
    files = []
    for source in HOSTILE:
        write_tickets(source, shared_data, folder)
        files.append(str(folder / f"{source}.jsonl"))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        patch.delenv("CONSOLE_TOKEN", raising=False)
        patch.setenv("CONSOLE_HOME", str(home))
        patch.setenv("CONSOLE_PASSPHRASE", "open sesame")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.setenv("CONSOLE_BACKEND_DATABASE", database)
        patch.setattr(sys, "stdin", io.StringIO("correct horse\n"))
        assert run_backend(["init"]) == 0
        assert run_backend(["user", "add", "mei", "--role", "lead", "--team", "Support", "--password-stdin"]) == 0
        assert run_backend(["import", "tickets", *files]) in (0, 1)
        with EmbeddedServer(Config(database=database, port=0, limits=NO_LIMITS)) as server:
            patch.setattr(sys, "stdin", io.StringIO("correct horse\n"))
            assert run_console(["login", server.url, "--user", "mei", "--password-stdin"]) == 0
            assert run_console(["sync", "--once"]) == 0
            yield home


def everything_but_our_own(written: bytes) -> str:
    """What is left when the sequences that Textual writes are taken away."""
    return _OURS.sub(b"", written).decode("utf-8")


def test_no_hostile_byte_reaches_the_terminal(hostile_home: Path) -> None:
    terminal = Terminal(hostile_home)
    terminal.wait_for("All 9")
    terminal.press("9")
    terminal.press(*"jjjjjjjjjj", "\r", *"jjj", "\x1b")
    terminal.press("K")
    terminal.settle()
    terminal.press("\x1b", "\x1b", *"\x06" * 12, "G", "k", "k", "\r", "r", "draft", "\x1b", "\x1b", "w")
    terminal.settle()
    terminal.press("\x1b", "/", *"before", "\r", "\x1b", "\x1b", "?")
    terminal.settle()
    assert terminal.leave() == 0
    assert len(terminal.written) > 50_000
    left = everything_but_our_own(terminal.written)
    assert "\x1b" not in left, [left[at.start() : at.start() + 30] for at in re.finditer("\x1b", left)][:5]
    assert not _FORBIDDEN.search(left), ascii(_FORBIDDEN.findall(left)[:5])
    assert "Traceback" not in left


def test_a_window_of_20x5_and_back_loses_nothing(hostile_home: Path) -> None:
    terminal = Terminal(hostile_home)
    terminal.wait_for("All 9")
    terminal.press("r")
    terminal.wait_for("REPLY to")
    terminal.settle()
    terminal.press(*"half a sentence")
    terminal.wait_to_see("half a sentence")
    for columns, lines in ((20, 5), (1, 1), (500, 3), (20, 5)):
        terminal.resize(columns, lines)
        terminal.settle()
        terminal.press("x")
    terminal.wait_to_see("half a sentence")
    assert terminal.leave() == 0
    assert b"Traceback" not in terminal.written
    store = Store.open(hostile_home / "local.db")
    try:
        assert [draft.body for draft in store.drafts() if draft.body.startswith("half a sentence")]
    finally:
        store.close()


def test_on_a_full_disk_the_text_stays_and_a_sentence_says_why(hostile_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "local.db.owner.json").write_bytes((hostile_home / "local.db.owner.json").read_bytes())
    with (
        contextlib.closing(sqlite3.connect(hostile_home / "local.db")) as whole,
        contextlib.closing(sqlite3.connect(home / "local.db")) as copy,
    ):
        whole.backup(copy)
    terminal = Terminal(home, most_file_bytes=400_000)
    terminal.wait_for("All 9")
    terminal.press("r")
    terminal.wait_for("REPLY to")
    terminal.settle()
    terminal.press(*"must not be lost ")
    terminal.settle()
    before = len(terminal.written)
    terminal.paste("and on it goes " * 40_000)
    terminal.wait_for("disk", since=before)
    assert terminal.leave() == 0
    assert b"Traceback" not in terminal.written
    store = Store.open(home / "local.db")
    try:
        assert any("must not be lost" in draft.body for draft in store.drafts())
    finally:
        store.close()
