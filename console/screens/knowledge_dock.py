"""The knowledge panel's place beside the conversation: searches the replica as somebody types, and acts on articles."""

import asyncio
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from console.envelopes import envelope
from console.i18n import gettext as _
from console.kb.language import language_of
from console.screens.article_offers import find_articles, short_answer_for
from console.screens.docks import InsertRequested, KnowledgeClosed, Said
from console.store.errors import StoreError
from console.widgets.article_view import ArticlePage
from console.widgets.knowledge_panel import KnowledgePanel
from console.workplace import Workplace
from desk.articles import ArticleText
from desk.commands import AnyCommand, RateArticle, ReportGap
from desk.gaps import MAX_QUERY, MIN_QUERY, gap_id_of, gap_query
from desk.ids import ArticleId, GapId
from desk.records import Ticket
from desk.text import clean_name

MAX_CLIPBOARD_BYTES = 64 * 1024
GAP_AFTER_S = 2.5
"""A search without a result that stands so long is one that was meant."""


class KnowledgeDock(Vertical):
    """Feeds one :class:`KnowledgePanel`."""

    DEFAULT_CSS = "KnowledgeDock, KnowledgeDock > KnowledgePanel { width: 1fr; height: 1fr; }"

    def __init__(self, workplace: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._resting: Timer | None = None
        self._told_gaps: set[GapId] = set()
        self._votes: dict[tuple[str | None, ArticleId], bool] = {}

    def compose(self) -> ComposeResult:
        """The panel."""
        yield KnowledgePanel()

    @property
    def panel(self) -> KnowledgePanel:
        """The panel."""
        return self.query_one(KnowledgePanel)

    # What the desk asks (see docks.KnowledgeDock)

    def show(self, ticket: Ticket | None) -> None:
        """Another ticket: suggest for it, unless somebody is searching or reading."""
        changed = (ticket and ticket.id) != (self._ticket and self._ticket.id)
        self._ticket = ticket
        if changed and self.is_mounted and self.display and not self.panel.reading and not self.panel.query_text:
            self._find("")

    def search(self, query: str = "") -> None:
        """Open with a query, or with suggestions for the shown ticket."""
        if not self.is_mounted:
            self.call_after_refresh(self.search, query)
            return
        self.panel.ask(query)
        self._find(query)

    def take_focus(self) -> None:
        """Let what is typed next go into the line; call once mounted."""
        self.screen.set_focus(self.panel.query_line)

    # Finding

    @on(KnowledgePanel.Queried)
    def _on_queried(self, event: KnowledgePanel.Queried) -> None:
        """Search for what stands in the line now."""
        event.stop()
        self._find(event.query)

    @work(exit_on_error=False, exclusive=True, group="knowledge")
    async def _find(self, query: str) -> None:
        """The newest query wins: an older worker is cancelled, and its answer dropped."""
        if self._resting is not None:
            self._resting.stop()
        hits = await asyncio.to_thread(find_articles, self._workplace.store, query, self._ticket)
        if query == self.panel.query_text:
            self.panel.show_hits(hits, suggested=not query)
            if not hits and query:
                self._resting = self.set_timer(GAP_AFTER_S, partial(self._tell_gap, query))

    @work(exit_on_error=False, group="gap")
    async def _tell_gap(self, query: str) -> None:
        """Let the desk know that a search found nothing: once each while this desk is open, and nothing that holds a
        secret or says too little."""
        gap = await asyncio.to_thread(self._gap_of, query)
        store = self._workplace.store
        if gap is None or gap.gap_id in self._told_gaps or store.read_only or self._workplace.me() is None:
            return
        self._told_gaps.add(gap.gap_id)
        try:
            await asyncio.to_thread(store.enqueue, envelope(gap, self._workplace.clock()))
        except StoreError as error:
            self.post_message(Said(error.sentence, "warning"))

    def _gap_of(self, typed: str, *, wanted: bool = False) -> ReportGap | None:
        """What is missing, as a command; None for what says too little, too much, or holds a secret."""
        query = gap_query(typed)
        lang = self._ticket.lang if self._ticket else language_of(query)
        ticket_id = self._ticket.id if self._ticket else None
        if not query:
            return None
        return ReportGap(gap_id=gap_id_of(lang, query), query=query, lang=lang, ticket_id=ticket_id, wanted=wanted)

    # Acting

    @on(KnowledgePanel.ArticleOpened)
    def _on_opened(self, event: KnowledgePanel.ArticleOpened) -> None:
        """Read it."""
        event.stop()
        self._show(event.article_id)

    @work(exit_on_error=False, exclusive=True, group="article")
    async def _show(self, article_id: ArticleId) -> None:
        """Render it in a thread and show it."""
        page = await asyncio.to_thread(self._page, article_id)
        if page is None:
            self.post_message(Said(_("This article is gone; search again."), "warning"))
        else:
            self.panel.show_page(page)

    def _page(self, article_id: ArticleId) -> ArticlePage | None:
        """The article as it is read here."""
        from console.kb.render import styled_lines

        article = self._workplace.store.article(article_id)
        if article is None:
            return None
        vote = self._votes.get((self._ticket.id if self._ticket else None, article_id))
        lines = [tuple((span.text, span.style) for span in line) for line in styled_lines(article.body_md)]
        return ArticlePage(article, lines, vote)

    @on(KnowledgePanel.InsertAsked)
    async def _on_insert(self, event: KnowledgePanel.InsertAsked) -> None:
        """The short answer with link, in the customer's language, into the draft."""
        event.stop()
        lang = self._ticket.lang if self._ticket else ""
        text = await asyncio.to_thread(short_answer_for, self._workplace.store, event.article_id, lang)
        if text:
            self.post_message(InsertRequested(text, event.article_id))

    @on(KnowledgePanel.LinkAsked)
    def _on_link(self, event: KnowledgePanel.LinkAsked) -> None:
        """Copy the public link."""
        event.stop()
        article = self._workplace.store.article(event.article_id)
        link = clean_name(article.url) if article else ""
        if not link:
            self.post_message(Said(_("This article has no public link."), "warning"))
        elif len(link.encode()) <= MAX_CLIPBOARD_BYTES:
            self.app.copy_to_clipboard(link)
            self.post_message(Said(_("Copied: {link}").format(link=link), "done"))

    @on(KnowledgePanel.Voted)
    def _on_voted(self, event: KnowledgePanel.Voted) -> None:
        """Remember the vote; the last one counts."""
        event.stop()
        ticket_id = self._ticket.id if self._ticket else None
        self._votes[ticket_id, event.article_id] = event.helped
        said = _("Noted: it helped.") if event.helped else _("Noted: it did not help.")
        self._enqueue(RateArticle(article_id=event.article_id, ticket_id=ticket_id, helped=event.helped), said)
        if self.panel.reading:
            self._show(event.article_id)

    @on(KnowledgePanel.ArticleMissed)
    def _on_missed(self, event: KnowledgePanel.ArticleMissed) -> None:
        """Ask for the article nobody has written yet."""
        event.stop()
        self._ask_for(event.query)

    @on(KnowledgePanel.ArticleWritten)
    def _on_written(self, event: KnowledgePanel.ArticleWritten) -> None:
        """Open the form; a new article begins with the query and in the ticket's language."""
        event.stop()
        from console.screens.article_form import ArticleScreen, Beginning

        article = self._workplace.store.article(event.article_id) if event.article_id else None
        text = ArticleText(title=self.panel.query_text, body_md="")
        begin = Beginning(text=text, lang=self._ticket.lang if self._ticket else "en")
        form = ArticleScreen(self._workplace, article, begin)
        self.app.push_screen(form, self._article_saved)

    def _article_saved(self, article_id: ArticleId | None) -> None:
        """Say so, and show it as it is now."""
        if article_id is not None:
            from console.screens.article_rows import saved_sentence

            self.post_message(Said(saved_sentence(self._workplace.store.article(article_id)), "done"))
            if self.panel.reading:
                self._show(article_id)

    @work(exit_on_error=False, group="knowledge-command")
    async def _ask_for(self, query: str) -> None:
        """Report the gap, as somebody who wants it closed."""
        gap = await asyncio.to_thread(self._gap_of, query, wanted=True)
        if gap is None:
            sentence = _("Ask in {least} to {most} characters, and without anything secret.")
            self.post_message(Said(sentence.format(least=MIN_QUERY, most=MAX_QUERY), "warning"))
        else:
            self._enqueue(gap, _("Asked for an article about “{query}”.").format(query=clean_name(gap.query)))

    @work(exit_on_error=False, group="knowledge-command")
    async def _enqueue(self, command: AnyCommand, said: str) -> None:
        """Make it durable, then say so."""
        try:
            wanted = envelope(command, self._workplace.clock())
            await asyncio.to_thread(self._workplace.store.enqueue, wanted)
        except StoreError as error:
            self.post_message(Said(error.sentence, "warning"))
        else:
            self.post_message(Said(said, "done"))

    @on(KnowledgePanel.Left)
    def _on_left(self, event: KnowledgePanel.Left) -> None:
        """Make room for the customer."""
        event.stop()
        self.post_message(KnowledgeClosed())
