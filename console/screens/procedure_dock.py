"""The procedure's place beside the conversation: shows the step that is due, and makes each answer a command.

The answer is decided here by the desk's own rules, kept in the outbox, and the next step shown from the ticket as it
is then; so it goes on without a server. The run lives in the ticket: leaving the dock, or the console, keeps it.
"""

import asyncio
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from console.envelopes import envelope, new_id
from console.i18n import gettext as _
from console.i18n import language
from console.refusals import refusal_sentence
from console.screens.docks import Said
from console.store.errors import StoreError
from console.widgets.procedure_panel import ProcedurePanel, StepShown
from console.workplace import Workplace
from desk.commands import AnswerStep, AnyCommand, StopProcedure
from desk.decide import decide
from desk.ids import ProcedureId
from desk.outcome import Refusal, View
from desk.procedures import End, Script, Step, answers_text, script_in, scripts_of, steps_left
from desk.records import Procedure, Ticket
from desk.ticket_parts import ProcedureRun


@dataclass
class RunMoved(Message):
    """A run went on: send it, and show the ticket as it is now."""


@dataclass
class RunEnded(Message):
    """A run came to its end: what it ends with, and its questions and answers."""

    ticket: Ticket
    end: End
    why: str
    answers: str


class RunLeft(Message):
    """The dock is left, or its run is over."""


