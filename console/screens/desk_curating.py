"""Articles grow out of tickets; who changed what is looked up."""

from console.screens.desk_actions import TicketActing


class Curating(TicketActing):
    """The part for it."""

    def action_write_article(self) -> None:
        """Draft an article from the ticket."""
        raise NotImplementedError

    def action_history(self) -> None:
        """Show who changed what in the ticket."""
        raise NotImplementedError

    def open_articles(self) -> None:
        """Show the articles, reviews and gaps."""
        raise NotImplementedError

    def open_history(self) -> None:
        """Search the audit."""
        raise NotImplementedError
