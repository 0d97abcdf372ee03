"""Tickets into incidents."""

from console.screens.desk_actions import TicketActing


class IncidentJoining(TicketActing):
    """The part for it."""

    def action_incident(self) -> None:
        """Put the ticket into an incident."""
        raise NotImplementedError

    def open_incidents(self) -> None:
        """Show the incidents."""
        raise NotImplementedError
