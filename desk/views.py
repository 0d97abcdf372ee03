"""The built-in views of the queue, in the order of their keys."""

from desk.query import TicketQuery, parse_query

VIEWS: dict[str, TicketQuery] = {
    name: parse_query(text)
    for name, text in {
        "mine": "assignee:me is:active -is:snoozed",
        "unassigned": "assignee:none is:active -is:snoozed",
        "team": "team:mine is:active -is:snoozed",
        "escalated": "is:escalated is:active",
        "emergency": "is:emergency is:active",
        "breaching": "is:breaching",
        "snoozed": "is:snoozed is:active",
        "waiting": "status:waiting",
        "all": "",
        "review": "is:review",
        "followup": "is:followup",
        "duplicates": "is:duplicate is:active",
    }.items()
}
"""Queries by stable name; ``breaching`` is active and due within :data:`desk.query.BREACH_WINDOW_S`."""
