"""Servers in processes of their own, each ended by the process handle that started it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

_ROOT = Path(__file__).resolve().parent.parent
START_S = 30


class Served(msgspec.Struct, frozen=True):
    """What :mod:`bench.serve_desk` and :mod:`bench.serve_snapshot` say when they are ready."""

    port: int
    token: str
    colleague: str = ""
    lead: str = ""
    tickets: tuple[str, ...] = ()


@contextmanager
def desk_server(tickets: int) -> Iterator[Served]:
    """Our backend with so many tickets of one message."""
    with _served("bench.serve_desk", tickets) as served:
        yield served


@contextmanager
def snapshot_server(tickets: int) -> Iterator[Served]:
    """Our backend with so many tickets that came all at once."""
    with _served("bench.serve_snapshot", tickets) as served:
        yield served


@contextmanager
def _served(module: str, tickets: int) -> Iterator[Served]:
    with _process(module, str(tickets)) as process:
        assert process.stdout is not None
        yield msgspec.json.decode(process.stdout.readline(), type=Served)


@contextmanager
def bare_server(module: str, *args: str) -> Iterator[int]:
    """A floor: ``python -m module *args PORT``; gives its port once it accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with _process(module, *args, str(port)) as process:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
            except OSError:
                time.sleep(0.05)
            else:
                yield port
                return
        raise RuntimeError(f"{module} did not start")


@contextmanager
def _process(module: str, *args: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", module, *args]
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()
