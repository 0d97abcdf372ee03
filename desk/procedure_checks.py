"""Whether a procedure that could be read also leads somewhere, and whether its languages agree."""

from collections.abc import Iterator, Sequence

from desk.mistakes import Mistake
from desk.procedures import Script, Step


def mistakes_in_graph(script: Script) -> Iterator[Mistake]:
    """Answers that lead nowhere; then steps that nothing leads to, and steps that never come to an end."""
    ids = {step.id for step in script.steps}
    missing = [
        Mistake(code="target-missing", line=step.line, what=step.id, other=answer.leads_to[:40])
        for step in script.steps
        for answer in step.answers
        if answer.leads_to not in ids
    ]
    if missing:
        yield from missing
        return
    reached = _closure({script.steps[0].id}, {step.id: _targets(step) for step in script.steps})
    backward: dict[str, set[str]] = {step.id: set() for step in script.steps}
    for step in script.steps:
        for target in _targets(step):
            backward[target].add(step.id)
    ending = _closure({step.id for step in script.steps if step.end is not None}, backward)
    for step in script.steps:
        if step.id not in reached:
            yield Mistake(code="unreachable", line=step.line, what=step.id)
        elif step.id not in ending:
            yield Mistake(code="no-way-out", line=step.line, what=step.id)


def mistakes_between(scripts: Sequence[Script]) -> Iterator[Mistake]:
    """Where the languages of a procedure have other steps than the first of them."""
    for script in scripts[1:]:
        yield from _differences(scripts[0], script)


def _differences(one: Script, other: Script) -> Iterator[Mistake]:
    for here, there in ((one, other), (other, one)):
        known = {step.id for step in there.steps}
        for step in here.steps:
            if step.id not in known:
                yield Mistake(code="step-only-here", line=step.line, what=step.id, other=there.lang, lang=here.lang)
    known = {step.id for step in one.steps}
    order = [step.id for step in one.steps if other.step(step.id) is not None]
    common = [step for step in other.steps if step.id in known]
    for place, step in enumerate(common):
        twin = one.step(step.id)
        if twin is not None and _shape(step) != _shape(twin):
            yield Mistake(code="steps-differ", line=step.line, what=step.id, other=one.lang, lang=other.lang)
        elif order[place] != step.id:
            yield Mistake(code="order-differs", line=step.line, what=step.id, other=one.lang, lang=other.lang)
            return


def _shape(step: Step) -> tuple[object, ...]:
    """What must be the same in every language."""
    return step.kind, step.end, tuple((answer.key, answer.leads_to) for answer in step.answers)


def _targets(step: Step) -> set[str]:
    return {answer.leads_to for answer in step.answers}


def _closure(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    """Everything that can be reached."""
    found, waiting = set(start), list(start)
    while waiting:
        for target in edges[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found
