"""One article as plain lines, to be read beside the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widgets import Static

from console.i18n import gettext as _
from console.widgets.wrapping import wrap
from console.wording import ARTICLE_STATE, word
from desk.records import Article, ArticleState
from desk.text import clean_name, clean_text

LOOKS = {
    "strong": "bold",
    "emphasis": "italic",
    "code": "bold",
    "heading": "bold underline",
    "link": "underline",
    "quote": "italic dim",
    "mark": "dim",
}
"""How the kinds of a piece look, without any colour."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What is shown of an article: the record, its lines as (text, kind) pieces, and my vote on it here (None: none
    yet). Kinds are those of :data:`LOOKS`."""

    article: Article
    lines: Sequence[Sequence[tuple[str, str]]]
    vote: bool | None = None


class ArticleText(Static):
    """The lines of an article, broken between Chinese characters too."""

    lines: reactive[Sequence[Sequence[tuple[str, str]]]] = reactive((), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are when broken at ``width``."""
        return len(self._broken(width))

    def render(self) -> Content:
        """The lines, with their looks."""
        return Content("\n").join(
            Content("").join(Content.styled(text, look) for text, look in line)
            for line in self._broken(self.content_size.width)
        )

    def _broken(self, cells: int) -> list[list[tuple[str, str]]]:
        return [
            broken
            for line in self.lines
            for broken in wrap(((clean_text(text, newlines=False), LOOKS.get(kind, "")) for text, kind in line), cells)
        ]


class ArticleView(VerticalScroll):
    """Title, what is known of it, and the text."""

    KEY_CONTEXTS = ("knowledge",)

    page: reactive[ArticlePage | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """Head and text."""
        yield Static("", id="article-head", markup=False)
        yield ArticleText(id="article-text")

    def watch_page(self, page: ArticlePage | None) -> None:
        """Show another article from its start; a vote on the same one keeps the place."""
        if page is None or not self.is_mounted:
            return
        self.query_one("#article-head", Static).update(_head(page))
        self.query_one(ArticleText).lines = page.lines


def _head(page: ArticlePage) -> Content:
    """Title; language, link and votes; my own vote in words."""
    article = page.article
    facts = [
        clean_name(article.lang),
        _("helped {yes} · did not {no}").format(yes=article.helped, no=article.not_helped),
    ]
    if article.state is not ArticleState.PUBLISHED:
        facts.insert(0, word(ARTICLE_STATE, article.state).upper())
    if page.vote is not None:
        facts.append(_("you: helped") if page.vote else _("you: did not help"))
    lines = [Content.styled(clean_name(article.title), "bold"), Content.styled(" · ".join(facts), "dim")]
    if article.url:
        lines.append(Content.styled(clean_name(article.url), "dim"))
    return Content("\n").join(lines)
