"""Replies that somebody else approves before they go out."""

from console.screens.desk_actions import TicketActing


class Reviewing(TicketActing):
    """The part for it."""

    def action_review(self) -> None:
        """Decide about the reply that waits."""
        raise NotImplementedError

    def open_review(self) -> None:
        """Show the replies that wait."""
        raise NotImplementedError
