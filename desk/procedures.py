"""Procedures: steps that are gone through in a ticket, one question after the other, to an end.

What one looks like when written, and how it is read, is :mod:`desk.procedure_text` and ``docs/procedures.md``. Here is
what it is once read, what an answer does, how far one has come, and the record that is kept of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Literal, TypeAlias

from desk.folding import fold
from desk.ids import MacroId
from desk.macros import text_in
from desk.records import Frozen, Macro, Procedure, Ticket
from desk.text import clean_text
from desk.ticket_parts import ProcedureRun, StepAnswer

MAX_ANSWER = 2_000
"""Characters of an answer that is typed."""

EndKind: TypeAlias = Literal["macro", "escalate", "note"]

_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?")
_AMOUNT = re.compile(r"([^\W\d_]{0,10}|[$€£¥₮])\s?\d[\d,]*(\.\d+)?\s?([^\W\d_]{0,10}|[$€£¥₮])")


class StepKind(StrEnum):
    """What is asked: one of several, yes or no, whether something is done, or something to be typed; or an end."""

    CHOICE = "choice"
    YES_NO = "yes_no"
    CHECK = "check"
    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"
    END = "end"


TYPED = frozenset({StepKind.TEXT, StepKind.NUMBER, StepKind.AMOUNT})
"""Kinds whose answer is typed; they have one way on."""


class Answer(Frozen, frozen=True, kw_only=True):
    """One answer of a step. ``key`` is the same in every language: a number, ``yes``, ``no``, ``done``, ``not-done``;
    empty where the answer is typed."""

    key: str
    label: str
    leads_to: str


class End(Frozen, frozen=True, kw_only=True):
    """How a procedure ends: with a macro (``value`` is its shortcut), with an escalation (``senior`` or ``emergency``),
    or with the note alone."""

    kind: EndKind
    value: str = ""

    @property
    def notice(self) -> str:
        """The end in one word, such as ``macro:tx``."""
        return f"{self.kind}:{self.value}" if self.value else self.kind


class Step(Frozen, frozen=True, kw_only=True):
    """One step: what is asked, what to tell and to do (Markdown), and where each answer leads. ``line`` is where it
    stands in its text."""

    id: str
    question: str
    kind: StepKind
    text: str = ""
    answers: tuple[Answer, ...] = ()
    end: End | None = None
    line: int = 0


class Script(Frozen, frozen=True, kw_only=True):
    """A procedure in one language. ``tags`` and ``words`` tell for which tickets it is suggested."""

    lang: str
    name: str
    steps: tuple[Step, ...]
    intro: str = ""
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """The step of that id."""
        return next((step for step in self.steps if step.id == step_id), None)

    def number(self, step_id: str) -> int:
        """The place of a step in the text, from 1; 0 when it is not there."""
        return next((number for number, step in enumerate(self.steps, 1) if step.id == step_id), 0)


class Given(Frozen, frozen=True, kw_only=True):
    """An answer as it is kept, and the step it leads to."""

    text: str
    leads_to: str


def given(step: Step, answer: str) -> Given | None:
    """What becomes of an answer to a step: a key of :class:`Answer`, or what was typed; None when it is none."""
    if step.kind is StepKind.END:
        return None
    if step.kind not in TYPED:
        chosen = next((one for one in step.answers if one.key == answer), None)
        return Given(text=chosen.label, leads_to=chosen.leads_to) if chosen is not None else None
    typed = clean_text(answer).strip()
    if not typed or len(typed) > MAX_ANSWER:
        return None
    plain = " ".join(unicodedata.normalize("NFKC", typed).split())
    if step.kind is StepKind.NUMBER and not _NUMBER.fullmatch(plain):
        return None
    if step.kind is StepKind.AMOUNT and not _AMOUNT.fullmatch(plain):
        return None
    return Given(text=typed if step.kind is StepKind.TEXT else plain, leads_to=step.answers[0].leads_to)


def steps_left(script: Script, step_id: str) -> int:
    """How many steps may still come, that one included, when no answer leads back."""
    place = {step.id: number for number, step in enumerate(script.steps)}
    longest: dict[str, int] = {}
    for step in reversed(script.steps):
        onward = (one.leads_to for one in step.answers if place.get(one.leads_to, -1) > place[step.id])
        longest[step.id] = 1 + max((longest[target] for target in onward), default=0)
    return longest.get(step_id, 0)


def script_in(scripts: Sequence[Script], lang: str) -> Script | None:
    """The procedure in the language nearest to ``lang``; None when it cannot be read in any."""
    by_lang = {script.lang: script for script in scripts}
    nearest = text_in({lang: lang for lang in by_lang}, lang)
    return by_lang.get(nearest)


def scripts_of(procedure: Procedure) -> tuple[Script, ...]:
    """A stored procedure by language; empty when it has mistakes."""
    from desk.procedure_text import read_procedure

    reading = read_procedure(procedure.source)
    return () if reading.mistakes else reading.scripts


# ---- what is kept of a run -----------------------------------------------------------------------------------------

_RECORD = {
    "en": {
        "finished": "Procedure “{name}”, gone through.",
        "stopped": "Procedure “{name}”, stopped before its end.",
        "macro": "Ended with macro ::{value}: {why}",
        "escalate-senior": "Ended with an escalation to the seniors: {why}",
        "escalate-emergency": "Ended with an escalation as an emergency: {why}",
        "note": "Ended with this note: {why}",
    },
    "zh": {
        "finished": "流程“{name}”，已走完。",
        "stopped": "流程“{name}”，中途停止。",
        "macro": "结束：使用宏 ::{value}，{why}",
        "escalate-senior": "结束：升级给高级客服，{why}",
        "escalate-emergency": "结束：按紧急情况升级，{why}",
        "note": "结束：记录备注，{why}",
    },
}
"""The words of the record. It is part of the ticket and read by all, so it is in the language the run was read in."""


def answers_text(answers: Iterable[StepAnswer]) -> str:
    """Questions and answers in order, a line each, as they are told to who takes over."""
    return "\n".join(f"{number}. {one.question} — {one.answer}" for number, one in enumerate(answers, 1))


def record_of(run: ProcedureRun, last: Step | None = None) -> str:
    """The note that is kept of a run: at the end ``last``, or (None) stopped before."""
    words = _RECORD["zh" if run.lang.split("-")[0] == "zh" else "en"]
    lines = [words["stopped" if last is None else "finished"].format(name=run.name), answers_text(run.answers)]
    if last is not None and last.end is not None:
        code = f"escalate-{last.end.value}" if last.end.kind == "escalate" else last.end.kind
        lines.append(words[code].format(value=last.end.value, why=last.question))
    return "\n".join(line for line in lines if line)


# ---- finding the right one -----------------------------------------------------------------------------------------


def suggested(procedures: Iterable[Procedure], ticket: Ticket, said: str = "") -> list[tuple[Procedure, int]]:
    """Procedures that can be run, the likeliest first, with how well each fits (0: nothing speaks for it). ``said`` is
    what the customer wrote."""
    wanted, text = set(ticket.tags), fold(f"{ticket.subject}\n{said}")
    found = []
    for procedure in procedures:
        scripts = () if procedure.archived else scripts_of(procedure)
        if scripts:
            tags = wanted.intersection(tag for script in scripts for tag in script.tags)
            words = {word for script in scripts for word in script.words if fold(word) in text}
            found.append((procedure, 2 * len(tags) + 3 * len(words)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].id))


def macro_of(end: End, macros: Iterable[Macro]) -> MacroId | None:
    """The macro that an end names, among those offered for a ticket."""
    return next((macro.id for macro in macros if end.kind == "macro" and macro.shortcut == end.value), None)
