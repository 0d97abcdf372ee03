"""Tickets selected in the queue, and acting on all of them."""

from console.screens.desk_actions import TicketActing


class Selecting(TicketActing):
    """The part for it."""

    def action_select(self) -> None:
        """Select, or no longer."""
        raise NotImplementedError

    def action_select_range(self) -> None:
        """Select up to here."""
        raise NotImplementedError

    def action_select_all(self) -> None:
        """Select the whole view."""
        raise NotImplementedError

    def action_bulk(self) -> None:
        """Act on the selection."""
        raise NotImplementedError

    def open_bulk(self) -> None:
        """Show what is being done to many tickets."""
        raise NotImplementedError
