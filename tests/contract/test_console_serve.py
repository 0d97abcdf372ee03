"""``console serve``: the console in a browser, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")


def test_the_console_is_served_to_this_machine_and_ends_when_interrupted(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "console", "serve", "--port", str(port), "--db", str(tmp_path / "local.db")]
    environment = {**os.environ, "CONSOLE_HOME": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as serving:
        try:
            page = _page(f"http://localhost:{port}/", serving)
        finally:
            serving.send_signal(signal.SIGINT)
            said, _none = serving.communicate(timeout=20)
    assert page.status_code == 200
    assert "Agent Console" in page.text
    assert "Traceback" not in said


def test_it_is_not_served_to_other_machines(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console", "serve", "--host", "0.0.0.0", "--db", str(tmp_path / "local.db")]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert refused.returncode == 2
    assert "in your name" in refused.stderr


def _page(url: str, serving: "subprocess.Popen[str]") -> httpx.Response:
    end = time.monotonic() + 20
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.ConnectError:
            assert serving.poll() is None and time.monotonic() < end, "it never answered"
            time.sleep(0.05)
