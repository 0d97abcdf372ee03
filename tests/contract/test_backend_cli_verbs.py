"""The backend's command line: every verb, every wrong use, one sentence each."""

import io
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from backend.cli import DATABASE_ENV, run


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv(DATABASE_ENV, raising=False)
    return f"sqlite:///{tmp_path / 'desk.db'}"


def test_a_backend_is_set_up_and_checked(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run(["init", "--database", url]) == 0
    monkeypatch.setenv(DATABASE_ENV, url)
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse\n"))
    assert run(["user", "add", "mei", "--role", "agent", "--team", "Wallet", "--password-stdin"]) == 0
    assert run(["token", "create", "mei"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("ac_api_")
    tickets = tmp_path / "t.jsonl"
    tickets.write_text(json.dumps({"id": "1", "messages": [{"body": "hi"}]}) + "\n")
    assert run(["import", "tickets", str(tickets), "--team", "Wallet"]) == 0
    assert "1 added" in capsys.readouterr().out
    tickets.write_text("nonsense\n")
    assert run(["import", "tickets", str(tickets)]) == 1
    assert "t.jsonl: line 1: " in capsys.readouterr().err
    assert run(["check"]) == 0
    assert "no findings" in capsys.readouterr().out


def test_check_finds_what_is_wrong(url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import sqlite3

    assert run(["init", "--database", url]) == 0
    tickets = tmp_path / "t.jsonl"
    tickets.write_text("".join(json.dumps({"id": str(n), "messages": [{"body": "hi"}]}) + "\n" for n in range(3)))
    assert run(["import", "tickets", str(tickets), "--database", url]) == 0
    with sqlite3.connect(tmp_path / "desk.db") as conn:
        conn.execute("DELETE FROM feed WHERE pos = 3")
        conn.execute("DELETE FROM message WHERE seq = 1")
        conn.execute("DELETE FROM customer WHERE rowid = 2")
    conn.close()
    assert run(["check", "--database", url]) == 1
    said = capsys.readouterr().err
    assert "the feed has holes" in said
    assert "conversations with a hole" in said
    assert "tickets of a customer that does not exist" in said


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 2, "say what to do"),
        (["frobnicate"], 2, "invalid choice"),
        (["check"], 2, "say which database"),
        (["check", "--databse", "x"], 2, "unrecognized arguments"),
        (["check", "--database", "mysql://x"], 2, "is not supported"),
        (["check", "--database", "sqlite:////nowhere/x.db"], 1, "there is no database"),
        (["user", "add", "mei"], 2, "required: --role"),
        (["user", "add", "Mei Chen", "--role", "agent"], 2, "cannot be a name"),
        (["user", "add", "mei", "--role", "boss"], 2, "invalid choice"),
        (["import", "articles", "/nowhere/a.jsonl"], 1, "there is no file"),
        (["demo", "--tickets", "0"], 2, "--tickets takes a number"),
        (["serve", "--port", "99999"], 2, "is not a port"),
    ],
)
def test_what_is_wrong_gets_one_sentence(
    words: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATABASE_ENV, raising=False)
    assert run(words) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said and said.count("\n") == 1


def test_a_short_password_and_an_unknown_user_are_refused(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["init", "--database", url]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert run(["user", "add", "mei", "--role", "agent", "--password-stdin", "--database", url]) == 2
    assert run(["token", "create", "nobody", "--database", url]) == 1
    said = capsys.readouterr().err
    assert "too short" in said and "there is no user nobody" in said


def test_a_file_that_is_no_database_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is not a database " * 100)
    assert run(["check", "--database", f"sqlite:///{path}"]) == 1
    assert "not a database" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    code = (
        "import sys\nfrom backend.cli import run\n"
        f"try: run([{option!r}])\nexcept SystemExit: pass\n"
        "heavy = {'litestar', 'sqlalchemy', 'uvicorn', 'msgspec'} & set(sys.modules)\nassert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "console-backend" in done.stdout


def test_the_demo_announces_itself_answers_and_ends_with_its_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "backend", "demo", "--tickets", "20", "--dir", str(tmp_path), "--lang", "zh"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as demo:
        assert demo.stdin is not None and demo.stdout is not None
        announced = json.loads(demo.stdout.readline())
        assert set(announced) == {"url", "users", "pid"}
        assert announced["pid"] == demo.pid
        for role in ("agent", "senior", "lead", "admin"):
            login = announced["users"][role]
            answer = httpx.post(f"{announced['url']}/v1/auth/login", json=login)
            assert answer.status_code in (200, 201)
            assert answer.json()["me"].get("role", "agent") == role
        demo.stdin.close()
        assert demo.wait(20) == 0
