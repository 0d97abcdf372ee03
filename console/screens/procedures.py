"""The procedures of the desk: listed with the steps of the one under the cursor; leads write and archive them."""

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.envelopes import envelope
from console.i18n import gettext as _
from console.i18n import language, ngettext
from console.keys import bindings, in_context
from console.mistakes import mistake_sentence
from console.refusals import refusal_sentence
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.key_line import KeyLine, Tone
from console.widgets.line_list import LineList, Rows
from console.widgets.procedure_list import ProcedureColumns, ProcedureList, ProcedureRow
from console.widgets.procedure_outline import outline
from console.widgets.when import day
from console.workplace import Workplace
from desk.commands import SaveProcedure
from desk.decide import decide
from desk.ids import ProcedureId
from desk.outcome import Refusal, View
from desk.procedure_text import Reading, read_procedure
from desk.procedures import script_in
from desk.records import Procedure
from desk.text import clean_name

_LOOK_EVERY_S = 1.0


class ProceduresScreen(Screen[None]):
    """A list, and the outline of the one under the cursor."""

    CSS_PATH = str(FOLDER / "procedures.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("procedures")
    KEY_CONTEXTS = ("procedures", "list")

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012  # Textual declares it as an instance variable

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._workplace = workplace
        self._procedures: dict[str, Procedure] = {}
        self._readings: dict[str, Reading] = {}
        self._version = -1

    def compose(self) -> ComposeResult:
        """What this is, the list, the outline, the keys."""
        yield Static("", id="procedures-heading", markup=False)
        with Horizontal(id="procedures-panes"):
            with Vertical(id="procedures-left"):
                yield ProcedureColumns(id="procedures-columns")
                yield ProcedureList(id="procedures-list")
            with VerticalScroll(id="procedures-detail", can_focus=False):
                yield Static("", id="procedures-outline", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show what there is, and look again while the engine works."""
        self.query_one(KeyLine).keys = [key for key in in_context("procedures", "list") if key.hint]
        self._list.focus()
        self.look()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)

    @property
    def _list(self) -> ProcedureList:
        return self.query_one(ProcedureList)

    def _look_if_changed(self) -> None:
        if self._workplace.store.data_version() != self._version:
            self.look()

    @work(exit_on_error=False, exclusive=True, group="procedures")
    async def look(self) -> None:
        """Read the procedures in a thread."""
        self._version = self._workplace.store.data_version()
        procedures, self._readings = await asyncio.to_thread(self._read)
        self._procedures = {procedure.id: procedure for procedure in procedures}
        self._show(procedures)

    def _read(self) -> tuple[list[Procedure], dict[str, Reading]]:
        procedures = self._workplace.store.procedures()
        procedures.sort(key=lambda procedure: (procedure.archived, procedure.id))
        return procedures, {procedure.id: read_procedure(procedure.source) for procedure in procedures}

    # Showing

    def _show(self, procedures: list[Procedure]) -> None:
        """Fill the list; the same procedure stays under the cursor."""
        chosen = self._list.current
        rows = [self._row(procedure) for procedure in procedures]
        at = next((i for i, row in enumerate(rows) if chosen is not None and row.id == chosen.id), self._list.cursor)
        self._list.show(Rows(rows), cursor=at)
        active = [procedure for procedure in procedures if not procedure.archived]
        broken = sum(bool(self._readings[procedure.id].mistakes) for procedure in active)
        words = [_("Procedures"), ngettext("{n} in use", "{n} in use", len(active)).format(n=len(active))]
        if broken:
            words.append(ngettext("{n} cannot be run", "{n} cannot be run", broken).format(n=broken))
        words.append(_("b runs one in a ticket"))
        self.query_one("#procedures-heading", Static).update(Content(" · ".join(words)))
        self._tell_detail()

    def _row(self, procedure: Procedure) -> ProcedureRow:
        reading = self._readings[procedure.id]
        script = script_in(reading.scripts, language())
        state = _("archived") if procedure.archived else _("has mistakes") if reading.mistakes else ""
        return ProcedureRow(
            id=procedure.id,
            name=clean_name(script.name if script is not None else "") or clean_name(procedure.id),
            langs=" ".join(clean_name(lang) for lang in sorted(procedure.source)),
            steps=str(len(script.steps)) if script is not None else "–",
            changed=day(procedure.updated_at) if procedure.updated_at else "–",
            state=state,
            alarming=bool(reading.mistakes) and not procedure.archived,
        )

    @on(LineList.Moved)
    def _tell_detail(self) -> None:
        """Its mistakes, then its steps."""
        procedure = self._chosen()
        if procedure is None:
            self.query_one("#procedures-outline", Static).update(Content(""))
            return
        reading = self._readings[procedure.id]
        parts = [Content.styled(f"! {mistake_sentence(one)}", "bold $error") for one in reading.mistakes]
        script = script_in(reading.scripts, language())
        if script is not None:
            parts.append(outline(script))
        self.query_one("#procedures-outline", Static).update(Content("\n").join(parts))
        self.query_one("#procedures-detail").scroll_home(animate=False)

    # Acting

    def _chosen(self) -> Procedure | None:
        row = self._list.current
        return self._procedures.get(row.id) if row is not None else None

    def _say(self, sentence: str, tone: Tone = "info") -> None:
        self.query_one(KeyLine).say(sentence, tone)

    @on(LineList.Chosen)
    def _on_chosen(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Change the procedure, or read it."""
        if (procedure := self._chosen()) is not None:
            self._edit(procedure)

    def action_new(self) -> None:
        """Write a new one."""
        self._edit(None)

    def _edit(self, procedure: Procedure | None) -> None:
        from console.screens.procedure_form import ProcedureScreen  # text areas: 20 ms, when first opened

        if self._workplace.store.read_only or self._workplace.me() is None:
            self._say(self._workplace.store.notice or _("Sign in first."), "warning")
            return
        self.app.push_screen(ProcedureScreen(self._workplace, procedure), self._saved)

    def _saved(self, procedure_id: ProcedureId | None) -> None:
        if procedure_id is not None:
            self._say(_("The procedure is saved; runs that began before it are begun again."), "done")
            self.look()

    def action_archive(self) -> None:
        """Offer it no longer, or again."""
        procedure, me = self._chosen(), self._workplace.me()
        if procedure is None or me is None:
            return
        now = self._workplace.clock()
        command = SaveProcedure(procedure_id=procedure.id, source=procedure.source, archived=not procedure.archived)
        view = View(policy=self._workplace.store.policy(), procedure=procedure)
        verdict = decide(envelope(command, now), view, me, now)
        if isinstance(verdict, Refusal):
            self._say(refusal_sentence(verdict.code, verdict.why), "warning")
        else:
            self._give(command)

    @work(exit_on_error=False, group="procedure-command")
    async def _give(self, command: SaveProcedure) -> None:
        """Make it durable, then show it."""
        try:
            wanted = envelope(command, self._workplace.clock())
            await asyncio.to_thread(self._workplace.store.enqueue, wanted)
        except StoreError as error:
            self._say(error.sentence, "warning")
            return
        archived = _("The procedure is archived; d brings it back.")
        self._say(archived if command.archived else _("The procedure is offered again."), "done")
        self.look()

    def action_scroll_detail(self, halves: int) -> None:
        """Scroll what is beside the list by half of what is in sight."""
        detail = self.query_one("#procedures-detail")
        detail.scroll_relative(y=halves * max(1, detail.size.height // 2), animate=False)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
