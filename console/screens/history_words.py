"""An audit row in words: who did what on what, and each field from what to what."""

import re
from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import mark
from console.widgets.event_words import event_sentence
from console.widgets.history_list import HistoryRow
from console.widgets.when import moment
from console.wording import (
    ARTICLE_STATE,
    CHANNEL,
    COMMAND,
    ESCALATION_STATE,
    ESCALATION_TIER,
    IDENTITY,
    LANGUAGE,
    ROLE,
    SEVERITY,
    STATUS,
    TIER,
    word,
)
from desk.audit import FieldChange
from desk.ids import Instant
from desk.records import Message
from desk.text import clean_name
from desk.wire import AuditEntry

ACTION: Mapping[str, str] = {
    "sign-in": mark("sign-in"),
    "sign-out": mark("sign-out"),
    "token-reused": mark("sign-in used twice"),
    "token-created": mark("token for automation"),
    "received": mark("message from the customer"),
    "search": mark("search in tickets"),
    "audit-search": mark("search in the audit"),
    "user-added": mark("person added"),
    "user-changed": mark("person changed"),
    "team-added": mark("team added"),
    "import": mark("import"),
}
"""What is done without a command; the words of commands are in :data:`console.wording.COMMAND`."""

FIELD: Mapping[str, str] = {
    "status": mark("status"),
    "severity": mark("severity"),
    "assignee_id": mark("assignee"),
    "team_id": mark("team"),
    "tags": mark("tags"),
    "followers": mark("followers"),
    "mentioned": mark("mentioned"),
    "snoozed_until": mark("snoozed until"),
    "snoozed_until_answer": mark("snoozed until the answer"),
    "reopened": mark("reopened"),
    "subject": mark("subject"),
    "channel": mark("channel"),
    "lang": mark("language"),
    "language": mark("language"),
    "tier": mark("tier"),
    "escalated_at": mark("escalated"),
    "escalation.tier": mark("escalation tier"),
    "escalation.state": mark("escalation"),
    "escalation.owner_id": mark("owner of the escalation"),
    "escalation.accepted_at": mark("accepted"),
    "escalation.sheet.identity": mark("identity check"),
    "escalation.sheet.reference": mark("transaction or order"),
    "follow_up.at": mark("follow-up"),
    "review.state": mark("review"),
    "review.reviewer_id": mark("reviewer"),
    "incident_id": mark("incident"),
    "merge.into_ref": mark("merged into"),
    "merged_ids": mark("merged tickets"),
    "links": mark("links"),
    "solved_at": mark("solved"),
    "taken_at": mark("taken"),
    "passed_over": mark("passed over"),
    "at_risk_minor": mark("amount at risk, in cents"),
    "title": mark("title"),
    "body_md": mark("text"),
    "body": mark("text"),
    "summary": mark("short answer"),
    "state": mark("state"),
    "helped": mark("helped"),
    "not_helped": mark("did not help"),
    "notes": mark("notes"),
    "do_not_contact": mark("do not contact"),
    "verified_how": mark("verified"),
    "capacity": mark("capacity"),
    "skills": mark("skills"),
    "languages": mark("languages"),
    "away": mark("away"),
    "shift": mark("shift"),
    "role": mark("role"),
    "team_ids": mark("teams"),
    "needs_review": mark("needs approval"),
    "auto_route": mark("automatic routing"),
    "revision.submitted": mark("revision in review"),
}
"""Fields that have a word of their own; another one is shown by its name."""

_VALUES: Mapping[str, Mapping[str, str]] = {
    "status": STATUS,
    "severity": SEVERITY,
    "channel": CHANNEL,
    "lang": LANGUAGE,
    "language": LANGUAGE,
    "tier": TIER,
    "role": ROLE,
    "state": ARTICLE_STATE,
    "escalation.tier": ESCALATION_TIER,
    "escalation.state": ESCALATION_STATE,
    "escalation.sheet.identity": IDENTITY,
}
_INSTANT = re.compile(r"\d{12,14}")
_DIGEST = re.compile(r"#[0-9a-f]{16} \((\d+)\)")


def history_row(entry: AuditEntry, names: Mapping[str, str], now: Instant, *, of_ticket: bool) -> HistoryRow:
    """An entry as it is listed. ``names`` words ids of agents and teams."""
    nobody = _("the customer") if entry.action == "received" else _("the system")
    who = entry.actor_name or names.get(entry.actor_id, "") or clean_name(entry.actor_id) or nobody
    changes = " · ".join(change_words(change, names, now) for change in entry.detail.changes)
    facts = [_("part of a bulk")] if entry.detail.bulk_id else []
    facts += [clean_name(entry.device)] if entry.device else []
    return HistoryRow(
        seq=entry.seq,
        entity_id=entry.entity_id if entry.detail.kind == "ticket" else "",
        when=moment(entry.at, now),
        who=clean_name(who),
        what=action_word(entry.action),
        on="" if of_ticket else clean_name(entry.label or names.get(entry.entity_id, "") or entry.entity_id),
        changes=changes or clean_name(entry.detail.text, limit=500),
        facts=" · ".join(facts),
    )


def event_row(message: Message, names: Mapping[str, str], now: Instant) -> HistoryRow:
    """A line that the system wrote into the conversation, for when there is nothing else to go by."""
    return HistoryRow(
        seq=message.n,
        entity_id="",
        when=moment(message.at, now),
        who=clean_name(message.author_name),
        what="",
        on="",
        changes=event_sentence(message.body, clean_name(message.author_name), names),
        facts="",
    )


def action_word(action: str) -> str:
    """What was done."""
    return word(ACTION, action) if action in ACTION else word(COMMAND, action)


def change_words(change: FieldChange, names: Mapping[str, str], now: Instant) -> str:
    """``status: open → waiting``."""
    base, _dot, lang = change.field.rpartition(".")
    if change.field in FIELD:
        field = word(FIELD, change.field)
    elif base in FIELD:
        field = f"{word(FIELD, base)} ({clean_name(lang)})"
    else:
        field = clean_name(change.field.replace("_", " "))
    old, new = (_value(change.field, value, names, now) for value in (change.old, change.new))
    return f"{field}: {old} → {new}"


def _value(field: str, value: str, names: Mapping[str, str], now: Instant) -> str:
    if not value:
        return "–"
    if value == "true":
        return _("yes")
    if digest := _DIGEST.fullmatch(value):
        return _("text of {n} characters").format(n=digest[1])
    if _INSTANT.fullmatch(value) and field.endswith(("_at", ".at", "until")):
        return moment(int(value), now)
    if field in _VALUES:
        return word(_VALUES[field], value)
    return clean_name(", ".join(names.get(part, part) for part in value.split(", ")), limit=500)
