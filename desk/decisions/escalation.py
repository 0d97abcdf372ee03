"""Commands that hand a ticket to a higher tier and back, and have it come back on a date.

An escalation moves beside the ticket's own life: status, assignee and the customer's clocks go on as they were until a
senior accepts it. What the sheet says is written into the conversation too, as a note in its author's words, because
the ticket carries only the last sheet.
"""

from msgspec.structs import replace

from desk.clocks import tier_due_at
from desk.commands import AcceptEscalation, Escalate, ReturnEscalation, SetFollowUp
from desk.conversation import tier_started, tier_stopped, with_lines, with_status
from desk.decisions.case import Case, Verdict
from desk.decisions.events import event, events_between
from desk.ids import MS_PER_S, AgentId
from desk.outcome import Refusal
from desk.records import MessageKind, Severity, Status, Ticket
from desk.text import clean_name, clean_text
from desk.ticket_parts import (
    OPEN_ESCALATION,
    Escalation,
    EscalationState,
    EscalationTier,
    FollowUp,
    HandOver,
)
from desk.urgency import SETTLED

MAX_SHEET_TEXT = 4_000
"""Characters of what was tried, of the question, and of the answer."""

MAX_REFERENCE = 200
MAX_IDENTITY_HOW = 500
MAX_WHAT = 200
MAX_AT_RISK_MINOR = 10**14
FARTHEST_MS = 5 * 366 * 86_400 * MS_PER_S
"""A follow-up farther away than five years is a slip of the keys."""

_RANK = {EscalationTier.SENIOR: 1, EscalationTier.EMERGENCY: 2}


def escalate(case: Case, command: Escalate, ticket: Ticket) -> Verdict:
    """Hand the ticket to a higher tier. The assignee keeps it until somebody accepts."""
    sheet = _cleaned(command.sheet)
    if refusal := _unfit_sheet(case, sheet) or _no_way_up(case, command.tier, ticket):
        return refusal
    if conflict := case.moved_on(ticket, "escalation"):
        return conflict
    emergency = command.tier is EscalationTier.EMERGENCY
    last = ticket.escalation
    after = replace(
        tier_started(with_lines(ticket, 1), case.now),
        severity=Severity.EMERGENCY if emergency else ticket.severity,
        at_risk_minor=max(ticket.at_risk_minor, sheet.at_risk_minor),
        escalated_at=case.now,
        escalation=Escalation(
            tier=command.tier,
            state=EscalationState.ASKED,
            sheet=sheet,
            by=case.actor.id,
            by_name=case.actor.name,
            at=case.now,
            owner_id=last.owner_id if last is not None else None,
            owner_name=last.owner_name if last is not None else "",
            due_at=tier_due_at(command.tier, case.view.policy, case.view.calendar, case.now),
        ),
    )
    lines = (event("escalated", tier=command.tier.value), *events_between(ticket, after, case.actor))
    return case.changed(ticket, after, case.message(ticket, MessageKind.NOTE, as_note(sheet)), lines)


def accept(case: Case, command: AcceptEscalation, ticket: Ticket) -> Verdict:
    """Take an escalated ticket and stay its named owner, who follows it wherever it goes. ``on_top`` takes it over from
    who accepted it first."""
    escalation = ticket.escalation
    if escalation is None or escalation.state not in OPEN_ESCALATION:
        return _nothing_open(case)
    if escalation.state is EscalationState.ACCEPTED:
        if escalation.owner_id == case.actor.id:
            return case.refuse("no-change", "You have accepted it already.")
        if not case.envelope.on_top:
            return _accepted_by_another(case, escalation)
    after = replace(
        ticket,
        assignee_id=case.actor.id,
        followers=tuple(dict.fromkeys((*ticket.followers, case.actor.id))),
        taken_at=case.now,
        passed_over=0,
        escalation=replace(
            escalation,
            state=EscalationState.ACCEPTED,
            owner_id=case.actor.id,
            owner_name=case.actor.name,
            accepted_at=case.now,
        ),
    )
    if ticket.status is Status.NEW:
        after = with_status(after, Status.OPEN, case.now)
    return case.changed(ticket, after, events=(event("escalation_accepted", tier=escalation.tier.value),))


