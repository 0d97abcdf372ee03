"""Words for the lines the system writes into a conversation: ``code key=value …`` in the reader's language."""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import mark
from desk.text import SafeText, clean_name

_SENTENCES: Mapping[str, str] = {
    "opened": mark("{by} opened the ticket"),
    "taken": mark("{by} took the ticket"),
    "take": mark("{by} took the ticket"),
    "assigned": mark("{by} assigned it to {to}"),
    "assign": mark("{by} assigned it to {to}"),
    "unassigned": mark("{by} gave it back to the queue"),
    "status": mark("{by} set the status to {to}"),
    "severity": mark("{by} set the severity to {to}"),
    "team": mark("{by} moved it to {to}"),
    "snoozed": mark("{by} put it aside"),
    "snooze": mark("{by} put it aside"),
    "woken": mark("It woke up"),
    "tags": mark("{by} changed the tags"),
    "macro": mark("{by} applied a macro"),
    "escalated": mark("{by} escalated it"),
    "reopened": mark("The customer reopened it"),
}


def event_sentence(body: str, by: str, names: Mapping[str, str]) -> SafeText:
    """The sentence of an event. ``names`` words ids (agents, teams); an unknown code is shown as it is."""
    code, *pairs = body.split(" ")
    values = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    values = {key: names.get(value, value) for key, value in values.items()}
    sentence = _SENTENCES.get(code)
    if sentence is None:
        return clean_name(body)
    return clean_name(_(sentence).format_map(_Blank({"by": by, **values})))


class _Blank(dict[str, str]):
    """Says "?" for a value the event does not have."""

    def __missing__(self, key: str) -> str:
        return "?"
