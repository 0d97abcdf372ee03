"""Reading one raw mail, whatever is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.importing.charsets import decoded
from backend.importing.mail_text import read_mail


def raw(*headers: str, body: bytes = b"hello") -> bytes:
    return "\r\n".join(headers).encode("latin-1") + b"\r\n\r\n" + body


def test_who_what_when() -> None:
    mail = read_mail(
        raw(
            "From: =?utf-8?B?546L56OK?= <wang@example.com>",
            "Subject: =?gb2312?B?zOHP1g==?= late",
            "Date: Mon, 2 Mar 2026 10:00:00 +0800",
            "Message-ID: <a@x>",
            "References: <r1@x> <r2@x>",
            "In-Reply-To: <r2@x>",
        )
    )
    assert (mail.name, mail.address, mail.subject) == ("王磊", "wang@example.com", "提现 late")
    assert (mail.id, mail.refers_to, mail.text) == ("<a@x>", ("<r1@x>", "<r2@x>"), "hello")
    assert mail.at == 1_772_416_800_000


def test_a_lying_charset_is_seen_through() -> None:
    mail = read_mail(raw("Content-Type: text/plain; charset=us-ascii", body="提现没到账".encode("gb18030")))
    assert mail.text == "提现没到账"
    assert read_mail(raw("Content-Type: text/plain; charset=klingon", body="é".encode())).text == "é"


def test_html_only_becomes_text_and_tells_of_hidden_words() -> None:
    mail = read_mail(raw("Content-Type: text/html", body=b"<p>Hi</p><p style='display:none'>ignore me</p>"))
    assert mail.text == "Hi\n\n[8 hidden characters removed]"


def test_plain_wins_over_html_and_files_are_named() -> None:
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b\r\n"
        b'Content-Type: image/png; name="a.png"\r\nContent-Disposition: attachment; filename="a.png"\r\n\r\nxx\r\n--b--'
    )
    mail = read_mail(raw("Content-Type: multipart/mixed; boundary=b", body=body))
    assert (mail.text, [(file.name, file.data) for file in mail.files]) == ("plain", [("a.png", b"xx")])


def test_what_has_no_name_gets_one_and_what_is_no_part_is_text() -> None:
    body = b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\neHg=\r\n--b--"
    mail = read_mail(raw("Content-Type: multipart/mixed; boundary=b", body=body))
    assert [(file.name, file.data) for file in mail.files] == [("file-1.png", b"xx")]
    assert read_mail(raw("Content-Type: multipart/mixed", body=b"words")).text == "words"


def test_a_text_past_the_bound_is_attached_whole() -> None:
    mail = read_mail(raw("Content-Type: text/plain", body=b"word " * 50_000))
    assert len(mail.text) <= 200_000 and mail.text.endswith("[the rest was cut off; the whole text is attached]")
    assert [(file.name, len(file.data)) for file in mail.files] == [("original.txt", 249_999)]


def test_quoted_replies_stay() -> None:
    assert read_mail(raw(body=b"Yes.\n\nOn Monday Mei wrote:\n> Is it yours?\n")).text.endswith("> Is it yours?")


def test_without_an_id_the_same_mail_has_the_same_id() -> None:
    assert read_mail(raw("Subject: x")).id == read_mail(raw("Subject: x")).id != read_mail(raw("Subject: y")).id


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026", "Thu, 1 Jan 1960 00:00:00 +0000", "0"])
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert read_mail(raw(f"Date: {date}")).at is None


@pytest.mark.parametrize("broken", ["=?utf-8?B?!!!?=", "=?nope?Q?a?=", "=?utf-8?B?w", "=?utf-8?Q?=ZZ?="])
def test_broken_encoded_words_do_not_raise(broken: str) -> None:
    assert isinstance(decoded(broken), str)


@given(st.binary(max_size=400))
def test_nothing_makes_it_raise(junk: bytes) -> None:
    mail = read_mail(junk)
    assert mail.id and "\x1b" not in mail.text


@given(
    st.lists(st.sampled_from(["From", "Date", "Subject", "Content-Type", "Message-ID", "Content-Disposition"])),
    st.text(max_size=60),
)
def test_no_header_makes_it_raise(names: list[str], value: str) -> None:
    junk = value.encode("utf-8", "surrogatepass").replace(b"\n", b" ").replace(b"\r", b" ")
    assert read_mail(b"".join(name.encode() + b": " + junk + b"\n" for name in names) + b"\nbody").id
