"""Commands that change a ticket's fields: assignee, status, snooze, severity, tags, team, macro."""

from msgspec.structs import replace

from desk.commands import ApplyMacro, Assign, MoveTeam, SetSeverity, SetStatus, Snooze, Tag, Take
from desk.conversation import changed_groups, moved_to_team, reopened, with_status
from desk.decisions.case import NOTHING, Case, Verdict
from desk.decisions.events import event, events_between
from desk.ids import AgentId
from desk.macros import apply_macro, may_use
from desk.records import Status, Ticket
from desk.tags import MAX_TAGS, normalize_tag, with_tags
from desk.urgency import SETTLED


def take(case: Case, command: Take, ticket: Ticket) -> Verdict:
    """Assign the ticket to oneself. How many more urgent ones were passed over is kept with it."""
    return _assign(case, case.actor.id, ticket)


def assign(case: Case, command: Assign, ticket: Ticket) -> Verdict:
    """Give the ticket to somebody or nobody."""
    return _assign(case, command.assignee_id, ticket)


def _assign(case: Case, assignee_id: AgentId | None, ticket: Ticket) -> Verdict:
    """A new ticket that has an owner is open."""
    if assignee_id not in (None, case.actor.id) and not case.view.assignee_ok:
        return case.refuse("unknown-agent", "This person is not an active agent of the ticket's team.")
    if ticket.assignee_id == assignee_id:
        return case.refuse("no-change", "The ticket is assigned that way already.")
    if conflict := case.moved_on(ticket, "assignee"):
        return conflict
    after = replace(ticket, assignee_id=assignee_id)
    if assignee_id == case.actor.id:
        unowned = ticket.assignee_id is None
        after = replace(
            after,
            taken_at=case.now,
            taken_by=case.actor.id,
            taken_urgency_at=ticket.urgency_at,
            passed_over=case.view.passed_over if unowned else 0,
        )
    if assignee_id is not None and ticket.status is Status.NEW:
        after = with_status(after, Status.OPEN, case.now)
    return case.changed(ticket, after, events=events_between(replace(ticket, status=after.status), after, case.actor))


def set_status(case: Case, command: SetStatus, ticket: Ticket) -> Verdict:
    """Move the ticket to another status; leaving ``solved`` is counted as reopening."""
    if command.status is ticket.status:
        return case.refuse("no-change", f"The ticket is {command.status.value} already.")
    if command.status is Status.NEW:
        return case.refuse("bad-value", "A ticket that somebody has worked on cannot be new again; choose open.")
    if conflict := case.moved_on(ticket, "status"):
        return conflict
    after = ticket
    if ticket.status in SETTLED and command.status not in SETTLED:
        after = reopened(after, case.now)
    after = with_status(after, command.status, case.now)
    notice = "blocked" if command.status in SETTLED and case.view.blockers else ""
    return case.changed(ticket, after, events=events_between(ticket, after, case.actor), notice=notice)


def snooze(case: Case, command: Snooze, ticket: Ticket) -> Verdict:
    """Put the ticket aside, or wake it. A customer's message wakes it in any case."""
    if command.until_at is not None and command.until_at <= case.now:
        return case.refuse("bad-value", "The time to come back is in the past; choose a later one.")
    if ticket.status in SETTLED and (command.until_at is not None or command.until_answer):
        return case.refuse("bad-value", "A solved ticket needs no snooze; it opens when the customer writes.")
    after = replace(ticket, snoozed_until=command.until_at, snoozed_until_answer=command.until_answer)
    if after == ticket:
        return case.refuse("no-change", "The ticket is snoozed that way already.")
    return case.moved_on(ticket, "snooze") or case.changed(ticket, after)


def set_severity(case: Case, command: SetSeverity, ticket: Ticket) -> Verdict:
    """Say how bad it is; deadlines follow."""
    if command.severity is ticket.severity:
        return case.refuse("no-change", f"The severity is {command.severity.value} already.")
    after = replace(ticket, severity=command.severity)
    return case.moved_on(ticket, "severity") or case.changed(
        ticket, after, events=events_between(ticket, after, case.actor)
    )


def move_team(case: Case, command: MoveTeam, ticket: Ticket) -> Verdict:
    """Hand the ticket to another team, awake and without an assignee."""
    if not case.view.team_ok:
        return case.refuse("unknown-team", "There is no such team.")
    if command.team_id == ticket.team_id:
        return case.refuse("no-change", "The ticket is with this team already.")
    if conflict := case.moved_on(ticket, "team"):
        return conflict
    after = moved_to_team(ticket, command.team_id)
    return case.changed(ticket, after, events=events_between(replace(ticket, assignee_id=None), after, case.actor))


def run_macro(case: Case, command: ApplyMacro, ticket: Ticket) -> Verdict:
    """Make a macro's changes, all of them or none."""
    macro = case.view.macro
    if macro is None or macro.id != command.macro_id or macro.archived or not may_use(case.actor, macro):
        return case.refuse("unknown-macro", "There is no such macro.")
    if macro.team_id is not None and not case.view.team_ok:
        return case.refuse("unknown-team", "The macro names a team that is not there.")
    after = apply_macro(macro, ticket, case.now)
    if after == ticket:
        return case.refuse("no-change", "The ticket is already as this macro would make it.")
    lines = (event("macro", name=macro.shortcut), *events_between(ticket, after, case.actor))
    return case.moved_on(ticket, *changed_groups(ticket, after)) or case.changed(ticket, after, events=lines)


def tag(case: Case, command: Tag, ticket: Ticket) -> Verdict:
    """Add and remove tags. It commutes, so it has no guard and finding nothing to do is no failure."""
    add, remove = (tuple(map(normalize_tag, tags)) for tags in (command.add, command.remove))
    if not all((*add, *remove)):
        return case.refuse("bad-value", "A tag is one to forty characters long.")
    tags = with_tags(ticket.tags, add, remove)
    if len(tags) > max(MAX_TAGS, len(ticket.tags)):
        return case.refuse("bad-value", f"A ticket carries at most {MAX_TAGS} tags.")
    return NOTHING if tags == ticket.tags else case.changed(ticket, replace(ticket, tags=tags))
