"""The knowledge base around search: importing, rendering, inserting, evaluating."""

import gzip
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kb.evaluation import EvaluationError, evaluate
from console.kb.glossary import related
from console.kb.html import html_to_markdown
from console.kb.importing import BadLine, read_articles
from console.kb.insertion import in_language, short_answer
from console.kb.render import plain_lines, styled_lines
from console.store.article_text import article_text
from console.store.articles import articles_in_memory
from desk.ids import ArticleId
from desk.records import Article


def article(
    name: str, lang: str = "en", body: str = "Text.", *, group_id: str = "", summary: str = "", url: str = ""
) -> Article:
    return Article(
        id=ArticleId(name),
        v=1,
        lang=lang,
        title=name.title(),
        body_md=body,
        source_id=name,
        group_id=group_id,
        summary=summary,
        url=url,
    )


_opened: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def close_searches() -> Iterator[None]:
    """Close what the test opened; the collector would warn of it from Python 3.13 on."""
    yield
    while _opened:
        _opened.pop().close()


def search_of(articles: Iterable[Article]) -> sqlite3.Connection:
    _opened.append(articles_in_memory(articles))
    return _opened[-1]


@dataclass
class Shelf:
    articles: dict[str, Article] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def reader(self) -> sqlite3.Connection:
        return search_of(self.articles.values())

    def article(self, article_id: ArticleId) -> Article | None:
        return self.articles.get(article_id)

    def setting(self, key: str) -> str | None:
        return self.settings.get(key)

    def set_setting(self, key: str, value: str) -> None:
        self.settings[key] = value


def test_lines_are_read_and_bad_ones_reported(tmp_path: Path) -> None:
    good = json.dumps({"id": "a:zh", "lang": "zh-CN", "title": "费用", "body_md": "无", "tags": ["fee"]})
    file = tmp_path / "kb.jsonl.gz"
    file.write_bytes(
        gzip.compress(f'{good}\n\n{{"id": 3}}\nnot json\n{{"id":"b","title":" ","body_md":""}}\n'.encode())
    )
    first, *bad = read_articles([file])
    assert isinstance(first, Article)
    assert (first.source_id, first.lang, first.tags) == ("a:zh", "zh-CN", ("fee",))
    assert [line.line for line in bad if isinstance(line, BadLine)] == [3, 4, 5]


def test_a_damaged_or_foreign_file_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"\x1f\x8b\x08 broken")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.md").write_text("# Fine\n\nText.", "utf-8")
    (tmp_path / "d.exe").write_bytes(b"MZ")
    found = list(read_articles([tmp_path, tmp_path / "d.exe", tmp_path / "missing.jsonl"]))
    assert [one.title for one in found if isinstance(one, Article)] == ["Fine"]
    assert [Path(one.path).name for one in found if isinstance(one, BadLine)] == [
        *("a.jsonl.gz", "b.md", "d.exe", "missing.jsonl"),
    ]


def test_pages_tell_their_title_and_language(tmp_path: Path) -> None:
    pages = {
        "zh/fees.md": "# 手续费\n\n说明。",
        "fees.zh-TW.md": "---\ntitle: 手續費\n---\n說明。",
        "plain.md": "只有正文，没有标题。",
        "page.html": "<html><head><title>Fees &amp; limits</title><script>x()</script></head><body><nav>Menu</nav>"
        "<h2>Daily</h2><p>Up to <b>5</b> a day.<ul><li>One<li>Two</ul></body></html>",
    }
    for name, text in pages.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    found = {one.source_id: one for one in read_articles([tmp_path]) if isinstance(one, Article)}
    assert {name: (one.lang, one.title) for name, one in found.items()} == {
        "zh/fees": ("zh", "手续费"),
        "fees.zh-TW": ("zh-TW", "手續費"),
        "plain": ("zh", "plain"),
        "page": ("en", "Fees & limits"),
    }
    assert found["page"].body_md == "## Daily\n\nUp to **5** a day.\n\n- One\n- Two"
    assert found["zh/fees"].body_md == "说明。"


@given(st.text())
def test_any_html_and_any_markdown_is_read(text: str) -> None:
    html_to_markdown(text)
    article_text(text)
    assert all("\x1b" not in line for line in plain_lines(text))


def test_what_markup_hides_is_kept_aside() -> None:
    read = article_text('See [the **fees**](/fees "手续费") <img alt="图片"> at https://example.com/x\n\n## Hours ##\n')
    assert read.body == "See the fees at \nHours"
    assert read.headings == "Hours"
    assert "手续费" in read.aside
    assert "图片" in read.aside
    assert "https://example.com/x" in read.aside


def test_an_article_is_rendered_as_lines() -> None:
    lines = plain_lines(
        "# Fees\n\nLow *or* **high**.\n\n1. One\n   - Two\n2. See [here](https://x.example)\n\n```\na  b\n```\n"
    )
    assert lines == [
        "Fees",
        "",
        "Low or high.",
        "",
        "1. One",
        "  • Two",
        "2. See here <https://x.example>",
        "",
        "  a  b",
    ]


