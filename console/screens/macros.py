"""The macros one may use: listed with how often they are, tried on a ticket beside it, written and archived here."""

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.envelopes import envelope
from console.i18n import gettext as _
from console.i18n import language, ngettext
from console.keys import bindings, in_context
from console.mistakes import mistake_sentence
from console.refusals import refusal_sentence
from console.screens.macro_trial import NOBODY, names_of, sample_ticket
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.key_line import KeyLine, Tone
from console.widgets.line_list import LineList, Rows
from console.widgets.macro_list import MacroColumns, MacroList, MacroRow
from console.widgets.macro_preview import changes_line, macro_page
from console.widgets.when import day
from console.wording import LANGUAGE, SHARING, word
from console.workplace import Workplace
from desk.commands import ArchiveMacro
from desk.decide import decide
from desk.ids import MacroId
from desk.macros import may_use, mistake_in, nearest, text_in
from desk.mistakes import Mistake
from desk.outcome import Refusal, View
from desk.records import Macro, Sharing, Ticket
from desk.text import clean_name, clean_text

_LOOK_EVERY_S = 1.0


class MacrosScreen(Screen[None]):
    """A list, and what the one under the cursor would do to a ticket."""

    CSS_PATH = str(FOLDER / "macros.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("macros")
    KEY_CONTEXTS = ("macros", "list")

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (160, "-wide")]  # noqa: RUF012  # Textual declares it as an instance variable

    def __init__(self, workplace: Workplace, ticket: Ticket | None = None) -> None:
        super().__init__()
        self._workplace = workplace
        self._ticket = ticket
        self._macros: dict[str, Macro] = {}
        self._mistakes: dict[str, Mistake] = {}
        self._names: dict[str, str] = {}
        self._version = -1

    def compose(self) -> ComposeResult:
        """What this is, the list, the one under the cursor, the keys."""
        yield Static("", id="macros-heading", markup=False)
        yield MacroColumns(id="macros-columns")
        yield MacroList(id="macros-list")
        with VerticalScroll(id="macros-detail", can_focus=False):
            yield Static("", id="macros-facts", markup=False)
            yield Static("", id="macros-text", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show what there is, and look again while the engine works."""
        self.query_one(KeyLine).keys = [key for key in in_context("macros", "list") if key.hint]
        self._list.focus()
        self.look()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)

    @property
    def _list(self) -> MacroList:
        return self.query_one(MacroList)

    def _look_if_changed(self) -> None:
        if self._workplace.store.data_version() != self._version:
            self.look()

    @work(exit_on_error=False, exclusive=True, group="macros")
    async def look(self) -> None:
        """Read the macros, and every template once, in a thread."""
        self._version = self._workplace.store.data_version()
        macros, self._mistakes = await asyncio.to_thread(self._read)
        self._macros = {macro.id: macro for macro in macros}
        self._names = names_of(self._workplace)
        self._show(macros)

    def _read(self) -> tuple[list[Macro], dict[str, Mistake]]:
        me = self._workplace.me() or NOBODY
        macros = [macro for macro in self._workplace.store.macros() if may_use(me, macro)]
        macros.sort(key=lambda macro: (macro.archived, macro.shortcut, macro.sharing != Sharing.PERSONAL, macro.id))
        found = ((macro.id, mistake_in(macro.body, macro.condition)) for macro in macros)
        return macros, {macro_id: mistake for macro_id, mistake in found if mistake is not None}

    # Showing

    def _show(self, macros: list[Macro]) -> None:
        """Fill the list; the same macro stays under the cursor."""
        chosen = self._list.current
        offered = {macro.id for macro in nearest(macro for macro in macros if not macro.archived)}
        rows = [self._row(macro, hidden=macro.id not in offered) for macro in macros]
        at = next((i for i, row in enumerate(rows) if chosen is not None and row.id == chosen.id), self._list.cursor)
        self._list.show(Rows(rows), cursor=at)
        active = [macro for macro in macros if not macro.archived]
        broken = sum(macro.id in self._mistakes for macro in active)
        words = [_("Macros"), ngettext("{n} in use", "{n} in use", len(active)).format(n=len(active))]
        if broken:
            words.append(ngettext("{n} cannot be used", "{n} cannot be used", broken).format(n=broken))
        if len(active) < len(macros):
            words.append(_("{n} archived").format(n=len(macros) - len(active)))
        words.append(self._tried_on())
        self.query_one("#macros-heading", Static).update(Content(" · ".join(words)))
        self._tell_detail()

    def _tried_on(self) -> str:
        if self._ticket is None:
            return _("tried on a sample ticket")
        return _("tried on {ref}").format(ref=clean_name(self._ticket.ref))

    def _row(self, macro: Macro, *, hidden: bool) -> MacroRow:
        state = _("archived") if macro.archived else _("unusable") if macro.id in self._mistakes else ""
        if not state and hidden:
            state = _("covered")
        return MacroRow(
            id=macro.id,
            shortcut=f"::{clean_name(macro.shortcut)}",
            title=clean_name(text_in(macro.title, language())),
            sharing=self._sharing(macro),
            uses=f"{macro.uses:,}" if macro.uses else "–",
            changed=day(macro.updated_at) if macro.updated_at else "–",
            state=state,
            alarming=macro.id in self._mistakes and not macro.archived,
            condition=clean_name(macro.condition) or _("always"),
        )

    def _sharing(self, macro: Macro) -> str:
        if macro.sharing is Sharing.TEAM:
            return clean_name(self._names.get(macro.shared_with or "", "")) or word(SHARING, macro.sharing)
        return word(SHARING, macro.sharing)

    @on(LineList.Moved)
    def _tell_detail(self) -> None:
        """What the macro under the cursor would do."""
        macro = self._chosen()
        facts = Content("") if macro is None else self._facts(macro)
        text = Content("") if macro is None else self._text(macro)
        self.query_one("#macros-facts", Static).update(facts)
        self.query_one("#macros-text", Static).update(text)

    def _trial(self) -> Ticket:
        return self._ticket or sample_ticket(self._workplace.clock())

    def _facts(self, macro: Macro) -> Content:
        """Changes, condition, whether it needs approval; and what is wrong."""
        lines = [changes_line(macro, self._trial(), self._names)]
        if macro.condition:
            lines.append(clean_name(_("offered when {condition}").format(condition=macro.condition)))
        if macro.needs_review:
            lines.append(clean_name(_("a reply with it is approved by a senior first")))
        parts = [Content("\n".join(lines))]
        if (mistake := self._mistakes.get(macro.id)) is not None:
            sentence = _("It cannot be used. {why}").format(why=mistake_sentence(mistake))
            parts.append(Content.styled(f"! {sentence}", "bold $error"))
        return Content("\n").join(parts)

    def _text(self, macro: Macro) -> Content:
        """The text in each language."""
        me = self._workplace.me() or NOBODY
        parts = []
        for lang in macro.body:
            page = macro_page(macro, lang, self._trial(), me, self._names)
            parts.append(Content.styled(clean_name(LANGUAGE.get(lang, lang)), "dim") + Content("\n" + clean_text(page)))
        return Content("\n\n").join(parts)

    # Acting

    def _chosen(self) -> Macro | None:
        row = self._list.current
        return self._macros.get(row.id) if row is not None else None

    def _say(self, sentence: str, tone: Tone = "info") -> None:
        self.query_one(KeyLine).say(sentence, tone)

    @on(LineList.Chosen)
    def _on_chosen(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Change the macro under the cursor."""
        if (macro := self._chosen()) is not None:
            self._edit(macro)

    def action_new(self) -> None:
        """Write a new one."""
        self._edit(None)

    def action_copy(self) -> None:
        """Write one of one's own from the one under the cursor."""
        if (macro := self._chosen()) is not None:
            self._edit(None, macro)

    def _edit(self, macro: Macro | None, model: Macro | None = None) -> None:
        from console.screens.macro_form import MacroScreen  # text areas: 20 ms, when first opened

        if self._workplace.store.read_only or self._workplace.me() is None:
            self._say(self._workplace.store.notice or _("Sign in first."), "warning")
            return
        self.app.push_screen(MacroScreen(self._workplace, macro, self._trial(), model=model), self._saved)

    def _saved(self, macro_id: MacroId | None) -> None:
        if macro_id is not None:
            self._say(_("The macro is saved."), "done")
            self.look()

    def action_archive(self) -> None:
        """Offer it no longer, or again."""
        macro, me = self._chosen(), self._workplace.me()
        if macro is None or me is None:
            return
        now = self._workplace.clock()
        command = ArchiveMacro(macro_id=macro.id, on=not macro.archived)
        verdict = decide(envelope(command, now), View(policy=self._workplace.store.policy(), macro=macro), me, now)
        if isinstance(verdict, Refusal):
            self._say(refusal_sentence(verdict.code, verdict.why), "warning")
        else:
            self._give(command)

    @work(exit_on_error=False, group="macro-command")
    async def _give(self, command: ArchiveMacro) -> None:
        """Make it durable, then show it."""
        try:
            wanted = envelope(command, self._workplace.clock())
            await asyncio.to_thread(self._workplace.store.enqueue, wanted)
        except StoreError as error:
            self._say(error.sentence, "warning")
            return
        said = _("The macro is archived; d brings it back.") if command.on else _("The macro is offered again.")
        self._say(said, "done")
        self.look()

    def action_scroll_detail(self, halves: int) -> None:
        """Scroll what is beside the list by half of what is in sight."""
        detail = self.query_one("#macros-detail")
        detail.scroll_relative(y=halves * max(1, detail.size.height // 2), animate=False)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
