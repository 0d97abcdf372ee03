"""Imports into a backend: what comes in, what is refused, what a second time changes."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.database import Database
from backend.importing.articles import import_articles
from backend.importing.mail import import_mail
from backend.importing.report import Report
from backend.importing.tickets import import_tickets
from backend.integrity import findings
from backend.rows import read_article, read_customer, read_message, read_ticket
from desk.records import Article, Author, Customer, Message, MessageKind, Severity, Status, Ticket, Tier

NOW = 1_790_000_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    yield opened
    with opened.read() as conn:
        assert list(findings(conn)) == []
    opened.close()


def docs(database: Database, table: str, order: str = "rowid") -> list[str]:
    with database.read() as conn:
        return [str(row[0]) for row in conn.exec_driver_sql(f"SELECT doc FROM {table} ORDER BY {order}")]


def articles_in(database: Database) -> list[Article]:
    return [read_article(doc) for doc in docs(database, "article", "source_id")]


def tickets_in(database: Database) -> list[Ticket]:
    return [read_ticket(doc) for doc in docs(database, "ticket")]


def messages_in(database: Database) -> list[Message]:
    return [read_message(doc) for doc in docs(database, "message", "seq")]


def customers_in(database: Database) -> list[Customer]:
    return [read_customer(doc) for doc in docs(database, "customer")]


def lines(path: Path, *items: Any) -> Path:
    path.write_text("".join((item if isinstance(item, str) else json.dumps(item)) + "\n" for item in items))
    return path


class Import:
    """One run of an import and what it said."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.said = io.StringIO()
        self.report = Report("test", self.said)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.report.added, self.report.changed, self.report.unchanged, self.report.bad

    def articles(self, *paths: Path) -> "Import":
        import_articles(self.database, paths, NOW, self.report)
        return self

    def tickets(self, *paths: Path) -> "Import":
        import_tickets(self.database, paths, NOW, self.report, team="Support")
        return self

    def mail(self, *paths: Path) -> "Import":
        import_mail(self.database, paths, NOW, self.report, team="Support", ours=("desk.example.com",))
        return self


ARTICLE = {"id": "faq:fees:en", "lang": "en", "title": "Fees", "body_md": "Network fees.", "tags": ["Fees", "a b"]}