def test_rendering_cleans_what_reaches_the_terminal() -> None:
    spans = [span for line in styled_lines("a\x1b]52;c;aGk=\x07b `\x1b[2J` <script>x</script>") for span in line]
    assert "\x1b" not in "".join(span.text for span in spans)


def test_tables_and_quotes_keep_their_shape() -> None:
    lines = plain_lines("> Said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert lines == ["│ Said", "", "a │ b", "1 │ 2"]


@pytest.mark.parametrize(
    ("lang", "line"), [("zh", "详细说明"), ("zh-TW", "詳細說明"), ("en", "More about this"), ("fr", "More about this")]
)
def test_the_short_answer_links_in_the_customers_language(lang: str, line: str) -> None:
    inserted = short_answer(article("a", body="# A\n\nFirst. Second.\n\nThird.", url="https://h.example/a"), lang)
    assert inserted.startswith("First. Second.\n\n" + line)
    assert inserted.endswith("https://h.example/a")


def test_the_short_answer_prefers_the_summary_and_stays_short() -> None:
    assert short_answer(article("a", summary="In short."), "en") == "In short."
    assert short_answer(article("a", body="Do this:\n\n- one\n- two"), "en") == "Do this:\none"
    assert len(short_answer(article("a", body="A sentence. " * 500), "en")) <= 600
    assert short_answer(article("a", body=""), "en") == "A"


def test_a_translation_is_taken_where_there_is_one() -> None:
    shelf = Shelf(
        {name: article(name, lang, group_id="g") for name, lang in (("a", "en"), ("b", "zh-CN"), ("c", "zh-TW"))}
    )
    english = shelf.articles["a"]
    assert in_language(shelf, english, "zh-TW").id == "c"
    assert in_language(shelf, english, "zh").id == "b"
    assert in_language(shelf, english, "fr").id == "a"
    assert in_language(shelf, article("lonely"), "zh").id == "lonely"


def test_the_glossary_leads_to_the_other_language_and_the_other_script() -> None:
    assert "withdrawal" in related("提现").other
    assert "提现" in related("withdrawals").other
    assert "助记词" in related("recovery phrase").other
    assert "网络" in related("網路").regional
    assert related("nothing of the kind") == related("")


def test_evaluation_gives_hits_and_reciprocal_ranks(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "judged").mkdir()
    pages = [
        ("a:en", "Fees", "about money"),
        ("b:en", "Seeds", "words to write down"),
        ("c:en", "More fees", "fees fees"),
    ]
    rows = [json.dumps({"id": name, "lang": "en", "title": title, "body_md": body}) for name, title, body in pages]
    (tmp_path / "kb" / "articles.jsonl").write_text("\n".join(rows))
    asked = [
        {"type": "link_words", "base": "kb", "lang": "en", "query": "fees", "relevant": ["a:en"], "exclude": ["c:en"]},
        {"type": "title_to_body", "base": "kb", "lang": "en", "query": "fees", "relevant": ["c:en"], "exclude": []},
        {"type": "title_to_body", "base": "kb", "lang": "en", "query": "seeds", "relevant": ["b:en"], "exclude": []},
    ]
    queries = tmp_path / "judged" / "queries.jsonl"
    queries.write_text("\n".join(map(json.dumps, asked)))
    linked, titled = evaluate(queries)
    assert (linked.type, linked.lang, linked.queries, linked.mrr_at_10) == ("link_words", "en", 1, 1.0)
    assert (titled.queries, titled.hit_at_1, titled.hit_at_5, titled.mrr_at_10) == (2, 0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    "content", ["", "{}\n", "not json\n", '{"type":"a","base":"no","lang":"en","query":"x","relevant":[]}']
)
def test_a_bad_query_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    queries = tmp_path / "judged" / "queries.jsonl"
    queries.parent.mkdir()
    queries.write_text(content)
    with pytest.raises(EvaluationError) as refused:
        evaluate(queries)
    assert str(tmp_path) in refused.value.sentence


def test_search_is_clearly_better_than_plain_bm25_on_real_articles(shared_data: Path) -> None:
    measured = {(one.type, one.lang): one.mrr_at_10 for one in evaluate(shared_data / "kb_relevance" / "queries.jsonl")}
    assert measured["title_to_body", "en"] > 0.685
    assert measured["title_to_body", "zh"] > 0.745
    assert measured["question_to_answer", "en"] > 0.59
    assert measured["question_to_answer", "zh"] > 0.69
    assert measured["traditional_to_simplified", "zh"] > 0.80


def test_what_a_folder_says_of_itself_is_no_article(tmp_path: Path) -> None:
    for name in ("README.md", "source.md", "LICENSE.zh-CN.md", "fees.md", "source-of-funds.md"):
        (tmp_path / name).write_text("# Title\n\nText.\n")
    found = [article.source_id for article in read_articles([tmp_path]) if isinstance(article, Article)]
    assert found == ["fees", "source-of-funds"]
    named = [article.source_id for article in read_articles([tmp_path / "README.md"]) if isinstance(article, Article)]
    assert named == ["README"]
