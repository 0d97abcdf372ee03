"""Writing an article: anybody at the desk saves drafts and sends them for review; who may publishes at once.

A published text opens with its revision; saving leaves what customers read alone. A translation shows the text it is
made from beside it.
"""

from collections.abc import Iterable
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.envelopes import new_id
from console.i18n import gettext as _
from console.screens.form_screen import FormScreen
from console.styles import FOLDER
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, CleanInput, FormField
from console.widgets.key_line import KeyLine
from console.wording import LANGUAGE
from console.workplace import Workplace
from desk.articles import ArticleText, is_behind, waits_for_review, working_text
from desk.commands import AnyCommand, PublishArticle, SaveArticle, SubmitArticle
from desk.frozen import Frozen
from desk.ids import ArticleId, GapId, TicketId
from desk.outcome import View
from desk.permissions import may
from desk.records import Article, ArticleState, Revision
from desk.text import clean_name, clean_text

_NEW_LANE = "new-article"


class Beginning(Frozen, frozen=True, kw_only=True):
    """What a new article begins with: a text, its language, and where it comes from (``base_id``: it is a translation
    of that). ``lane`` keeps its draft apart from those of other new articles."""

    text: ArticleText = ArticleText(title="", body_md="")
    lang: str = "en"
    base_id: ArticleId | None = None
    from_ticket_id: TicketId | None = None
    gap_id: GapId | None = None

    @property
    def lane(self) -> str:
        """Where its draft is kept."""
        return self.base_id or self.from_ticket_id or self.gap_id or _NEW_LANE


class ArticleScreen(FormScreen[ArticleId]):
    """Dismissed with the article's id."""

    CSS_PATH: ClassVar = [*FormScreen.CSS_PATH, str(FOLDER / "article_form.tcss")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012  # Textual declares it as an instance variable

    def __init__(self, workplace: Workplace, article: Article | None = None, begin: Beginning | None = None) -> None:
        begin = begin or Beginning()
        super().__init__(workplace, article.id if article else begin.lane, _slot(article, begin))
        self._article = article
        self._begin = begin
        base_id = article.base_id if article else begin.base_id
        self._base = workplace.store.article(base_id) if base_id else None

    def compose(self) -> ComposeResult:
        """The form; beside it what is being translated."""
        yield Static(Content(clean_name(self.heading(), limit=500)), id="form-heading")
        with Horizontal(id="article-panes"):
            with VerticalScroll(id="form-fields", can_focus=False):
                yield from self.rows()
                yield Static("", id="form-error", markup=False)
            if self._base is not None:
                with VerticalScroll(id="article-base", can_focus=True):
                    yield Static(self._base_text(self._base), markup=False)
        yield KeyLine(id="keys")

    def heading(self) -> str:
        """New, a draft, or the revision of a published text; and what a reviewer said."""
        article = self._article
        if article is None:
            return _("Translation of “{title}”").format(title=self._base.title) if self._base else _("New article")
        if article.state is ArticleState.PUBLISHED:
            title = _("Article · a revision; customers read the old text until it is published")
        elif article.state is ArticleState.REVIEW:
            title = _("Article · in review")
        else:
            title = _("Article · draft")
        return f"{title} · {_('returned: {remark}').format(remark=article.remark)}" if article.remark else title

    def rows(self) -> Iterable[FormField]:
        """Language and title first; the text last."""
        article = self._article
        text = working_text(article) if article else self._begin.text
        lang = article.lang if article else self._begin.lang
        languages = {code: LANGUAGE[code] for code in ("en", "zh")} | {lang: LANGUAGE.get(lang, lang)}
        yield FormField(_("Language"), Choice(languages, lang, id="lang"))
        yield FormField(_("Title"), CleanInput(text.title, id="title"))
        yield FormField(_("Tags"), CleanInput(" ".join(text.tags), id="tags"))
        yield FormField(_("Short answer"), DraftArea(text.summary, id="summary"))
        yield FormField(_("Text (Markdown)"), DraftArea(text.body_md, id="body"))

    def _base_text(self, base: Article) -> Content:
        """The text it is translated from, and whether that moved on since."""
        article = self._article
        behind = article is not None and is_behind(article, base)
        first = _("It changed since this was translated; saving says it is up to date.") if behind else ""
        head = _("Translated from ({lang})").format(lang=LANGUAGE.get(base.lang, clean_name(base.lang)))
        parts = [Content.styled(head, "dim"), Content.styled(clean_name(base.title), "bold")]
        parts += [Content.styled(f"! {first}", "bold")] if first else []
        parts += [Content(clean_text(base.summary))] if base.summary else []
        return Content("\n\n").join([*parts, Content(clean_text(base.body_md))])

    def _command(self) -> SaveArticle:
        """What is typed, as a command."""
        values, article, begin = self.values(), self._article, self._begin
        return SaveArticle(
            article_id=article.id if article else ArticleId(new_id(self.workplace.clock())),
            lang=values["lang"],
            title=values["title"].strip(),
            body_md=values["body"].strip(),
            tags=tuple(values["tags"].split()),
            summary=values["summary"].strip(),
            base_id=article.base_id if article else begin.base_id,
            from_ticket_id=None if article else begin.from_ticket_id,
            gap_id=None if article else begin.gap_id,
        )

    def action_submit(self) -> None:
        """Save the text; its state stays."""
        command = self._command()
        if why := self._why_not(command):
            self.fail(why)
        else:
            self.send((command,), command.article_id, expected_v=self._version)

    def action_publish(self) -> None:
        """Save and publish, for those who may; for the others, save and ask for a review."""
        command = self._command()
        following = self._next_step(command)
        if self._unchanged(command):
            self.send((following,), command.article_id, expected_v=self._version)
        elif why := self._why_not(command):
            self.fail(why)
        else:
            self.send((command, following), command.article_id, expected_v=self._version)

    def _next_step(self, command: SaveArticle) -> AnyCommand:
        """Publishing, by whoever may publish what they wrote themselves; else asking for a review."""
        me = self.workplace.me()
        publish = PublishArticle(article_id=command.article_id)
        mine = me.id if me is not None else None
        article = self._article
        if article is None:
            article = Article(id=command.article_id, v=0, lang="", title="", body_md="", author_id=mine)
        elif article.state is ArticleState.PUBLISHED and article.revision is None and mine is not None:
            article = replace(article, revision=Revision(title="", body_md="", by=mine, at=0))
        if me is not None and may(me, publish, article):
            return publish
        return SubmitArticle(article_id=command.article_id)

    def _unchanged(self, command: SaveArticle) -> bool:
        """Whether only the step after saving is wanted: the text is as it was."""
        article = self._article
        if article is None or waits_for_review(article):
            return False
        typed = ArticleText(
            title=command.title, body_md=command.body_md, summary=command.summary, tags=command.tags
        )  # fmt: skip
        draft = article.state is ArticleState.DRAFT or article.revision is not None
        return draft and typed == working_text(article) and command.lang == article.lang

    @property
    def _version(self) -> int | None:
        """The version that its author looked at."""
        return self._article.v if self._article else None

    def _why_not(self, command: SaveArticle) -> str:
        """What the desk's rules have against it."""
        view = View(policy=self.workplace.store.policy(), article=self._article, base_article=self._base)
        return self.refusal(command, view, self._version)


def _slot(article: Article | None, begin: Beginning) -> str:
    """Where the draft is kept: a translation's apart from the article's own, one for each language."""
    return f"article-{begin.lang}" if article is None and begin.base_id else "article"
