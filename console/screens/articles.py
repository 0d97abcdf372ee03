"""Writing an article: anybody at the desk saves drafts, a senior publishes."""

from collections.abc import Iterable

from console.envelopes import new_id
from console.i18n import gettext as _
from console.screens.form_screen import FormScreen
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, CleanInput, FormField
from console.wording import LANGUAGE
from console.workplace import Workplace
from desk.commands import PublishArticle, SaveArticle
from desk.ids import ArticleId
from desk.outcome import View
from desk.permissions import may
from desk.records import Article, ArticleState

_NEW_LANE = "new-article"


class ArticleScreen(FormScreen[ArticleId]):
    """Dismissed with the article's id."""

    def __init__(
        self, workplace: Workplace, article: Article | None = None, *, title: str = "", lang: str = ""
    ) -> None:
        super().__init__(workplace, article.id if article else _NEW_LANE, "article")
        self._article = article
        self._title_wanted = title
        self._lang_wanted = lang or "en"

    def heading(self) -> str:
        """New, a draft, or a published text."""
        if self._article is None:
            return _("New article")
        if self._article.state is ArticleState.PUBLISHED:
            return _("Article · customers read this; changing it takes a senior")
        return _("Article · draft")

    def rows(self) -> Iterable[FormField]:
        """Language and title first; the text last."""
        article = self._article
        languages = {code: LANGUAGE[code] for code in ("en", "zh")}
        lang = article.lang if article else self._lang_wanted
        yield FormField(_("Language"), Choice(languages | {lang: LANGUAGE.get(lang, lang)}, lang, id="lang"))
        yield FormField(_("Title"), CleanInput(article.title if article else self._title_wanted, id="title"))
        yield FormField(_("Tags"), CleanInput(" ".join(article.tags) if article else "", id="tags"))
        yield FormField(_("Short answer"), DraftArea(article.summary if article else "", id="summary"))
        yield FormField(_("Text (Markdown)"), DraftArea(article.body_md if article else "", id="body"))

    def _command(self) -> SaveArticle:
        """What is typed, as a command."""
        values, article = self.values(), self._article
        return SaveArticle(
            article_id=article.id if article else ArticleId(new_id(self.workplace.clock())),
            lang=values["lang"],
            title=values["title"].strip(),
            body_md=values["body"].strip(),
            tags=tuple(values["tags"].split()),
            group_id=article.group_id if article else "",
            summary=values["summary"].strip(),
        )

    def action_submit(self) -> None:
        """Save the text; its state stays."""
        command = self._command()
        if why := self._why_not(command):
            self.fail(why)
        else:
            self.send((command,), command.article_id)

    def action_publish(self) -> None:
        """Save and publish, for those who may."""
        me, command = self.workplace.me(), self._command()
        draft = self._article or Article(id=command.article_id, v=0, lang=command.lang, title="", body_md="")
        publish = PublishArticle(article_id=command.article_id)
        if me is None or not may(me, publish, draft):
            self.fail(_("Publishing takes a senior; your draft is saved with ctrl+d."))
        elif why := self._why_not(command):
            self.fail(why)
        else:
            self.send((command, publish), command.article_id)

    def _why_not(self, command: SaveArticle) -> str:
        """What the desk's rules have against it."""
        article = self._article
        view = View(policy=self.workplace.store.policy(), article=article)
        return self.refusal(command, view, article.v if article else None)
