"""The composer: where a reply or a note is written.

A composer is a reply or a note for its whole life; border, label, gutter and colour all differ, and no key turns one
into the other. It shows what the screen gives it and posts messages; drafts, sending and searching are the screen's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static
from textual.widgets.text_area import Selection

from console.i18n import gettext as _
from console.i18n import language
from console.keys import Context, bindings
from console.mistakes import mistake_sentence
from console.widgets.attachment_list import AttachmentLine, AttachmentList
from console.widgets.attachment_path import AttachmentPath
from console.widgets.completion import Completion, CompletionList
from console.widgets.composer_area import DraftArea, location_of
from console.widgets.composer_matches import macro_completions, mention_completions, mentioned_in
from console.widgets.composer_trigger import Trigger
from console.widgets.macro_preview import macro_preview
from console.wording import CHANNEL, word
from desk.ids import AgentId, MacroId
from desk.macros import began_with, offered, render
from desk.records import Agent, Attachment, Macro, Ticket
from desk.text import clean_name, clean_text, truncate

Slot: TypeAlias = Literal["reply", "note"]

SAVE_AFTER_S = 0.5
"""A draft is saved this long after the last key …"""
SAVE_AT_LATEST_S = 2.0
"""… and at the latest this long after the first unsaved one."""
GUTTERS: dict[Slot, str] = {"reply": ">", "note": "#"}
_NAME_CELLS = 30


class Composer(Vertical):
    """One reply or note being written to one ticket."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("composer")
    KEY_CONTEXTS: tuple[Context, ...] = ("composer",)

    warning: reactive[str] = reactive("")
    """Why the text cannot go out as it is; empty: nothing is wrong."""
    state: reactive[str] = reactive("")
    """A word on the draft: saved, or not."""
    approval: reactive[bool] = reactive(False)
    """Somebody else approves this reply before it goes out."""
    sending: reactive[bool] = reactive(False)
    """While it is on its way into the outbox nothing more can be typed."""

    @dataclass
    class DraftChanged(Message):
        """The text or the files changed some time ago and should be saved."""

        composer: "Composer"

    @dataclass
    class SendRequested(Message):
        """The author asked to send what is written, or (``ask``) to have it approved first."""

        composer: "Composer"
        ask: bool = False

    @dataclass
    class Left(Message):
        """The author left the composer; the draft stays."""

        composer: "Composer"

    @dataclass
    class ArticlesWanted(Message):
        """A ``??`` was typed: offer articles for ``query`` with :meth:`Composer.offer`."""

        composer: "Composer"
        trigger: Trigger

    @dataclass
    class ArticleChosen(Message):
        """An article was chosen; insert its short answer with :meth:`Composer.insert`."""

        composer: "Composer"
        article_id: str

    @dataclass
    class MacroApplied(Message):
        """A macro's text is in the draft; its changes to the ticket are still to be made."""

        composer: "Composer"
        macro_id: MacroId

    @dataclass
    class AttachRequested(Message):
        """The author named a file to attach."""

        composer: "Composer"
        path: str

    @dataclass
    class EditorRequested(Message):
        """The author wants to write in their own editor; bring the text back with :meth:`Composer.rewrite`."""

        composer: "Composer"

    def __init__(
        self,
        slot: Slot,
        ticket: Ticket,
        me: Agent,
        *,
        body: str = "",
        limit: int | None = None,
        macros: Sequence[Macro] = (),
        agents: Sequence[Agent] = (),
        names: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=f"-{slot}")
        self.slot: Slot = slot
        self.ticket = ticket
        self.me = me
        self.limit = limit if slot == "reply" else None
        self.macros = tuple(macros)
        self.agents = tuple(agents)
        self.names = names or {}
        self.macro_id: MacroId | None = None
        self._first_text = body
        self._pause: Timer | None = None
        self._longest: Timer | None = None
        self._unsaved = False

    # What is shown

    def compose(self) -> ComposeResult:
        """The gutter and the text, what is attached, and a warning when there is one."""
        with Horizontal(classes="composer-body"):
            yield Static(GUTTERS[self.slot], classes="composer-gutter", markup=False)
            yield DraftArea(self._first_text, id="draft-area", contexts=self.KEY_CONTEXTS)
        yield AttachmentList(id="attachments")
        yield AttachmentPath(id="attachment-path")
        yield Static("", id="composer-warning", markup=False)
        yield CompletionList(id="completions")

    def on_mount(self) -> None:
        """Say what this is and to whom it goes; show lists only when there is something in them."""
        self.border_title = Content(self._title())
        for hidden in (CompletionList, AttachmentPath):
            self.query_one(hidden).display = False
        self._show_count()

    def _title(self) -> str:
        """The label: the customer and channel of a reply, or that a note stays inside."""
        if self.slot == "note":
            return _("INTERNAL NOTE · the customer does not see this")
        name = truncate(clean_name(self.ticket.customer_name), _NAME_CELLS)
        title = _("REPLY to {name} · {channel}").format(name=name, channel=word(CHANNEL, self.ticket.channel))
        return _("{title} · ctrl+d ASKS FOR APPROVAL").format(title=title) if self.approval else title

    def watch_warning(self, warning: str) -> None:
        """Explain under the text, where the author looks."""
        if self.is_mounted:
            line = self.query_one("#composer-warning", Static)
            line.display = bool(warning)
            line.update(Content(clean_text(warning)))

    def watch_approval(self) -> None:
        """Say before anything is sent where it goes."""
        if self.is_mounted:
            self.border_title = Content(self._title())

    def watch_sending(self, sending: bool) -> None:
        """Nothing typed now would be sent."""
        if self.is_mounted:
            self.area.read_only = sending

    def watch_state(self) -> None:
        """Keep the line with the count and the state."""
        if self.is_mounted:
            self._show_count()

    def _show_count(self) -> None:
        """How much of the channel's limit is used, and whether the draft is saved."""
        used = len(self.area.text)
        count = f"{used} / {self.limit}" if self.limit else str(used)
        if self.over_limit:
            count = _("{count} · {over} too many").format(count=count, over=used - (self.limit or 0))
        self.set_class(self.over_limit, "-over-limit")
        self.border_subtitle = Content(" · ".join(part for part in (self.state, count) if part))

    # What the screen asks and tells

    @property
    def area(self) -> DraftArea:
        """The text field."""
        return self.query_one(DraftArea)

    @property
    def body(self) -> str:
        """What is written."""
        return self.area.text if self.is_mounted else self._first_text

    @property
    def files(self) -> tuple[AttachmentLine, ...]:
        """What is attached, or on its way to be."""
        return self.query_one(AttachmentList).lines

    @files.setter
    def files(self, lines: tuple[AttachmentLine, ...]) -> None:
        self.query_one(AttachmentList).lines = lines

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that are ready to go out."""
        return tuple(line.attachment for line in self.files if line.attachment)

    @property
    def over_limit(self) -> bool:
        """Whether the channel would not take a text of this length."""
        return self.limit is not None and len(self.area.text) > self.limit

    @property
    def mentions(self) -> tuple[AgentId, ...]:
        """Who is named in the text with ``@``."""
        return mentioned_in(self.body, self.agents)

    def offer(self, trigger: Trigger, completions: tuple[Completion, ...]) -> None:
        """Show completions for what was typed, if it still stands there."""
        if not self.area.offer(trigger, completions):
            return
        popup = self.query_one(CompletionList)
        popup.empty_hint = _("Nothing found") if trigger.query else ""
        popup.completions, popup.chosen = completions, 0
        popup.display = bool(completions) or bool(trigger.query)
        self._preview(0)

    def insert(self, text: str) -> None:
        """Put text at the cursor, over the selection."""
        self.area.replace(text, *self.area.selection, maintain_selection_offset=False)

    def rewrite(self, text: str) -> None:
        """Replace everything by what came back from the author's editor; undo in the text brings the old back."""
        self.area.replace(text, self.area.document.start, self.area.document.end, maintain_selection_offset=False)

    def mark_range(self, start: int, end: int) -> None:
        """Select the characters ``start`` … ``end`` of the text, to show what is meant."""
        document = self.area.document
        self.area.selection = Selection(location_of(document.lines, start), location_of(document.lines, end))

    def choose_macro(self, shortcut: str = "") -> None:
        """Offer all macros, or the one of a shortcut first, as if it had been typed."""
        before = self.area.document.get_line(self.area.cursor_location[0])[: self.area.cursor_location[1]]
        self.insert(f"{'' if not before or before.endswith(' ') else ' '}::{shortcut}")

    def flush(self) -> None:
        """Ask for the draft to be saved now, if anything changed since it last was."""
        if self._unsaved:
            self._save()

    def take_unsaved(self) -> bool:
        """Whether anything changed since this was last asked: whoever asks saves it."""
        unsaved, self._unsaved = self._unsaved, False
        return unsaved

    # What the author does

    @on(DraftArea.Changed)
    def _on_text_changed(self, event: DraftArea.Changed) -> None:
        """Count, forget an old warning, and save soon. A text that was emptied began with no macro."""
        event.stop()
        if not self.area.text.strip():
            self.macro_id = None
        self.warning = ""
        self.state = ""
        self._show_count()
        self.save_soon()

    def save_soon(self) -> None:
        """Save after a pause in typing, and at the latest when the author has typed on for a while."""
        self._unsaved = True
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(SAVE_AFTER_S, self._save)
        if self._longest is None:
            self._longest = self.set_timer(SAVE_AT_LATEST_S, self._save)

    def _save(self) -> None:
        """Ask for the draft to be saved."""
        for timer in (self._pause, self._longest):
            if timer is not None:
                timer.stop()
        self._pause = self._longest = None
        self.post_message(self.DraftChanged(self))

    def on_descendant_blur(self) -> None:
        """Whoever looks elsewhere finds the draft saved."""
        self.flush()

    @on(DraftArea.Wished)
    def _on_wished(self, event: DraftArea.Wished) -> None:
        """Offer what can be found at once; articles are the screen's to find."""
        event.stop()
        trigger = event.trigger
        if trigger is None:
            self.query_one(CompletionList).display = False
        elif trigger.kind == "macro":
            self.offer(trigger, macro_completions(self._offered(), trigger.query, language()))
        elif trigger.kind == "mention":
            people = mention_completions(self.agents, trigger.query, self.me) if self.slot == "note" else ()
            self.offer(trigger, people)
        else:
            self.post_message(self.ArticlesWanted(self, trigger))

    @on(DraftArea.Pointed)
    def _on_pointed(self, event: DraftArea.Pointed) -> None:
        """Point, and show what that one would do."""
        event.stop()
        self.query_one(CompletionList).chosen = event.index
        self._preview(event.index)

    def _preview(self, index: int) -> None:
        """What the macro at ``index`` would change and write; nothing for others."""
        trigger, completions = self.area.trigger, self.area.completions
        macro = self._macro(completions[index].value) if trigger and trigger.kind == "macro" and completions else None
        lines = macro_preview(macro, self.ticket, self.me, self.names) if macro else ()
        popup = self.query_one(CompletionList)
        popup.preview = lines
        popup.absolute_offset = self._popup_offset(popup.height_shown)

    def _popup_offset(self, height: int) -> Offset:
        """Under the trigger; where there is no room for that, above the composer, so that it never hides the text."""
        below = self.area.trigger_offset()
        if below.y + height < self.screen.size.height:
            return below
        return Offset(below.x, max(0, self.region.y - height))

    @on(DraftArea.Chosen)
    def _on_chosen(self, event: DraftArea.Chosen) -> None:
        """Write a macro's text, or have the screen bring the article's."""
        event.stop()
        if event.trigger.kind == "article":
            self.post_message(self.ArticleChosen(self, event.completion.value))
        elif event.trigger.kind == "macro" and (macro := self._macro(event.completion.value)):
            self._apply(macro)

    def _apply(self, macro: Macro) -> None:
        """Write a macro's text; one that cannot be used says why and changes nothing."""
        rendering = render(macro, self.ticket.lang, self.ticket, self.me, self._team)
        if rendering.mistake is not None:
            shortcut = clean_name(macro.shortcut)
            self.warning = _("Macro {name} cannot be used. {why}").format(
                name=f"::{shortcut}", why=mistake_sentence(rendering.mistake)
            )
            return
        if not self.area.text.strip():
            self.macro_id = macro.id
        self.insert(rendering.text)
        self.post_message(self.MacroApplied(self, macro.id))

    def _offered(self) -> tuple[Macro, ...]:
        """The macros for this ticket."""
        return offered(self.macros, self.ticket, self.me, self._team)

    @property
    def _team(self) -> str:
        """The name of the ticket's team."""
        return self.names.get(self.ticket.team_id, "")

    def began_with_macro(self) -> MacroId | None:
        """The macro the text began with: the one chosen here, or for an earlier draft the one whose words it has."""
        if self.macro_id is not None or self.slot != "reply":
            return self.macro_id
        ticket = self.ticket
        return began_with(self.body.strip(), self._offered(), ticket.lang, ticket, self.me, self._team)

    def _macro(self, macro_id: str) -> Macro | None:
        """The macro with this id."""
        return next((macro for macro in self.macros if macro.id == macro_id), None)

    def action_send(self) -> None:
        """Send; the screen decides whether it can go out."""
        self.flush()
        self.post_message(self.SendRequested(self))

    def action_ask(self) -> None:
        """Have somebody else approve it before it goes out."""
        self.flush()
        self.post_message(self.SendRequested(self, ask=True))

    def action_leave(self) -> None:
        """Leave; the draft is kept."""
        self.flush()
        self.post_message(self.Left(self))

    def action_attach(self) -> None:
        """Ask for a path."""
        path = self.query_one(AttachmentPath)
        path.display = True
        path.focus()

    def action_detach(self) -> None:
        """Take the last file off again."""
        if self.files:
            self.files = self.files[:-1]
            self.warning = ""
            self.save_soon()

    @on(AttachmentPath.Named)
    @on(AttachmentPath.Cancelled)
    def _on_path(self, event: AttachmentPath.Named | AttachmentPath.Cancelled) -> None:
        """Back to the text, with the file on its way."""
        event.stop()
        self.query_one(AttachmentPath).display = False
        self.area.focus()
        if isinstance(event, AttachmentPath.Named):
            self.post_message(self.AttachRequested(self, event.path))

    def action_editor(self) -> None:
        """Write in the author's own editor."""
        self.flush()
        self.post_message(self.EditorRequested(self))
