"""The base of screens with a form: what is typed is kept as a draft, refusals are said under the fields."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from console.envelopes import envelope
from console.i18n import gettext as _
from console.keys import Context, bindings, in_context
from console.refusals import refusal_sentence
from console.screens.draft_keeper import DraftKeeper
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.composer import SAVE_AFTER_S
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, FormField
from console.widgets.key_line import KeyLine
from console.workplace import Workplace
from desk.commands import AnyCommand
from desk.decide import decide
from desk.outcome import Refusal, View
from desk.records import Ticket
from desk.text import clean_name

ResultT = TypeVar("ResultT")
_values = msgspec.json.Decoder(dict[str, str])


class FormScreen(Screen[ResultT | None]):
    """Dismissed with what was made, or None; leaving keeps what was typed."""

    CSS_PATH: ClassVar = [str(FOLDER / "form.tcss"), str(FOLDER / "form_screen.tcss")]
    BINDINGS: ClassVar[list[BindingType]] = bindings("form")
    KEY_CONTEXTS: ClassVar[tuple[Context, ...]] = ("form",)
    FIRST_FIELD: ClassVar[str] = ""
    """The id of the field to begin in; empty: the first."""

    def __init__(self, workplace: Workplace, lane: str, slot: str) -> None:
        super().__init__()
        self.workplace = workplace
        self._keeper = DraftKeeper(workplace, lane, slot)
        self._pause: Timer | None = None
        self._submitted = False
        self._begun = False

    # What a form says of itself

    def heading(self) -> str:
        """The title line."""
        raise NotImplementedError

    def rows(self) -> Iterable[FormField]:
        """The fields; each field's widget has an id."""
        raise NotImplementedError

    def action_submit(self) -> None:
        """Make the commands and give them to :meth:`send`."""
        raise NotImplementedError

    def action_publish(self) -> None:
        """Where nothing is published, the same as :meth:`action_submit`."""
        self.action_submit()

    # The frame

    def compose(self) -> ComposeResult:
        """Title, fields, what went wrong, keys."""
        yield Static(Content(clean_name(self.heading())), id="form-heading")
        with VerticalScroll(id="form-fields", can_focus=False):
            yield from self.rows()
            yield Static("", id="form-error", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Bring back what was typed before; begin in the first field. Textual calls every class's handler, so that a
        form that extends this one has had it run already."""
        if self._begun:
            return
        self._begun = True
        self.query_one(KeyLine).keys = [key for key in in_context(*self.KEY_CONTEXTS) if key.hint]
        if draft := self._keeper.load():
            self.fill(_values.decode(draft.body))
        fields = [row.field for row in self.query(FormField) if row.field.can_focus]
        next((field for field in fields if field.id == self.FIRST_FIELD), fields[0]).focus()

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into their fields; unknown ones are left."""
        for row in self.query(FormField):
            value = values.get(row.field.id or "")
            if value is None:
                continue
            if isinstance(row.field, TextArea):
                row.field.load_text(value)
            elif isinstance(row.field, Input | Choice):
                row.field.value = value

    def values(self) -> dict[str, str]:
        """What stands in the fields, by id."""
        found = {}
        for row in self.query(FormField):
            field = row.field
            if isinstance(field, TextArea):
                found[field.id or ""] = field.text
            elif isinstance(field, Input | Choice):
                found[field.id or ""] = field.value
        return found

    def fail(self, sentence: str) -> None:
        """Say under the fields what went wrong."""
        self.fail_at("", sentence)

    def fail_at(self, field_id: str, sentence: str) -> None:
        """Say under one field what is wrong with it, and go there; under all fields when there is none of this id."""
        error = self.query_one("#form-error", Static)
        rows = list(self.query(FormField))
        at_fault = next((row for row in rows if field_id and row.field.id == field_id), None)
        for row in rows:
            row.set_class(row is at_fault, "-at-fault")
        error.set_class(at_fault is not None, "-under-a-field")
        self.query_one("#form-fields").move_child(error, after=at_fault or rows[-1])
        error.update(Content(f"! {clean_name(sentence, limit=500)}"))
        if at_fault is not None:
            at_fault.field.focus()
        error.call_after_refresh(error.scroll_visible, animate=False)

    # Drafts

    @on(Input.Changed)
    @on(DraftArea.Changed)
    @on(Choice.Changed)
    def _on_changed(self) -> None:
        """Save soon."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(SAVE_AFTER_S, self.save)

    @work(exit_on_error=False, group="draft")
    async def save(self) -> None:
        """Keep what is typed."""
        if not self._submitted:
            await self._save()

    async def _save(self) -> bool:
        """Keep it now; False, and a sentence, when that failed."""
        body = msgspec.json.encode(self.values()).decode()
        try:
            await self._keeper.save(body)
        except StoreError as error:
            self.fail(error.sentence)
            return False
        return True

    async def action_leave(self) -> None:
        """Leave; the draft stays."""
        if await self._save():
            self.dismiss(None)

    # Sending

    def refusal(self, command: AnyCommand, view: View, expected_v: int | None = None) -> str:
        """Why the desk's rules would not have it, as one sentence; empty when they would."""
        if self.workplace.me() is None:
            return _("Sign in first.")
        refused = self.refused(command, view, expected_v)
        return self.sentence_of(refused) if refused is not None else ""

    def refused(
        self,
        command: AnyCommand,
        view: View,
        expected_v: int | None = None,
        *,
        seen_n: int | None = None,
        on_top: bool = False,
    ) -> Refusal | None:
        """What the desk's rules have against it; None when nothing."""
        me = self.workplace.me()
        if me is None:
            return Refusal(code="not-allowed", why=_("Sign in first."))
        now = self.workplace.clock()
        wanted = envelope(command, now, seen_n=seen_n, on_top=on_top)
        verdict = decide(msgspec.structs.replace(wanted, expected_version=expected_v), view, me, now)
        return verdict if isinstance(verdict, Refusal) else None

    @staticmethod
    def sentence_of(refused: Refusal) -> str:
        """A refusal in the reader's language."""
        return refusal_sentence(refused.code, refused.why)

    @work(exit_on_error=False, group="send")
    async def send(
        self,
        commands: tuple[AnyCommand, ...],
        result: ResultT,
        *,
        ticket: Ticket | None = None,
        seen_n: int | None = None,
        on_top: bool = False,
        expected_v: int | None = None,
    ) -> None:
        """Make the commands durable, the draft going with the first one's commit; then close. Commands about a ticket
        say which state of it their author looked at; those about another record say so by ``expected_v``."""
        if self._submitted:
            return
        self._submitted = True
        store = self.workplace.store
        try:
            async with self._keeper.turn():
                for i, command in enumerate(commands):
                    place = None if i else self._keeper.place
                    now = self.workplace.clock()
                    wanted = envelope(command, now, ticket=ticket, seen_n=seen_n, on_top=on_top)
                    if expected_v is not None:
                        wanted = msgspec.structs.replace(wanted, expected_version=expected_v)
                    await asyncio.to_thread(store.enqueue, wanted, clear_draft=place)
        except StoreError as error:
            self._submitted = False
            self.fail(error.sentence)
            return
        self.dismiss(result)
