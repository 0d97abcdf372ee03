"""What answers is not our backend, or not the one this console knows: one sentence, and nothing typed is lost."""

import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.cli import run
from console.errors import ExitCode
from console.store import Store

Console = Callable[..., tuple[int, str, str]]
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "a web page": (200, {"content-type": "text/html"}, b"<html><body>Welcome to Hotel Wifi</body></html>"),
    "a captive portal": (302, {"location": "http://portal.example/login"}, b""),
    "a page that lies about its type": (200, {"content-type": "application/json"}, b"<html>sign in first</html>"),
    "other JSON": (200, {"content-type": "application/json"}, b'{"hello": "world"}'),
    "a list": (200, {"content-type": "application/json"}, b"[[[[]]]]"),
    "nothing": (200, {"content-type": "application/json"}, b""),
    "broken text": (200, {"content-type": "application/json"}, b"\xff\xfe\x00{"),
    "not found": (404, {"content-type": "text/plain"}, b"no such page"),
    "escape sequences": (200, {"content-type": "text/html"}, b"\x1b]0;owned\x07<b>\x1b[2J</b>"),
    "a redirect with escape sequences": (302, {"location": "http://\x1b[2Jportal.example/"}, b""),
}


class Foreign:
    """A server that gives every request one answer."""

    def __init__(self, answer: tuple[int, dict[str, str], bytes], port: int = 0) -> None:
        status, headers, body = answer
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def _give(self) -> None:
                asked.append(self.path)
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = _give

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Foreign":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    """Runs one command; gives exit code, standard output and standard error."""
    monkeypatch.delenv("CONSOLE_TOKEN", raising=False)
    monkeypatch.setenv("CONSOLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONSOLE_PASSPHRASE", "open sesame")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def call(*argv: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = run(argv)
        out, err = capsys.readouterr()
        return int(code), out, err

    return call


@pytest.fixture
def left_with_a_reply(tmp_path: Path, console: Console) -> Iterator[int]:
    """Somebody signed in, synced and wrote a reply; then their backend went away. Gives its port."""
    config = Config(database=f"sqlite:///{tmp_path / 'desk.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as server:
        server.add_team("en", "English")
        server.add_agent("mei", teams=("en",), password="correct horse")
        server.customer_writes("en", "Where is my money?")
        assert console("login", server.url, "--user", "mei", "--password-stdin", stdin="correct horse\n")[0] == 0
        assert console("sync", "--once")[0] == 0
        ref = json.loads(console("tickets", "--view", "all", "--json")[1])["tickets"][0]["ref"]
        assert console("reply", ref, "It is on its way.")[0] == 0
        port = server.config.port
    yield port


def one_sentence(code: int, out: str, err: str) -> str:
    """What was said, which is one line for people: no traceback, no control character."""
    assert code == ExitCode.UNREACHABLE, (code, out, err)
    assert out == ""
    assert err.count("\n") == 1
    assert err.strip().endswith(".")
    assert err[:-1].isprintable()
    return err


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_signing_in_at_something_else_is_told(console: Console, answer: tuple[int, dict[str, str], bytes]) -> None:
    with Foreign(answer) as foreign:
        said = one_sentence(*console("login", foreign.url, "--user", "mei", "--password-stdin", stdin="pw\n"))
    assert "127.0.0.1" in said
    assert foreign.asked


@pytest.mark.parametrize("answer", ["a captive portal", "a web page", "other JSON", "not found"])
def test_something_in_the_backends_place_costs_no_word(
    left_with_a_reply: int, console: Console, tmp_path: Path, answer: str
) -> None:
    with Foreign(ANSWERS[answer], left_with_a_reply):
        one_sentence(*console("sync", "--once"))
    waiting = json.loads(console("outbox", "--json")[1])
    assert [(entry["state"], entry["body"]) for entry in waiting] == [("queued", "It is on its way.")]
    assert console("tickets", "--view", "all")[1].endswith("1 ticket\n")


def test_a_backend_of_another_version_is_told_and_costs_no_word(left_with_a_reply: int, console: Console) -> None:
    session = {
        "feed": "f", "head": 1, "min_pos": 0, "now": 1, "proto": 99, "scopes": [], "scopes_digest": "", "policy": {},
        "me": {"id": "mei", "v": 1, "handle": "mei", "name": "Mei", "role": "agent"},
    }  # fmt: skip
    newer = (200, {"content-type": "application/json"}, json.dumps(session).encode())
    with Foreign(newer, left_with_a_reply):
        said = one_sentence(*console("sync", "--once"))
    assert "newer" in said
    assert "99" in said
    assert len(json.loads(console("outbox", "--json")[1])) == 1


def test_one_file_holds_all_of_it(left_with_a_reply: int, tmp_path: Path) -> None:
    """The reply is in local.db itself, whatever answered meanwhile."""
    store = Store.open(tmp_path / "home" / "local.db")
    try:
        assert [entry.envelope.command.body for entry in store.outbox()] == ["It is on its way."]  # type: ignore[union-attr]  # it is a reply
    finally:
        store.close()