def give_back(case: Case, command: ReturnEscalation, ticket: Ticket) -> Verdict:
    """Give an escalated ticket back to who escalated it, with guidance, or solved."""
    escalation = ticket.escalation
    if escalation is None or escalation.state not in OPEN_ESCALATION:
        return _nothing_open(case)
    answer = clean_text(command.answer).strip()
    if not answer:
        what = "how it was solved" if command.solved else "the guidance it goes back with"
        return case.refuse("empty", f"Write {what} first.", "answer")
    if len(answer) > MAX_SHEET_TEXT:
        return case.refuse("too-long", f"The answer has at most {MAX_SHEET_TEXT} characters.", "answer")
    accepted = escalation.state is EscalationState.ACCEPTED
    if accepted and escalation.owner_id != case.actor.id and not case.envelope.on_top:
        return _accepted_by_another(case, escalation)
    state = EscalationState.SOLVED if command.solved else EscalationState.RETURNED
    after = replace(
        tier_stopped(with_lines(ticket, 1), case.now),
        assignee_id=_back_to(case, escalation),
        escalated_at=None,
        escalation=replace(escalation, state=state, settled_at=case.now, answer=answer),
    )
    if ticket.status is Status.NEW:
        after = with_status(after, Status.OPEN, case.now)
    line = event(f"escalation_{state.value}", to=after.assignee_id)
    return case.changed(ticket, after, case.message(ticket, MessageKind.NOTE, answer), (line,))


def follow_up(case: Case, command: SetFollowUp, ticket: Ticket) -> Verdict:
    """Have the ticket come back at an instant, whatever becomes of it meanwhile; or say it has been seen to."""
    if command.at is None:
        if ticket.follow_up is None:
            return case.refuse("no-change", "There is no follow-up here.")
        line = event("follow_up_done")
        cleared = replace(ticket, follow_up=None)
        return case.moved_on(ticket, "follow_up") or case.changed(ticket, cleared, events=(line,))
    if not case.now < command.at <= case.now + FARTHEST_MS:
        return case.refuse("bad-value", "A follow-up is on a date to come, within five years.")
    wanted = FollowUp(at=command.at, what=clean_name(command.what, limit=MAX_WHAT), by=case.actor.id)
    if wanted == ticket.follow_up:
        return case.refuse("no-change", "It comes back then already.")
    after = replace(ticket, follow_up=wanted)
    line = event("follow_up", at=str(wanted.at))
    return case.moved_on(ticket, "follow_up") or case.changed(ticket, after, events=(line,))


def as_note(sheet: HandOver) -> str:
    """The sheet in its author's words alone; what has a name of ours is in the ticket, to be worded for its reader."""
    how = f"\n\n{sheet.identity_how}" if sheet.identity_how else ""
    return f"{sheet.question}\n\n{sheet.tried}\n\n{sheet.reference}{how}"


def _cleaned(sheet: HandOver) -> HandOver:
    return replace(
        sheet,
        tried=clean_text(sheet.tried).strip(),
        question=clean_text(sheet.question).strip(),
        reference=clean_name(sheet.reference, limit=MAX_REFERENCE + 1),
        identity_how=clean_name(sheet.identity_how, limit=MAX_IDENTITY_HOW + 1),
    )


def _unfit_sheet(case: Case, sheet: HandOver) -> Refusal | None:
    """A part that is missing, or longer than anybody reads; ``what`` names it."""
    asked = {
        "tried": (sheet.tried, MAX_SHEET_TEXT, "what was tried"),
        "reference": (sheet.reference, MAX_REFERENCE, "which transaction or order it is about, or none"),
        "question": (sheet.question, MAX_SHEET_TEXT, "the question the next tier is to answer"),
        "identity_how": (sheet.identity_how, MAX_IDENTITY_HOW, "how the identity was checked"),
    }
    for name, (text, most, words) in asked.items():
        if not text and name != "identity_how":
            return case.refuse("empty", f"The hand-over sheet does not say {words}.", name)
        if len(text) > most:
            return case.refuse("too-long", f"Say {words} in at most {most} characters.", name)
    if not 0 <= sheet.at_risk_minor <= MAX_AT_RISK_MINOR:
        return case.refuse("bad-value", "The amount at risk is in US cents and not negative.", "at_risk_minor")
    return None


def _no_way_up(case: Case, tier: EscalationTier, ticket: Ticket) -> Refusal | None:
    if ticket.status in SETTLED:
        return case.refuse("bad-value", "A solved ticket is not escalated; open it first.")
    last = ticket.escalation
    if last is None or last.state not in OPEN_ESCALATION or _RANK[tier] > _RANK[last.tier]:
        return None
    if tier is last.tier:
        return case.refuse("no-change", "It is escalated to this tier already.")
    return case.refuse("bad-value", "An emergency is not escalated to a lower tier; give it back instead.")


def _nothing_open(case: Case) -> Refusal:
    return case.refuse("bad-value", "Nothing is escalated here, or it has been answered already.")


def _accepted_by_another(case: Case, escalation: Escalation) -> Refusal:
    name = escalation.owner_name or "another senior"
    return case.refuse("conflict", f"It is already accepted by {name}; ask them, or take it over.", "escalation")


def _back_to(case: Case, escalation: Escalation) -> AgentId | None:
    """Who escalated it, if they still work in the ticket's team; else the team's queue."""
    return escalation.by if case.view.assignee_ok or escalation.by == case.actor.id else None
