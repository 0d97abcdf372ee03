"""A procedure under way, in the column beside the conversation: what was answered last, the step, its answers.

The panel shows what it is given and says what was answered; what an answer does is the dock's and the desk's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.i18n import gettext as _
from console.keys import Context, bindings
from console.widgets.article_view import ArticleText
from console.widgets.form_field import CleanInput
from console.wording import PROCEDURE_END, PROCEDURE_HINT, word
from desk.procedures import TYPED, End, Step, StepKind
from desk.text import clean_name
from desk.ticket_parts import StepAnswer

EARLIER_SHOWN = 3
"""So many earlier answers are in sight; the others are a step back each."""
_BAR = 12


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as it is shown: its place among all that may come, what was answered before it, its text as lines of
    (text, kind) pieces, and (for one looked at again) the answer it was given."""

    name: str
    number: int
    total: int
    step: Step
    lines: Sequence[Sequence[tuple[str, str]]] = ()
    earlier: tuple[StepAnswer, ...] = ()
    given: str | None = None


class AnswerList(OptionList):
    """The answers of a step."""

    KEY_CONTEXTS: tuple[Context, ...] = ("run",)


class AnswerLine(CleanInput):
    """An answer that is typed."""

    KEY_CONTEXTS: tuple[Context, ...] = ("run",)


