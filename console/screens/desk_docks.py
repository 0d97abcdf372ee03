"""The desk's docks: composer, knowledge and customer. Each is imported and mounted when it is first wanted."""

import importlib
from collections.abc import Awaitable
from typing import TYPE_CHECKING, cast

from textual import on
from textual.widget import Widget

from console.screens.desk_ticket import TicketShowing
from console.screens.docks import (
    ComposerClosed,
    ComposerDock,
    Dock,
    InsertRequested,
    KnowledgeClosed,
    KnowledgeDock,
    Said,
    Slot,
    TicketRequested,
)
from console.styles import use_style
from console.workplace import Workplace
from desk.records import Ticket

if TYPE_CHECKING:
    from textual.app import App

STYLES = {
    "composer": ("composer.tcss",),
    "knowledge": ("knowledge.tcss",),
    "customer": ("customer.tcss",),
    "procedure": ("procedure.tcss", "form.tcss"),
}
SIDE = ("customer", "knowledge", "procedure")
"""The docks that share the side."""


class Docking(TicketShowing):
    """The part that mounts the docks and hands on what they say."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._docks: dict[str, Widget] = {}
        self._mounting: dict[str, Awaitable[None]] = {}

    def _dock(self, name: str, place: Widget) -> Widget:
        """A dock, mounted now if it never was."""
        dock = self._docks.get(name)
        if dock is None:
            for sheet in STYLES[name]:
                use_style(cast("App[object]", self.app), sheet)
            module = importlib.import_module(f"console.screens.{name}_dock")
            dock = getattr(module, f"{name.capitalize()}Dock")(self.workplace, id=f"{name}-dock")
            self._docks[name] = dock
            self._mounting[name] = place.mount(dock)
        return dock

    def composer_dock(self) -> ComposerDock:
        """The composer, mounted now if it never was."""
        return cast(ComposerDock, self._dock("composer", self.middle))

    def ticket_changed(self, ticket: Ticket | None) -> None:
        """Tell the docks there are."""
        for dock in self._docks.values():
            cast(Dock, dock).show(ticket)

    # Customer, knowledge and procedure share the side

    def _put_in_side(self, name: str) -> Widget:
        """Let one dock have the side."""
        dock = self._dock(name, self.side)
        for other in SIDE:
            if other in self._docks:
                self._docks[other].display = other == name
        return dock

    def show_customer(self) -> None:
        """Put the customer into the side."""
        cast(Dock, self._put_in_side("customer")).show(self._ticket_shown())

    async def show_in_side(self, name: str) -> Widget:
        """Put a dock into the side and bring that into sight; returns it once it is mounted."""
        dock = self._put_in_side(name)
        self.reveal("side")
        if (mounting := self._mounting.pop(name, None)) is not None:
            await mounting
        return dock

    async def enter_customer(self) -> None:
        """Show the customer of the ticket under the cursor, and move into the pane."""
        self._show_target()
        self.show_customer()
        if (mounting := self._mounting.pop("customer", None)) is not None:
            await mounting
        self.show_pane("side")

    def show_knowledge(self, query: str = "") -> None:
        """Put the knowledge panel into the side, and the focus into it."""
        self.call_after_refresh(self._reveal_knowledge().search, query)

    def _reveal_knowledge(self) -> KnowledgeDock:
        dock = cast(KnowledgeDock, self._put_in_side("knowledge"))
        dock.show(self._ticket_shown())
        self.reveal("side")
        return dock

    def side_shows(self) -> str:
        """Which dock the side shows: one of :data:`SIDE`, or none."""
        return next((name for name in SIDE if (d := self._docks.get(name)) and d.display), "")

    def _ticket_shown(self) -> Ticket | None:
        return self.store.ticket(self.shown_id) if self.shown_id else None

    # Writing

    async def action_reply(self) -> None:
        """Reply to the customer."""
        await self._write("reply", "desk.reply")

    async def action_note(self) -> None:
        """Write an internal note."""
        await self._write("note", "desk.note")

    async def action_macro(self) -> None:
        """Choose a macro, with its preview first."""
        if (ticket := self._open_target("desk.macro")) is not None:
            dock = self.composer_dock()
            dock.macro(ticket, ticket.last_n)
            await dock.opened()

    async def _write(self, slot: Slot, key_id: str) -> None:
        """Open a composer. The next key waits for it: who types on at once is writing, not giving commands."""
        if (ticket := self._open_target(key_id)) is not None:
            dock = self.composer_dock()
            dock.write(slot, ticket, ticket.last_n)
            await dock.opened()

    def _open_target(self, key_id: str) -> Ticket | None:
        """The ticket to write to, opened so that its conversation is beside the draft."""
        ticket = self.target_or_why(key_id)
        if ticket is None:
            return None
        if self.store.read_only:
            self.say(self.store.notice, "warning")
            return None
        self.open_ticket(ticket.id)
        self.reveal("middle")
        return ticket

    async def action_knowledge(self) -> None:
        """Open the knowledge panel for the ticket under the cursor, or the one shown. The next key waits for it."""
        self._show_target()
        dock = self._reveal_knowledge()
        if (mounting := self._mounting.pop("knowledge", None)) is not None:
            await mounting
        dock.search()
        dock.take_focus()

    def action_customer(self) -> None:
        """Show the customer in the side, or hide the side."""
        if self.side_shows() == "customer" and self.side.display and self.side.region.area:
            self.hide_side()
        else:
            self._show_target()
            self.show_customer()
            self.reveal("side")

    def _show_target(self) -> None:
        """Show the ticket an action is about, where the queue alone is in sight; a draft keeps its own."""
        if self.queue.has_focus and not self.is_writing() and (row := self.queue.current) is not None:
            self.show_ticket(row.id)

    # What the docks say

    @on(ComposerClosed)
    def _composer_closed(self) -> None:
        self.conversation.focus()
        self.refresh_ticket()

    @on(InsertRequested)
    def _insert_requested(self, message: InsertRequested) -> None:
        if self.is_writing() or self._composer_is_open():
            self.composer_dock().insert(message.text, message.article_id)
            return
        if (ticket := self._open_target("desk.reply")) is not None:
            dock = self.composer_dock()
            dock.write("reply", ticket, ticket.last_n)
            self.call_after_refresh(dock.insert, message.text, message.article_id)

    def _composer_is_open(self) -> bool:
        dock = self._docks.get("composer")
        return dock is not None and dock.display

    @on(TicketRequested)
    def _ticket_requested(self, message: TicketRequested) -> None:
        self.open_ticket(message.ticket_id)
        self.reveal("middle")

    @on(KnowledgeClosed)
    def _knowledge_closed(self) -> None:
        self.show_customer()
        self.reveal("middle")
        (self.conversation if self.shown_id else self.queue).focus()

    @on(Said)
    def _said(self, message: Said) -> None:
        self.say(message.sentence, message.kind)
