"""What the outbox screen says about one command: a line for the list, and the whole of it beside. Pure."""

from textual.content import Content

from console.i18n import gettext as _
from console.i18n import ngettext
from console.refusals import refusal_sentence
from console.screens.outgoing_check import why_held
from console.widgets.when import age, moment
from console.wording import COMMAND, SEND_STATE, word
from desk.commands import (
    AnswerStep,
    AnyCommand,
    DecideReview,
    Escalate,
    NoteCustomer,
    OpenTicket,
    ReturnEscalation,
    SaveArticle,
    SaveMacro,
    SaveProcedure,
)
from desk.decisions.escalation import as_note
from desk.ids import MS_PER_S, Instant
from desk.outbox import NEEDS_ATTENTION, OutboxEntry, SendState
from desk.text import clean_name, clean_text, truncate
from desk.wire import Conflict, Held, Rejected

MARKS = {
    SendState.QUEUED: "·",
    SendState.SENDING: "↑",
    SendState.ACKED: "✓",
    SendState.DONE: "✓",
    SendState.DISCARDED: "×",
}
_FIRST_WORDS_CELLS = 40


def text_of_command(command: AnyCommand) -> str:
    """All that the author wrote in it."""
    if isinstance(command, SaveArticle):
        return f"{command.title}\n\n{command.body_md}"
    if isinstance(command, OpenTicket):
        return f"{command.subject}\n\n{command.body}"
    if isinstance(command, SaveMacro):
        return "\n\n".join((f"::{command.shortcut}", *command.title.values(), *command.body.values()))
    if isinstance(command, SaveProcedure):
        return "\n\n".join(command.source.values())
    if isinstance(command, AnswerStep):
        return f"{command.step}: {command.answer}" if command.answer else command.step
    if isinstance(command, NoteCustomer):
        return command.text
    if isinstance(command, Escalate):
        return as_note(command.sheet)
    if isinstance(command, ReturnEscalation):
        return command.answer
    if isinstance(command, DecideReview):
        return "\n\n".join(filter(None, (command.body, command.remark)))
    return str(getattr(command, "body", "") or "")


def list_line(entry: OutboxEntry, name: str, now: Instant) -> Content:
    """State, kind and where it goes; then how long ago, and its first words."""
    waiting_s = (now - entry.envelope.composed_at) // MS_PER_S
    needy = entry.state in NEEDS_ATTENTION
    head = f"{MARKS.get(entry.state, '!')} {word(COMMAND, entry.kind)} · {clean_name(name)} · "
    state = Content.styled(word(SEND_STATE, entry.state), "bold" if needy else "dim")
    line = Content(head) + state
    words = truncate(clean_name(text_of_command(entry.envelope.command)), _FIRST_WORDS_CELLS)
    return line + Content.styled("\n  " + " · ".join(filter(None, (age(waiting_s), words))), "dim")


def details(entry: OutboxEntry, name: str, now: Instant) -> Content:
    """What it is, why it stands where it stands, what came between, and the whole text."""
    envelope = entry.envelope
    parts = [
        Content.styled(f"{word(COMMAND, entry.kind)} · {clean_name(name)}", "bold"),
        Content.styled(
            ngettext(
                "written {moment} · {state} · tried once",
                "written {moment} · {state} · tried {n} times",
                entry.attempts,
            ).format(moment=moment(envelope.composed_at, now), state=word(SEND_STATE, entry.state), n=entry.attempts),
            "dim",
        ),
    ]
    if why := why_not_through(entry):
        parts += [Content(""), Content.styled(why, "bold")]
    parts += list(_came_between(entry, now))
    if text := text_of_command(envelope.command):
        parts += [Content(""), Content(clean_text(text))]
    return Content("\n").join(parts)


def why_not_through(entry: OutboxEntry) -> str:
    """One sentence on what stands in the way; empty when nothing does."""
    match entry.outcome:
        case Conflict(what="reply"):
            return _("Somebody wrote before this could be sent. Read it, then decide.")
        case Conflict(what=what):
            return _("“{field}” was changed by somebody else meanwhile.").format(field=word(COMMAND, what))
        case Rejected(code=code, why=why):
            return refusal_sentence(code, why)
        case Held(findings=findings):
            return why_held(findings)
    if entry.state is SendState.STALE:
        return _("It waited more than seven days; is it still right?")
    return ""


def _came_between(entry: OutboxEntry, now: Instant) -> list[Content]:
    """What the author had not seen."""
    if not isinstance(entry.outcome, Conflict):
        return []
    lines = []
    for message in entry.outcome.messages:
        head = f"{clean_name(message.author_name)} · {moment(message.at, now)}"
        lines += [Content(""), Content.styled(f"│ {head}", "bold")]
        lines += [Content(f"│ {line}") for line in clean_text(message.body).splitlines()]
    return lines
