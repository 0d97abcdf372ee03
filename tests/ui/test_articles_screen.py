"""The knowledge base as its keepers see it: shelves, reading, a revision's changes, the steps of an article's life."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.screens.article_form import ArticleScreen
from console.screens.article_rows import Shelf
from console.screens.articles import ArticlesScreen
from console.styles import FIRST_FRAME
from console.themes import DARK
from console.widgets.article_list import ArticleList
from console.widgets.composer_area import DraftArea
from console.widgets.key_line import KeyLine
from console.workplace import Workplace
from desk.commands import CloseGap, PublishArticle, RetireArticle, ReturnArticle, SaveArticle, SubmitArticle
from desk.gaps import gap_id_of
from desk.ids import AgentId, ArticleId, TicketId
from desk.records import Agent, Article, ArticleState, Frozen, Gap, Policy, Revision, Role
from desk.wire import ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_774_000_000_000
DAY = 86_400_000
LI, MEI = AgentId("a-li"), AgentId("a-mei")
GAP = Gap(
    id=gap_id_of("en", "refund network fee"), v=3, query="refund network fee", lang="en", searches=14,
    wanted=(LI, MEI), ticket_ids=(TicketId("t-2"),), at=NOW - DAY,
)  # fmt: skip
MORE: Sequence[tuple[str, Frozen]] = (
    ("article", Article(
        id=ArticleId("draft"), v=1, lang="en", title="How to read a block explorer", body_md="Look at the state.",
        state=ArticleState.DRAFT, author_id=LI, updated_at=NOW - DAY, remark="Say which explorer.", text_v=1,
    )),
    ("article", Article(
        id=ArticleId("review"), v=2, lang="zh", title="如何查看区块浏览器", body_md="查看状态。",
        state=ArticleState.REVIEW, author_id=LI, updated_at=NOW - DAY, text_v=1,
    )),
    ("article", Article(
        id=ArticleId("revised"), v=7, lang="en", title="Network fees", body_md="Fees vary by network.", helped=41,
        not_helped=3, uses=128, updated_at=NOW - 2 * DAY, text_v=3, author_id=MEI,
        revision=Revision(
            title="Network fees", body_md="Fees vary by network and hour.", by=LI, at=NOW, submitted=True
        ),
    )),
    ("article", Article(
        id=ArticleId("behind"), v=3, lang="zh", title="网络费用", body_md="费用不同。", base_id=ArticleId("revised"),
        base_text_v=1, group_id="revised", updated_at=NOW - 30 * DAY, uses=9,
    )),
    ("article", Article(
        id=ArticleId("old"), v=3, lang="en", title="Paper wallets", body_md="No longer.", state=ArticleState.RETIRED,
    )),
    ("gap", GAP),
)  # fmt: skip


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, workplace: Workplace, shelf: Shelf = Shelf.PUBLISHED) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.place = ArticlesScreen(workplace, shelf)

    def on_mount(self) -> None:
        self.push_screen(self.place)

    @property
    def titles(self) -> list[str]:
        source = self.place.query_one(ArticleList).source
        return [row.title for row in source.window(0, source.count())]

    def said(self, widget: str = "#keys") -> str:
        if widget == "#keys":
            return self.place.query_one(KeyLine).sentence
        return str(self.place.query_one(widget, Static).content)

    def go_to(self, title: str) -> None:
        self.place.query_one(ArticleList).cursor = self.titles.index(title)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.fixture
def library(workplace: Workplace) -> Workplace:
    """The replica with articles in every state."""
    items = tuple(
        SnapshotItem(
            k=kind,
            id=str(getattr(record, "id")),  # noqa: B009  # the base struct has no id
            v=int(getattr(record, "v", 1)),
            d=msgspec.Raw(msgspec.json.encode(record)),
        )
        for kind, record in MORE
    )
    workplace.store.apply_snapshot(Snapshot(feed="f", as_of="f:1", read_at=1, items=items, done=True), "org")
    return workplace


def become(workplace: Workplace, role: Role) -> None:
    """Work here as somebody else."""
    me = Agent(id=AgentId("a-zoe"), v=9, handle="zoe", name="Zoe", role=role, team_ids=workplace.me().team_ids)  # type: ignore[union-attr]
    workplace.store.apply_session(
        Session(
            feed="f", head=1, min_pos=0, now=NOW, me=me, scopes=(ScopeInfo(id="org"),), scopes_digest="d",
            policy=Policy(),
        )
    )  # fmt: skip


def sent(workplace: Workplace) -> list[object]:
    return [entry.envelope.command for entry in workplace.store.outbox()]


async def test_each_shelf_shows_what_belongs_there(library: Workplace) -> None:
    host = Host(library)
    async with host.run_test(size=(130, 30)) as pilot:
        await settle(pilot)
        shelves = {}
        for shelf in Shelf:
            shelves[shelf] = host.titles
            await pilot.press("tab")
        assert shelves[Shelf.PUBLISHED] == ["Network fees", "Withdrawal delays", "提现延迟的原因", "网络费用"]
        assert shelves[Shelf.DRAFTS] == ["How to read a block explorer"]
        assert shelves[Shelf.REVIEW] == ["Network fees", "如何查看区块浏览器"]
        assert shelves[Shelf.BEHIND] == ["网络费用"]
        assert shelves[Shelf.GAPS] == ["refund network fee"]
        assert shelves[Shelf.RETIRED] == ["Paper wallets"]
        assert "[Published 4]" in host.said("#articles-heading") and "Gaps 1" in host.said("#articles-heading")


async def test_what_is_known_of_one_is_told_below(library: Workplace) -> None:
    host = Host(library, Shelf.GAPS)
    async with host.run_test(size=(130, 30)) as pilot:
        await settle(pilot)
        assert host.said("#articles-detail") == (
            "searched 14 times without a result · asked for by Li Na, Mei Chen · in T-2"
        )
        await pilot.press("shift+tab")
        assert "translated from “Network fees”, out of date" in host.said("#articles-detail")


async def test_an_article_is_read_and_its_revision_compared(library: Workplace) -> None:
    host = Host(library, Shelf.REVIEW)
    async with host.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "Network fees" in str(host.screen.query_one("#reading-head", Static).content)
        await pilot.press("escape", "d")
        await settle(pilot)
        changes = str(host.screen.query_one("#reading-changes", Static).content)
        assert "{+ and hour+}" in changes or "{+and hour+}" in changes or "{+ and hour" in changes
        await pilot.press("escape")
        host.go_to("如何查看区块浏览器")
        await pilot.press("d")
        assert "no revision" in host.said()


async def test_a_senior_reviews_with_keys(library: Workplace) -> None:
    become(library, Role.SENIOR)
    host = Host(library, Shelf.REVIEW)
    async with host.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        host.go_to("如何查看区块浏览器")
        await pilot.press("b")
        await pilot.pause()
        host.screen.query_one(Input).value = "写明网站"
        await pilot.press("enter")
        await settle(pilot)
        host.go_to("Network fees")
        await pilot.press("p")
        await settle(pilot)
        returned, published = sent(library)
        assert isinstance(returned, ReturnArticle) and returned.remark == "写明网站"
        assert isinstance(published, PublishArticle) and published.article_id == "revised"
        assert host.titles == []
        after = library.store.article(ArticleId("revised"))
        assert after is not None and after.body_md == "Fees vary by network and hour."


async def test_who_may_not_is_told_and_nothing_is_sent(library: Workplace) -> None:
    host = Host(library, Shelf.REVIEW)
    async with host.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)
        assert host.said() and sent(library) == []


async def test_a_draft_is_sent_for_review_and_taken_back(library: Workplace) -> None:
    host = Host(library, Shelf.DRAFTS)
    async with host.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert isinstance(sent(library)[0], SubmitArticle) and host.titles == []
        await pilot.press("u")
        await settle(pilot)
        assert sent(library) == [] and host.titles == ["How to read a block explorer"]


async def test_retired_and_back(library: Workplace) -> None:
    become(library, Role.LEAD)
    host = Host(library)
    async with host.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        host.go_to("网络费用")
        await pilot.press("R")
        await settle(pilot)
        assert isinstance(sent(library)[0], RetireArticle) and "网络费用" not in host.titles


async def test_a_translation_begins_with_its_base_in_sight(library: Workplace) -> None:
    host = Host(library)
    async with host.run_test(size=(150, 40)) as pilot:
        await settle(pilot)
        host.go_to("Withdrawal delays")
        await pilot.press("t")
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot)
        form = host.screen
        assert isinstance(form, ArticleScreen)  # the Chinese one is there already: it is opened
        assert form.values()["title"] == "提现延迟的原因"


async def test_the_article_that_is_missing_is_written_and_knows_its_gap(library: Workplace) -> None:
    host = Host(library, Shelf.GAPS)
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("g")
        await settle(pilot)
        form = host.screen
        assert isinstance(form, ArticleScreen) and form.values()["title"] == "refund network fee"
        form.query_one("#body", DraftArea).insert("We do not refund network fees.")
        await pilot.press("ctrl+d")
        await settle(pilot)
        (saved,) = sent(library)
        assert isinstance(saved, SaveArticle) and saved.gap_id == GAP.id


async def test_a_gap_that_needs_no_article_is_closed(library: Workplace) -> None:
    become(library, Role.SENIOR)
    host = Host(library, Shelf.GAPS)
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert isinstance(sent(library)[0], CloseGap) and host.titles == []


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
@pytest.mark.parametrize("shelf", [Shelf.PUBLISHED, Shelf.GAPS])
def test_it_looks_as_it_did(
    snap_compare: Callable[..., bool], library: Workplace, size: tuple[int, int], shelf: Shelf
) -> None:
    assert snap_compare(Host(library, shelf), terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
def test_a_translation_looks_as_it_did(
    snap_compare: Callable[..., bool], library: Workplace, size: tuple[int, int]
) -> None:
    async def open_translation(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)

    assert snap_compare(Host(library, Shelf.BEHIND), terminal_size=size, run_before=open_translation)


@pytest.mark.parametrize("size", [(200, 50), (80, 24)])
def test_the_changes_look_as_they_did(
    snap_compare: Callable[..., bool], library: Workplace, size: tuple[int, int]
) -> None:
    async def open_changes(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)

    assert snap_compare(Host(library, Shelf.REVIEW), terminal_size=size, run_before=open_changes)
