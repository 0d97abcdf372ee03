"""The customer pane's place: reads who the shown ticket's customer is, and acts on its lines."""

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical

from console.envelopes import envelope, new_id
from console.i18n import gettext as _
from console.screens.docks import Said, TicketRequested
from console.store.errors import StoreError
from console.widgets.customer_lines import CustomerRecords
from console.widgets.customer_pane import CustomerPane, Wish
from console.workplace import Workplace
from desk.commands import NoteCustomer
from desk.ids import CustomerId, TicketId
from desk.records import Ticket
from desk.text import truncate

MAX_CLIPBOARD_BYTES = 64 * 1024
_SAID_CELLS = 60


class CustomerDock(Vertical):
    """Feeds one :class:`CustomerPane`."""

    DEFAULT_CSS = "CustomerDock, CustomerDock > CustomerPane { width: 1fr; height: 1fr; }"

    def __init__(self, workplace: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._workplace = workplace
        self.pane = CustomerPane()

    def compose(self) -> ComposeResult:
        """The pane."""
        yield self.pane

    def show(self, ticket: Ticket | None) -> None:
        """Read the ticket's customer, in a thread."""
        self._read(ticket)

    @work(exit_on_error=False, exclusive=True, group="customer")
    async def _read(self, ticket: Ticket | None) -> None:
        """Show what the replica knows; the newest request wins."""
        self.pane.records = await asyncio.to_thread(self._records, ticket) if ticket else None

    def _records(self, ticket: Ticket) -> CustomerRecords | None:
        """All that is known of the ticket's customer."""
        store = self._workplace.store
        customer = store.customer(ticket.customer_id)
        if customer is None:
            return None
        merged = [one for one in store.person(customer.id) if one.id != customer.id]
        ids = [customer.id, *(one.id for one in merged)]
        tickets = [one for customer_id in ids for one in store.tickets_of(customer_id)]
        transfers = [one for customer_id in ids for one in store.transfers(customer_id)]
        return CustomerRecords(
            customer=customer,
            tickets=sorted(tickets, key=lambda one: (one.created_at, one.id), reverse=True),
            accounts=[one for customer_id in ids for one in store.accounts(customer_id)],
            transfers=sorted(transfers, key=lambda one: (one.at, one.id), reverse=True),
            shown=ticket,
            merged=merged,
        )

    @on(CustomerPane.TicketOpened)
    def _on_ticket_opened(self, event: CustomerPane.TicketOpened) -> None:
        """The desk shows it and keeps the place."""
        event.stop()
        self.post_message(TicketRequested(event.ticket_id))

    @on(CustomerPane.TicketWanted)
    def _on_ticket_wanted(self, event: CustomerPane.TicketWanted) -> None:
        """A new ticket for this customer, then shown."""
        event.stop()
        from console.screens.new_ticket import NewTicketScreen

        customer = self._workplace.store.customer(event.customer_id)
        self.app.push_screen(NewTicketScreen(self._workplace, customer), self._ticket_opened)

    def _ticket_opened(self, ticket_id: TicketId | None) -> None:
        """Show it."""
        if ticket_id is not None:
            self.post_message(TicketRequested(ticket_id))

    @on(CustomerPane.Copied)
    def _on_copied(self, event: CustomerPane.Copied) -> None:
        """Copy what a line holds, and say what it was."""
        event.stop()
        if len(event.text.encode()) > MAX_CLIPBOARD_BYTES:
            self.post_message(Said(_("That is too long for the clipboard."), "warning"))
            return
        self.app.copy_to_clipboard(event.text)
        self.post_message(Said(_("Copied: {text}").format(text=truncate(event.text, _SAID_CELLS)), "done"))

    @on(CustomerPane.Asked)
    def _on_asked(self, event: CustomerPane.Asked) -> None:
        """Change what is known of them, or search their tickets."""
        event.stop()
        if (records := self.pane.records) is not None:
            self._answer(records, event.what)

    @work(exit_on_error=False, exclusive=True, group="customer-asked")
    async def _answer(self, records: CustomerRecords, wish: Wish) -> None:
        """Let the agent choose, and make what they chose durable."""
        from console.screens.customer_actions import CustomerActions  # pickers: when first asked

        try:
            said, ticket_id = await CustomerActions(self.app, self._workplace, records).do(wish)
        except StoreError as error:
            said, ticket_id = Said(error.sentence, "warning"), None
        if ticket_id is not None:
            self.post_message(TicketRequested(ticket_id))
        if said is not None:
            self.post_message(said)
            self._read(records.shown)

    @on(CustomerPane.NoteWritten)
    def _on_note(self, event: CustomerPane.NoteWritten) -> None:
        """Remember it."""
        event.stop()
        self._remember(event.customer_id, event.text)

    @work(exit_on_error=False, group="customer-note")
    async def _remember(self, customer_id: CustomerId, text: str) -> None:
        """Make the note durable; on failure the text goes back into the line."""
        now = self._workplace.clock()
        command = NoteCustomer(customer_id=customer_id, note_id=new_id(now), text=text)
        store = self._workplace.store
        try:
            await asyncio.to_thread(store.enqueue, envelope(command, now))
        except StoreError as error:
            self.pane.write_note(text)
            self.post_message(Said(error.sentence, "warning"))
            return
        before = self.pane.records
        if before and before.customer.id == customer_id:
            self._read(before.shown)
        self.post_message(Said(_("Noted about the customer."), "done"))
