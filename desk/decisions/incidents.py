"""Commands about incidents: many tickets with one cause."""

from msgspec.structs import replace

from desk.commands import CloseIncident, JoinIncident, SaveIncident, UpdateIncident
from desk.decisions.case import NOTHING, Case, Verdict
from desk.decisions.events import event
from desk.incidents import MAX_RULE, MAX_RULES, MAX_TITLE, MAX_UPDATE, UPDATE_LANGUAGES, read_rule
from desk.outcome import Outcome, Refusal
from desk.outgoing import check_outgoing
from desk.permissions import may
from desk.query import QueryError, format_query
from desk.records import Incident, IncidentUpdate, Ticket
from desk.text import clean_name, clean_text

KEPT_UPDATES = 100
_IN_WORDS = {"en": "English", "zh": "Chinese"}


def save(case: Case, command: SaveIncident) -> Verdict:
    """Open an incident, or change its title and rules. Tickets that answer a changed rule are offered to whoever
    changed it; they join by no rule, for somebody has them already."""
    incident = case.view.incident
    if not may(case.actor, command, incident):
        return case.refuse("not-allowed", "Opening an incident takes a senior.")
    title = _title(command)
    if not title:
        return case.refuse("empty", "Give the incident a title, in one language at least.")
    if any(len(text) > MAX_TITLE for text in title.values()):
        return case.refuse("too-long", f"A title has at most {MAX_TITLE} characters.")
    rules = _rules(case, command)
    if isinstance(rules, Refusal):
        return rules
    if incident is None:
        opened = Incident(
            id=command.incident_id, v=1, title=title, opened_by=case.actor.id, opened_at=case.now, rules=rules
        )
        return Outcome(changes=(opened,))
    after = replace(incident, title=title, rules=rules)
    if after == incident:
        return case.refuse("no-change", "The incident is that way already.")
    return Outcome(changes=(replace(after, v=incident.v + 1),))


def _title(command: SaveIncident) -> dict[str, str]:
    """The titles that are not empty, cleaned, in the languages that customers are told in."""
    cleaned = {lang: clean_name(command.title.get(lang, ""), limit=10 * MAX_TITLE) for lang in UPDATE_LANGUAGES}
    return {lang: str(text) for lang, text in cleaned.items() if text}


def _rules(case: Case, command: SaveIncident) -> tuple[str, ...] | Refusal:
    """The rules as they are kept: each in its shortest form and once."""
    wanted = [rule for rule in command.rules if rule.strip()]
    if len(wanted) > MAX_RULES:
        return case.refuse("too-long", f"An incident has at most {MAX_RULES} rules.")
    rules: list[str] = []
    for number, rule in enumerate(wanted, 1):
        if len(rule) > MAX_RULE:
            return case.refuse("too-long", f"Rule {number} is too long; it has at most {MAX_RULE} characters.")
        try:
            rules.append(format_query(read_rule(rule)))
        except QueryError as error:
            return case.refuse("bad-rule", f"Rule {number} “{clean_name(rule, limit=60)}”: {error}", str(number))
    return tuple(dict.fromkeys(rules))


def update(case: Case, command: UpdateIncident) -> Verdict:
    """Keep what the customers are told, in every language they are told in."""
    incident = case.view.incident
    if incident is None:
        return case.refuse("unknown-incident", "There is no such incident.")
    if not may(case.actor, command, incident):
        return case.refuse("not-allowed", "Telling the customers of an incident takes a lead.")
    if any(one.id == command.update_id for one in incident.updates):
        return NOTHING
    if incident.closed_at is not None:
        return case.refuse("incident-closed", "This incident is closed; open it again first.")
    body = {lang: clean_text(command.body.get(lang, "")).strip() for lang in UPDATE_LANGUAGES}
    if refusal := _unfit(case, body):
        return refusal
    told = IncidentUpdate(id=clean_name(command.update_id, limit=64), at=case.now, by=case.actor.id, body={**body})
    if not told.id:
        return case.refuse("bad-value", "An update needs an id.")
    updates = (*incident.updates, told)[-KEPT_UPDATES:]
    return Outcome(changes=(replace(incident, v=incident.v + 1, updates=updates),))


def _unfit(case: Case, body: dict[str, str]) -> Refusal | None:
    """A language that is missing, too long, or says what must not leave the house; ``what`` names the language."""
    for lang, text in body.items():
        if not text:
            return case.refuse("empty", f"Write the update in {_IN_WORDS[lang]} too; somebody may need it.", lang)
        if len(text) > MAX_UPDATE:
            why = f"The update in {_IN_WORDS[lang]} has {len(text)} characters; {MAX_UPDATE} is the most."
            return case.refuse("too-long", why, lang)
        if findings := check_outgoing(text):
            why = (
                f"The update in {_IN_WORDS[lang]} asks for a secret or contains one; nobody at the desk may do either."
            )
            return Refusal(code="held", why=why, what=lang, findings=findings)
    return None


def close(case: Case, command: CloseIncident) -> Verdict:
    """Close the incident, so that nothing joins it any more, or open it again. Its tickets stay in it."""
    incident = case.view.incident
    if incident is None:
        return case.refuse("unknown-incident", "There is no such incident.")
    if not may(case.actor, command, incident):
        return case.refuse("not-allowed", "Closing an incident takes a lead.")
    if (incident.closed_at is not None) == command.on:
        return case.refuse("no-change", f"The incident is {'closed' if command.on else 'open'} already.")
    closed_at = case.now if command.on else None
    return Outcome(changes=(replace(incident, v=incident.v + 1, closed_at=closed_at),))


def join(case: Case, command: JoinIncident, ticket: Ticket) -> Verdict:
    """Put a ticket into an incident, out of the one it was in. There is no guard: who comes last is right, and hears
    what it was in before."""
    if command.into_id is None:
        return _leave(case, ticket)
    incident = case.view.incident
    if incident is None or incident.id != command.into_id:
        return case.refuse("unknown-incident", "There is no such incident.")
    if ticket.incident_id == incident.id:
        return NOTHING
    if ticket.merge is not None:
        return case.refuse("merged", f"{ticket.ref} was merged into {ticket.merge.into_ref}; go on there.")
    if incident.closed_at is not None:
        return case.refuse("incident-closed", "This incident is closed; open it again first.")
    after = replace(ticket, incident_id=incident.id, joined_at=case.now)
    notice = "left-other-incident" if ticket.incident_id is not None else ""
    return case.changed(ticket, after, events=(event("incident_joined", incident=incident.id),), notice=notice)


def _leave(case: Case, ticket: Ticket) -> Verdict:
    if ticket.incident_id is None:
        return NOTHING
    after = replace(ticket, incident_id=None, joined_at=None)
    return case.changed(ticket, after, events=(event("incident_left", incident=ticket.incident_id),))
