"""Escalation, and dates on which a ticket comes back."""

from console.screens.desk_actions import TicketActing


class Escalating(TicketActing):
    """The part for it."""

    def action_escalate(self) -> None:
        """Hand the ticket to a higher tier."""
        raise NotImplementedError

    def action_accept(self) -> None:
        """Take an escalated ticket."""
        raise NotImplementedError

    def action_give_back(self) -> None:
        """Give an escalated ticket back."""
        raise NotImplementedError

    def action_follow_up(self) -> None:
        """Have the ticket come back."""
        raise NotImplementedError

    def open_escalations(self) -> None:
        """Show what was escalated."""
        raise NotImplementedError

    def open_follow_ups(self) -> None:
        """Show what is due to be looked at again."""
        raise NotImplementedError
