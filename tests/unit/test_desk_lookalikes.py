"""Names and hosts in disguise."""

import json
from pathlib import Path

import pytest

from desk.lookalikes import flag_host, flag_mixed_script


@pytest.mark.parametrize(
    ("name", "flagged"),
    [
        ("Bіnance Support", ("Bіnance",)),  # a Cyrillic і
        ("Ρay desk", ("Ρay",)),  # a Greek Ρ
        ("𝐁inance", ("𝐁inance",)),
        ("ＵＳＤＴ help", ("ＵＳＤＴ",)),
        ("王磊 Wang", ()),
        ("USDT提现", ()),
        ("Анна Новак", ()),
        ("Zoë Müller", ()),
        ("Γιώργος", ()),
        ("", ()),
    ],
)
def test_a_name_that_mixes_scripts_is_flagged(name: str, flagged: tuple[str, ...]) -> None:
    assert flag_mixed_script(name) == flagged


@pytest.mark.parametrize(
    ("host", "flagged"),
    [
        ("аррӏе.com", ("аррӏе",)),
        ("xn--80ak6aa92e.com", ("аррӏе",)),
        ("bіnance.com", ("bіnance",)),
        ("example.org", ()),
        ("пример.рф", ()),
        ("例子.中国", ()),
        ("xn--.com", ()),
        ("xn--\x80.com", ()),
    ],
)
def test_a_host_of_twins_is_flagged(host: str, flagged: tuple[str, ...]) -> None:
    assert flag_host(host) == flagged


def test_every_homoglyph_of_the_trojan_lines_is_flagged(shared_data: Path) -> None:
    text = (shared_data / "hostile_strings" / "trojan_source_lines.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    homoglyphs = [row["text"] for row in rows if row["kind"] == "homoglyph"]
    assert len(homoglyphs) == 16
    assert all(flag_mixed_script(line) for line in homoglyphs)
