"""What is wrong with something that was written by hand: a macro's template, a procedure. As data, so that each reader
gets it in their language; :meth:`Mistake.sentence` is the English one.

The console words the same codes in :mod:`console.mistakes`.
"""

from collections.abc import Mapping

from desk.records import Frozen

SENTENCES: Mapping[str, str] = {
    # macros
    "template-too-long": "it has more than {what} characters; shorten it.",
    "template-too-deep": "it is nested too deeply; write it in simpler parts.",
    "template-unreadable": "it cannot be read here ({what}); check the braces and quotes.",
    "template-not-allowed": "“{what}” has no place in a macro; use variables, filters and if … else … endif.",
    "template-old-variable": "“{{{what}}}” is no longer filled in; write {{{{ {what} }}}}.",
    "unknown-variable": "there is no variable “{what}”; it may be one of: {other}.",
    "unknown-filter": "there is no filter “{what}”; it may be one of: {other}.",
    "template-no-else": "a value with “if” needs an “else”.",
    "template-cannot-compare": "values of different kinds are compared ({what}); put numbers beside numbers only.",
    "template-output-too-long": "the text comes out longer than {what} characters; shorten it.",
    # procedures
    "no-text": "the procedure is empty; begin with its front matter between two lines of +++.",
    "front-matter-missing": "the first line must be +++, and another +++ must end the front matter.",
    "front-matter-unreadable": 'the front matter is no TOML ({what}); write lines such as name = "…".',
    "front-matter-unknown": "the front matter knows no “{what}”; it may be one of: {other}.",
    "front-matter-value": "“{what}” has a value of the wrong kind; name is a text, tags and words are lists of texts.",
    "name-missing": 'the front matter needs a name, such as name = "Transfer not arrived".',
    "no-steps": "there is no step; a step begins with a line such as “## amount: How much was sent?”.",
    "heading-without-id": "“{what}” needs an id before its question, as in “## amount: How much was sent?”.",
    "question-missing": "step “{what}” asks nothing; write the question behind its id.",
    "step-twice": "there are two steps “{what}”; each id is given once.",
    "answers-missing": "step “{what}” has no answers and is no end; add lines such as - Yes -> next.",
    "answer-without-target": "an answer of step “{what}” leads nowhere; end it with -> and a step's id.",
    "answer-empty": "an answer of step “{what}” has no words before its arrow.",
    "answer-twice": "step “{what}” has the answer “{other}” twice.",
    "answers-too-many": "step “{what}” has more than {other} answers; split it in two.",
    "branch-missing": "step “{what}” has no branch for [{other}]; both answers need one.",
    "single-answer": "step “{what}” offers one answer only; nobody needs to be asked that.",
    "answers-mixed": "step “{what}” mixes kinds of answers; [text], [number] and [amount] stand alone.",
    "marker-unknown": "“[{what}]” is no kind of answer; it may be one of: {other}.",
    "target-missing": "step “{what}” leads to “{other}”, which is not there.",
    "end-value": "the end of step “{what}” must be [macro] and a shortcut, [escalate] senior or emergency, or [note].",
    "end-with-answers": "step “{what}” is an end and has answers too; take one of them away.",
    "unreachable": "no answer leads to step “{what}”; take it out or lead to it.",
    "no-way-out": "from step “{what}” no answer leads to an end; the procedure would never stop.",
    "too-many-steps": "there are more than {what} steps; split the procedure.",
    "procedure-too-long": "it has more than {what} characters; split the procedure.",
    "language-missing": "there is no text in any language.",
    "step-only-here": "step “{what}” is not in the text in {other}; both languages have the same steps.",
    "steps-differ": "step “{what}” has other answers, targets or end than in {other}; the languages must agree.",
    "order-differs": "step “{what}” stands at another place than in {other}; keep the same order.",
}
"""Every mistake by its code. ``what`` and ``other`` are its particulars."""


class Mistake(Frozen, frozen=True, kw_only=True):
    """One mistake: a code of :data:`SENTENCES`, the line it is in (0: not one line), and its particulars. ``lang`` says
    in which language's text it is (empty: there is only one, or it is not in a text)."""

    code: str
    line: int = 0
    what: str = ""
    other: str = ""
    lang: str = ""

    def sentence(self) -> str:
        """The mistake in English, with its line."""
        said = SENTENCES[self.code].format(what=self.what, other=self.other)
        where = ", ".join(part for part in (self.lang, f"line {self.line}" if self.line else "") if part)
        return f"{where[0].upper()}{where[1:]}: {said}" if where else f"{said[0].upper()}{said[1:]}"
