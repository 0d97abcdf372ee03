"""The client's rules that need no network: addresses, answers, files, logs."""

from pathlib import Path

import pytest

from console.client.address import check_address, same_origin
from console.client.answers import Answer, error_of
from console.client_errors import (
    ClientError,
    InsecureAddress,
    NotOurServer,
    ServerProblem,
    SignedOut,
    TooMany,
    Unreachable,
    WrongCredentials,
)
from console.log import redact
from console.sync.files import CannotAttach, Files, copy_beside, safe_name, sniff


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://desk.example.com/", "https://desk.example.com"),
        ("desk.example.com", "https://desk.example.com"),
        ("https://desk.example.com:8443/support/", "https://desk.example.com:8443/support"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_an_address_is_brought_into_one_shape(given: str, address: str) -> None:
    assert check_address(given) == address


@pytest.mark.parametrize(
    "given",
    [
        "http://desk.example.com",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "https://user:pw@desk.example.com",
        "ftp://desk.example.com",
        "https://",
        "",
        "https://x:notaport",
        "https://desk.example.com/?q=1",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_safe_is_refused(given: str) -> None:
    with pytest.raises(InsecureAddress):
        check_address(given)


def test_origins_differ_by_scheme_host_and_port() -> None:
    assert same_origin("https://a/x", "https://a:443/y")
    assert not same_origin("https://a", "http://a")
    assert not same_origin("https://a", "https://a:444")


def problem(slug: str, detail: str = "Do this.") -> bytes:
    return f'{{"type":"urn:agent-console:problem:{slug}","title":"t","status":1,"detail":"{detail}"}}'.encode()


OURS = "application/problem+json"


@pytest.mark.parametrize(
    ("status", "media_type", "body", "kind"),
    [
        (200, "application/json", b"{}", None),
        (204, "", b"", None),
        (200, "text/html; charset=utf-8", b"<html>", NotOurServer),
        (404, "text/html", b"<html>", NotOurServer),
        (404, "application/json", b"{}", NotOurServer),
        (503, "text/html", b"<html>", Unreachable),
        (302, "", b"", NotOurServer),
        (401, OURS, problem("wrong-credentials"), WrongCredentials),
        (401, OURS, problem("token-expired"), SignedOut),
        (429, OURS, problem("too-many-requests"), TooMany),
        (410, OURS, problem("cursor-expired"), ServerProblem),
        (500, OURS, b"not json", NotOurServer),
    ],
)
def test_every_answer_is_good_or_one_error(
    status: int, media_type: str, body: bytes, kind: type[ClientError] | None
) -> None:
    found = error_of(Answer("https://desk.example/v1/x", status, {"content-type": media_type}, body), 0)
    assert (type(found) if found else None) is kind
    if found is not None:
        assert found.sentence.strip()


def test_a_foreign_servers_words_cannot_reach_the_terminal_raw() -> None:
    body = problem("internal", "\\u001b]0;owned\\u0007 hello")
    found = error_of(Answer("https://x", 500, {"content-type": OURS}, body), 0)
    assert found is not None
    assert "\x1b" not in found.sentence
    assert "hello" in found.sentence


def test_a_file_is_taken_in_by_its_digest_and_its_true_type(tmp_path: Path) -> None:
    source = tmp_path / "report.txt"
    source.write_bytes(b"%PDF-1.7 and so on")
    files = Files(tmp_path / "local.db")
    taken = files.take_in(source)
    assert (taken.name, taken.media_type, taken.size_bytes) == ("report.txt", "application/pdf", 18)
    assert files.path_of(taken.sha256).stat().st_mode & 0o777 == 0o600
    assert files.folder.stat().st_mode & 0o777 == 0o700


def test_a_file_that_cannot_be_attached_is_told(tmp_path: Path) -> None:
    files = Files(tmp_path / "local.db")
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    for path, words in ((huge, "25 MB"), (tmp_path / "missing", "cannot be read"), (tmp_path, "cannot be read")):
        with pytest.raises(CannotAttach) as told:
            files.take_in(path)
        assert words in told.value.sentence
    assert list(files.folder.iterdir()) == []


def test_saving_never_overwrites(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_text("new")
    target = tmp_path / "b.txt"
    target.write_text("mine")
    assert copy_beside(source, target).name == "b (2).txt"
    assert copy_beside(source, target).name == "b (3).txt"
    assert target.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc/passwd", "_.._etc_passwd"), (".bashrc", "bashrc"), ("a\x1b[31m.png", "a_[31m.png"), ("", "file")],
)
def test_a_customers_file_name_stays_in_its_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_type_is_told_by_content() -> None:
    assert sniff(b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert sniff("你好".encode()) == "text/plain"
    assert sniff(b"\x00\x01\x02") == "application/octet-stream"
    assert sniff("你".encode() * 200)[:10] == "text/plain"[:10]


def test_the_log_holds_no_secret_and_no_control_byte() -> None:
    line = redact('Authorization: Bearer abcdef123456 password="hunter2" https://u:pw@host/ \x1b]52;c;x\x07')
    for secret in ("abcdef123456", "hunter2", ":pw@", "\x1b", "\x07"):
        assert secret not in line
