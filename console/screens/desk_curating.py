"""Articles grow out of tickets; who changed what is looked up."""

from console.i18n import gettext as _
from console.screens.desk_actions import TicketActing
from desk.ids import ArticleId, TicketId
from desk.records import Ticket


class Curating(TicketActing):
    """The part for it."""

    def action_write_article(self) -> None:
        """Draft an article from the ticket."""
        if (ticket := self.target_or_why("desk.write_article")) is not None:
            self.attempt(self._write_article(ticket))

    async def _write_article(self, ticket: Ticket) -> None:
        """Question and answer as the beginning of an article, without what belongs to one person."""
        from console.screens.article_form import ArticleScreen, Beginning  # a text area: 20 ms, when first opened
        from desk.anonymous import draft_of

        if self.me is None or self.store.read_only:
            self.say(self.store.notice or _("Sign in first."), "warning")
            return
        thread = self.store.thread(ticket.id)
        lines = await self.in_thread(thread.window, 0, thread.count())
        names = [agent.name for agent in self.agents.values()]
        text = await self.in_thread(draft_of, ticket, [line.message for line in lines if not line.in_review], names)
        if text is None:
            self.say(_("{ref} has no answer yet to make an article of.").format(ref=ticket.ref), "warning")
            return
        begin = Beginning(text=text, lang=ticket.lang, from_ticket_id=ticket.id)
        self.app.push_screen(ArticleScreen(self.workplace, begin=begin), self._article_written)

    def _article_written(self, article_id: ArticleId | None) -> None:
        if article_id is not None:
            self.say(_("The article is saved; g a shows it among the drafts."), "done")
            self.nudge()

    def action_history(self) -> None:
        """Show who changed what in the ticket."""
        from console.screens.history import HistoryScreen  # with its words 15 ms, when first opened

        if (ticket := self.target_or_why("desk.history")) is not None:
            self.app.push_screen(HistoryScreen(self.workplace, ticket))

    def open_articles(self) -> None:
        """Show the articles, reviews and gaps."""
        from console.screens.articles import ArticlesScreen  # the rules: 10 ms, when first opened

        self.app.push_screen(ArticlesScreen(self.workplace))

    def open_history(self) -> None:
        """Search the audit; its tickets open here."""
        from console.screens.history import HistoryScreen  # as above
        from desk.permissions import may_search_audit

        if self.me is None or not may_search_audit(self.me):
            self.say(_("Searching the audit takes a lead; H shows the history of a ticket."), "warning")
        else:
            self.app.push_screen(HistoryScreen(self.workplace), self._open_of_history)

    def _open_of_history(self, ticket_id: TicketId | None) -> None:
        if ticket_id is not None:
            self.open_ticket(ticket_id)
            self.reveal("middle")
