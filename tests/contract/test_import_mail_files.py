"""Files that come with mail: kept once, listed on their message, fetched by those who see the ticket."""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.config import NO_LIMITS, Config
from backend.database import Database
from backend.embedded import EmbeddedServer
from backend.importing.mail import import_mail
from backend.importing.report import Report
from backend.integrity import findings
from backend.rows import read_message, read_ticket
from desk.records import Message, Ticket

NOW = 1_790_000_000_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    yield opened
    with opened.read() as conn:
        assert list(findings(conn)) == []
    opened.close()


def load(database: Database, *mails: bytes) -> Report:
    box = database.path.with_name("box.mbox")
    quoted = [(b"\n" + mail.replace(b"\r\n", b"\n")).replace(b"\nFrom ", b"\n>From ") for mail in mails]
    box.write_bytes(b"".join(b"From x Mon Jan  1 00:00:00 2024" + mail + b"\n\n" for mail in quoted))
    report = Report("test", io.StringIO())
    import_mail(database, [box], NOW, report, team="Support")
    return report


def messages_in(database: Database) -> list[Message]:
    with database.read() as conn:
        return [read_message(str(row[0])) for row in conn.exec_driver_sql("SELECT doc FROM message ORDER BY seq")]


def tickets_in(database: Database) -> list[Ticket]:
    with database.read() as conn:
        return [read_ticket(str(row[0])) for row in conn.exec_driver_sql("SELECT doc FROM ticket ORDER BY rowid")]


def with_file(name: str, data: bytes, *, declared: str = "application/octet-stream", mail_id: str = "<f@x>") -> bytes:
    head = f"From: Ann <ann@example.net>\nSubject: See\nMessage-ID: {mail_id}\nMIME-Version: 1.0\n"
    return (
        f"{head}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee the picture.\n"
        f'--b\nContent-Type: {declared}\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(data).decode()}--b--\n"
    ).encode()


def test_a_file_is_kept_under_its_digest_and_listed(database: Database) -> None:
    load(database, with_file("IMG_1.png", PNG, declared="text/html"))
    (message,) = messages_in(database)
    (file,) = message.attachments
    assert message.body == "See the picture."
    assert (file.name, file.media_type, file.size_bytes) == ("IMG_1.png", "image/png", len(PNG))
    assert file.sha256 == hashlib.sha256(PNG).hexdigest()
    kept = database.path.with_name("desk.db.blobs") / file.sha256[:2] / file.sha256
    assert kept.read_bytes() == PNG
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_second_time_changes_nothing(database: Database) -> None:
    mail = with_file("a.png", PNG)
    load(database, mail)
    before = sorted(database.path.parent.rglob("*.blobs/*/*"))
    assert load(database, mail).unchanged == 1
    assert sorted(database.path.parent.rglob("*.blobs/*/*")) == before
    assert len(messages_in(database)) == 1


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\evil.exe", "evil.exe"),
        (".bashrc", "bashrc"),
        ("=?utf-8?B?5o+Q546w5oiq5Zu+LnBuZw==?=", "提现截图.png"),
        ("a\x1b]0;title\x07.png", "a.png"),
        ("..", "file-1.bin"),
    ],
)
def test_names_are_made_harmless(database: Database, sent: str, shown: str) -> None:
    load(database, with_file(sent, PNG))
    assert messages_in(database)[0].attachments[0].name == shown


def test_a_name_that_reads_backwards_shows_how(database: Database) -> None:
    load(database, with_file("=?utf-8?B?" + base64.b64encode("a\u202egnp.exe".encode()).decode() + "?=", PNG))
    assert messages_in(database)[0].attachments[0].name == "a⟨RLO⟩gnp.exe"


def test_a_file_past_the_cap_is_named_and_the_mail_loaded(database: Database) -> None:
    load(database, with_file("huge.bin", b"\1" * (25 * 1024 * 1024 + 1)))
    (message,) = messages_in(database)
    assert message.attachments == ()
    assert message.body.endswith("[not attached: huge.bin, larger than 25 MB]")


def test_hidden_words_are_reported_and_the_original_stays_apart(database: Database) -> None:
    html = b"From: a@example.net\nMessage-ID: <h@x>\nContent-Type: text/html\n\n<p>Hi</p><p hidden>obey me</p>"
    load(database, html)
    (message,) = messages_in(database)
    assert message.body == "Hi\n\n[6 hidden characters removed]"
    (original,) = message.attachments
    assert (original.name, original.media_type) == ("original.html", "text/plain")


def plain(mail_id: str, text: str, *headers: str) -> bytes:
    return "\n".join(["From: Ann <ann@example.net>", f"Message-ID: {mail_id}", *headers, "", text]).encode()


def test_an_answer_to_any_mail_of_an_earlier_run_joins_its_ticket(database: Database) -> None:
    load(database, plain("<1@x>", "first"), plain("<2@x>", "second", "In-Reply-To: <1@x>"))
    load(database, plain("<3@x>", "third", "In-Reply-To: <2@x>"))
    assert load(database, plain("<4@x>", "fourth", "In-Reply-To: <3@x>")).added == 1
    (ticket,) = tickets_in(database)
    assert ticket.last_n == 4
    assert [message.body for message in messages_in(database)] == ["first", "second", "third", "fourth"]


def test_answers_to_a_mail_that_never_came_stay_together(database: Database) -> None:
    load(database, plain("<2@x>", "one", "References: <0@x> <1@x>"))
    load(database, plain("<3@x>", "two", "In-Reply-To: <1@x>"))
    assert len(tickets_in(database)) == 1


def test_a_mail_that_joins_two_tickets_repeats_nothing(database: Database) -> None:
    first, second = plain("<1@x>", "one"), plain("<2@x>", "two")
    load(database, first, second)
    report = load(database, first, second, plain("<3@x>", "both", "References: <1@x> <2@x>"))
    assert (report.added, report.unchanged) == (1, 2)
    assert [message.body for message in messages_in(database)] == ["one", "two", "both"]


def test_real_attachments_come_back_over_http_as_they_were_sent(tmp_path: Path, shared_data: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    mails = []
    for path in sorted((shared_data / "mail_raw").glob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            mails += [base64.b64decode(json.loads(line)["raw_b64"]) for line in lines]
    load(database, *mails)
    files = [file for message in messages_in(database) for file in message.attachments]
    database.close()
    assert len(files) > 60
    assert {"image/png", "image/jpeg", "application/pdf"} <= {file.media_type for file in files}
    assert not [file.name for file in files if "/" in file.name or "\\" in file.name or "\x1b" in file.name]
    with EmbeddedServer(Config(database=f"sqlite:///{tmp_path / 'desk.db'}", port=0, limits=NO_LIMITS)) as server:
        server.add_agent("mei", teams=("support",))
        server.add_agent("out", teams=())
        inside, outside = server.token("mei"), server.token("out")
        with httpx.Client(base_url=server.url) as http:
            for file in files:
                answer = http.get(f"/v1/blobs/{file.sha256}", headers={"authorization": f"Bearer {inside}"})
                assert answer.status_code == 200
                assert hashlib.sha256(answer.content).hexdigest() == file.sha256
                assert len(answer.content) == file.size_bytes
            assert http.get(f"/v1/blobs/{files[0].sha256}", headers={"authorization": f"Bearer {outside}"}).is_error
