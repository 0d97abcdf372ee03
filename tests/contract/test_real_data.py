"""Text none of us wrote, all the way: imported, synced, searched, answered. docs/real-data.md has it by hand."""

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backend.cli import run as run_backend
from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from bench.real_data import write_mails, write_tickets
from console.cli import run as run_console
from console.store import Store
from desk.query import TicketQuery
from desk.text import clean_text

TEAMS = {
    "finance": ("multidogo_finance",),
    "shop": ("abcd",),
    "clinic": ("zh_medical_tickets",),
    "phrases": ("xsid",),
    "mail": ("mail_quotes_parser", "mail_quotes_trimmer"),
    "hostile": ("hostile_strings", "hostile_lines", "terminal_sequences", "terminal_recordings"),
}
ARTICLE_FILES = ("kb_*/articles.jsonl", "kb_*/articles.jsonl.gz", "qa_optech/qa.jsonl")
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]")
_SUMMARY = re.compile(r"(\d[\d,]*) added, (\d[\d,]*) changed, (\d[\d,]*) unchanged, (\d[\d,]*) bad")

pytestmark = pytest.mark.timeout(300)


@dataclass
class Desk:
    """A backend with real data, and a console that has synced it."""

    database: str
    home: Path
    offered: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    complaints: dict[str, list[str]] = field(default_factory=dict)

    def load(self, kind: str, name: str, files: list[Path], *options: str) -> None:
        """Run an import and keep what it said."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run_backend(["import", kind, "--database", self.database, *map(str, files), *options])
        counts = _SUMMARY.search(out.getvalue())
        assert counts is not None, (out.getvalue(), err.getvalue())
        added, _changed, _unchanged, bad = (int(number.replace(",", "")) for number in counts.groups())
        assert code == (1 if bad else 0)
        self.added[name] = added
        self.complaints[name] = err.getvalue().splitlines()

    def console(self, *argv: str, code: int = 0) -> str:
        """What a verb prints."""
        out = io.StringIO()
        with redirect_stdout(out):
            ended = run_console(argv)
        assert ended == code, out.getvalue()
        return out.getvalue()

    def ask(self, *argv: str) -> Any:
        """What a verb answers a script."""
        return json.loads(self.console(*argv, "--json"))

    @contextmanager
    def replica(self) -> Iterator[Store]:
        """The replica itself."""
        store = Store.open(self.home / "local.db")
        try:
            yield store
        finally:
            store.close()


@pytest.fixture(scope="module")
def desk(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("real")
    database = f"sqlite:///{folder / 'desk.db'}"
    desk = Desk(database, folder / "home")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()):
        patch.delenv("CONSOLE_TOKEN", raising=False)
        patch.setenv("CONSOLE_HOME", str(desk.home))
        patch.setenv("CONSOLE_PASSPHRASE", "open sesame")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.setattr(sys, "stdin", io.StringIO("correct horse\n"))
        assert run_backend(["init", "--database", database]) == 0
        teams = [word for team in (*TEAMS, "post") for word in ("--team", team)]
        person = ["mei", "--role", "senior", "--password-stdin", *teams]
        assert run_backend(["user", "add", "--database", database, *person]) == 0
        articles = sorted(path for pattern in ARTICLE_FILES for path in shared_data.glob(pattern))
        desk.load("articles", "articles", articles)
        for team, sources in TEAMS.items():
            for source in sources:
                desk.offered[source] = write_tickets(source, shared_data, folder)
                desk.load("tickets", source, [folder / f"{source}.jsonl"], "--team", team)
        desk.offered["mail"] = write_mails(shared_data, folder)
        desk.load("mail", "mail", [folder / "mail_raw.mbox"], "--team", "post")
        with EmbeddedServer(Config(database=database, port=0, limits=NO_LIMITS)) as server:
            patch.setattr(sys, "stdin", io.StringIO("correct horse\n"))
            desk.console("login", server.url, "--user", "mei", "--password-stdin")
            desk.console("sync", "--once")
            yield desk


def test_every_source_is_loaded_but_for_what_has_no_text(desk: Desk) -> None:
    assert desk.complaints["articles"] == []
    for source in (source for sources in TEAMS.values() for source in sources):
        assert desk.added[source] == desk.offered[source] - len(desk.complaints[source]), source
        assert all("there is no message with a text" in line for line in desk.complaints[source])
    assert len(desk.complaints["hostile_strings"]) == 2  # nothing but invisible characters
    assert all("neither a subject nor a text" in line for line in desk.complaints["mail"])
    assert desk.added["mail"] > 250


def test_importing_again_changes_nothing(desk: Desk, shared_data: Path) -> None:
    again = Desk(desk.database, desk.home)
    again.load("articles", "articles", [shared_data / "kb_electrum" / "articles.jsonl"])
    folder = Path(desk.database.removeprefix("sqlite:///")).parent
    again.load("tickets", "abcd", [folder / "abcd.jsonl"], "--team", "shop")
    again.load("mail", "mail", [folder / "mail_raw.mbox"], "--team", "post")
    assert again.added == {"articles": 0, "abcd": 0, "mail": 0}


def test_the_console_has_all_of_it(desk: Desk) -> None:
    views = desk.ask("status")["views"]
    tickets = sum(desk.added[source] for sources in TEAMS.values() for source in sources)
    assert tickets + 200 < views["all"] <= tickets + desk.added["mail"]  # mails of one thread are one ticket
    assert desk.ask("tickets", "tag:肝病科", "--limit", "1")["total"] == 1809  # as the source says
    assert desk.ask("tickets", "tag:reportlostcard", "status:new", "--limit", "1")["total"] > 300


@pytest.mark.parametrize(
    "query", ["高血压", "头", "脂肪肝 饮食", "lost my card", "routing number", "transfer 450", "写道"]
)
def test_tickets_are_found_by_what_people_wrote(desk: Desk, query: str) -> None:
    rows = desk.ask("tickets", query, "--limit", "5")["tickets"]
    assert rows
    for row in rows:
        said = desk.ask("show", row["ref"])
        text = " ".join([said["subject"], *(message["body"] for message in said["messages"])]).casefold()
        assert all(word[:4].casefold() in text for word in query.split()), row["ref"]


@pytest.mark.parametrize(
    ("query", "source_id"),
    [
        ("two factor authentication electrum", "electrum:2fa:en"),
        ("recover wallet", "wasabi:"),
        ("交易手续费", ":zh-CN"),
        ("gas fee too high", "ethereum"),
        ("atomic swap", "decred:docs/advanced/atomic-swap:en"),
    ],
)
def test_articles_are_found(desk: Desk, query: str, source_id: str) -> None:
    hits = desk.ask("kb", "search", query, "--limit", "5")
    assert any(source_id in hit["source_id"] for hit in hits), [hit["source_id"] for hit in hits]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("tag:reportlostcard status:new", "We have blocked the card; a new one is on its way."),
        ("tag:感染科", "您好，已为您转接专科同事，请稍候。"),
    ],
)
def test_a_real_question_is_answered(desk: Desk, query: str, answer: str) -> None:
    ref = desk.ask("tickets", query, "--limit", "1")["tickets"][0]["ref"]
    sent = desk.ask("reply", ref, answer, "--wait", "--then", "waiting")
    assert sent["state"] == "done"
    shown = desk.ask("show", ref)
    assert (shown["messages"][-1]["body"], shown["messages"][-1]["author"]) == (answer, "agent")
    assert shown["status"] == "waiting"


def test_no_control_character_reaches_the_replica_or_the_screen(desk: Desk) -> None:
    with desk.replica() as store:
        source = store.queue(TicketQuery(), 0)
        source.load()
        rows = source.window(0, source.count())
        for row in rows:
            for text in (row.subject, row.customer_name, *row.tags):
                assert not CONTROLS.search(text), (row.ref, text)
        for row in rows[:3000]:
            thread = store.thread(row.id)
            for line in thread.window(0, thread.count()):
                body = line.message.body
                assert body == clean_text(body), row.ref
                assert not CONTROLS.search(body), row.ref
    printed = desk.console("tickets", "--view", "all", "--limit", "100000")
    assert not CONTROLS.search(printed)


def test_messages_without_a_time_do_not_lie_in_the_future(desk: Desk) -> None:
    row = desk.ask("tickets", "tag:reportlostcard", "--limit", "1")["tickets"][0]
    times = [message["at"] for message in desk.ask("show", row["ref"])["messages"]]
    assert times == sorted(times)
    assert times[-1] <= desk.ask("status")["synced_at"]
