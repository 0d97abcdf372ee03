"""The lines that the system writes into a conversation: ``code key=value …``, worded by the console.

``taken passed`` (where it was picked: how many more urgent ones waited), ``routed to why`` (by rule; ``code:detail`` of
:class:`desk.fit.Ground` with semicolons), ``assigned from to``, ``unassigned from``, ``status from to``,
``severity from to``, ``team from to`` and ``macro name``; ``escalated tier``, ``escalation_accepted tier``,
``escalation_returned to``, ``escalation_solved to``, ``follow_up at``, ``follow_up_done``; ``review_asked``,
``review_approved to``, ``review_changed to``, ``review_returned to``, ``review_withdrawn``;
``incident_joined incident``, ``incident_left incident`` and (by rule) ``incident_matched incident``;
``merged_in ref id n``, ``merged_into ref id``, ``unmerged ref id``, ``merge_undone ref id``, ``split_off ref id n``,
``split_from ref id n``, ``linked link ref id``, ``unlinked link ref id`` and ``no_duplicate ref id``. Agents, teams and
incidents are ids, instants milliseconds, statuses, severities and tiers their stable values.
"""

from desk.picking import PICKED_OVER
from desk.records import Agent, Ticket


def event(code: str, **values: str | None) -> str:
    """One line; a value never holds white space, and ``-`` stands for none."""
    return " ".join((code, *(f"{key}={'_'.join((value or '-').split())}" for key, value in values.items())))


def events_between(before: Ticket, after: Ticket, by: Agent) -> tuple[str, ...]:
    """The lines for what an agent changed in status, severity, team and assignee."""
    pairs = {
        "status": (before.status.value, after.status.value),
        "severity": (before.severity.value, after.severity.value),
        "team": (before.team_id, after.team_id),
    }
    lines = [event(code, **{"from": old, "to": new}) for code, (old, new) in pairs.items() if old != new]
    if before.assignee_id != after.assignee_id:
        lines.append(_assignment(before, after, by))
    return tuple(lines)


def _assignment(before: Ticket, after: Ticket, by: Agent) -> str:
    if after.assignee_id == by.id:
        picked = after.taken_at != before.taken_at and after.passed_over >= PICKED_OVER
        return event("taken", passed=str(after.passed_over)) if picked else event("taken")
    if after.assignee_id is None:
        return event("unassigned", **{"from": before.assignee_id})
    return event("assigned", **{"from": before.assignee_id, "to": after.assignee_id})
