"""Words for the lines the system writes into a conversation: ``code key=value …`` in the reader's language."""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import mark
from console.widgets.ground_words import grounds_line, told_grounds
from console.widgets.when import clock_time, day
from console.wording import ESCALATION_TIER, LINK, word
from desk.ids import TicketId
from desk.records import Message, MessageKind
from desk.text import SafeText, clean_name

_SENTENCES: Mapping[str, str] = {
    "opened": mark("{by} opened the ticket"),
    "taken": mark("{by} took the ticket"),
    "picked": mark("{by} took the ticket; more urgent ones of the team that waited: {passed}"),
    "routed": mark("It was given to {to} by rule: {why}"),
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
    "escalated": mark("{by} escalated it to: {tier}"),
    "escalation_accepted": mark("{by} accepted it and owns it"),
    "escalation_returned": mark("{by} gave it back to {to} with guidance"),
    "escalation_solved": mark("{by} gave it back to {to}, solved"),
    "follow_up": mark("{by} will have it come back on {at}"),
    "follow_up_done": mark("{by} has seen to the follow-up"),
    "review_asked": mark("{by} asked for approval of a reply"),
    "review_approved": mark("{by} approved the reply of {to}"),
    "review_changed": mark("{by} changed and approved the reply of {to}"),
    "review_returned": mark("{by} returned the reply to {to}"),
    "review_withdrawn": mark("{by} withdrew the reply"),
    "incident_joined": mark("{by} put it into the incident “{incident}”"),
    "incident_left": mark("{by} took it out of the incident “{incident}”"),
    "incident_matched": mark("It joined the incident “{incident}” by its rule"),
    "reopened": mark("The customer reopened it"),
    "merged_in": mark("{ref} merged in, {n} messages · Enter shows them"),
    "merged_into": mark("{by} merged it into {ref}"),
    "unmerged": mark("{by} took {ref} out again"),
    "merge_undone": mark("{by} took it back out of {ref}"),
    "split_off": mark("{by} split {n} messages off into {ref}"),
    "split_from": mark("{by} split it off {ref}, {n} messages"),
    "linked": mark("{by} linked it: {link} {ref}"),
    "unlinked": mark("{by} removed the link: {link} {ref}"),
    "no_duplicate": mark("{by}: no duplicate of {ref}"),
}


def event_sentence(body: str, by: str, names: Mapping[str, str]) -> SafeText:
    """The sentence of an event. ``names`` words ids (agents, teams); an unknown code is shown as it is."""
    code, *pairs = body.split(" ")
    values = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    values = {key: _worded(key, value, names) for key, value in values.items()}
    sentence = _SENTENCES.get("picked" if code == "taken" and "passed" in values else code)
    if sentence is None:
        return clean_name(body)
    return clean_name(_(sentence).format_map(_Blank({"by": by, **values})))


def merged_in(message: Message) -> TicketId | None:
    """The ticket whose merging into this one a line tells of; None for any other line."""
    if message.kind is not MessageKind.EVENT or not message.body.startswith("merged_in "):
        return None
    values = dict(pair.split("=", 1) for pair in message.body.split(" ") if "=" in pair)
    return TicketId(values["id"]) if "id" in values else None


def _worded(key: str, value: str, names: Mapping[str, str]) -> str:
    """A value in the reader's words: a name, a tier, a date."""
    if key == "link":
        return word(LINK, value)
    if key == "tier":
        return word(ESCALATION_TIER, value)
    if key == "at" and value.isdecimal():
        return f"{day(int(value))} {clock_time(int(value))}"
    if key == "why":
        return grounds_line(told_grounds(value), names)
    return _("nobody") if value == "-" else names.get(value, value)


class _Blank(dict[str, str]):
    """Says "?" for a value the event does not have."""

    def __missing__(self, key: str) -> str:
        return "?"
