"""What leads look at: the board and the balance."""

from console.screens.desk_actions import TicketActing


class Leading(TicketActing):
    """The part for it."""

    def open_board(self) -> None:
        """Show the board."""
        raise NotImplementedError

    def open_balance(self) -> None:
        """Propose how to balance the load."""
        raise NotImplementedError
