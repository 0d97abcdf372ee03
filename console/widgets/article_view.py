"""One article as plain lines, to be read beside the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from console.i18n import gettext as _
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


class ArticleView(VerticalScroll):
    """Title, what is known of it, and the text."""

    KEY_CONTEXTS = ("knowledge",)

    page: reactive[ArticlePage | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """Head and text."""
        yield Static("", id="article-head", markup=False)
        yield Static("", id="article-text", markup=False)

    def watch_page(self, page: ArticlePage | None) -> None:
        """Show another article from its start; a vote on the same one keeps the place."""
        if page is None or not self.is_mounted:
            return
        self.query_one("#article-head", Static).update(_head(page))
        self.query_one("#article-text", Static).update(_text(page.lines))


def _head(page: ArticlePage) -> Content:
    """Title; language, link and votes; my own vote in words."""
    article = page.article
    facts = [
        clean_name(article.lang),
        _("helped {yes} · did not {no}").format(yes=article.helped, no=article.not_helped),
    ]
    if article.state is ArticleState.DRAFT:
        facts.insert(0, word(ARTICLE_STATE, article.state).upper())
    if page.vote is not None:
        facts.append(_("you: helped") if page.vote else _("you: did not help"))
    lines = [Content.styled(clean_name(article.title), "bold"), Content.styled(" · ".join(facts), "dim")]
    if article.url:
        lines.append(Content.styled(clean_name(article.url), "dim"))
    return Content("\n").join(lines)


def _text(lines: Sequence[Sequence[tuple[str, str]]]) -> Content:
    """The lines with their looks."""
    return Content("\n").join(
        Content("").join(Content.styled(clean_text(text, newlines=False), LOOKS.get(kind, "")) for text, kind in line)
        for line in lines
    )
