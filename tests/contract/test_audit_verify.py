"""The audit's chain: whatever is done to the stored rows, `audit verify` finds it."""

import json
import sqlite3
from pathlib import Path

import pytest

from backend.audit_chain import verify_chain
from backend.cli import run
from backend.database import Database
from backend.transaction import Transaction

ROWS = 6


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database whose audit has a few rows."""
    where = f"sqlite:///{tmp_path / 'desk.db'}"
    database = Database(where)
    with database.write(1_000) as tx:
        _write(tx, ROWS)
    database.close()
    return where


def _write(tx: Transaction, rows: int) -> None:
    for number in range(rows):
        with tx.unit():
            tx.audit("mei", "take", f"t-{number}", "{}", "laptop")


def tampered(url: str, *statements: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as conn:
        for statement in statements:
            conn.execute(statement)
    conn.close()


def test_a_whole_chain_says_how_many_rows_and_where_it_stands(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--database", url]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{ROWS} rows")
    assert run(["audit", "verify", "--json", "--database", url]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["whole"]) == (ROWS, True) and told["head"] in said
    assert run(["check", "--database", url]) == 0
    assert told["head"] in capsys.readouterr().out


def test_an_empty_chain_is_whole(tmp_path: Path) -> None:
    assert run(["init", "--database", f"sqlite:///{tmp_path / 'new.db'}"]) == 0
    assert run(["audit", "verify", "--database", f"sqlite:///{tmp_path / 'new.db'}"]) == 0


@pytest.mark.parametrize("column", ["at", "actor_id", "device", "action", "entity_id", "detail", "hash"])
def test_a_changed_row_is_found(url: str, column: str, capsys: pytest.CaptureFixture[str]) -> None:
    tampered(url, f"UPDATE audit SET {column} = '7' WHERE seq = 3")
    assert run(["audit", "verify", "--database", url]) == 1
    assert "changed at row 3" in capsys.readouterr().err
    assert run(["check", "--database", url]) == 1


@pytest.mark.parametrize(("gone", "found_at"), [(1, 2), (4, 5)])
def test_a_row_taken_out_is_found(url: str, gone: int, found_at: int, capsys: pytest.CaptureFixture[str]) -> None:
    tampered(url, f"DELETE FROM audit WHERE seq = {gone}")
    assert run(["audit", "verify", "--json", "--database", url]) == 1
    assert json.loads(capsys.readouterr().out)["broken_seq"] == found_at


def test_rows_that_changed_places_are_found(url: str) -> None:
    tampered(
        url,
        "UPDATE audit SET seq = 99 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 99",
    )
    assert run(["audit", "verify", "--database", url]) == 1


def test_rows_put_in_are_found(url: str) -> None:
    tampered(
        url,
        "INSERT INTO audit (at, actor_id, device, action, entity_id, detail, hash)"
        " VALUES (1000, 'eve', 'x', 'take', 't-9', '{}', 'abc')",
    )
    assert run(["audit", "verify", "--database", url]) == 1


def test_rows_cut_off_the_end_are_found_by_a_noted_head(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(url)
    with database.read() as conn:
        head = verify_chain(conn).head
    with database.write(2_000) as tx:
        _write(tx, 1)
    database.close()
    assert run(["audit", "verify", "--head", head, "--database", url]) == 0
    tampered(url, f"DELETE FROM audit WHERE seq >= {ROWS}")
    assert run(["audit", "verify", "--database", url]) == 0
    assert run(["audit", "verify", "--head", head, "--database", url]) == 1
    assert "taken off its end" in capsys.readouterr().err


def test_the_log_is_shown_newest_first(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "show", "--entity", "t-2", "--database", url]) == 0
    assert "take  t-2" in capsys.readouterr().out
    assert run(["audit", "show", "--limit", "2", "--json", "--database", url]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["seq"] for line in lines] == [ROWS, ROWS - 1]
