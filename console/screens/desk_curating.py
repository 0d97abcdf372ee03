"""Articles grow out of tickets; who changed what is looked up."""

from console.i18n import gettext as _
from console.screens.desk_actions import TicketActing
from desk.ids import TicketId


class Curating(TicketActing):
    """The part for it."""

    def action_write_article(self) -> None:
        """Draft an article from the ticket."""
        raise NotImplementedError

    def action_history(self) -> None:
        """Show who changed what in the ticket."""
        from console.screens.history import HistoryScreen  # with its words 15 ms, when first opened

        if (ticket := self.target_or_why("desk.history")) is not None:
            self.app.push_screen(HistoryScreen(self.workplace, ticket))

    def open_articles(self) -> None:
        """Show the articles, reviews and gaps."""
        raise NotImplementedError

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
