"""One ticket of two, two of one, and links between them."""

from console.screens.desk_actions import TicketActing


class Joining(TicketActing):
    """The part for it."""

    def action_merge(self) -> None:
        """Merge, or take it back."""
        raise NotImplementedError

    def action_duplicate(self) -> None:
        """Answer the suggestion of a duplicate."""
        raise NotImplementedError

    def action_link_ticket(self) -> None:
        """Link two tickets."""
        raise NotImplementedError

    def action_split(self) -> None:
        """Split messages off."""
        raise NotImplementedError
