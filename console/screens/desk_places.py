"""The part of the desk that opens the other places and comes back with what was decided there."""

from typing import TYPE_CHECKING

from console.i18n import gettext as _
from console.screens.desk_prefix import Prefixed
from desk.ids import TicketId

if TYPE_CHECKING:
    from console.screens.outbox import OutboxAnswer


class Places(Prefixed):
    """Outbox and new ticket: each returns a ticket to go on with, or nothing."""

    def open_outbox(self) -> None:
        """Everything unsent, and what needs a decision."""
        from console.screens.outbox import OutboxScreen  # a list widget: 10 ms, when first opened

        self.app.push_screen(OutboxScreen(self.workplace), self._go_on)

    def _go_on(self, answer: "OutboxAnswer | None") -> None:
        """Open the ticket, and the draft when its text is to be edited."""
        if answer is None:
            return
        self.open_ticket(answer.ticket_id)
        self.reveal("middle")
        if answer.slot and (ticket := self.store.ticket(answer.ticket_id)):
            self.composer_dock().write(answer.slot, ticket, ticket.last_n)

    def open_new_ticket(self) -> None:
        """A ticket for any customer."""
        from console.screens.new_ticket import NewTicketScreen  # a text area: 20 ms, when first opened

        if self.store.read_only:
            self.say(self.store.notice, "warning")
        elif self.store.me() is None:
            self.say(_("Sign in first."), "warning")
        else:
            self.app.push_screen(NewTicketScreen(self.workplace), self._show_new)

    def _show_new(self, ticket_id: TicketId | None) -> None:
        """Show what was opened."""
        if ticket_id is not None:
            self.open_ticket(ticket_id)
            self.reveal("middle")
