"""An article to be read from beginning to end: as customers read it, or what a revision changes, word by word."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.i18n import gettext as _
from console.kb.render import styled_lines
from console.keys import bindings
from console.styles import use_style
from console.widgets.article_view import ArticleText
from console.widgets.word_diff import diff_content
from desk.articles import ArticleText as Text
from desk.articles import public_text, working_text
from desk.records import Article
from desk.text import clean_name, clean_text


class ArticleReading(ModalScreen[None]):
    """A window that is only read. ``changes`` shows what the revision does to the public text."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")
    KEY_CONTEXTS = ("help",)

    def __init__(self, article: Article, facts: str, *, changes: bool = False) -> None:
        super().__init__()
        self._article = article
        self._facts = facts
        self._changes = changes

    def compose(self) -> ComposeResult:
        """Title, facts, the text."""
        use_style(self.app, "articles.tcss")
        with VerticalScroll(id="reading", classes="window", can_focus=True):
            yield Static("", id="reading-head", markup=False)
            if self._changes:
                yield Static(_changes(self._article), id="reading-changes", markup=False)
            else:
                yield ArticleText(id="reading-text")

    def on_mount(self) -> None:
        """Fill it."""
        article = self._article
        text = public_text(article)
        box = self.query_one("#reading")
        title = _("What the revision changes") if self._changes else _("Article")
        box.border_title = Content(title)
        box.border_subtitle = Content(_("j k scroll · Esc closes"))
        head = [
            Content.styled(clean_name(text.title), "bold"),
            Content.styled(clean_name(self._facts, limit=500), "dim"),
        ]
        if text.summary and not self._changes:
            head.append(Content(clean_text(text.summary)))
        self.query_one("#reading-head", Static).update(Content("\n").join(head))
        if not self._changes:
            lines = [tuple((span.text, span.style) for span in line) for line in styled_lines(text.body_md)]
            self.query_one(ArticleText).lines = lines
        box.focus()

    def action_scroll(self, step: int) -> None:
        """Up or down."""
        self.query_one("#reading").scroll_relative(y=step, animate=False)

    def action_close(self) -> None:
        """Leave."""
        self.dismiss(None)


def _changes(article: Article) -> Content:
    """Every part that the revision moves, old and new in one; marks tell them apart without colour."""
    old, new = public_text(article), working_text(article)
    parts = [Content.styled(_("[-taken out-] and {+put in+}; the rest stays."), "dim")]
    for label, was, is_now in _parts(old, new):
        if was != is_now:
            parts.append(Content("\n").join([Content.styled(label, "bold underline"), diff_content(was, is_now)]))
    return Content("\n\n").join(parts)


def _parts(old: Text, new: Text) -> list[tuple[str, str, str]]:
    return [
        (_("Title"), old.title, new.title),
        (_("Tags"), " ".join(old.tags), " ".join(new.tags)),
        (_("Short answer"), old.summary, new.summary),
        (_("Text (Markdown)"), old.body_md, new.body_md),
    ]
