"""Procedures run in a ticket; macros and procedures written."""

from console.screens.desk_actions import TicketActing


class Proceeding(TicketActing):
    """The part for it."""

    def action_procedure(self) -> None:
        """Run a procedure."""
        raise NotImplementedError

    def open_procedures(self) -> None:
        """Show the procedures."""
        raise NotImplementedError

    def open_macros(self) -> None:
        """Show the macros."""
        raise NotImplementedError
