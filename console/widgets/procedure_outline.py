"""A procedure at a glance: its steps in order, where each answer leads, and how it may end."""

from textual.content import Content

from console.wording import PROCEDURE_OUTCOME, PROCEDURE_TYPED, word
from desk.procedures import TYPED, End, Script, Step
from desk.text import clean_name

_PLACE = 3


def outline(script: Script) -> Content:
    """One line a step, one an answer; ends are marked with a square."""
    parts = [Content.styled(clean_name(script.name) or "?", "bold")]
    if script.intro:
        parts.append(Content.styled(clean_name(script.intro, limit=600), "dim"))
    parts.append(Content(""))
    for number, step in enumerate(script.steps, 1):
        parts.extend(_step(script, step, number))
    return Content("\n").join(parts)


def _step(script: Script, step: Step, number: int) -> list[Content]:
    question = clean_name(step.question, limit=300)
    if step.end is not None:
        return [Content.styled(f"{number:>{_PLACE}} ■ {question}", "bold") + Content(f" · {outcome(step.end)}")]
    lines = [Content.styled(f"{number:>{_PLACE}}   {question}", "bold")]
    for answer in step.answers:
        said = f"({word(PROCEDURE_TYPED, step.kind)})" if step.kind in TYPED else clean_name(answer.label)
        place = script.number(answer.leads_to)
        target = f"{place} {clean_name(answer.leads_to)}" if place else f"? {clean_name(answer.leads_to)}"
        lines.append(Content(f"{'':{_PLACE + 3}}{said} ") + Content.styled(f"→ {target}", "dim"))
    return lines


def outcome(end: End) -> str:
    """What an end leads to, in a few words."""
    code = f"{end.kind}-{end.value}" if end.kind == "escalate" else end.kind
    return word(PROCEDURE_OUTCOME, code).format(name=f"::{clean_name(end.value)}")
