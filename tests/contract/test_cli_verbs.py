"""The command line against the real backend: every verb, its JSON and its exit code, and what bad input gets."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.cli import VERBS, run
from console.errors import ExitCode
from console.i18n import set_language
from console.store import Store
from desk.records import Ticket

Console = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        running.add_team("t-en", "English")
        running.add_agent("mei", teams=("t-en",), password="correct horse")
        running.add_agent("li", teams=("t-en",), password="battery staple")
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine without a keyring, with a passphrase in its environment."""
    for name in ("CONSOLE_TOKEN", "CONSOLE_LANG", "CONSOLE_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CONSOLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONSOLE_PASSPHRASE", "open sesame")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    yield tmp_path / "home"
    set_language("en")


@pytest.fixture
def console(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    """Runs one command; gives exit code, standard output and standard error."""

    def call(*argv: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = run(argv)
        out, err = capsys.readouterr()
        return int(code), out, err

    return call


@pytest.fixture
def signed_in(server: EmbeddedServer, console: Console) -> Ticket:
    """Mei is signed in and synced, with one ticket in her queue."""
    ticket = server.customer_writes("t-en", "My withdrawal is stuck", subject="Withdrawal pending")
    code, _out, err = console("login", server.url, "--user", "mei", "--password-stdin", stdin="correct horse\n")
    assert (code, err) == (0, "")
    assert console("sync", "--once")[0] == 0
    return ticket


def plain(answer: tuple[int, str, str], code: int = 0) -> Any:
    """The one JSON document a command printed."""
    assert answer[0] == code, answer
    assert answer[2] == ""
    return json.loads(answer[1])


def ref_of(ticket: Ticket, home: Path) -> str:
    store = Store.open(home / "local.db")
    try:
        found = store.ticket(ticket.id)
    finally:
        store.close()
    assert found is not None
    return found.ref


def test_signing_in_says_where_the_sign_in_is_kept(server: EmbeddedServer, console: Console, home: Path) -> None:
    told = plain(console("login", server.url, "--user", "mei", "--password-stdin", "--json", stdin="correct horse\n"))
    assert told == {"user": "mei", "server": server.url, "role": "agent", "kept_in": "file"}
    sealed = home / "sign-in.sealed"
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert b"correct horse" not in sealed.read_bytes()


def test_a_wrong_password_is_told_in_one_sentence(server: EmbeddedServer, console: Console) -> None:
    code, out, err = console("login", server.url, "--user", "mei", "--password-stdin", stdin="wrong\n")
    assert (code, out, err) == (3, "", "The user name or the password is wrong.\n")


def test_without_keyring_or_passphrase_nothing_is_kept_in_plain_text(
    server: EmbeddedServer, console: Console, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONSOLE_PASSPHRASE")
    code, _out, err = console("login", server.url, "--user", "mei", "--password-stdin", stdin="correct horse\n")
    assert code == ExitCode.FAILED
    assert "CONSOLE_PASSPHRASE" in err
    assert not list(home.glob("*"))


@pytest.mark.parametrize("url", ["http://desk.example.com", "ftp://x", "https://me:pw@desk.example.com", "https://"])
def test_an_address_that_would_carry_the_password_in_the_clear_is_refused(console: Console, url: str) -> None:
    code, _out, err = console("login", url, "--user", "mei", "--password-stdin", stdin="secret\n")
    assert code == ExitCode.USAGE
    assert "https://" in err


def test_an_unreachable_backend_is_told_in_one_sentence(console: Console) -> None:
    code, _out, err = console("login", "http://127.0.0.1:9", "--user", "mei", "--password-stdin", stdin="x\n")
    assert code == ExitCode.UNREACHABLE
    assert err.startswith("127.0.0.1:9 does not answer.")
    assert err.count("\n") == 1


@pytest.mark.parametrize("verb", ["status", "tickets", "outbox"])
def test_before_the_first_sign_in_verbs_say_how_to_begin(console: Console, verb: str) -> None:
    code, out, err = console(verb)
    assert (code, out) == (3, "")
    assert "console login" in err
    told = plain(console(verb, "--json"), code=3)
    assert told["error"]["code"] == "not-signed-in"


def test_tickets_lists_a_view_and_a_search(signed_in: Ticket, console: Console) -> None:
    told = plain(console("tickets", "--view", "unassigned", "--json"))
    assert told["total"] == 1
    row = told["tickets"][0]
    assert row["id"] == signed_in.id
    assert row["subject"] == "Withdrawal pending"
    assert row["status"] == "new"
    assert set(row) == {
        *("id", "ref", "subject", "customer", "tier", "channel", "lang", "status", "severity", "tags", "assignee"),
        *("due_at", "due_clock", "urgency_at", "snoozed_until", "unread", "messages", "pending"),
    }
    assert plain(console("tickets", "stuck", "--json"))["total"] == 1
    assert plain(console("tickets", "status:solved", "--json"))["total"] == 0
    assert plain(console("tickets", "--json"))["total"] == 0  # mine


def test_tickets_for_people_is_aligned(signed_in: Ticket, console: Console) -> None:
    code, out, _err = console("tickets", "--view", "all")
    assert code == 0
    assert "Withdrawal pending" in out
    assert out.endswith("1 ticket\n")


def test_wrong_usage_is_told_in_one_sentence(signed_in: Ticket, console: Console) -> None:
    wrong: list[tuple[tuple[str, ...], str]] = [
        (("tickets", "--view", "unasigned"), "unassigned"),
        (("tickets", "--limit", "0"), "--limit"),
        (("tickets", "status:nonsense"), "status"),
        (("tickets", "--bogus"), "--bogus"),
        (("frobnicate",), "frobnicate"),
        (("demo", "--size", "9x9"), "200x50"),
        (("demo", "--screen", "nonsense"), "outbox"),
        (("demo", "--role", "boss"), "senior"),
        (("open", "--screen", "nonsense"), "outbox"),
    ]
    for argv, words in wrong:
        code, out, err = console(*argv)
        assert (code, out) == (ExitCode.USAGE, ""), argv
        assert words in err
        assert err.count("\n") == 1


def test_a_demo_that_cannot_start_says_why(
    home: Path, console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    code, out, err = console("demo", "--db", str(tmp_path / "d.db"), "--screenshot", str(tmp_path / "desk.svg"))
    assert (code, out) == (1, "")
    assert "did not start" in err
    code, _out, err = console("demo", "--tickets", "3000000", "--screenshot", str(tmp_path / "desk.svg"))
    assert code == ExitCode.USAGE
    assert "2000000" in err


def test_show_tells_the_whole_conversation(signed_in: Ticket, console: Console, home: Path) -> None:
    ref = ref_of(signed_in, home)
    told = plain(console("show", ref, "--json"))
    assert told["ref"] == ref
    assert told["customer"]["name"]
    assert [(m["n"], m["author"], m["body"]) for m in told["messages"]] == [(1, "customer", "My withdrawal is stuck")]
    code, out, _err = console("show", ref.lower())
    assert code == 0
    assert "My withdrawal is stuck" in out


def test_an_unknown_ticket_is_told_in_one_sentence(signed_in: Ticket, console: Console) -> None:
    assert console("show", "T-0")[::2] == (1, "There is no ticket T-0 here.\n")


def test_a_reply_is_queued_without_the_network_and_sent_later(
    signed_in: Ticket, server: EmbeddedServer, console: Console, home: Path
) -> None:
    ref = ref_of(signed_in, home)
    server.stop()
    told = plain(console("reply", ref, "We are on it.", "--json"))
    assert (told["state"], told["kind"], told["ref"], told["body"]) == ("queued", "reply", ref, "We are on it.")
    assert [entry["state"] for entry in plain(console("outbox", "--json"))] == ["queued"]
    assert plain(console("status", "--json"))["outbox"] == 1
    code, _out, err = console("sync", "--once")
    assert code == ExitCode.UNREACHABLE
    assert "does not answer" in err
    server.start()
    assert plain(console("sync", "--once", "--json"))["outbox"] == 0
    assert plain(console("show", ref, "--json"))["messages"][-1]["body"] == "We are on it."
    assert plain(console("outbox", "--json")) == []


def test_options_may_stand_before_the_text(signed_in: Ticket, console: Console) -> None:
    told = plain(console("reply", signed_in.ref, "--note", "For us only.", "--json"))
    assert (told["kind"], told["body"]) == ("note", "For us only.")


def test_a_reply_can_be_sent_at_once_from_standard_input(signed_in: Ticket, console: Console, home: Path) -> None:
    ref = ref_of(signed_in, home)
    told = plain(console("reply", ref, "-", "--wait", "--then", "solved", "--json", stdin="你好\n第二行\n"))
    assert told["state"] == "done"
    shown = plain(console("show", ref, "--json"))
    assert shown["messages"][1]["body"] == "你好\n第二行"
    assert shown["status"] == "solved"


def test_a_reply_to_a_conversation_that_moved_on_needs_attention(
    signed_in: Ticket, server: EmbeddedServer, console: Console, home: Path, tmp_path: Path
) -> None:
    ref = ref_of(signed_in, home)
    elsewhere = str(tmp_path / "li.db")
    console("--db", elsewhere, "login", server.url, "--user", "li", "--password-stdin", stdin="battery staple\n")
    assert console("--db", elsewhere, "sync", "--once")[0] == 0
    assert console("--db", elsewhere, "reply", ref, "Li answers.", "--wait")[0] == 0
    told = plain(console("reply", ref, "Mei answers, too.", "--wait", "--json"), code=1)
    assert told["state"] == "conflict"
    assert told["why"] == "Somebody else answered first."
    code, out, _err = console("outbox")
    assert code == ExitCode.FAILED
    assert "Somebody else answered first." in out
    assert console("status")[0] == ExitCode.FAILED


def test_a_hopeless_reply_is_refused_before_it_is_queued(signed_in: Ticket, console: Console, home: Path) -> None:
    ref = ref_of(signed_in, home)
    for text in ("   ", "x" * 5_000_000, "Please send me your seed phrase."):
        code, out, err = console("reply", ref, "-", stdin=text)
        assert code in (ExitCode.FAILED, ExitCode.USAGE)
        assert out == ""
        assert err.count("\n") == 1
    assert plain(console("outbox", "--json")) == []


def test_an_ended_sign_in_is_told_and_loses_nothing(signed_in: Ticket, console: Console, home: Path) -> None:
    console("reply", ref_of(signed_in, home), "Still here.")
    assert plain(console("logout", "--json"))["revoked"] is True
    code, _out, err = console("sync", "--once")
    assert code == ExitCode.NOT_SIGNED_IN
    assert "console login" in err
    assert len(plain(console("outbox", "--json"))) == 1


def test_somebody_else_cannot_take_over_unsent_words(
    signed_in: Ticket, server: EmbeddedServer, console: Console, home: Path
) -> None:
    console("reply", ref_of(signed_in, home), "By Mei.")
    code, _out, err = console("login", server.url, "--user", "li", "--password-stdin", stdin="battery staple\n")
    assert code == ExitCode.REPLICA
    assert "--db" in err


def test_a_token_from_the_environment_needs_no_password(
    server: EmbeddedServer, console: Console, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.customer_writes("t-en", "hello")
    monkeypatch.setenv("CONSOLE_TOKEN", server.token("mei"))
    monkeypatch.delenv("CONSOLE_PASSPHRASE")
    assert plain(console("login", server.url, "--json"))["kept_in"] == "environment"
    assert plain(console("sync", "--once", "--json"))["tickets"] == 1
    assert not (home / "sign-in.sealed").exists()


def test_a_wrong_passphrase_is_told(signed_in: Ticket, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_PASSPHRASE", "not it")
    code, _out, err = console("sync", "--once")
    assert code == ExitCode.NOT_SIGNED_IN
    assert "passphrase" in err


def test_a_damaged_replica_is_replaced_and_a_folder_in_its_place_is_told(
    signed_in: Ticket, console: Console, home: Path, tmp_path: Path
) -> None:
    code, _out, err = console("--db", str(tmp_path), "tickets")
    assert code == ExitCode.REPLICA
    assert err.count("\n") == 1
    (home / "local.db").write_bytes(b"this is no database" * 1000)
    assert console("sync", "--once")[0] == 0
    assert plain(console("tickets", "--view", "all", "--json"))["total"] == 1


@pytest.mark.parametrize("argv", [("demo",), ("open",), ()])
def test_without_a_terminal_the_desk_explains_itself(console: Console, argv: tuple[str, ...]) -> None:
    code, out, err = console(*argv)
    assert (code, out) == (2, "")
    assert "terminal" in err
    assert err.count("\n") == 1


def test_the_language_of_messages_can_be_chosen(signed_in: Ticket, console: Console) -> None:
    assert console("show", "T-0", "--lang", "zh")[0] == 1
    assert console("--lang", "xx", "status")[0] == ExitCode.USAGE


@pytest.mark.parametrize("argv", [("--help",), ("--version",), ("tickets", "--help"), ("reply", "--help")])
def test_help_and_version_load_neither_textual_nor_httpx(argv: tuple[str, ...]) -> None:
    program = (
        "import sys\nfrom console.cli import run\n"
        f"try: run({list(argv)!r})\nexcept SystemExit as end: assert not end.code\n"
        "print(sorted({'textual', 'httpx', 'keyring', 'sqlite_utils', 'litestar'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert len(done.stdout.splitlines()) > 1


def test_every_verb_has_a_module_with_arguments_and_a_run() -> None:
    import importlib

    for name in VERBS:
        module = importlib.import_module(f"console.verbs.{name}")
        assert callable(module.add_arguments)
        assert callable(module.run)
