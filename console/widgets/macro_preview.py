"""What a macro would do, before it does: the ticket's fields old → new, and the start of its text."""

from collections.abc import Mapping
from itertools import islice

from console.i18n import gettext as _
from console.mistakes import mistake_sentence
from console.widgets.wrapping import wrap
from console.wording import SEVERITY, STATUS, word
from desk.macros import FieldChange, preview, render
from desk.records import Agent, Macro, Ticket
from desk.text import SafeText, clean_name, clean_text, truncate

_TEXT_LINES = 4
_LINE_CELLS = 66


def macro_preview(macro: Macro, ticket: Ticket, me: Agent, names: Mapping[str, str]) -> tuple[SafeText, ...]:
    """Lines for the list under the cursor. ``names`` gives teams and people by id."""
    rendering = render(macro, ticket.lang, ticket, me, names.get(ticket.team_id, ""))
    if rendering.mistake is not None:
        sentence = _("cannot be used: {why}").format(why=mistake_sentence(rendering.mistake))
        lines = wrap([(sentence, None)], _LINE_CELLS)
        return tuple(clean_name("".join(text for text, _style in line)) for line in lines)
    changes = _changes(macro, ticket, names)
    written = [f"│ {line}" for line in islice(filter(None, rendering.text.splitlines()), _TEXT_LINES)]
    return tuple(truncate(line, _LINE_CELLS) for line in [*changes, *written])


def macro_page(macro: Macro, lang: str, ticket: Ticket, me: Agent, names: Mapping[str, str]) -> SafeText:
    """What a macro would do to a ticket and write in a language, whole; or why it cannot be used."""
    rendering = render(macro, lang, ticket, me, names.get(ticket.team_id, ""))
    if rendering.mistake is not None:
        return clean_text(f"! {mistake_sentence(rendering.mistake)}")
    return clean_text(rendering.text or _("no text in this language"))


def changes_line(macro: Macro, ticket: Ticket, names: Mapping[str, str]) -> SafeText:
    """What a macro would change on a ticket, in one line."""
    return clean_name(" · ".join(_changes(macro, ticket, names)))


def _changes(macro: Macro, ticket: Ticket, names: Mapping[str, str]) -> list[str]:
    changes = [_change(change, names) for change in preview(macro, ticket).changes]
    return changes or [_("changes nothing on the ticket")]


def _change(change: FieldChange, names: Mapping[str, str]) -> str:
    """One field, old → new; tags as what comes and goes."""
    if change.field == "tags":
        before, after = set(change.old.split()), set(change.new.split())
        signed = [f"+{tag}" for tag in sorted(after - before)] + [f"−{tag}" for tag in sorted(before - after)]
        return _("tags {changes}").format(changes=clean_name(" ".join(signed)))
    old, new = _value(change.field, change.old, names), _value(change.field, change.new, names)
    field = {"status": _("status"), "severity": _("severity"), "team": _("team"), "assignee": _("assignee")}[
        change.field
    ]
    return f"{field} {old} → {new}"


def _value(field: str, value: str, names: Mapping[str, str]) -> str:
    """A value in words."""
    if field == "status":
        return word(STATUS, value)
    if field == "severity":
        return word(SEVERITY, value)
    return clean_name(names.get(value, value)) or _("nobody")
