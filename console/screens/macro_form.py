"""Writing a macro: its texts with what they come out as beside them, its changes, to whom it is offered and shared."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from console.envelopes import new_id
from console.i18n import gettext as _
from console.mistakes import mistake_sentence
from console.screens.form_screen import FormScreen
from console.screens.macro_trial import NOBODY, names_of
from console.screens.text_change import TextChange
from console.styles import FOLDER
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, CleanInput, FormField
from console.widgets.key_line import KeyLine
from console.widgets.macro_preview import changes_line, macro_page
from console.wording import LANGUAGE, SEVERITY, SHARING, STATUS, word
from console.workplace import Workplace
from desk.commands import SaveMacro
from desk.ids import MacroId, TeamId
from desk.macros import VARIABLES, may_use, mistake_in
from desk.outcome import View
from desk.records import Agent, Macro, Role, Severity, Sharing, Status, Ticket
from desk.tags import normalize_tag
from desk.text import clean_name

_NEW_LANE = "new-macro"
_LANGS = ("en", "zh")
_KEEP = ""
_TEAM = "team:"
T = TypeVar("T")


class MacroScreen(FormScreen[MacroId]):
    """Dismissed with the macro's id."""

    CSS_PATH = [*FormScreen.CSS_PATH, str(FOLDER / "macros.tcss")]  # noqa: RUF012  # as in FormScreen
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual declares it as an instance variable

    def __init__(self, workplace: Workplace, macro: Macro | None, trial: Ticket, *, model: Macro | None = None) -> None:
        """``macro`` is changed (None: a new one, beginning as ``model``); ``trial`` is what it is tried on."""
        super().__init__(workplace, macro.id if macro is not None else _NEW_LANE, "macro")
        self._macro = macro
        self._trial = trial
        self._me: Agent = workplace.me() or NOBODY
        self._macro_id = macro.id if macro is not None else MacroId(new_id(workplace.clock()))
        self._names = names_of(workplace)
        own = Sharing.PERSONAL
        nothing = Macro(id=self._macro_id, v=0, shortcut="", title={}, sharing=own, owner_id=self._me.id)
        begun = replace(model, id=self._macro_id, v=0, sharing=own, shared_with=None) if model is not None else nothing
        self._first = macro or begun

    # The form

    def heading(self) -> str:
        """New, or whose it is."""
        if self._macro is None:
            return _("New macro")
        if self._macro.sharing is Sharing.PERSONAL:
            return _("Macro ::{name} · yours alone").format(name=self._macro.shortcut)
        return _("Macro ::{name} · others use it; the change is shown before it is saved").format(
            name=self._macro.shortcut
        )

    def compose(self) -> ComposeResult:
        """The form, and beside it what comes of it."""
        yield Static(Content(clean_name(self.heading())), id="form-heading")
        with Horizontal(id="macro-panes"):
            with VerticalScroll(id="form-fields", can_focus=False):
                yield from self.rows()
                yield Static("", id="form-error", markup=False)
            with VerticalScroll(id="macro-preview", can_focus=False):
                yield Static("", id="macro-facts", markup=False)
                yield Static("", id="macro-texts", markup=False)
        yield KeyLine(id="keys")

    def rows(self) -> Iterable[FormField]:
        """Names, texts, changes, to whom."""
        first = self._first
        keep = {_KEEP: _("as it is")}
        statuses = keep | {status.value: word(STATUS, status) for status in Status if status is not Status.NEW}
        severities = keep | {severity.value: word(SEVERITY, severity) for severity in Severity}
        teams = keep | {str(team.id): clean_name(team.name) for team in self.workplace.store.teams().values()}
        review = {"": _("goes out at once"), "1": _("is approved by a senior first")}
        yield FormField(
            _("Shortcut"), CleanInput(first.shortcut, id="shortcut", placeholder=_("what is typed after ::"))
        )
        for lang in _LANGS:
            label = _("Title ({language})").format(language=LANGUAGE[lang])
            yield FormField(label, CleanInput(first.title.get(lang, ""), id=f"title-{lang}"))
        for lang in _LANGS:
            label = _("Text ({language})").format(language=LANGUAGE[lang])
            yield FormField(label, DraftArea(first.body.get(lang, ""), id=f"body-{lang}"))
        yield FormField(_("Status"), Choice(statuses, first.status or _KEEP, id="status"))
        yield FormField(_("Severity"), Choice(severities, first.severity or _KEEP, id="severity"))
        yield FormField(_("Team"), Choice(teams, first.team_id or _KEEP, id="team"))
        yield FormField(_("Add tags"), CleanInput(" ".join(first.add_tags), id="add_tags"))
        yield FormField(_("Remove tags"), CleanInput(" ".join(first.remove_tags), id="remove_tags"))
        yield FormField(
            _("Offered when"), CleanInput(first.condition, id="condition", placeholder=_('always; or: tier == "vip"'))
        )
        yield FormField(_("For"), Choice(self._sharings(), _shared_as(first), id="sharing"))
        yield FormField(_("A reply with it"), Choice(review, "1" if first.needs_review else "", id="needs_review"))

    def _sharings(self) -> dict[str, str]:
        """Oneself, one's teams, everybody; what a role does not permit is refused with a sentence when saving."""
        teams = self.workplace.store.teams()
        mine = [team for team in teams.values() if team.id in self._me.team_ids or self._me.role is Role.ADMIN]
        if self._first.shared_with is not None and self._first.shared_with in teams:
            mine = list({team.id: team for team in (*mine, teams[self._first.shared_with])}.values())
        return {
            Sharing.PERSONAL.value: word(SHARING, Sharing.PERSONAL),
            **{f"{_TEAM}{team.id}": clean_name(team.name) for team in mine},
            Sharing.SHARED.value: word(SHARING, Sharing.SHARED),
        }

    def on_mount(self) -> None:
        """Show at once what comes of it."""
        super().on_mount()
        self._show_trial()

    # Trying it

    @on(Input.Changed)
    @on(DraftArea.Changed)
    @on(Choice.Changed)
    def _show_trial(self) -> None:
        """What the macro as it is typed would do."""
        macro = self._typed()
        facts = [Content.styled(self._on_what(), "dim"), Content(changes_line(macro, self._trial, self._names))]
        if (mistake := mistake_in(macro.body, macro.condition)) is not None:
            facts.append(Content.styled(f"! {mistake_sentence(mistake)}", "bold $error"))
        texts = []
        for lang, body in macro.body.items():
            page = macro_page(replace(macro, body={lang: body}), lang, self._trial, self._me, self._names)
            texts.append(Content.styled(LANGUAGE.get(lang, clean_name(lang)), "dim") + Content(f"\n{page}"))
        if not texts:
            names = " ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
            texts.append(Content.styled(_("A text may hold {names}").format(names=names), "dim"))
        self.query_one("#macro-facts", Static).update(Content("\n").join(facts))
        self.query_one("#macro-texts", Static).update(Content("\n\n").join(texts))

    def _on_what(self) -> str:
        return _("On {ref}, {name}:").format(
            ref=clean_name(self._trial.ref), name=clean_name(self._trial.customer_name)
        )

    def _typed(self) -> Macro:
        """The macro as it is typed."""
        command = self._command()
        return Macro(
            id=self._macro_id,
            v=0,
            shortcut=command.shortcut,
            title=command.title,
            body=command.body,
            status=command.status,
            severity=command.severity,
            team_id=command.team_id,
            add_tags=tuple(map(normalize_tag, command.add_tags)),
            remove_tags=tuple(map(normalize_tag, command.remove_tags)),
            condition=command.condition,
        )

    def _command(self) -> SaveMacro:
        """What is typed, as a command."""
        values = self.values()
        sharing = Sharing.TEAM if values["sharing"].startswith(_TEAM) else Sharing(values["sharing"])
        title = {lang: values[f"title-{lang}"].strip() for lang in _LANGS}
        body = {lang: values[f"body-{lang}"].strip() for lang in _LANGS}
        return SaveMacro(
            macro_id=self._macro_id,
            shortcut=values["shortcut"].strip().removeprefix("::"),
            title=_with_others(self._first.title, title),
            body=_with_others(self._first.body, body),
            status=Status(values["status"]) if values["status"] else None,
            severity=Severity(values["severity"]) if values["severity"] else None,
            team_id=TeamId(values["team"]) if values["team"] else None,
            add_tags=tuple(values["add_tags"].split()),
            remove_tags=tuple(values["remove_tags"].split()),
            condition=values["condition"].strip(),
            sharing=sharing,
            shared_with=TeamId(values["sharing"].removeprefix(_TEAM)) if sharing is Sharing.TEAM else None,
            needs_review=bool(values["needs_review"]),
        )

    # Saving

    def action_submit(self) -> None:
        """Save, unless the rules refuse it; what others use is shown as it changes first."""
        command = self._command()
        view = View(policy=self.workplace.store.policy(), macro=self._macro)
        expected_v = self._macro.v if self._macro is not None else None
        typed = self._typed()
        if (mistake := mistake_in(typed.body, typed.condition)) is not None:
            self.fail_at(_field_of(mistake.lang, typed), mistake_sentence(mistake))
        elif twin := self._twin(command):
            self.fail_at("shortcut", twin)
        elif why := self.refusal(command, view, expected_v):
            self.fail(why)
        elif self._macro is not None and self._macro.sharing is not Sharing.PERSONAL:
            self._confirm(command, self._macro)
        else:
            self.send((command,), self._macro_id, expected_v=expected_v)

    def _twin(self, command: SaveMacro) -> str:
        """Another macro of this shortcut that is shared alike: nobody could tell them apart."""
        for macro in self.workplace.store.macros():
            alike = (macro.shortcut, macro.sharing, macro.shared_with)
            wanted = (command.shortcut, command.sharing, command.shared_with)
            if macro.id != self._macro_id and not macro.archived and may_use(self._me, macro) and alike == wanted:
                return _("There is ::{name} already, shared alike; choose another shortcut.").format(
                    name=command.shortcut
                )
        return ""

    @work(exit_on_error=False, group="confirm")
    async def _confirm(self, command: SaveMacro, macro: Macro) -> None:
        """Show old and new, then save."""
        title = _("::{name} as others will have it").format(name=command.shortcut)
        if await self.app.push_screen_wait(TextChange(title, self._differences(command, macro))):
            self.send((command,), self._macro_id, expected_v=macro.v)

    def _differences(self, command: SaveMacro, macro: Macro) -> dict[str, tuple[str, str]]:
        """What changes, by the name of the field."""
        found: dict[str, tuple[str, str]] = {_("Shortcut"): (macro.shortcut, command.shortcut)}
        for lang in sorted({*macro.title, *macro.body, *command.title, *command.body}):
            named = LANGUAGE.get(lang, clean_name(lang))
            found[_("Title ({language})").format(language=named)] = (
                macro.title.get(lang, ""),
                command.title.get(lang, ""),
            )
            found[_("Text ({language})").format(language=named)] = macro.body.get(lang, ""), command.body.get(lang, "")
        found[_("Changes")] = (
            changes_line(macro, self._trial, self._names),
            changes_line(self._typed(), self._trial, self._names),
        )
        found[_("Offered when")] = macro.condition, command.condition
        now = replace(macro, sharing=command.sharing, shared_with=command.shared_with)
        sharings = self._sharings()
        found[_("For")] = tuple(sharings.get(_shared_as(one), "") for one in (macro, now))  # type: ignore[assignment]  # two
        return {name: change for name, change in found.items() if change[0] != change[1]}


def _shared_as(macro: Macro) -> str:
    """The value of the field that says for whom it is."""
    return f"{_TEAM}{macro.shared_with}" if macro.sharing is Sharing.TEAM else macro.sharing.value


def _with_others(before: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """The texts in the form's languages, and those in others as they were."""
    texts = {**before, **typed}
    return {lang: text for lang, text in texts.items() if text}


def _field_of(lang: str, macro: Macro) -> str:
    """The field a mistake is in."""
    if lang == "condition":
        return "condition"
    return f"body-{lang or next(iter(macro.body), '')}"
