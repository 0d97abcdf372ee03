"""Commands about procedures, and their steps in a ticket: one run at a time, which anybody may go on with."""

import re

from msgspec.structs import replace

from desk.commands import AnswerStep, SaveProcedure, StopProcedure
from desk.conversation import with_lines
from desk.decisions.case import Case, Verdict
from desk.outcome import Outcome, Refusal
from desk.permissions import may
from desk.procedure_text import read_procedure
from desk.procedures import TYPED, Given, Script, Step, StepKind, given, record_of, script_in, scripts_of
from desk.records import MessageKind, Procedure, Ticket
from desk.text import clean_name, clean_text
from desk.ticket_parts import ProcedureRun, StepAnswer

MAX_ANSWERS = 200
"""Answers of one run, for procedures may ask something again."""

_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_KINDS = {
    StepKind.TEXT: "Write an answer of at most 2,000 characters.",
    StepKind.NUMBER: "The answer is a number, such as 12 or 0.5.",
    StepKind.AMOUNT: "The answer is an amount, such as 12,400 USDT.",
}


def save(case: Case, command: SaveProcedure) -> Verdict:
    """Create or change a procedure; one with a mistake is refused. An archived one may be saved as it is."""
    procedure = case.view.procedure
    if procedure is not None and procedure.id != command.procedure_id:
        return case.refuse("unknown-procedure", "There is no such procedure.")
    if not may(case.actor, command, procedure):
        return case.refuse("not-allowed", "Procedures are written by leads; ask one.")
    source = {lang: clean_text(text).strip() for lang, text in sorted(command.source.items())}
    source = {lang: text for lang, text in source.items() if text}
    if not all(_LANG.fullmatch(lang) for lang in source):
        return case.refuse("bad-value", "A language is written like en, zh or zh-TW.")
    unchanged = procedure is not None and source == procedure.source
    if not (unchanged and command.archived) and (mistakes := read_procedure(source).mistakes):
        return case.refuse("bad-procedure", mistakes[0].sentence(), mistakes[0].code)
    expected = case.envelope.expected_version
    if procedure is not None and expected is not None and not case.envelope.on_top and procedure.v > expected:
        return case.refuse("conflict", "Somebody else changed the procedure first; look again.", "procedure")
    if procedure is not None and unchanged and procedure.archived is command.archived:
        return case.refuse("no-change", "The procedure is like this already.")
    before = procedure or Procedure(id=command.procedure_id, v=0, source={})
    after = replace(before, v=before.v + 1, source=source, archived=command.archived, updated_at=case.now)
    return Outcome(changes=(after,))


def answer(case: Case, command: AnswerStep, ticket: Ticket) -> Verdict:
    """Answer a step: the one that is due, or an earlier one, from which the run then goes on. Confirming an end writes
    the record of the run; ``notice`` tells what it ends with."""
    procedure = case.view.procedure
    if procedure is None or procedure.id != command.procedure_id:
        return case.refuse("unknown-procedure", "There is no such procedure.")
    if refusal := _other_run(case, command, ticket, procedure):
        return refusal
    run = ticket.run
    script = script_in(scripts_of(procedure), run.lang if run is not None else command.lang)
    if script is None:
        return case.refuse("bad-procedure", "This procedure has a mistake; a lead mends it under g s.")
    if run is None and (procedure.archived or command.step != script.steps[0].id):
        return _not_begun(case, procedure)
    run = run or _begun(case, command, procedure, script)
    step = script.step(command.step)
    earlier = _before(run, command.step)
    if step is None or (step.id != run.step and earlier is None):
        return case.refuse("bad-value", "This step is not to be answered now; look at the procedure again.")
    if conflict := case.moved_on(ticket, "procedure"):
        return conflict
    if step.id != run.step and earlier is not None:
        run = replace(run, answers=earlier)
    if step.end is not None:
        return _finish(case, ticket, run, step)
    if (said := given(step, command.answer)) is None:
        return _no_answer(case, step)
    if len(run.answers) >= MAX_ANSWERS:
        return case.refuse("bad-value", f"A run has at most {MAX_ANSWERS} answers; stop it and begin again.")
    return case.changed(ticket, replace(ticket, run=_with_answer(case, run, step, said)))


def stop(case: Case, command: StopProcedure, ticket: Ticket) -> Verdict:
    """Leave it before its end; what was answered is kept as a note."""
    run = ticket.run
    if run is None or run.id != command.run_id:
        return case.refuse("no-change", "This procedure is not under way any more.")
    if conflict := case.moved_on(ticket, "procedure"):
        return conflict
    return _noted(case, ticket, record_of(run))


def _other_run(case: Case, command: AnswerStep, ticket: Ticket, procedure: Procedure) -> Refusal | None:
    """Another run is under way, or this one began with another version of the procedure."""
    run = ticket.run
    if run is None:
        return None
    if run.id != command.run_id or run.procedure_id != procedure.id:
        why = f"The procedure “{run.name}” is under way in this ticket; go on with it, or stop it first."
        return case.refuse("conflict", why, "procedure")
    if run.procedure_v != procedure.v:
        why = "The procedure was changed since this run began; stop the run, its answers are kept, and begin again."
        return case.refuse("conflict", why, "procedure")
    return None


def _not_begun(case: Case, procedure: Procedure) -> Refusal:
    if procedure.archived:
        return case.refuse("unknown-procedure", "This procedure is not offered any more.")
    return case.refuse("conflict", "This run has ended; look at its note, or begin the procedure again.", "procedure")


def _begun(case: Case, command: AnswerStep, procedure: Procedure, script: Script) -> ProcedureRun:
    return ProcedureRun(
        id=command.run_id,
        procedure_id=procedure.id,
        name=clean_name(script.name),
        lang=script.lang,
        step=script.steps[0].id,
        by=case.actor.id,
        started_at=case.now,
        procedure_v=procedure.v,
    )


def _before(run: ProcedureRun, step_id: str) -> tuple[StepAnswer, ...] | None:
    """The answers before the last one to that step; None when it has none."""
    for place in reversed(range(len(run.answers))):
        if run.answers[place].step == step_id:
            return run.answers[:place]
    return None


def _no_answer(case: Case, step: Step) -> Refusal:
    if step.kind in TYPED:
        return case.refuse("bad-value", _KINDS[step.kind])
    return case.refuse("bad-value", "This is none of the step's answers; choose one.")


def _with_answer(case: Case, run: ProcedureRun, step: Step, said: Given) -> ProcedureRun:
    kept = StepAnswer(
        step=step.id,
        question=clean_name(step.question, limit=500),
        answer=clean_text(said.text),
        by=case.actor.id,
        at=case.now,
    )
    return replace(run, step=said.leads_to, answers=(*run.answers, kept))


def _finish(case: Case, ticket: Ticket, run: ProcedureRun, step: Step) -> Outcome:
    assert step.end is not None
    return _noted(case, ticket, record_of(run, step), step.end.notice)


def _noted(case: Case, ticket: Ticket, record: str, notice: str = "") -> Outcome:
    """The ticket without its run, and the record of it as a note."""
    message = case.message(ticket, MessageKind.NOTE, clean_text(record))
    return case.changed(ticket, replace(with_lines(ticket, 1), run=None), message, notice=notice)
