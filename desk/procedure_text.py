"""Reads a procedure as it is written: TOML front matter between two lines of ``+++``, then Markdown.

    +++
    name = "Transfer not arrived"
    tags = ["withdrawal"]
    words = ["not arrived", "没到账"]
    +++

    What it is for.

    ## direction: Which way does the money go?

    What to tell, and to do.

    - Out of our exchange -> txid
    - Into our exchange -> deposit

    ## txid: What is the transaction id?

    - [text] -> amount

A heading of the second level begins a step: its id, a colon, the question. The list at its end are the answers, each
with an arrow and the id it leads to; the first step begins. A mark in brackets says what kind of answer is asked for:
``[yes]`` and ``[no]``, ``[done]`` and ``[not done]``, ``[text]``, ``[number]``, ``[amount]``, or what the end is:
``[macro] shortcut``, ``[escalate] senior``, ``[escalate] emergency``, ``[note]``. Arrows are ``->`` or ``→``.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from desk.mistakes import Mistake
from desk.procedure_checks import mistakes_between, mistakes_in_graph
from desk.procedures import Answer, End, Script, Step, StepKind
from desk.records import Frozen

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_SOURCE = 60_000
"""Characters of a procedure in one language."""
MAX_STEPS = 60
MAX_CHOICES = 9
"""As many as there are number keys."""

_FENCE = "+++"
_FRONT = {"name": str, "tags": list, "words": list}
_HEADING = re.compile(r"([a-z][a-z0-9-]{0,39})\s*[:：]\s*(.*)", re.DOTALL)
_ARROW = re.compile(r"\s*(?:->|→)\s*([^\s>→]*)\s*$")
_MARK = re.compile(r"\[([^\]]*)\]\s*")
_TYPED = {"text": StepKind.TEXT, "number": StepKind.NUMBER, "amount": StepKind.AMOUNT}
_PAIRS = {"yes": StepKind.YES_NO, "no": StepKind.YES_NO, "done": StepKind.CHECK, "not done": StepKind.CHECK}
_WHOLE = {StepKind.YES_NO: ("yes", "no"), StepKind.CHECK: ("done", "not done")}
_ENDS = ("macro", "escalate", "note")
_TIERS = ("senior", "emergency")
_SHORTCUT = re.compile(r"\w[\w.-]{0,29}")
_WORDS = {
    "en": {"yes": "Yes", "no": "No", "done": "Done", "not done": "Not done"},
    "zh": {"yes": "是", "no": "否", "done": "已完成", "not done": "未完成"},
}
"""What a mark is called when nothing stands behind it."""


class _Front(Frozen, frozen=True, kw_only=True):
    """The front matter."""

    name: str = ""
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Reading(Frozen, frozen=True, kw_only=True):
    """What was read: a script for each language that could be, and everything that is wrong."""

    scripts: tuple[Script, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def read_procedure(source: dict[str, str]) -> Reading:
    """A procedure in all its languages. It can be run only without a mistake."""
    return _read_all(tuple(sorted(source.items())))


@lru_cache(maxsize=64)
def _read_all(source: tuple[tuple[str, str], ...]) -> Reading:
    """Read once: procedures are asked about much more often than they change."""
    if not source:
        return Reading(mistakes=(Mistake(code="language-missing"),))
    readings = [_read_one(lang, text) for lang, text in source]
    scripts = tuple(script for reading in readings for script in reading.scripts)
    mistakes = tuple(mistake for reading in readings for mistake in reading.mistakes)
    if not mistakes:
        mistakes = tuple(mistakes_between(scripts))
    if len(source) == 1:
        mistakes = tuple(replace(mistake, lang="") for mistake in mistakes)
    return Reading(scripts=scripts, mistakes=mistakes)


@lru_cache(maxsize=64)
def _read_one(lang: str, text: str) -> Reading:
    reader = _Reader(lang)
    script = reader.read(text)
    mistakes = tuple(replace(mistake, lang=lang) for mistake in sorted(reader.mistakes, key=lambda one: one.line))
    return Reading(scripts=(script,) if script is not None else (), mistakes=mistakes)


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 20 ms, when the first procedure is read

    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.core.ruler.enableOnly(["normalize", "block"])  # inline text is kept as it is written
    return markdown


class _Reader:
    """One text being read; mistakes are gathered, so that all are seen at once."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.mistakes: list[Mistake] = []

    def read(self, text: str) -> Script | None:
        """The script as far as it can be understood; None when there is nothing to understand."""
        if len(text) > MAX_SOURCE:
            self._wrong("procedure-too-long", 0, str(MAX_SOURCE))
            return None
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not any(line.strip() for line in lines):
            self._wrong("no-text", 1)
            return None
        end = self._front_matter_end(lines)
        if end is None:
            return None
        front = self._front_matter(lines[1:end])
        body = [""] * (end + 1) + lines[end + 1 :]  # lines keep their numbers
        intro, steps = self._steps(body)
        if not steps and not self.mistakes:
            self._wrong("no-steps", len(lines))
        if len(steps) > MAX_STEPS:
            self._wrong("too-many-steps", steps[MAX_STEPS].line, str(MAX_STEPS))
            return None
        script = Script(
            lang=self._lang, name=front.name, tags=front.tags, words=front.words, intro=intro, steps=tuple(steps)
        )
        if not self.mistakes:
            self.mistakes += mistakes_in_graph(script)
        return script

    def _wrong(self, code: str, line: int, what: str = "", other: str = "") -> None:
        self.mistakes.append(Mistake(code=code, line=line, what=" ".join(what.split())[:80], other=other))

    # Front matter

    def _front_matter_end(self, lines: list[str]) -> int | None:
        """The index of the line that ends the front matter."""
        if lines[0].strip() == _FENCE:
            for number, line in enumerate(lines[1:], 1):
                if line.strip() == _FENCE:
                    return number
        self._wrong("front-matter-missing", 1)
        return None

    def _front_matter(self, lines: list[str]) -> _Front:
        try:
            found = tomllib.loads("\n".join([*lines, ""]))
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
            at = re.search(r"line (\d+)", str(error))
            self._wrong("front-matter-unreadable", int(at[1]) + 1 if at else 1, str(error).partition(" (at")[0])
            return _Front()
        for key, value in found.items():
            line = next((n for n, text in enumerate(lines, 2) if text.lstrip().startswith(key)), 1)
            if key not in _FRONT:
                self._wrong("front-matter-unknown", line, key, ", ".join(_FRONT))
            elif not isinstance(value, _FRONT[key]) or (
                isinstance(value, list) and not all(isinstance(item, str) and item.strip() for item in value)
            ):
                self._wrong("front-matter-value", line, key)
        if self.mistakes:
            return _Front()
        if not str(found.get("name", "")).strip():
            self._wrong("name-missing", 1)
        name, tags, words = str(found.get("name", "")), found.get("tags", []), found.get("words", [])
        return _Front(name=" ".join(name.split())[:80], tags=tuple(tags), words=tuple(words))

    # Steps

    def _steps(self, lines: list[str]) -> tuple[str, list[Step]]:
        """What stands before the first step, and the steps."""
        tokens = [token for token in _markdown().parse("\n".join(lines)) if token.type != "text"]
        starts = [i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
        starts = [i for i in starts if tokens[i].level == 0]
        first = _first_line(tokens[starts[0]]) if starts else len(lines)
        steps: list[Step] = []
        for start, end in zip(starts, [*starts[1:], len(tokens)][: len(starts)], strict=True):
            last = _first_line(tokens[end]) if end < len(tokens) else len(lines)
            step = self._step(tokens[start:end], lines, last)
            if step is not None and any(other.id == step.id for other in steps):
                self._wrong("step-twice", step.line, step.id)
            elif step is not None:
                steps.append(step)
        return "\n".join(lines[:first]).strip(), steps

    def _step(self, tokens: "list[Token]", lines: list[str], last: int) -> Step | None:
        heading, line = tokens[1].content, _first_line(tokens[0]) + 1
        named = _HEADING.fullmatch(heading.strip())
        if named is None:
            self._wrong("heading-without-id", line, heading)
            return None
        step_id, question = named[1], " ".join(named[2].split())
        if not question:
            self._wrong("question-missing", line, step_id)
        answers, text_end = self._answer_lines(tokens, last)
        after_heading = tokens[0].map[1] if tokens[0].map else line
        text = "\n".join(lines[after_heading:text_end]).strip()
        step = Step(id=step_id, question=question, kind=StepKind.CHOICE, text=text, line=line)
        if not answers:
            self._wrong("answers-missing", line, step_id)
            return step
        return self._with_answers(step, answers)

    def _answer_lines(self, tokens: "list[Token]", last: int) -> tuple[list[tuple[int, str]], int]:
        """The items of the list that ends a step, each with its line, and the index of the line where that begins. A
        list without any arrow or mark of an end is part of the text."""
        closing = tokens[-1]
        if closing.type != "bullet_list_close" or closing.level != 0:
            return [], last
        opening = max(i for i, t in enumerate(tokens) if t.type == "bullet_list_open" and t.level == 0)
        items = list(_items(tokens[opening:]))
        if any(_ARROW.search(content) or _MARK.match(content) for _line, content in items):
            return items, _first_line(tokens[opening])
        return [], last

    def _with_answers(self, step: Step, items: list[tuple[int, str]]) -> Step:
        ends = [(line, content) for line, content in items if _is_end(content)]
        if ends:
            if len(items) > 1:
                self._wrong("end-with-answers", items[1][0], step.id)
            return replace(step, kind=StepKind.END, end=self._end(step, *ends[0]))
        found = [answer for line, content in items if (answer := self._answer(step, line, content)) is not None]
        if len(found) < len(items):
            return step
        return self._of_kind(step, found)

    def _end(self, step: Step, line: int, content: str) -> End | None:
        mark = _MARK.match(content)
        assert mark is not None
        kind, value = mark[1].strip().lower(), content[mark.end() :].strip().removeprefix("::")
        if kind == "macro" and _SHORTCUT.fullmatch(value):
            return End(kind="macro", value=value)
        if kind == "escalate" and value in _TIERS:
            return End(kind="escalate", value=value)
        if kind == "note" and not value:
            return End(kind="note")
        self._wrong("end-value", line, step.id)
        return None

    def _answer(self, step: Step, line: int, content: str) -> "tuple[int, str, Answer] | None":
        """An answer with its line and its mark (empty: none)."""
        arrow = _ARROW.search(content)
        if arrow is None or not arrow[1]:
            self._wrong("answer-without-target", line, step.id)
            return None
        label, mark = content[: arrow.start()].strip(), ""
        if found := _MARK.match(label):
            mark = " ".join(found[1].lower().split())
            label = label[found.end() :].strip()
            if mark not in _TYPED and mark not in _PAIRS:
                self._wrong("marker-unknown", line, mark, ", ".join((*_PAIRS, *_TYPED, *_ENDS)))
                return None
        if not label and not mark:
            self._wrong("answer-empty", line, step.id)
            return None
        words = _WORDS.get(self._lang.split("-")[0], _WORDS["en"])
        label = " ".join(label.split()) or words.get(mark, "")
        return line, mark, Answer(key=mark.replace(" ", "-"), label=label, leads_to=arrow[1])

    def _of_kind(self, step: Step, found: "list[tuple[int, str, Answer]]") -> Step:
        """The step with its answers, when they go together."""
        marks = [mark for _line, mark, _answer in found]
        answers = [answer for _line, _mark, answer in found]
        kinds = {_TYPED.get(mark) or _PAIRS.get(mark, StepKind.CHOICE) for mark in marks}
        if len(kinds) > 1 or (marks[0] in _TYPED and len(found) > 1):
            self._wrong("answers-mixed", found[0][0], step.id)
            return step
        kind = kinds.pop()
        for number, (line, mark, answer) in enumerate(found):
            if mark in marks[:number] if mark else answer.label in [other.label for other in answers[:number]]:
                self._wrong("answer-twice", line, step.id, mark or answer.label)
        for mark in _WHOLE.get(kind, ()):
            if mark not in marks:
                self._wrong("branch-missing", step.line, step.id, mark)
        if kind is StepKind.CHOICE:
            if len(answers) == 1:
                self._wrong("single-answer", found[0][0], step.id)
            if len(answers) > MAX_CHOICES:
                self._wrong("answers-too-many", found[MAX_CHOICES][0], step.id, str(MAX_CHOICES))
            answers = [replace(answer, key=str(number)) for number, answer in enumerate(answers, 1)]
        elif marks[0] in _TYPED:
            answers = [replace(answers[0], key="")]
        return replace(step, kind=kind, answers=tuple(answers))


def _first_line(token: "Token") -> int:
    """The index of a block's first line."""
    return token.map[0] if token.map else 0


def _items(tokens: "list[Token]") -> Iterator[tuple[int, str]]:
    """The line number and first paragraph of each item of a list, lists within it left out."""
    line = None
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1:
            line = _first_line(token) + 1
        elif token.type == "inline" and line is not None:
            yield line, " ".join(token.content.split())
            line = None
        elif token.type == "list_item_close" and token.level == 1 and line is not None:
            yield line, ""
            line = None


def _is_end(content: str) -> bool:
    mark = _MARK.match(content)
    return mark is not None and mark[1].strip().lower() in _ENDS and not _ARROW.search(content)
