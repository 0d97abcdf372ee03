"""Articles to a folder of Markdown and back: nothing is lost, whatever the texts hold."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.cli import run
from console.kb.exporting import NotAPage, article_of, export_articles, page_in, page_of, revision_page
from console.kb.importing import BadLine, import_articles, read_articles
from console.store import Store
from desk.commands import SaveArticle
from desk.ids import AgentId, ArticleId, GapId, TicketId
from desk.records import Agent, Article, ArticleState, Policy, Revision
from desk.wire import ScopeInfo, Session

HOSTILE = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "---", "---\n", "\n---\n", "---\narticle: \"x\"\n---\n", "a\r\nb\r\n", "a\rb", "trailing   \n\n", "\n", "",
            "# 标题\n\n提现需要 20 个确认。", "\ufeffbom", "a: b", "\u2028\u2029\x0b\x0c\x85", "\\n \" '", "{+x+}[-y-]",
        ]
    ),
    st.lists(st.sampled_from(["---", "\n", "\r\n", "article: ", '"', " ", "文"]), max_size=12).map("".join),
)  # fmt: skip
IDS = st.text(min_size=1, max_size=30)
REVISIONS = st.builds(
    Revision, title=HOSTILE, body_md=HOSTILE, by=IDS.map(AgentId), at=st.integers(0, 2**50), summary=HOSTILE,
    tags=st.lists(HOSTILE, max_size=3).map(tuple), submitted=st.booleans(), base_text_v=st.integers(0, 99),
)  # fmt: skip
ARTICLES = st.builds(
    Article, id=IDS.map(ArticleId), v=st.integers(1, 2**40), lang=st.sampled_from(["en", "zh", "zh-TW", "../x", ""]),
    title=HOSTILE, body_md=HOSTILE, state=st.sampled_from(ArticleState), group_id=HOSTILE, summary=HOSTILE,
    url=HOSTILE, tags=st.lists(HOSTILE, max_size=3).map(tuple), helped=st.integers(0, 99), not_helped=st.integers(0, 9),
    updated_at=st.integers(0, 2**50), source_id=HOSTILE, text_v=st.integers(0, 99),
    base_id=st.none() | IDS.map(ArticleId), base_text_v=st.integers(0, 99), revision=st.none() | REVISIONS,
    author_id=st.none() | IDS.map(AgentId),
    from_ticket_id=st.none() | IDS.map(TicketId), remark=HOSTILE, uses=st.integers(0, 2**30),
    edited_v=st.integers(0, 99), edited_by=st.none() | IDS.map(AgentId), gap_id=st.none() | IDS.map(GapId),
)  # fmt: skip
FEES = Article(
    id=ArticleId("fees-en"), v=7, lang="en", title="Fees: 1", body_md="# Fees\n\nThey vary.", tags=("fees", "cost"),
    group_id="fees", helped=3, text_v=2,
)  # fmt: skip


@given(ARTICLES)
def test_a_page_comes_back_as_the_same_article(article: Article) -> None:
    beside = revision_page(article, article.revision) if article.revision is not None else None
    pages = [page_in(page.encode()) for page in (page_of(article), *([beside] if beside is not None else []))]
    assert article_of(*pages) == article


def test_a_page_reads_like_markdown_and_changes_line_by_line() -> None:
    assert page_of(FEES).split("\n") == [
        "---", 'article: "fees-en"', 'lang: "en"', 'title: "Fees: 1"', 'group_id: "fees"', 'tags: ["fees","cost"]',
        "text_v: 2", "v: 7", "helped: 3", "---", "# Fees", "", "They vary.", "",
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(ARTICLES, max_size=5, unique_by=lambda article: article.id))
def test_a_folder_comes_back_whole(articles: list[Article]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        folder = Path(name) / "kb"
        assert export_articles(articles, folder)[0] == len(articles)
        assert export_articles(articles, folder)[1] == 0
        assert all(file.resolve().is_relative_to(folder.resolve()) for file in Path(name).rglob("*.md"))
        read = list(read_articles([folder])) if folder.exists() else []
        assert {article.id: article for article in read if isinstance(article, Article)} == {
            article.id: article for article in articles
        }
        assert len(read) == len(articles)


def test_into_an_empty_replica_and_out_again(tmp_path: Path) -> None:
    revised = Article(
        id=ArticleId("b"), v=2, lang="zh", title="费用", body_md="旧", base_id=FEES.id,
        revision=Revision(title="费用", body_md="新\n---\n", by=AgentId("mei"), at=5),
    )  # fmt: skip
    export_articles([FEES, revised], tmp_path / "out")
    store = Store.open(tmp_path / "local.db")
    bad: list[BadLine] = []
    assert import_articles(store, [tmp_path / "out"], bad.append) == (2, 2)
    assert import_articles(store, [tmp_path / "out"], bad.append) == (2, 0)
    assert bad == [] and store.articles() == [FEES, revised]
    store.close()


def test_a_revision_that_is_over_is_taken_out_of_the_folder(tmp_path: Path) -> None:
    export_articles([Article(id=ArticleId("a"), v=1, lang="en", title="A", body_md="x", revision=Revision(
        title="A", body_md="y", by=AgentId("m"), at=1))], tmp_path)  # fmt: skip
    assert (tmp_path / "en" / "a.revision.md").exists()
    export_articles([Article(id=ArticleId("a"), v=2, lang="en", title="A", body_md="y")], tmp_path)
    assert [file.name for file in tmp_path.rglob("*.md")] == ["a.md"]


def test_other_line_ends_and_a_mark_at_the_start_are_understood() -> None:
    page = page_of(FEES)
    for data in (b"\xef\xbb\xbf" + page.encode(), page.replace("\n", "\r\n").encode()):
        assert article_of(page_in(data)) == FEES


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ('---\narticle: "a"\ntitle: "A"', "missing"),
        ('---\narticle: "a"\ntitle A\n---\nx\n', "line 3"),
        ('---\narticle: "a"\ntitle: A\n---\nx\n', "line 3"),
        ('---\narticle: "a"\ntitle: "A"\nv: 1\n---\nx\n', "lang"),
        ('---\narticle: "a"\nlang: "en"\nv: 1\ntitle: 7\n---\nx\n', "title"),
    ],
)
def test_a_broken_page_says_where(page: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(NotAPage, match=why):
        article_of(page)
    (tmp_path / "a.md").write_text(page)
    (bad,) = read_articles([tmp_path])
    assert isinstance(bad, BadLine) and why in bad.why


def test_a_revision_of_another_article_is_refused() -> None:
    other = Article(id=ArticleId("b"), v=1, lang="en", title="B", body_md="x")
    revision = Revision(title="B", body_md="y", by=AgentId("m"), at=1)
    with pytest.raises(NotAPage, match="another"):
        article_of(page_of(FEES), revision_page(other, revision))


def test_back_in_a_desks_replica_only_what_was_changed_becomes_a_command(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "local.db")
    me = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei")
    store.put_articles([FEES, replace(FEES, id=ArticleId("b"), base_id=FEES.id, lang="zh", base_text_v=1)])
    scopes = (ScopeInfo(id="org"),)
    session = Session(feed="f", head=1, min_pos=0, now=1, me=me, scopes=scopes, scopes_digest="d", policy=Policy())
    store.apply_session(session)
    export_articles(store.articles(), tmp_path / "out")
    store.close()
    arguments = ["kb", "import", str(tmp_path / "out"), "--db", str(tmp_path / "local.db"), "--json"]
    assert run(arguments) == 0
    page = tmp_path / "out" / "en" / "fees-en.md"
    page.write_bytes(page.read_bytes().replace(b"They vary.", b"They vary by network."))
    assert run(arguments) == 0
    store = Store.open(tmp_path / "local.db")
    (entry,) = store.outbox()
    shown = store.article(FEES.id)
    assert isinstance(entry.envelope.command, SaveArticle) and shown is not None and shown.revision is not None
    assert shown.body_md == FEES.body_md and "by network" in shown.revision.body_md
    store.close()
