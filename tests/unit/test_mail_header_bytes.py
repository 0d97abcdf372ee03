"""Headers of mails whose senders did not encode them: names and subjects stay readable."""

import pytest

from backend.importing.mail_text import read_mail


def mail(subject: bytes, content_type: bytes = b"text/plain") -> bytes:
    return b"From: a@example.com\nSubject: " + subject + b"\nContent-Type: " + content_type + b"\n\nHello\n"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Säying Hello 🎉".encode(), "Säying Hello 🎉"),
        ("Ingo Lütkebohle".encode("latin-1"), "Ingo Lütkebohle"),
        ("Formação até Verão".encode("latin-1"), "Formação até Verão"),
        ("提现九小时未到账".encode("gb18030"), "提现九小时未到账"),
        ("USDT 提现没到账".encode("gb18030"), "USDT 提现没到账"),
    ],
)
def test_bytes_nobody_named_are_read_in_the_likeliest_encoding(subject: bytes, expected: str) -> None:
    assert read_mail(mail(subject)).subject == expected


def test_bytes_of_a_header_are_in_the_encoding_the_body_names() -> None:
    korean = "출금 지연"
    assert read_mail(mail(korean.encode("euc-kr"), b"text/plain; charset=euc-kr")).subject == korean


def test_utf_8_wins_over_an_encoding_that_the_body_only_claims() -> None:
    assert read_mail(mail("Юникод".encode(), b"text/plain; charset=iso-8859-1")).subject == "Юникод"
