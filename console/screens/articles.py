"""The knowledge base as those see it who keep it: what is public, drafted, to be reviewed, out of date, missing."""

import asyncio
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.envelopes import envelope
from console.i18n import gettext as _
from console.keys import bindings, in_context
from console.refusals import refusal_sentence
from console.screens.article_rows import NOTHING, SHELF, Library, Shelf, saved_sentence
from console.screens.choices import Choice
from console.screens.picker import Picker
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.article_columns import ArticleColumns
from console.widgets.article_list import ROOMY, ArticleList
from console.widgets.key_line import KeyLine, Tone
from console.widgets.line_list import LineList, Rows
from console.wording import LANGUAGE, word
from console.workplace import Workplace
from desk.articles import ArticleText, public_text
from desk.commands import AnyCommand, CloseGap, PublishArticle, RetireArticle, ReturnArticle, SubmitArticle
from desk.decide import decide
from desk.ids import ArticleId, CommandId, GapId
from desk.outcome import Refusal, View
from desk.records import Article, ArticleState, Gap
from desk.text import clean_name

_LOOK_EVERY_S = 1.0
TRANSLATED_INTO = ("en", "zh")
"""Languages that an article is offered to be translated into."""


class ArticlesScreen(Screen[None]):
    """Shelves of articles and gaps; Enter reads, keys act on the one under the cursor."""

    CSS_PATH = str(FOLDER / "articles.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("articles")
    KEY_CONTEXTS = ("articles", "list")

    def __init__(self, workplace: Workplace, shelf: Shelf = Shelf.PUBLISHED) -> None:
        super().__init__()
        self._workplace = workplace
        self._shelf = shelf
        self._library: Library | None = None
        self._version = -1
        self._last: tuple[CommandId, AnyCommand | None] | None = None

    def compose(self) -> ComposeResult:
        """Shelves, columns, the list, what is known of one, the keys."""
        yield Static("", id="articles-heading", markup=False)
        yield ArticleColumns(id="articles-columns")
        yield ArticleList(id="articles-list")
        yield Static("", id="articles-detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show the first shelf, and look again while the engine works."""
        self.query_one(KeyLine).keys = [key for key in in_context("articles", "list") if key.hint]
        self._list.focus()
        self.look()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)

    @property
    def _list(self) -> ArticleList:
        return self.query_one(ArticleList)

    def _look_if_changed(self) -> None:
        if self._workplace.store.data_version() != self._version:
            self.look()

    @work(exit_on_error=False, exclusive=True, group="articles")
    async def look(self) -> None:
        """Read the shelves in a thread."""
        self._version = self._workplace.store.data_version()
        self._library = await asyncio.to_thread(Library, self._workplace.store)
        self._show()

    def _show(self, *, from_top: bool = False) -> None:
        """Fill the list; the same article stays under the cursor."""
        library = self._library
        if library is None:
            return
        chosen = self._list.current
        rows = library.rows(self._shelf)
        at = next((i for i, row in enumerate(rows) if chosen is not None and row.id == chosen.id), self._list.cursor)
        self._list.nothing = _(NOTHING[self._shelf])
        self._list.show(Rows(rows), cursor=0 if from_top else at)
        self.query_one(ArticleColumns).gaps = self._shelf is Shelf.GAPS
        self._tell_shelves(library)
        self._tell_detail()

    def _tell_shelves(self, library: Library) -> None:
        """Every shelf with its count; the one shown in brackets."""
        counts = library.counts()
        titles = [f"{word(SHELF, shelf)} {counts[shelf]:,}" for shelf in Shelf]
        parts = [
            f"[{title}]" if shelf is self._shelf else f" {title} " for shelf, title in zip(Shelf, titles, strict=True)
        ]
        title = f"{_('Articles')}  " if self.size.width >= ROOMY else ""
        self.query_one("#articles-heading", Static).update(Content(title + "".join(parts)))

    @on(LineList.Moved)
    def _tell_detail(self) -> None:
        """What is known of the one under the cursor."""
        self.query_one("#articles-detail", Static).update(Content(self._detail()))

    def _detail(self) -> str:
        library, row = self._library, self._list.current
        if library is None or row is None:
            return ""
        if row.is_gap:
            return library.gap_facts(library.gaps[GapId(row.id)])
        article = library.articles[ArticleId(row.id)]
        return library.facts(article) + (f"\n{clean_name(article.remark, limit=500)}" if article.remark else "")

    def _say(self, sentence: str, tone: Tone = "info") -> None:
        self.query_one(KeyLine).say(sentence, tone)

    # What a key is about

    def _article(self) -> Article | None:
        """The article under the cursor; says so when there is none."""
        row = self._list.current
        if row is None or row.is_gap or self._library is None:
            self._say(_("Move to an article first."), "warning")
            return None
        return self._library.articles[ArticleId(row.id)]

    def _gap(self) -> Gap | None:
        row = self._list.current
        if row is None or not row.is_gap or self._library is None:
            self._say(_("Move to a gap first: tab shows them."), "warning")
            return None
        return self._library.gaps[GapId(row.id)]

    # Looking

    def action_shelf(self, step: int) -> None:
        """The next or previous shelf."""
        shelves = list(Shelf)
        self._shelf = shelves[(shelves.index(self._shelf) + step) % len(shelves)]
        self._show(from_top=True)

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.action_read()

    def action_read(self) -> None:
        """Read the article; on a gap, begin to write it."""
        row = self._list.current
        if row is not None and row.is_gap:
            self.action_write_for_gap()
        elif (article := self._article()) is not None:
            self._read(article, changes=False)

    def action_changes(self) -> None:
        """What the revision changes in the public text."""
        article = self._article()
        if article is not None and article.revision is None:
            self._say(_("This article has no revision."))
        elif article is not None:
            self._read(article, changes=True)

    def _read(self, article: Article, *, changes: bool) -> None:
        from console.screens.article_reading import ArticleReading  # Markdown: 20 ms, when first read

        assert self._library is not None
        facts = f"{word(LANGUAGE, article.lang)} · {self._library.facts(article)}"
        self.app.push_screen(ArticleReading(article, facts, changes=changes))

    @work(exit_on_error=False, group="find")
    async def action_find(self) -> None:
        """Move to an article by its title."""
        library = self._library
        if library is None:
            return
        rows = library.rows(self._shelf)
        picked = await self.app.push_screen_wait(
            Picker(_("Move to"), [Choice(index, row.title, row.lang) for index, row in enumerate(rows)])
        )
        if picked and picked.values:
            self._list.cursor = picked.values[0]

    # Writing

    def action_new(self) -> None:
        """Write an article."""
        self._open_form(None)

    def action_edit(self) -> None:
        """Change the draft, or make a revision."""
        if (article := self._article()) is not None:
            self._open_form(article)

    def _open_form(self, article: Article | None, **begin: object) -> None:
        from console.screens.article_form import ArticleScreen, Beginning  # a text area: 20 ms, when first opened

        if self._workplace.store.read_only or self._workplace.me() is None:
            self._say(self._workplace.store.notice or _("Sign in first."), "warning")
            return
        form = ArticleScreen(self._workplace, article, Beginning(**begin) if begin else None)  # type: ignore[arg-type]
        self.app.push_screen(form, self._saved)

    def _saved(self, article_id: ArticleId | None) -> None:
        if article_id is not None:
            self._nudge()
            self._say(saved_sentence(self._workplace.store.article(article_id)), "done")
            self.look()

    @work(exit_on_error=False, group="write")
    async def action_translate(self) -> None:
        """Write the translation, the text beside it; one that is there already is opened."""
        article, library = self._article(), self._library
        if article is None or library is None:
            return
        there = {one.lang.partition("-")[0]: one for one in library.translations(article)}
        missing = [lang for lang in TRANSLATED_INTO if lang not in (*there, article.lang.partition("-")[0])]
        choices = [Choice(lang, word(LANGUAGE, lang), _("new")) for lang in missing]
        choices += [Choice(lang, word(LANGUAGE, lang), clean_name(one.title)) for lang, one in sorted(there.items())]
        picked = await self.app.push_screen_wait(Picker(_("Translate into"), choices))
        if not picked or not picked.values:
            return
        if (known := there.get(picked.values[0])) is not None:
            self._open_form(known)
        else:
            text = ArticleText(title="", body_md="", tags=public_text(article).tags)
            self._open_form(None, text=text, lang=picked.values[0], base_id=article.id)

    def action_write_for_gap(self) -> None:
        """Write what is missing; publishing it closes the gap."""
        if (gap := self._gap()) is not None:
            text = ArticleText(title=gap.query, body_md="")
            self._open_form(None, text=text, lang=gap.lang, gap_id=gap.id)

    # Steps in an article's life

    def action_submit(self) -> None:
        """Ask for a review."""
        if (article := self._article()) is not None:
            self._perform(SubmitArticle(article_id=article.id), article, _("It waits for a senior's review."))

    def action_publish(self) -> None:
        """Make the draft, or the revision, public."""
        if (article := self._article()) is not None:
            self._perform(PublishArticle(article_id=article.id), article, _("It is published."))

    @work(exit_on_error=False, group="act")
    async def action_give_back(self) -> None:
        """Return what waits for review, with a remark."""
        article = self._article()
        if article is None:
            return
        title = _("Return “{title}”: what should change?").format(title=clean_name(article.title))
        picker = Picker[str](title, (), free=lambda text: _("Enter returns it with this remark"), hint=_("a remark"))
        picked = await self.app.push_screen_wait(picker)
        if picked is not None and picked.typed:
            command = ReturnArticle(article_id=article.id, remark=picked.typed)
            self._perform(command, article, _("It went back to its author."))

    def action_retire(self) -> None:
        """Show it to customers no longer; a retired one comes back as a draft."""
        if (article := self._article()) is None:
            return
        on_ = article.state is not ArticleState.RETIRED
        said = _("Retired: customers see it no longer.") if on_ else _("It is a draft again.")
        inverse = RetireArticle(article_id=article.id, on=not on_)
        self._perform(RetireArticle(article_id=article.id, on=on_), article, said, inverse)

    def action_close_gap(self) -> None:
        """The gap needs no article."""
        if (gap := self._gap()) is not None:
            self._perform(CloseGap(gap_id=gap.id), gap, _("The gap is closed."))

    @work(exit_on_error=False, group="act")
    async def _perform(
        self, command: AnyCommand, record: Article | Gap, said: str, inverse: AnyCommand | None = None
    ) -> None:
        """Give a command; what the rules refuse is said at once, what they allow is durable when this is said."""
        store, me, now = self._workplace.store, self._workplace.me(), self._workplace.clock()
        if me is None or store.read_only:
            self._say(store.notice or _("Sign in first."), "warning")
            return
        guard = record.v if isinstance(record, Article) else None
        wanted = replace(envelope(command, now), expected_version=guard)
        article, gap = (record, None) if isinstance(record, Article) else (None, record)
        view = View(policy=store.policy(), article=article, gap=gap)
        verdict = decide(wanted, view, me, now)
        if isinstance(verdict, Refusal):
            self._say(refusal_sentence(verdict.code, verdict.why), "warning")
            return
        try:
            entry = await asyncio.to_thread(store.enqueue, wanted)
        except StoreError as error:
            self._say(error.sentence, "warning")
            return
        self._last = (entry.id, inverse)
        self._nudge()
        self._say(f"{said} {_('u takes it back.')}", "done")
        self.look()

    @work(exit_on_error=False, group="act")
    async def action_undo(self) -> None:
        """Take back the last step, while that is possible."""
        if self._last is None:
            self._say(_("There is nothing to undo."))
            return
        (command_id, inverse), self._last = self._last, None
        store = self._workplace.store
        try:
            taken = await asyncio.to_thread(store.undo, command_id)
        except StoreError as error:
            self._say(error.sentence, "warning")
            return
        if taken is not None:
            self._say(_("Taken back; nothing was sent."), "done")
            self.look()
        elif isinstance(inverse, RetireArticle) and (article := store.article(inverse.article_id)) is not None:
            self._perform(inverse, article, _("Undone."))
        else:
            self._say(_("It has been sent already; it cannot be taken back."), "warning")

    def _nudge(self) -> None:
        if self._workplace.engine is not None:
            self._workplace.engine.nudge()

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss(None)
