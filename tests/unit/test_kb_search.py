"""Finding articles: as typed, in both languages and scripts, mistyped, and in the right order."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kb.language import language_of
from console.kb.search import search
from console.kb.snippet import HIT_BEGINS, HIT_ENDS
from console.kb.suggest import suggest
from console.kb.typos import distance
from console.store.articles import article_counts, articles_in_memory, drop_articles, index_articles
from desk.ids import ArticleId
from desk.records import Article, ArticleState

TEXTS = {
    "withdraw-en": (
        "en",
        "Withdrawal is delayed",
        "A withdrawal waits for confirmations of the network.\n\n## Fees\n\nNone.",
    ),
    "withdraw-zh": ("zh", "提现延迟的原因", "提现需要网络确认，请耐心等待。手续费过低也会变慢。"),
    "seed-en": ("en", "How to back up your seed phrase", "Write the words down. Never tell them to anybody."),
    "seed-tw": ("zh-TW", "如何備份助記詞", "請把助記詞抄寫在紙上，妥善保管。"),
    "twofa-en": (
        "en",
        "Reset two-factor authentication",
        "Yes, you can reset it. Verification of your identity is needed.",
    ),
    "limits-en": (
        "en",
        "Trading limits",
        "The daily limit of a withdrawal depends on your tier; withdrawal limits grow.",
    ),
    "promo-en": ("en", "Promotions", "Invite a friend."),
}


_opened: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True, scope="module")
def close_searches() -> Iterator[None]:
    """Close what the tests opened; the collector would warn of it from Python 3.13 on."""
    yield
    while _opened:
        _opened.pop().close()


def search_of(articles: Iterable[Article]) -> sqlite3.Connection:
    _opened.append(articles_in_memory(articles))
    return _opened[-1]


@dataclass(frozen=True)
class Replica:
    connection: sqlite3.Connection

    def reader(self) -> sqlite3.Connection:
        return self.connection


def article(name: str, lang: str, title: str, body: str) -> Article:
    return Article(id=ArticleId(name), v=1, lang=lang, title=title, body_md=body, source_id=f"src:{name}")


def replica_of(**texts: tuple[str, str, str]) -> Replica:
    return Replica(search_of([article(name, *text) for name, text in texts.items()]))


@pytest.fixture(scope="module")
def replica() -> Replica:
    return replica_of(**TEXTS)


def ids(replica: Replica, query: str, lang: str | None = None) -> list[str]:
    return [hit.id for hit in search(replica, query, lang=lang)]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("withdrawal", "withdraw-en"),
        ("WITHDRAWALS", "withdraw-en"),
        ("ｗｉｔｈｄｒａｗａｌ", "withdraw-en"),
        ("提", "withdraw-zh"),
        ("提现", "withdraw-zh"),
        ("提現", "withdraw-zh"),
        ("助记词", "seed-tw"),
        ("助記詞", "seed-tw"),
        ("withdrawl", "withdraw-en"),
        ("athentication", "twofa-en"),
        ("authenticatoin", "twofa-en"),
        ("back up my seed phrase", "seed-en"),
        ("2FA two-factor", "twofa-en"),
        ("promot", "promo-en"),
    ],
)
def test_the_right_article_comes_first(replica: Replica, query: str, best: str) -> None:
    assert ids(replica, query)[0] == best


@pytest.mark.parametrize("word", ["withdrawal", "authentication", "promotions", "verification"])
def test_it_is_there_at_every_letter(replica: Replica, word: str) -> None:
    expected = {name for name, (_, title, body) in TEXTS.items() if word in f"{title} {body}".lower()}
    for end in range(3, len(word) + 1):
        assert expected <= set(ids(replica, word[:end])), word[:end]


def test_the_title_weighs_more_than_the_text(replica: Replica) -> None:
    assert ids(replica, "withdrawal").index("withdraw-en") < ids(replica, "withdrawal").index("limits-en")


def test_the_customers_language_comes_first(replica: Replica) -> None:
    assert ids(replica, "提现", "zh")[0] == "withdraw-zh"
    assert ids(replica, "withdrawal", "zh")[0] == "withdraw-zh"
    assert ids(replica, "提现", "en")[0] == "withdraw-en"


def test_a_query_finds_the_other_language_through_the_glossary(replica: Replica) -> None:
    assert "withdraw-en" in ids(replica, "提现")
    assert "withdraw-zh" in ids(replica, "withdrawal")


@pytest.mark.parametrize("query", ["", "  ", "，。！", '"', "*", "AND", "NEAR(", "\x00", "\ud83d"])
def test_a_query_without_words_finds_nothing_and_fails_nowhere(replica: Replica, query: str) -> None:
    assert ids(replica, query) == []


@given(query=st.text(max_size=60))
def test_no_query_fails(replica: Replica, query: str) -> None:
    for hit in search(replica, query, lang="zh"):
        assert 0 <= hit.score <= 100
        assert hit.snippet.count(HIT_BEGINS) == hit.snippet.count(HIT_ENDS)


def test_the_snippet_marks_the_hits_in_the_original_text(replica: Replica) -> None:
    hit = search(replica, "助记词")[0]
    assert f"{HIT_BEGINS}助記詞{HIT_ENDS}" in hit.snippet
    assert hit.source_id == "src:seed-tw"


def test_the_snippet_is_right_where_folding_changes_lengths() -> None:
    replica = replica_of(a=("en", "Fractions", "Ⅷ ﬁ … ㎏ then ｔｈｅ ｗａｌｌｅｔ opens"))
    assert f"{HIT_BEGINS}ｗａｌｌｅｔ{HIT_ENDS}" in search(replica, "wallet")[0].snippet


def test_scores_fall(replica: Replica) -> None:
    scores = [hit.score for hit in search(replica, "withdrawal limits")]
    assert scores == sorted(scores, reverse=True)


def test_drafts_are_not_found_and_dropped_articles_leave_nothing() -> None:
    connection = search_of([article(name, *text) for name, text in TEXTS.items()])
    draft = Article(id=ArticleId("promo-en"), v=2, lang="en", title="Promotions", body_md="x", state=ArticleState.DRAFT)
    index_articles(connection, [draft])
    assert ids(Replica(connection), "promotions") == []
    drop_articles(connection, [*TEXTS, "never there"])
    assert article_counts(connection, ["withdraw", "提现", "提"]) == {"withdraw": 0, "提现": 0, "提": 0}


def test_indexing_again_replaces() -> None:
    connection = search_of([article("a", "en", "Old words", "old")])
    index_articles(connection, [article("a", "en", "New words", "new")])
    assert ids(Replica(connection), "old") == []
    assert ids(Replica(connection), "new") == ["a"]


def test_a_ticket_gets_articles_in_its_language_then_the_other(replica: Replica) -> None:
    text = "你好，我昨天从交易所提现，到现在还没有到账，请问是什么原因？订单号 8837462"
    assert [hit.id for hit in suggest(replica, text)][:2] == ["withdraw-zh", "withdraw-en"]
    assert suggest(replica, "hello, where did I leave my seed phrase backup?")[0].id == "seed-en"
    assert suggest(replica, "") == []


def test_a_very_long_ticket_costs_no_more(replica: Replica) -> None:
    assert suggest(replica, "提现一直没有到账 withdrawal " * 200_000)[0].id == "withdraw-zh"


def test_the_language_of_a_text() -> None:
    assert language_of("my USDT 到账") == "zh"
    assert language_of("my USDT has not arrived 好") == "en"
    assert language_of("") == "en"


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("wallet", "wallet", 0),
        ("walet", "wallet", 1),
        ("wlalet", "wallet", 1),
        ("vallets", "wallet", 2),
        ("a", "abcd", 3),
    ],
)
def test_distance(one: str, other: str, edits: int) -> None:
    assert distance(one, other, 2) == edits
    assert distance(other, one, 2) == edits
