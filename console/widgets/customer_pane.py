"""The customer pane: a list of lines about one customer, some of which can be acted on."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from console.i18n import gettext as _
from console.keys import bindings
from console.widgets.customer_lines import CustomerRecords, PaneLine, pane_lines
from desk.ids import CustomerId, TicketId
from desk.text import clean_text

Wish: TypeAlias = Literal["verify", "tier", "language", "contact", "merge", "search"]


class NoteLine(Input):
    """Where a note about the customer is typed."""

    KEY_CONTEXTS = ("customer",)

    def validate_value(self, value: str) -> str:
        """Only cleaned text stands in it."""
        return clean_text(value, newlines=False)


class CustomerLines(OptionList):
    """The lines; the keys of the pane act on the one pointed at."""

    KEY_CONTEXTS = ("customer", "list")


class CustomerPane(Vertical):
    """Shows :class:`CustomerRecords`; opens earlier tickets, copies, takes notes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("list", "customer")

    records: reactive[CustomerRecords | None] = reactive(None)

    @dataclass
    class TicketOpened(Message):
        """Somebody wants to see an earlier ticket."""

        ticket_id: TicketId

    @dataclass
    class Copied(Message):
        """Somebody wants this text on the clipboard."""

        text: str

    @dataclass
    class TicketWanted(Message):
        """Somebody wants to start a ticket for this customer."""

        customer_id: CustomerId

    @dataclass
    class NoteWritten(Message):
        """Something to remember about the customer."""

        customer_id: CustomerId
        text: str

    @dataclass
    class Asked(Message):
        """Somebody wants to change what is known of the customer, or to search their tickets."""

        what: Wish

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[PaneLine] = []

    def compose(self) -> ComposeResult:
        """The lines, and the line in which a note is typed."""
        yield CustomerLines(id="customer-lines", markup=False, compact=True)
        yield NoteLine(id="customer-note", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Name the pane; the note line opens when it is asked for."""
        self.border_title = Content(_("Customer"))
        note = self.query_one(NoteLine)
        note.placeholder = _("Note about the customer · Enter saves · Esc keeps it for later")
        note.display = False
        self.watch_records(None, self.records)

    def watch_records(self, before: CustomerRecords | None, records: CustomerRecords | None) -> None:
        """Show them; the same customer keeps the place."""
        if not self.query(CustomerLines):  # not composed yet: on_mount shows them
            return
        self._lines = pane_lines(records) if records else []
        options = self.query_one(OptionList)
        same = before is not None and records is not None and before.customer.id == records.customer.id
        place = options.highlighted if same else None
        options.clear_options()
        options.add_options(Option(line.content, disabled=line.kind in ("head", "text")) for line in self._lines)
        if place is not None and place < len(self._lines):
            options.highlighted = place

    @property
    def chosen(self) -> PaneLine | None:
        """The line keys act on."""
        index = self.query_one(OptionList).highlighted
        return self._lines[index] if index is not None and index < len(self._lines) else None

    def on_focus(self) -> None:
        """The list takes the keys."""
        self.query_one(OptionList).focus()

    def action_move(self, step: int) -> None:
        """Next or previous line that can be acted on."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_page(self, step: int) -> None:
        """A page further."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_page_down()  # type: ignore[no-untyped-call]  # untyped in Textual
        else:
            options.action_page_up()  # type: ignore[no-untyped-call]  # untyped in Textual

    def action_first(self) -> None:
        """The first line."""
        self.query_one(OptionList).action_first()

    def action_last(self) -> None:
        """The last line."""
        self.query_one(OptionList).action_last()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter acts on the line."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the earlier ticket, or copy what the line holds."""
        line = self.chosen
        if line is None:
            return
        if line.kind == "ticket":
            self.post_message(self.TicketOpened(TicketId(line.target)))
        elif line.kind == "copy":
            self.post_message(self.Copied(line.target))

    def action_copy(self) -> None:
        """Copy what the line holds, whole."""
        if (line := self.chosen) and line.kind == "copy":
            self.post_message(self.Copied(line.target))

    def action_new_ticket(self) -> None:
        """Start a ticket for them."""
        if self.records is not None:
            self.post_message(self.TicketWanted(self.records.customer.id))

    def action_ask(self, what: Wish) -> None:
        """Change something about them."""
        if self.records is not None:
            self.post_message(self.Asked(what))

    def action_note(self) -> None:
        """Write something to remember."""
        if self.records is not None:
            self.write_note()

    def write_note(self, text: str = "") -> None:
        """Open the line for a note, with ``text`` if there is one."""
        note = self.query_one(NoteLine)
        note.value = text or note.value
        note.display = True
        note.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the note over."""
        event.stop()
        text = event.value.strip()
        if text and self.records:
            self.post_message(self.NoteWritten(self.records.customer.id, text))
        event.input.value = ""
        self._close_note()

    def on_key(self, event: events.Key) -> None:
        """Esc closes the note line; what was typed stays in it."""
        if event.key == "escape" and self.query_one(NoteLine).has_focus:
            event.stop()
            self._close_note()

    def _close_note(self) -> None:
        """Back to the lines."""
        self.query_one(NoteLine).display = False
        self.query_one(OptionList).focus()
