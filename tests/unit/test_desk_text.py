"""clean_text: nothing in a text may act on a terminal or hide from its reader."""

import base64
import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.text import clean_name, clean_text, count_hidden, truncate, width

_CONTROLS = ["\x1b", "\x1b]", "\x1b[", "\x1bP", "\x9b", "\x9d", "\x9c", "\x1b\\", "\x07", "\x18", "\n", "\r", "\t"]
_UNSEEN = ["\u202e", "\u200b", "\u200d", "\ufe0f", "\U000e0067", "\U000e007f", "\u0301"]
_PLAIN = ["31m", ";", "👩", "⚕", "🏴", "#", "⟨RLO⟩", "×3⟩"]
_PIECES = st.sampled_from([*_CONTROLS, *_UNSEEN, *_PLAIN])
HOSTILE = st.lists(st.one_of(st.text(max_size=3), _PIECES)).map("".join)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x9b31mred", "ared"),
        ("\x1b[3\x071mred", "red"),
        ("\x1b]0;title\x07tail", "tail"),
        ("\x1b]52;c;AAAA\x1b\\tail", "tail"),
        ("\x9d52;c;AAAA\x9ctail", "tail"),
        ("\x1bPq#0\x1b\\a\x90q\x9cb", "ab"),
        ("\x1b_apc\x1b\\a\x9fapc\x9cb", "ab"),
        ("\x1b^pm\x1b\\a\x9epm\x9cb", "ab"),
        ("\x1bXsos\x1b\\a\x98sos\x9cb", "ab"),
        ("a\x1b]0;no end, to the end of the line\nnext", "a\nnext"),
        ("a\x1bPno end\x1b[31m at all", "a"),
        ("a\x1b[12;\nnext", "a\nnext"),
        ("\x1bcreset\x1b(0line\x1b#8", "resetline"),
        ("\x1b\x1b[2Ja\x1b", "a"),
        ("\x00\x08a\x7f\x85b\r\n", "ab\n"),
        ("a\tb", "a    b"),
        ("\ud800", "\ufffd"),
        ("one\u2028two", "one\ntwo"),
    ],
)
def test_control_sequences_and_characters_go_whole(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean", "hidden"),
    [
        ("pay \u202eevil\u202c", "pay ⟨RLO⟩evil⟨PDF⟩", 2),
        ("a\u200b\u200b\u200bb", "a⟨ZWSP×3⟩b", 3),
        ("bi\u200dnance", "bi⟨ZWJ⟩nance", 1),
        ("x\U000e0069\U000e0067\U000e006e", "x⟨TAG ign⟩", 3),
        ("a\ufe01b\U000e0100", "a⟨VS2⟩b⟨UE0100⟩", 2),
        ("\u3164name", "⟨FILLER⟩name", 1),
        ("z" + "\u0301" * 9, "z\u0301\u0301\u0301\u0301⟨MARK×5⟩", 5),
        ("\u0301gutter\n\u0301line", "◌\u0301gutter\n◌\u0301line", 0),
        ("e\u0301 नि ไทย", "e\u0301 नि ไทย", 0),
    ],
)
def test_what_hides_is_shown_and_counted(raw: str, clean: str, hidden: int) -> None:
    assert clean_text(raw) == clean
    assert count_hidden(clean_text(raw)) == hidden


@settings(max_examples=500)
@given(HOSTILE, st.integers(0, 30))
def test_cleaning_is_final(raw: str, limit: int) -> None:
    for newlines in (True, False):
        clean = clean_text(raw, limit=limit, newlines=newlines)
        assert clean_text(clean) == clean
        assert clean_text(clean, limit=limit, newlines=newlines) == clean
        assert len(clean) <= limit
        assert _is_safe(clean)
        assert newlines or "\n" not in clean
    assert clean_name(clean_name(raw)) == clean_name(raw)


@given(HOSTILE, st.integers(-1, 20))
def test_truncating_fits_and_stays_clean(raw: str, cells: int) -> None:
    short = truncate(raw, cells)
    assert width(short) <= max(cells, 0)
    assert _is_safe(short)


def test_truncating_cuts_between_graphemes() -> None:
    assert truncate("提现一直没到账", 8) == "提现一…"
    assert truncate("提现一直没到账", 14) == "提现一直没到账"
    assert truncate("👩\u200d⚕\ufe0f👩\u200d⚕\ufe0f", 3) == "👩\u200d⚕\ufe0f…"


@pytest.mark.parametrize(
    "unit",
    [
        "\x1b]",
        "\x1b[",
        "\x1b",
        "\x1bP\x1b",
        "\x9b;",
        "\u202e\u202d",
        "a\u0301",
        "\u0301",
        "👩\u200d",
        "🏴\U000e0067",
        "x",
    ],
)
def test_the_time_grows_with_the_length_only(unit: str) -> None:
    def seconds(count: int) -> float:
        text = unit * count
        started = time.process_time()
        clean_text(text)
        return time.process_time() - started

    small, large = min(seconds(2_000) for _ in range(3)), min(seconds(64_000) for _ in range(3))
    assert large < 32 * 8 * max(small, 0.000_05)


def test_every_recorded_terminal_sequence_is_harmless(shared_data: Path) -> None:
    folder = shared_data / "terminal_streams"
    rows = _lines(folder / "sequences.jsonl") + _lines(folder / "recordings.jsonl.gz")
    streams = [base64.b64decode(row["bytes_b64"]) for row in rows]
    assert len(streams) > 300
    for stream in streams:
        for text in (stream.decode("utf-8", "replace"), stream.decode("latin-1")):
            assert _is_safe(clean_text(text))


def test_every_hostile_string_is_harmless(shared_data: Path) -> None:
    folder = shared_data / "hostile_strings"
    strings = json.loads((folder / "blns.json").read_text("utf-8"))
    strings += [line["text"] for line in _lines(folder / "trojan_source_lines.jsonl")]
    for text in strings:
        assert _is_safe(clean_text(text))
        assert clean_text(clean_text(text)) == clean_text(text)


def test_every_trojan_source_line_shows_what_it_hides(shared_data: Path) -> None:
    lines = _lines(shared_data / "hostile_strings" / "trojan_source_lines.jsonl")
    hiding = [line["text"] for line in lines if line["kind"] == "bidi_or_invisible"]
    assert len(hiding) == 41
    assert all(count_hidden(clean_text(text)) > 0 for text in hiding)


def test_every_emoji_of_unicode_stays_as_it_is(shared_data: Path) -> None:
    count = 0
    for line in _read(shared_data / "unicode" / "emoji-test.txt.gz").splitlines():
        if ";" in line and not line.startswith("#"):
            emoji = "".join(chr(int(code, 16)) for code in line.split(";")[0].split())
            assert clean_text(f"a{emoji}b") == f"a{emoji}b"
            count += 1
    assert count > 4_000


def _is_safe(text: str) -> bool:
    """No control but newline, nothing bidirectional, no lone surrogate; told without the tables of the code."""
    return not any(
        (code < 32 and character != "\n")
        or 0x7F <= code <= 0x9F
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or code in (0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF, 0x2060)
        or 0xD800 <= code <= 0xDFFF
        for character in text
        for code in (ord(character),)
    )


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in _read(path).split("\n") if line]


def _read(path: Path) -> str:
    """The text of a file, packed or not."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
