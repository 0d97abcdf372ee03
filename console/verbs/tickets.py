"""``console tickets``: list tickets of a view or a search."""

import argparse

import msgspec

from console.clock import system_clock
from console.errors import UsageError
from console.i18n import gettext as _
from console.i18n import ngettext
from console.settings import nearest
from console.store import Store
from console.verbs.printing import iso, local, print_columns, print_json, print_line
from console.verbs.replica import me, replica
from desk.ids import Instant
from desk.query import QueryError, TicketQuery, parse_query
from desk.rows import QueueRow
from desk.views import VIEWS

_DEFAULT_LIMIT = 50
_WIDTHS = (9, 10, 9, 16, 18, 0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help="such as: status:open assignee:me 提现")
    parser.add_argument("--view", metavar="NAME", help=f"one of {', '.join(VIEWS)}, or a saved view")
    parser.add_argument("--limit", type=int, default=_DEFAULT_LIMIT, metavar="N", help="at most N (default 50)")


def run(args: argparse.Namespace) -> int:
    """List them, most urgent first; a search for words lists the best first."""
    if args.limit < 1:
        raise UsageError(_("--limit must be at least 1."))
    now = system_clock()
    with replica(args) as (_profile, store):
        me(store)
        query = _query(store, args.view, " ".join(args.query))
        total, more, rows = _rows(store, query, now, args.limit)
        if args.json:
            print_json({"total": total, "more": more, "tickets": [_plain(row, store) for row in rows]})
        else:
            print_columns((_cells(row) for row in rows), _WIDTHS)
            at_least = "+" if more and total == len(rows) else ""
            print_line(ngettext("{n} ticket", "{n} tickets", total).format(n=f"{total}{at_least}"))
    return 0


def _query(store: Store, view: str | None, text: str) -> TicketQuery:
    try:
        asked = parse_query(text)
        if view is None:
            return asked if text else VIEWS["mine"]
        if view in VIEWS:
            base = VIEWS[view]
        else:
            saved = {saved.name: saved.query for saved in store.saved_views()}
            if view not in saved:
                hint = nearest(view, [*VIEWS, *saved])
                raise UsageError(_("There is no view “{view}”. Did you mean “{hint}”?").format(view=view, hint=hint))
            base = parse_query(saved[view])
    except QueryError as error:
        raise UsageError(str(error), "bad-query") from None
    if not text:
        return base
    defaults = TicketQuery()
    said = {
        name: value
        for name in TicketQuery.__struct_fields__
        if (value := getattr(asked, name)) != getattr(defaults, name)
    }
    return msgspec.structs.replace(base, **said)


def _rows(store: Store, query: TicketQuery, now: Instant, limit: int) -> tuple[int, bool, list[QueueRow]]:
    """How many fit, whether there are more than are shown, and those shown. Words are not counted past the limit."""
    if query.text:
        hits = store.search(query, now, limit=limit + 1)
        rows = [hit.row for hit in hits[:limit]]
        return len(rows), len(hits) > limit, rows
    queue = store.queue(query, now)
    queue.load()
    return queue.count(), queue.count() > limit, list(queue.window(0, limit))


def _plain(row: QueueRow, store: Store) -> dict[str, object]:
    assignee = store.agents().get(row.assignee_id) if row.assignee_id else None
    return {
        "id": row.id,
        "ref": row.ref,
        "subject": row.subject,
        "customer": row.customer_name,
        "tier": row.tier,
        "channel": row.channel,
        "lang": row.lang,
        "status": row.status,
        "severity": row.severity,
        "tags": row.tags,
        "assignee": assignee.handle if assignee else None,
        "due_at": iso(row.due_at),
        "due_clock": row.due_clock,
        "urgency_at": iso(row.urgency_at),
        "snoozed_until": iso(row.snoozed_until),
        "unread": max(0, row.last_n - row.read_n),
        "messages": row.last_n,
        "pending": row.pending,
    }


def _cells(row: QueueRow) -> tuple[str, ...]:
    return (row.ref, row.severity, row.status, local(row.due_at), row.customer_name, row.subject)
