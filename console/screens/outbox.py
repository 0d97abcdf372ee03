"""The outbox: every command with its state; what needs attention first, with its whole text and four ways out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.envelopes import new_id
from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import bindings, in_context
from console.screens.outbox_text import details, list_line
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.key_line import KeyLine, Tone
from console.workplace import Workplace
from desk.ids import CommandId, CustomerId, TicketId
from desk.outbox import NEEDS_ATTENTION, OutboxEntry
from desk.rows import Draft

WayOut: TypeAlias = Literal["on_top", "edit", "note", "discard"]
_LOOK_EVERY_S = 1.0
_FINISHED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OutboxAnswer:
    """Where to go on: a ticket, and (after "edit") the draft to write on."""

    ticket_id: TicketId
    slot: Literal["", "reply", "note"] = ""


class OutboxScreen(Screen[OutboxAnswer | None]):
    """Dismissed with an :class:`OutboxAnswer`, or None to go back to where one was."""

    CSS_PATH = str(FOLDER / "outbox.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("list", "outbox")
    KEY_CONTEXTS = ("list", "outbox")

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual declares it as an instance variable

    trash_shown: var[bool] = var(False)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._workplace = workplace
        self._entries: list[OutboxEntry] = []
        self._names: dict[str, str] = {}
        self._bulk = ""
        self._version = -1

    def compose(self) -> ComposeResult:
        """The list, the whole of one, one line for what happened, and the keys."""
        yield Static("", id="outbox-heading", markup=False)
        with Horizontal(id="outbox-panes"):
            yield OptionList(id="outbox-list", markup=False, compact=True)
            with VerticalScroll(id="outbox-details"):
                yield Static("", id="outbox-text", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show what there is, and look again while the engine works."""
        self.query_one(KeyLine).keys = [key for key in in_context("outbox") if key.hint]
        self.look()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)
        self.query_one(OptionList).focus()

    def _look_if_changed(self) -> None:
        """Read again only when somebody wrote to the replica."""
        if self._workplace.store.data_version() != self._version:
            self.look()

    @work(exit_on_error=False, exclusive=True, group="outbox")
    async def look(self) -> None:
        """Read the outbox, or the trash, in a thread."""
        self._version = self._workplace.store.data_version()
        entries, names, self._bulk = await asyncio.to_thread(self._read, self.trash_shown)
        self._show(entries, names)

    def _read(self, trash: bool) -> tuple[list[OutboxEntry], dict[str, str], str]:
        """What to list, and the name of each lane: what needs attention, what is on its way, the last finished. What
        was given to many tickets at once is one sentence: its own screen lists it."""
        store = self._workplace.store
        if trash:
            entries = store.trash()
        else:
            every = [entry for entry in store.outbox_alone() if entry.kind != "seen"]
            needy = [entry for entry in every if entry.state in NEEDS_ATTENTION]
            rest = [entry for entry in reversed(every) if entry.state not in NEEDS_ATTENTION]
            entries = needy + rest[:_FINISHED_SHOWN]
        return entries, {entry.lane: self._lane_name(entry.lane) for entry in entries}, self._bulk_words()

    def _bulk_words(self) -> str:
        """How far bulks are; empty when none is under way."""
        going = self._workplace.store.bulks.running()
        done = sum(bulk.tally.settled for bulk in going)
        total = sum(bulk.tally.total for bulk in going)
        return _("bulk {done}/{total}").format(done=f"{done:,}", total=f"{total:,}") if going else ""

    def _lane_name(self, lane: str) -> str:
        """A ticket's reference and customer, a customer's name, or the lane itself."""
        store = self._workplace.store
        if ticket := store.ticket(TicketId(lane)):
            return f"{ticket.ref or '…'} {ticket.customer_name}"
        customer = store.customer(CustomerId(lane))
        return customer.name if customer else ""

    def _show(self, entries: list[OutboxEntry], names: dict[str, str]) -> None:
        """Fill the list; the same command stays chosen."""
        chosen = self.chosen
        self._entries, self._names = entries, names
        now = self._workplace.clock()
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(list_line(e, names[e.lane], now), id=e.id) for e in entries)
        if entries:
            place = next((i for i, entry in enumerate(entries) if chosen and entry.id == chosen.id), 0)
            options.highlighted = place
        self.query_one("#outbox-heading", Static).update(Content(self._heading(entries)))
        self._show_details()

    def _heading(self, entries: Sequence[OutboxEntry]) -> str:
        """What the list is, and how much of it needs a decision."""
        if self.trash_shown:
            return _("Trash · discarded in the last 30 days") if entries else _("Trash · empty")
        needy = sum(1 for entry in entries if entry.state in NEEDS_ATTENTION)
        heading = (
            ngettext("Outbox · {n} needs attention", "Outbox · {n} need attention", needy).format(n=needy)
            if needy
            else _("Outbox · nothing needs attention")
        )
        return f"{heading} · {self._bulk}" if self._bulk else heading

    @property
    def chosen(self) -> OutboxEntry | None:
        """The command keys act on."""
        index = self.query_one(OptionList).highlighted
        return self._entries[index] if index is not None and index < len(self._entries) else None

    @on(OptionList.OptionHighlighted)
    def _show_details(self) -> None:
        """The whole of the chosen one."""
        entry = self.chosen
        now = self._workplace.clock()
        text = details(entry, self._names[entry.lane], now) if entry else Content(_("Nothing here."))
        self.query_one("#outbox-text", Static).update(text)

    def _say(self, sentence: str, tone: Tone = "warning") -> None:
        """One sentence in the last line."""
        self.query_one(KeyLine).say(sentence, tone)

    # Keys

    def action_move(self, step: int) -> None:
        """Next or previous."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_first(self) -> None:
        """The first."""
        self.query_one(OptionList).action_first()

    def action_last(self) -> None:
        """The last."""
        self.query_one(OptionList).action_last()

    def action_page(self, step: int) -> None:
        """Scroll the text."""
        pane = self.query_one("#outbox-details")
        if step > 0:
            pane.scroll_page_down(animate=False)
        else:
            pane.scroll_page_up(animate=False)

    def action_resolve(self, how: WayOut) -> None:
        """Decide about what needs attention."""
        entry = self.chosen
        if entry is None or entry.state not in NEEDS_ATTENTION:
            self._say(_("This one needs no decision."))
        else:
            self._resolve(entry, how)

    @work(exit_on_error=False, group="resolve")
    async def _resolve(self, entry: OutboxEntry, how: WayOut) -> None:
        """Carry the decision out; what was written is in the outbox, a draft or the trash at every moment."""
        store, now = self._workplace.store, self._workplace.clock()
        try:
            done = await asyncio.to_thread(store.resolve, entry.id, how, CommandId(new_id(now)), now)
        except StoreError as error:
            self._say(error.sentence)
            return
        if isinstance(done, Draft) and store.ticket(TicketId(entry.lane)):
            slot: Literal["reply", "note"] = "note" if done.slot.startswith("note") else "reply"
            self.dismiss(OutboxAnswer(TicketId(entry.lane), slot))
            return
        self._say(
            {
                "on_top": _("It goes out on top of what came between."),
                "edit": _("The text is a draft again."),
                "note": _("Kept as an internal note."),
                "discard": _("Discarded; it stays in the trash for 30 days."),
            }[how],
            "done",
        )
        self.look()

    def action_undo(self) -> None:
        """Take back what is not on its way yet; its text becomes a draft again."""
        if entry := self.chosen:
            self._undo(entry)

    @work(exit_on_error=False, group="resolve")
    async def _undo(self, entry: OutboxEntry) -> None:
        """Take it back, and keep the words."""
        store, now = self._workplace.store, self._workplace.clock()
        try:
            taken = await asyncio.to_thread(store.undo, entry.id)
            if taken is None:
                self._say(_("It is already on its way."))
                return
            if entry.kind in ("reply", "note"):
                body = str(getattr(taken.command, "body", ""))
                before = store.draft(entry.lane, entry.kind)
                rev = 0 if before is None else -1
                await asyncio.to_thread(store.save_draft, entry.lane, entry.kind, body, rev, now)
        except StoreError as error:
            self._say(error.sentence)
            return
        self._say(_("Taken back; the text is a draft again."), "done")
        self.look()

    def action_trash(self) -> None:
        """Show the trash, or the outbox again."""
        self.trash_shown = not self.trash_shown
        self.look()

    @on(OptionList.OptionSelected)
    def _on_selected(self) -> None:
        """Enter opens the ticket."""
        self.action_open()

    def action_open(self) -> None:
        """Go to its ticket."""
        entry = self.chosen
        if entry and self._workplace.store.ticket(TicketId(entry.lane)):
            self.dismiss(OutboxAnswer(TicketId(entry.lane)))

    def action_close(self) -> None:
        """Back; from the trash to the outbox first."""
        if self.trash_shown:
            self.action_trash()
        else:
            self.dismiss(None)
