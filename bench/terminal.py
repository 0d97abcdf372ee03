"""A terminal for the benches: starts a program on a pty and reads what it draws, with the instants."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
COLUMNS, LINES = 200, 50
SILENCE_S = 0.06


class Terminal:
    """A program on a pty of 200x50. Bytecode is compiled into ``cache``, as in an installed package."""

    def __init__(self, args: Sequence[str], cache: Path, environ: Mapping[str, str] = os.environ) -> None:
        env = {**environ, "PYTHONPYCACHEPREFIX": str(cache), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        env |= {"COLUMNS": str(COLUMNS), "LINES": str(LINES), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        env.pop("NO_COLOR", None)
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, *args], env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.drawn = b""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        os.kill(self.pid, 15)
        os.close(self._fd)
        os.waitpid(self.pid, 0)

    def wait_for(self, text: str, timeout_s: float = 20) -> float:
        """Seconds from the start of the program until ``text`` was drawn."""
        wanted = text.encode()
        while wanted not in self.drawn:
            if time.perf_counter() - self.started > timeout_s:
                raise TimeoutError(f"{text!r} was not drawn: {self.drawn[-300:]!r}")
            self._read(0.5)
        return time.perf_counter() - self.started

    def press(self, key: str) -> None:
        """Type a key."""
        os.write(self._fd, key.encode())

    def cpu_of_key(self, key: str) -> float:
        """Seconds of the main thread that a key costs, from its arrival to the bytes of its frame."""
        self.settle(SILENCE_S)
        before = self.cpu_s()
        self.press(key)
        self.settle(SILENCE_S)
        return self.cpu_s() - before

    def cpu_s(self) -> float:
        """Seconds of processor the main thread has had."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9

    def draws_within(self, seconds: float) -> bool:
        """Whether anything is drawn until so many seconds have passed; returns when they have."""
        until, drew = time.perf_counter() + seconds, False
        while (left := until - time.perf_counter()) > 0:
            drew = self._read(left) or drew
        return drew

    def settle(self, silence_s: float = 0.5) -> None:
        """Read until nothing is drawn for a while."""
        while self._read(silence_s):
            pass

    def peak_kb(self) -> int:
        """The most memory it has had, in kB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])

    def _read(self, timeout_s: float) -> bool:
        ready, _w, _x = select.select([self._fd], [], [], timeout_s)
        if not ready:
            return False
        self.drawn += os.read(self._fd, 1 << 16)
        return True
