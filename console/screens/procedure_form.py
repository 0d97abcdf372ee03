"""Writing a procedure: its text in each language, with its mistakes and the outline of its steps beside it."""

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.envelopes import new_id
from console.i18n import gettext as _
from console.i18n import language, ngettext
from console.mistakes import mistake_sentence
from console.screens.form_screen import FormScreen
from console.styles import FOLDER
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, FormField
from console.widgets.key_line import KeyLine
from console.widgets.procedure_outline import outline
from console.wording import LANGUAGE
from console.workplace import Workplace
from desk.commands import SaveProcedure
from desk.ids import ProcedureId
from desk.mistakes import Mistake
from desk.outcome import View
from desk.procedure_text import Reading, read_procedure
from desk.procedures import Script
from desk.records import Procedure
from desk.text import clean_name, clean_text

_NEW_LANE = "new-procedure"
_LANGS = ("en", "zh")
_MISTAKES_SHOWN = 6
_BEGINNING = """+++
name = ""
tags = []
words = []
+++

## first: ?

- [yes] -> done
- [no] -> ask

## ask: ?

- [escalate] senior

## done: ?

- [note]
"""


class ProcedureScreen(FormScreen[ProcedureId]):
    """Dismissed with the procedure's id."""

    CSS_PATH = [*FormScreen.CSS_PATH, str(FOLDER / "procedures.tcss")]  # noqa: RUF012  # as in FormScreen
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual declares it as an instance variable

    def __init__(self, workplace: Workplace, procedure: Procedure | None) -> None:
        super().__init__(workplace, procedure.id if procedure is not None else _NEW_LANE, "procedure")
        self._procedure = procedure
        self._procedure_id = procedure.id if procedure is not None else ProcedureId(new_id(workplace.clock()))

    # The form

    def heading(self) -> str:
        """New, or which."""
        if self._procedure is None:
            return _("New procedure · docs/procedures.md says how it is written")
        return _("Procedure {name}").format(name=self._procedure.id)

    def compose(self) -> ComposeResult:
        """The text of one language, and beside it what it is read as."""
        yield Static(Content(clean_name(self.heading())), id="form-heading")
        with Horizontal(id="procedure-panes"):
            with Vertical(id="form-fields"):
                yield from self.rows()
                yield Static("", id="form-error", markup=False)
            with VerticalScroll(id="procedure-reading", can_focus=False):
                yield Static("", id="procedure-mistakes", markup=False)
                yield Static("", id="procedure-outline", markup=False)
        yield KeyLine(id="keys")

    def rows(self) -> Iterable[FormField]:
        """The language, and a text for each; one is in sight."""
        source = self._procedure.source if self._procedure is not None else {language(): _BEGINNING}
        yield FormField(_("Language"), Choice({lang: LANGUAGE[lang] for lang in _LANGS}, language(), id="lang"))
        for lang in _LANGS:
            row = FormField("", DraftArea(source.get(lang, ""), id=f"source-{lang}"))
            row.add_class("-text")
            yield row

    def on_mount(self) -> None:
        """Begin in the text."""
        super().on_mount()
        self._show_language()
        self.query_one(f"#source-{self._lang}").focus()

    @property
    def _lang(self) -> str:
        return self.query_one("#lang", Choice).value

    @on(Choice.Changed, "#lang")
    def _show_language(self) -> None:
        """Put the text of the chosen language in sight."""
        for row in self.query(FormField):
            if (row.field.id or "").startswith("source-"):
                row.display = row.field.id == f"source-{self._lang}"
        self._show_reading()

    # Reading it

    def _source(self) -> dict[str, str]:
        """The texts as they are typed, and those in other languages as they were."""
        values = self.values()
        before = self._procedure.source if self._procedure is not None else {}
        typed = {lang: clean_text(values[f"source-{lang}"]).strip() for lang in _LANGS}
        return {lang: text for lang, text in {**before, **typed}.items() if text}

    @on(DraftArea.Changed)
    def _show_reading(self) -> None:
        """What the text is read as, and what is wrong with it."""
        reading = read_procedure(self._source())
        here = [one for one in reading.mistakes if one.lang in ("", self._lang)]
        others = [one for one in reading.mistakes if one not in here]
        self.query_one("#procedure-mistakes", Static).update(_mistakes([*here, *others]))
        script = self._script(reading)
        self.query_one("#procedure-outline", Static).update(outline(script) if script is not None else Content(""))

    def _script(self, reading: Reading) -> Script | None:
        return next((script for script in reading.scripts if script.lang == self._lang), None)

    # Saving

    def action_submit(self) -> None:
        """Save, unless it has a mistake: then go to its line."""
        source = self._source()
        command = SaveProcedure(procedure_id=self._procedure_id, source=source)
        expected_v = self._procedure.v if self._procedure is not None else None
        view = View(policy=self.workplace.store.policy(), procedure=self._procedure)
        if mistakes := read_procedure(source).mistakes:
            self._go_to(mistakes[0], source)
            left = ngettext("Not saved: {n} mistake is left.", "Not saved: {n} mistakes are left.", len(mistakes))
            self.fail(left.format(n=len(mistakes)))
        elif why := self.refusal(command, view, expected_v):
            self.fail(why)
        else:
            self.send((command,), self._procedure_id, expected_v=expected_v)

    def _go_to(self, mistake: Mistake, source: dict[str, str]) -> None:
        """Put the cursor on the line of a mistake."""
        lang = mistake.lang or next(iter(source), self._lang)
        if lang not in _LANGS:
            return
        self.query_one("#lang", Choice).value = lang
        self._show_language()
        area = self.query_one(f"#source-{lang}", DraftArea)
        area.focus()
        area.move_cursor((max(0, min(mistake.line, area.document.line_count) - 1), 0))
        self.call_after_refresh(area.scroll_cursor_visible)


def _mistakes(mistakes: list[Mistake]) -> Content:
    """The first few, or that there are none."""
    if not mistakes:
        return Content.styled("✓ " + _("No mistakes."), "bold")
    lines = [Content.styled(f"! {mistake_sentence(one)}", "bold $error") for one in mistakes[:_MISTAKES_SHOWN]]
    if hidden := len(mistakes) - len(lines):
        lines.append(Content.styled(_("… and {n} more").format(n=hidden), "dim"))
    return Content("\n").join(lines)