class ProcedurePanel(VerticalScroll, can_focus=False):
    """One step of a procedure, and how far one has come."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("run")
    KEY_CONTEXTS: tuple[Context, ...] = ("run",)

    shown: reactive[StepShown | None] = reactive(None)
    problem: reactive[str] = reactive("")
    """Why the last answer did not go through; empty: nothing is wrong."""

    @dataclass
    class Answered(Message):
        """A step was answered: with a key of its answers, or with what was typed."""

        step: Step
        answer: str

    @dataclass
    class Looked(Message):
        """The step before (-1) or after (1) the one shown is wanted."""

        by: int

    class StopAsked(Message):
        """The run should end here."""

    class Left(Message):
        """The panel was left; the run stays."""

    def compose(self) -> ComposeResult:
        """Head, earlier answers, question, text, then what can be answered."""
        yield Static("", id="run-head", markup=False)
        yield Static("", id="run-earlier", markup=False)
        yield Static("", id="run-question", markup=False)
        yield ArticleText(id="run-text")
        yield AnswerList(id="run-answers", markup=False, compact=True)
        yield AnswerLine(id="run-line")
        yield Static("", id="run-problem", markup=False)
        yield Static("", id="run-hint", markup=False)

    def on_mount(self) -> None:
        """Say what this is."""
        self.border_title = Content(_("Procedure"))
        self._fill()

    def watch_shown(self) -> None:
        """Another step, or the same with news."""
        if self.is_mounted:
            self._fill()

    def watch_problem(self, problem: str) -> None:
        """Say under the answers what is wrong."""
        if self.is_mounted:
            line = self.query_one("#run-problem", Static)
            line.display = bool(problem)
            line.update(Content(f"! {clean_name(problem, limit=500)}"))

    def take_focus(self) -> None:
        """Let the next key answer."""
        shown = self.shown
        typed = shown is not None and shown.step.kind in TYPED
        wanted = self.query_one(AnswerLine) if typed else self.query_one(AnswerList)
        self.screen.set_focus(wanted, scroll_visible=False)

    def _fill(self) -> None:
        shown = self.shown
        if shown is None:
            return
        had_focus = self.has_focus_within
        self.problem = ""
        self.query_one("#run-head", Static).update(_head(shown))
        earlier = self.query_one("#run-earlier", Static)
        earlier.display = bool(shown.earlier)
        earlier.update(_earlier(shown))
        self.query_one("#run-question", Static).update(
            Content.styled(clean_name(shown.step.question, limit=500), "bold")
        )
        text = self.query_one(ArticleText)
        text.display = bool(shown.lines)
        text.lines = shown.lines
        self._fill_answers(shown)
        if had_focus:
            self.take_focus()
        self.call_after_refresh(self.scroll_end, animate=False)

    def _fill_answers(self, shown: StepShown) -> None:
        step = shown.step
        line, options = self.query_one(AnswerLine), self.query_one(AnswerList)
        line.display, options.display = step.kind in TYPED, step.kind not in TYPED
        line.value = shown.given or ""
        line.placeholder = word(PROCEDURE_HINT, step.kind)
        options.clear_options()
        if step.end is not None:
            options.add_option(Option(Content(end_words(step.end))))
        for number, answer in enumerate(step.answers, 1):
            mark = "✓" if answer.label == shown.given else " "
            options.add_option(Option(Content(f"{number} {mark} {clean_name(answer.label)}")))
        given = next((i for i, answer in enumerate(step.answers) if answer.label == shown.given), 0)
        options.highlighted = given if options.option_count else None
        hint = self.query_one("#run-hint", Static)
        hint.display = shown.given is not None
        hint.update(Content(_("Answered before. Another answer goes on from here; what came after is asked again.")))

    # What the agent does

    @property
    def _step(self) -> Step | None:
        return self.shown.step if self.shown is not None else None

    def _say(self, answer: str) -> None:
        if (step := self._step) is not None:
            self.post_message(self.Answered(step, answer))

    def action_answer(self) -> None:
        """Give what is typed, or the answer pointed at."""
        step, place = self._step, self.query_one(AnswerList).highlighted
        if step is None:
            return
        if step.kind in TYPED:
            self._say(self.query_one(AnswerLine).value)
        elif step.kind is StepKind.END:
            self._say("")
        elif place is not None:
            self._say(step.answers[place].key)

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _on_entered(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        """Enter, or a click, answers."""
        event.stop()
        self.action_answer()

    def action_answer_number(self, number: int) -> None:
        """Give an answer by its number."""
        if (step := self._step) is not None and number <= len(step.answers) and step.kind not in TYPED:
            self._say(step.answers[number - 1].key)

    def action_answer_keys(self, *keys: str) -> None:
        """Give the answer that has one of these keys, if there is one."""
        step = self._step
        found = next((answer.key for answer in step.answers if answer.key in keys), None) if step is not None else None
        if found is not None:
            self._say(found)

    def action_point(self, by: int) -> None:
        """Point at the next answer."""
        options = self.query_one(AnswerList)
        if options.option_count and options.display:
            options.highlighted = ((options.highlighted or 0) + by) % options.option_count

    def action_look(self, by: int) -> None:
        """Look at the step before, or after, this one."""
        self.post_message(self.Looked(by))

    def action_stop(self) -> None:
        """End the run here."""
        self.post_message(self.StopAsked())

    def action_close(self) -> None:
        """Leave it for later."""
        self.post_message(self.Left())


def end_words(end: End) -> str:
    """What Enter does at an end."""
    code = f"{end.kind}-{end.value}" if end.kind == "escalate" else end.kind
    return word(PROCEDURE_END, code).format(name=f"::{clean_name(end.value)}")


def _head(shown: StepShown) -> Content:
    """The name, the place, and a bar of it."""
    total = max(shown.total, shown.number)
    done = round(_BAR * shown.number / total)
    place = _("step {n} of {total}").format(n=shown.number, total=total)
    bar = "■" * done + "□" * (_BAR - done)
    return Content.styled(clean_name(shown.name), "bold") + Content("\n") + Content.styled(f"{bar}  {place}", "dim")


def _earlier(shown: StepShown) -> Content:
    """The last answers, and how many more there are."""
    lines = [
        Content.styled(f"{clean_name(one.question, limit=500)} ", "dim") + Content(f"→ {clean_name(one.answer)}")
        for one in shown.earlier[-EARLIER_SHOWN:]
    ]
    if hidden := len(shown.earlier) - len(lines):
        lines.insert(0, Content.styled(_("{n} earlier answers").format(n=hidden), "dim"))
    return Content("\n").join(lines)
