"""What is wrong with a macro or a procedure, in the reader's language.

The codes and their English are :data:`desk.mistakes.SENTENCES`; the words stand here once more because this is where
texts to be translated are looked for. A test holds the two together.
"""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import mark
from console.wording import LANGUAGE
from desk.mistakes import Mistake
from desk.text import SafeText, clean_name

SENTENCES: Mapping[str, str] = {
    "template-too-long": mark("it has more than {what} characters; shorten it."),
    "template-too-deep": mark("it is nested too deeply; write it in simpler parts."),
    "template-unreadable": mark("it cannot be read here ({what}); check the braces and quotes."),
    "template-not-allowed": mark("“{what}” has no place in a macro; use variables, filters and if … else … endif."),
    "template-old-variable": mark("“{{{what}}}” is no longer filled in; write {{{{ {what} }}}}."),
    "unknown-variable": mark("there is no variable “{what}”; it may be one of: {other}."),
    "unknown-filter": mark("there is no filter “{what}”; it may be one of: {other}."),
    "template-no-else": mark("a value with “if” needs an “else”."),
    "template-cannot-compare": mark(
        "values of different kinds are compared ({what}); put numbers beside numbers only."
    ),
    "template-output-too-long": mark("the text comes out longer than {what} characters; shorten it."),
    "no-text": mark("the procedure is empty; begin with its front matter between two lines of +++."),
    "front-matter-missing": mark("the first line must be +++, and another +++ must end the front matter."),
    "front-matter-unreadable": mark('the front matter is no TOML ({what}); write lines such as name = "…".'),
    "front-matter-unknown": mark("the front matter knows no “{what}”; it may be one of: {other}."),
    "front-matter-value": mark(
        "“{what}” has a value of the wrong kind; name is a text, tags and words are lists of texts."
    ),
    "name-missing": mark('the front matter needs a name, such as name = "Transfer not arrived".'),
    "no-steps": mark("there is no step; a step begins with a line such as “## amount: How much was sent?”."),
    "heading-without-id": mark("“{what}” needs an id before its question, as in “## amount: How much was sent?”."),
    "question-missing": mark("step “{what}” asks nothing; write the question behind its id."),
    "step-twice": mark("there are two steps “{what}”; each id is given once."),
    "answers-missing": mark("step “{what}” has no answers and is no end; add lines such as - Yes -> next."),
    "answer-without-target": mark("an answer of step “{what}” leads nowhere; end it with -> and a step's id."),
    "answer-empty": mark("an answer of step “{what}” has no words before its arrow."),
    "answer-twice": mark("step “{what}” has the answer “{other}” twice."),
    "answers-too-many": mark("step “{what}” has more than {other} answers; split it in two."),
    "branch-missing": mark("step “{what}” has no branch for [{other}]; both answers need one."),
    "single-answer": mark("step “{what}” offers one answer only; nobody needs to be asked that."),
    "answers-mixed": mark("step “{what}” mixes kinds of answers; [text], [number] and [amount] stand alone."),
    "marker-unknown": mark("“[{what}]” is no kind of answer; it may be one of: {other}."),
    "target-missing": mark("step “{what}” leads to “{other}”, which is not there."),
    "end-value": mark(
        "the end of step “{what}” must be [macro] and a shortcut, [escalate] senior or emergency, or [note]."
    ),
    "end-with-answers": mark("step “{what}” is an end and has answers too; take one of them away."),
    "unreachable": mark("no answer leads to step “{what}”; take it out or lead to it."),
    "no-way-out": mark("from step “{what}” no answer leads to an end; the procedure would never stop."),
    "too-many-steps": mark("there are more than {what} steps; split the procedure."),
    "procedure-too-long": mark("it has more than {what} characters; split the procedure."),
    "language-missing": mark("there is no text in any language."),
    "step-only-here": mark("step “{what}” is not in the text in {other}; both languages have the same steps."),
    "steps-differ": mark("step “{what}” has other answers, targets or end than in {other}; the languages must agree."),
    "order-differs": mark("step “{what}” stands at another place than in {other}; keep the same order."),
}


def mistake_sentence(mistake: Mistake) -> SafeText:
    """One sentence for a mistake, with the place it is at."""
    said = _(SENTENCES[mistake.code]).format(what=mistake.what, other=mistake.other)
    language = _("condition") if mistake.lang == "condition" else LANGUAGE.get(mistake.lang, mistake.lang)
    line = _("line {number}").format(number=mistake.line) if mistake.line else ""
    where = ", ".join(part for part in (language, line) if part)
    said = _("{place}: {what}").format(place=where, what=said) if where else said
    return clean_name(said[:1].upper() + said[1:], limit=500)