def test_articles_come_in_once_and_are_brought_up_to_date(database: Database, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", ARTICLE, {**ARTICLE, "id": "faq:fees:zh", "lang": "zh", "title": "手续费"})
    assert Import(database).articles(path).counts == (2, 0, 0, 0)
    assert Import(database).articles(path).counts == (0, 0, 2, 0)
    lines(path, {**ARTICLE, "body_md": "Better."})
    assert Import(database).articles(path).counts == (0, 1, 0, 0)
    english, chinese = articles_in(database)
    assert (english.body_md, english.v, english.tags) == ("Better.", 2, ("fees", "a-b"))
    assert english.group_id == chinese.group_id == "faq:fees"


def test_bad_lines_are_named_and_the_rest_is_loaded(database: Database, tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        ARTICLE,
        "{",
        {"id": "x", "title": "t"},
        "",
        {**ARTICLE, "id": ""},
        {**ARTICLE, "id": "l", "lang": "not a language"},
        {**ARTICLE, "id": "b", "body_md": "x" * 200_001},
        {**ARTICLE, "id": "last"},
    )
    run = Import(database).articles(path)
    assert run.counts == (2, 0, 0, 5)
    said = run.said.getvalue().splitlines()
    assert [line.split(": ")[1] for line in said] == ["line 2", "line 3", "line 5", "line 6", "line 7"]
    assert "missing required field `body_md`" in said[1]


def test_gzip_is_read_and_a_broken_one_is_one_sentence(database: Database, tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(ARTICLE).encode() * 1)
    (tmp_path / "a.jsonl.gz").write_bytes(packed)
    assert Import(database).articles(tmp_path / "a.jsonl.gz").report.added == 1
    (tmp_path / "b.jsonl.gz").write_bytes(packed[:-12])
    with pytest.raises(OSError, match="not a whole gzip file"):
        Import(database).articles(tmp_path / "b.jsonl.gz")


def test_folders_of_pages_are_read(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "help"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.md").write_text("---\ntitle: Front\nlang: en\ntags: [x, y]\n---\n\nBody.")
    (folder / "b.zh.md").write_text("# 提现延迟\n\n网络拥堵。")
    (folder / "deep" / "c.html").write_text("<title>Page</title><h1>Page</h1><p>Text</p><p hidden>no</p>")
    (folder / "notes.txt").write_text("not a page")
    (folder / "bad.md").write_bytes(b"\xff\xfe")
    run = Import(database).articles(folder)
    assert run.counts == (3, 0, 0, 1)
    front, chinese, page = articles_in(database)
    assert (front.source_id, front.title, front.tags, front.body_md) == ("a.md", "Front", ("x", "y"), "Body.")
    assert (chinese.lang, chinese.title, chinese.body_md) == ("zh", "提现延迟", "网络拥堵。")
    assert (page.source_id, page.title, page.body_md) == ("deep/c.html", "Page", "Text")


def test_a_whole_ticket_comes_in(database: Database, tmp_path: Path) -> None:
    ticket = {
        "id": "zd-17",
        "subject": "提现\u202e未到账",
        "lang": "zh",
        "channel": "telegram",
        "severity": "high",
        "status": "waiting",
        "tags": ["Withdrawal"],
        "created_at": "2026-01-02T03:04:05Z",
        "customer": {"id": "c9", "name": "王磊", "tier": "vip", "language": "zh", "contacts": ["@wang"]},
        "messages": [
            {"author": "customer", "body": "hi \x1b]0;title\x07there", "created_at": "2026-01-02T03:04:05Z"},
            {"author": "bot", "body": "wait"},
            {"author": "agent", "name": "Mei", "kind": "note", "body": "looks odd"},
            {"author": "agent", "name": "Mei", "body": "done", "created_at": "2026-01-02T05:00:00Z"},
        ],
    }
    path = lines(tmp_path / "t.jsonl", ticket)
    assert Import(database).tickets(path).counts == (1, 0, 0, 0)
    assert Import(database).tickets(path).counts == (0, 0, 1, 0)
    (stored,) = tickets_in(database)
    assert (stored.source_id, stored.status, stored.severity) == ("zd-17", Status.WAITING, Severity.HIGH)
    assert "\u202e" not in stored.subject
    assert (stored.last_n, stored.last_customer_n, stored.last_agent_n, stored.tags) == (4, 1, 4, ("withdrawal",))
    (customer,) = customers_in(database)
    assert (customer.name, customer.tier, customer.contacts[0].address) == ("王磊", Tier.VIP, "@wang")
    first, bot, note, last = messages_in(database)
    assert "\x1b" not in first.body and first.author_id == customer.id
    assert (bot.author, note.kind, last.author_name) == (Author.BOT, MessageKind.NOTE, "Mei")
    assert first.at < bot.at < note.at < last.at


def test_an_id_and_a_message_are_enough(database: Database, tmp_path: Path) -> None:
    path = lines(tmp_path / "t.jsonl", {"id": "1", "messages": [{"body": "Where is my money?"}]})
    assert Import(database).tickets(path).report.added == 1
    (ticket,) = tickets_in(database)
    assert (ticket.subject, ticket.status, ticket.created_at) == ("Where is my money?", Status.NEW, NOW)


def test_bad_tickets_are_named(database: Database, tmp_path: Path) -> None:
    said = {"messages": [{"body": "x"}]}
    path = lines(
        tmp_path / "t.jsonl",
        {"id": "1", **said},
        {"id": "2", "status": "pending", **said},
        {"id": "3", "messages": []},
        {"id": "4", "created_at": "soon", **said},
        {"id": "5", "messages": [{"body": " ", "author": "customer"}]},
        {"id": 6, **said},
        [1],
        {"id": "1", **said},
    )
    run = Import(database).tickets(path)
    assert run.counts == (1, 0, 1, 6)
    assert "line 2: invalid enum value 'pending'" in run.said.getvalue()


def test_tickets_of_one_customer_share_them(database: Database, tmp_path: Path) -> None:
    who = {"contacts": ["Ann@Example.com"]}
    said = {"customer": who, "messages": [{"body": "x"}]}
    path = lines(tmp_path / "t.jsonl", *({"id": str(n), **said} for n in range(3)))
    Import(database).tickets(path)
    assert len(customers_in(database)) == 1
    assert len({ticket.customer_id for ticket in tickets_in(database)}) == 1
    assert len({ticket.ref for ticket in tickets_in(database)}) == 3


def mbox(path: Path, *mails: str) -> Path:
    path.write_bytes(b"".join(b"From x Mon Jan  1 00:00:00 2024\n" + mail.encode() + b"\n\n" for mail in mails))
    return path


FIRST = (
    "From: Ann <ann@example.net>\nSubject: Help\nMessage-ID: <1@x>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nIt is gone."
)
ANSWER = (
    "From: Mei <mei@desk.example.com>\nSubject: Re: Help\nMessage-ID: <2@x>\nReferences: <1@x>\n"
    "Date: Mon, 2 Mar 2026 11:00:00 +0000\n\nLooking.\n\n> It is gone."
)
THANKS = (
    "From: Ann <ann@example.net>\nSubject: Re: Help\nMessage-ID: <3@x>\nReferences: <1@x> <2@x>\n"
    "Date: Mon, 2 Mar 2026 12:00:00 +0000\n\nThanks"
)


def test_a_thread_becomes_a_ticket_and_goes_on_later(database: Database, tmp_path: Path) -> None:
    other = "From: bob@example.org\nSubject: Other\nMessage-ID: <9@x>\n\nHello"
    assert Import(database).mail(mbox(tmp_path / "1.mbox", FIRST, other, ANSWER)).counts == (3, 0, 0, 0)
    assert len(tickets_in(database)) == 2
    later = mbox(tmp_path / "2.mbox", FIRST, ANSWER, THANKS)
    assert Import(database).mail(later).counts == (1, 0, 2, 0)
    assert Import(database).mail(later).counts == (0, 0, 3, 0)
    ticket = next(t for t in tickets_in(database) if t.subject == "Help")
    said = [message for message in messages_in(database) if message.ticket_id == ticket.id]
    assert [message.author for message in said] == [Author.CUSTOMER, Author.AGENT, Author.CUSTOMER]
    assert said[1].body.endswith("> It is gone.")
    assert (ticket.customer_name, ticket.status, ticket.last_n) == ("Ann", Status.OPEN, 3)


def test_what_is_no_mbox_is_said(database: Database, tmp_path: Path) -> None:
    run = Import(database).mail(lines(tmp_path / "x.mbox", {"id": "1"}))
    assert run.counts == (0, 0, 0, 1)
    assert "not an mbox file" in run.said.getvalue()


def test_real_mail_comes_in_whole(database: Database, tmp_path: Path, shared_data: Path) -> None:
    import base64

    box = tmp_path / "all.mbox"
    with box.open("wb") as out:
        for path in sorted((shared_data / "mail_raw").glob("*.jsonl.gz")):
            with gzip.open(path) as file:
                for line in file:
                    raw = base64.b64decode(json.loads(line)["raw_b64"]).replace(b"\r\n", b"\n")
                    quoted = (b"\n" + raw).replace(b"\nFrom ", b"\n>From ")
                    out.write(b"From x Mon Jan  1 00:00:00 2024" + quoted + b"\n\n")
    run = Import(database).mail(box)
    assert run.report.added > 250
    assert run.report.bad < 10
    again = Import(database).mail(box)
    assert again.report.added == 0


def test_real_knowledge_bases_come_in_whole(database: Database, shared_data: Path) -> None:
    paths = sorted(shared_data.glob("kb_*/articles.jsonl"))
    run = Import(database).articles(*paths)
    assert run.report.added > 1_000
    assert run.report.bad == 0
    assert Import(database).articles(*paths).counts == (0, 0, run.report.seen, 0)
