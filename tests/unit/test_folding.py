"""Folding and segmenting: what is found must not depend on how it was written."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.folding import TOKENIZER, fold, match_expression, segment, words

_opened: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def close_tables() -> Iterator[None]:
    """Close what the test opened; the collector would warn of it from Python 3.13 on."""
    yield
    while _opened:
        _opened.pop().close()


def table_of(*texts: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    _opened.append(connection)
    connection.execute(f"CREATE VIRTUAL TABLE found USING fts5(text, tokenize='{TOKENIZER}')")
    connection.executemany("INSERT INTO found VALUES (?)", [(segment(text),) for text in texts])
    return connection


def ask(connection: sqlite3.Connection, query: str) -> set[int]:
    expression = match_expression(query)
    return {row[0] - 1 for row in connection.execute("SELECT rowid FROM found WHERE found MATCH ?", [expression])}


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("助記詞遺失", "助记词遗失"),
        ("錢包裏的資產", "钱包里的资产"),
        ("ＵＳＤＴ", "usdt"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("STRASSE", "straße"),
        ("seed\u200b phrase", "seed phrase"),
        ("2\u00adFA", "2fa"),
    ],
)
def test_two_spellings_fold_to_one(written: str, other: str) -> None:
    assert fold(written) == fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_for_good() -> None:
    characters = [chr(point) for point in range(sys.maxunicode + 1)]
    assert [letter for letter in characters if fold(fold(letter)) != fold(letter)] == []


@given(st.text(), st.text())
def test_any_query_on_any_text_is_a_legal_expression(text: str, query: str) -> None:
    expression = match_expression(query)
    if expression:
        table_of(text).execute("SELECT rowid FROM found WHERE found MATCH ?", [expression]).fetchall()
    else:
        assert not words(query)


@pytest.mark.parametrize(
    "query", ['"', "NEAR(", "AND", "OR NOT", "a*", "text:x", "^a", "提现 OR", "\x00", "-", "\ud83d"]
)
def test_query_syntax_is_only_text(query: str) -> None:
    ask_safely = match_expression(query) or '"nothing"'
    assert table_of("plain").execute("SELECT 1 FROM found WHERE found MATCH ?", [ask_safely]).fetchall() == []


def test_chinese_is_found_exactly_where_it_stands() -> None:
    chance = random.Random(7)
    letters = "提现到账助记词私钥钱包网络矿工费"
    texts = ["".join(chance.choice(letters + "，。 a1") for _ in range(60)) for _ in range(200)]
    connection = table_of(*texts)
    for _ in range(300):
        text = chance.choice(texts)
        at, length = chance.randrange(50), chance.randrange(1, 7)
        query = text[at : at + length]
        if all(letter in letters for letter in query):
            assert ask(connection, query) == {n for n, other in enumerate(texts) if query in other}


def test_a_simplified_query_finds_traditional_text_and_back() -> None:
    connection = table_of("如何備份助記詞", "如何备份助记词", "手續費")
    assert ask(connection, "助记词") == ask(connection, "助記詞") == {0, 1}


@pytest.mark.parametrize(
    "word", ["withdrawal", "verification", "transactions", "confirmed", "recovery", "authentication"]
)
def test_a_word_is_found_at_every_letter_typed(word: str) -> None:
    connection = table_of(f"about {word} here")
    for end in range(1, len(word) + 1):
        assert ask(connection, word[:end]) == {0}, word[:end]


def test_a_finished_word_is_no_prefix() -> None:
    connection = table_of("withhold")
    assert ask(connection, "with") == {0}
    assert ask(connection, "with ") == set()


def test_every_word_must_be_there() -> None:
    connection = table_of("USDT 提现未到账", "USDT 充值", "BTC 提现")
    assert ask(connection, "usdt提现") == {0}
    assert match_expression(" ，。!") == ""


def test_opencc_itself_is_never_imported() -> None:
    program = "import sys; from desk.folding import fold; print(fold('助記詞'), 'opencc' in sys.modules)"
    answer = subprocess.run([sys.executable, "-X", "utf8", "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["助记词", "False"]