class ProcedureDock(Widget):
    """Holds at most one run: the shown ticket's, or one about to begin."""

    DEFAULT_CSS = "ProcedureDock { height: 1fr; width: 1fr; }"

    def __init__(self, workplace: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._procedure: Procedure | None = None
        self._run_id = ""
        self._back = 0
        """How many answered steps one has gone back to look at."""
        self._busy = False

    def compose(self) -> ComposeResult:
        """The panel."""
        yield ProcedurePanel()

    def on_mount(self) -> None:
        """Show what was asked for before there was a panel."""
        self._show_step()

    @property
    def panel(self) -> ProcedurePanel:
        """The panel."""
        return self.query_one(ProcedurePanel)

    # What the desk asks (see docks.Dock)

    def show(self, ticket: Ticket | None) -> None:
        """Another ticket leaves the run (it stays in its ticket), unless that has one too; the same one brings news."""
        same = ticket is not None and self._ticket is not None and ticket.id == self._ticket.id
        if same and ticket is not None:
            over = self._ticket is not None and self._ticket.run is not None and ticket.run is None
            self._ticket = ticket
            if over and self.display:
                self._close()
            else:
                self._show_step()
        elif ticket is not None and ticket.run is not None and self.display:
            self.resume(ticket)
        elif self._procedure is not None and self.display:
            self._close()

    def begin(self, ticket: Ticket, procedure: Procedure) -> None:
        """Show the first step; the run begins with its answer."""
        self._ticket, self._procedure, self._back = ticket, procedure, 0
        self._run_id = new_id(self._workplace.clock())
        self._show_step()

    def resume(self, ticket: Ticket) -> None:
        """Go on with the run of a ticket."""
        run = ticket.run
        assert run is not None
        self._ticket, self._back, self._run_id = ticket, 0, run.id
        self._procedure = self._workplace.store.procedure(ProcedureId(run.procedure_id))
        self._show_step()

    def take_focus(self) -> None:
        """Let the next key answer; call once mounted."""
        self.panel.take_focus()

    # Showing

    def _script(self) -> Script | None:
        """The procedure in the language of the run, or of the reader."""
        if self._procedure is None:
            return None
        run = self._run
        return script_in(scripts_of(self._procedure), run.lang if run is not None else language())

    @property
    def _run(self) -> ProcedureRun | None:
        return self._ticket.run if self._ticket is not None else None

    def _show_step(self) -> None:
        """Show the step that is due, or the earlier one that is looked at."""
        script, run = self._script(), self._run
        if not self.is_mounted or self._ticket is None or self._procedure is None:
            return
        if script is None:
            self.panel.problem = _("This procedure has a mistake; a lead mends it under g s.")
            return
        answers = run.answers if run is not None else ()
        self._back = min(self._back, len(answers))
        earlier, looked_at = answers[: len(answers) - self._back], answers[len(answers) - self._back :]
        step_id = looked_at[0].step if looked_at else run.step if run is not None else script.steps[0].id
        step = script.step(step_id)
        if step is None:
            self.panel.problem = _("The procedure was changed since this run began; stop it with D and begin again.")
            return
        self.panel.shown = StepShown(
            name=script.name,
            number=len(earlier) + 1,
            total=len(earlier) + steps_left(script, step.id),
            step=step,
            lines=self._lines(step.text),
            earlier=earlier,
            given=looked_at[0].answer if looked_at else None,
        )

    @staticmethod
    def _lines(text: str) -> list[tuple[tuple[str, str], ...]]:
        """A step's Markdown as it is read here."""
        from console.kb.render import styled_lines

        return [tuple((span.text, span.style) for span in line) for line in styled_lines(text)] if text else []

    # Answering

    @on(ProcedurePanel.Answered)
    def _on_answered(self, event: ProcedurePanel.Answered) -> None:
        """Make it a command, unless the rules refuse it."""
        event.stop()
        ticket, procedure = self._ticket, self._procedure
        if ticket is None or procedure is None or self._busy:
            return
        command = AnswerStep(
            ticket_id=ticket.id,
            procedure_id=procedure.id,
            run_id=self._run_id,
            step=event.step.id,
            answer=event.answer,
            lang=language(),
        )
        self._give(command, event.step)

    @on(ProcedurePanel.StopAsked)
    def _on_stop(self, event: ProcedurePanel.StopAsked) -> None:
        """End the run; one that has not begun is just left."""
        event.stop()
        if self._run is None or self._ticket is None:
            self._close()
        elif not self._busy:
            self._give(StopProcedure(ticket_id=self._ticket.id, run_id=self._run.id), None)

    def _why_not(self, command: AnyCommand, ticket: Ticket) -> str:
        me = self._workplace.me()
        if me is None or self._workplace.store.read_only:
            return self._workplace.store.notice or _("Sign in first.")
        now = self._workplace.clock()
        view = View(policy=self._workplace.store.policy(), ticket=ticket, procedure=self._procedure)
        verdict = decide(envelope(command, now, ticket=ticket), view, me, now)
        return refusal_sentence(verdict.code, verdict.why) if isinstance(verdict, Refusal) else ""

    def _give(self, command: AnyCommand, step: Step | None) -> None:
        """Give a command about the run; ``step`` is what was answered (None: the run is stopped)."""
        assert self._ticket is not None
        if why := self._why_not(command, self._ticket):
            self.panel.problem = why
            return
        self._busy = True
        self._enqueue(command, self._ticket, step)

    @work(exit_on_error=False, group="procedure-command")
    async def _enqueue(self, command: AnyCommand, ticket: Ticket, step: Step | None) -> None:
        """Make it durable, then show the ticket as it is now."""
        store = self._workplace.store
        try:
            await asyncio.to_thread(store.enqueue, envelope(command, self._workplace.clock(), ticket=ticket))
        except StoreError as error:
            self.panel.problem = error.sentence
            return
        finally:
            self._busy = False
        run = ticket.run
        if step is None or step.end is not None:
            self._ended(ticket, step, answers_text(run.answers if run is not None else ()))
        else:
            self._back = 0
            self._ticket = store.ticket(ticket.id) or ticket
            self._show_step()
        self.post_message(RunMoved())

    def _ended(self, ticket: Ticket, step: Step | None, answers: str) -> None:
        """Leave, and say what follows."""
        self._close()
        if step is not None and step.end is not None:
            self.post_message(RunEnded(ticket, step.end, step.question, answers))
        else:
            self.post_message(Said(_("Stopped; what was answered is kept as a note."), "done"))

    # Looking back, and leaving

    @on(ProcedurePanel.Looked)
    def _on_looked(self, event: ProcedurePanel.Looked) -> None:
        """Show the step before or after."""
        event.stop()
        answers = self._run.answers if self._run is not None else ()
        self._back = max(0, min(len(answers), self._back - event.by))
        self._show_step()

    @on(ProcedurePanel.Left)
    def _on_left(self, event: ProcedurePanel.Left) -> None:
        """Leave the run for later."""
        event.stop()
        if self._run is not None:
            self.post_message(Said(_("The procedure is kept in the ticket; b goes on with it."), "info"))
        self._close()

    def _close(self) -> None:
        """Give the place back."""
        self._ticket = self._procedure = None
        self._back = 0
        self.post_message(RunLeft())
