"""``console kb`` from the shell: stable JSON, exit codes, and nothing heavy imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LINES = [
    {"id": "w:zh", "lang": "zh", "title": "提现延迟", "body_md": "网络拥堵时提现会延迟。"},
    {"id": "w:en", "lang": "en", "title": "Delayed withdrawals", "body_md": "The network may be congested."},
]


def console(*args: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-m", "console", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, input=text, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kb")
    source = folder / "kb.jsonl"
    source.write_text("".join(f"{json.dumps(line)}\n" for line in LINES) + "broken\n", "utf-8")
    first = console("kb", "import", source, "--db", folder / "local.db", "--json")
    assert first.returncode == 1
    told = json.loads(first.stdout)
    assert (told["read"], told["changed"], told["bad"][0]["line"]) == (2, 2, 3)
    again = json.loads(console("kb", "import", source, "--db", folder / "local.db", "--json").stdout)
    assert (again["read"], again["changed"]) == (2, 0)
    return folder / "local.db"


def test_search_prints_stable_json(replica: Path) -> None:
    done = console("kb", "search", "提现", "--json", "--db", replica)
    hits = json.loads(done.stdout)
    assert done.returncode == 0
    assert [hit["source_id"] for hit in hits] == ["w:zh", "w:en"]
    assert set(hits[0]) == {"id", "source_id", "lang", "title", "score", "snippet"}
    assert "\x02提现\x03" in hits[0]["snippet"]


def test_suggest_reads_standard_input(replica: Path) -> None:
    done = console("kb", "suggest", "--text", "-", "--json", "--db", replica, text="My withdrawal has not arrived!")
    assert json.loads(done.stdout)[0]["source_id"] == "w:en"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("kb", "search", "x", "--limit", "0"), 2),
        (("kb", "suggest"), 2),
        (("kb", "nothing"), 2),
        (("kb", "evaluate", "no-such-file.jsonl"), 1),
        (("kb", "suggest", "--ticket", "T-404"), 1),
    ],
)
def test_a_wrong_command_is_one_sentence(replica: Path, args: tuple[str, ...], code: int) -> None:
    done = console(*args, "--db", replica)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_search_imports_nothing_heavy(replica: Path) -> None:
    program = (
        "import sys; from console.cli import run; code = run(sys.argv[1:]);"
        "print(sorted({'textual', 'httpx', 'sqlite_utils', 'keyring', 'opencc', 'markdown_it', 'console.store.store'}"
        " & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, "kb", "search", "助記詞", "--json", "--db", str(replica)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr.strip() == "[]"
