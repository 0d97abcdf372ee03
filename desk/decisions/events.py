"""The lines that the system writes into a conversation: ``code key=value …``, worded by the console."""

from desk.records import Ticket


def event(code: str, **values: str | None) -> str:
    """One line; a value never holds white space, and ``-`` stands for none."""
    return " ".join((code, *(f"{key}={'_'.join((value or '-').split())}" for key, value in values.items())))


def events_between(before: Ticket, after: Ticket) -> tuple[str, ...]:
    """The lines for what changed in status, severity, team and assignee."""
    pairs = {
        "status": (before.status.value, after.status.value),
        "severity": (before.severity.value, after.severity.value),
        "team": (before.team_id, after.team_id),
        "assignee": (before.assignee_id, after.assignee_id),
    }
    return tuple(event(code, old=old, new=new) for code, (old, new) in pairs.items() if old != new)
