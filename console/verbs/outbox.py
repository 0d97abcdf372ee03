"""``console outbox``: what waits to be sent, and what needs attention."""

import argparse

from console.errors import ExitCode
from console.i18n import gettext as _
from console.store import Store
from console.verbs.printing import iso, local, print_columns, print_json, print_line
from console.verbs.replica import replica
from desk.ids import TicketId
from desk.outbox import NEEDS_ATTENTION, UNFINISHED, OutboxEntry, SendState
from desk.wire import Conflict, Held, Rejected

_WIDTHS = (9, 10, 16, 16, 0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb: none."""


def run(args: argparse.Namespace) -> int:
    """List it, oldest first. Exit code 1 when something needs attention."""
    with replica(args) as (_profile, store):
        entries = [entry for entry in store.outbox() if entry.state in UNFINISHED | NEEDS_ATTENTION]
        if args.json:
            print_json([entry_fields(store, entry) for entry in entries])
        elif entries:
            print_columns((_cells(store, entry) for entry in entries), _WIDTHS)
        else:
            print_line(_("Nothing is waiting."))
    return ExitCode.FAILED if any(entry.state in NEEDS_ATTENTION for entry in entries) else ExitCode.OK


def entry_fields(store: Store, entry: OutboxEntry) -> dict[str, object]:
    """An entry for scripts."""
    ticket = store.ticket(TicketId(entry.lane))
    return {
        "id": entry.id,
        "ref": ticket.ref if ticket else None,
        "lane": entry.lane,
        "kind": entry.kind,
        "state": entry.state,
        "body": getattr(entry.envelope.command, "body", None),
        "composed_at": iso(entry.envelope.composed_at),
        "not_before": iso(entry.not_before),
        "next_at": iso(entry.next_at or None),
        "attempts": entry.attempts,
        "why": why(entry),
    }


def why(entry: OutboxEntry) -> str | None:
    """What the backend said against it; None when it said nothing."""
    match entry.outcome:
        case Conflict(what="reply"):
            return _("Somebody else answered first.")
        case Conflict(what=what):
            return _("The ticket's {what} changed meanwhile.").format(what=what)
        case Rejected(why=reason):
            return reason
        case Held():
            return _("The text holds what must not go out.")
    return _("It waited for more than seven days.") if entry.state is SendState.STALE else None


def _cells(store: Store, entry: OutboxEntry) -> tuple[str, ...]:
    ticket = store.ticket(TicketId(entry.lane))
    body = getattr(entry.envelope.command, "body", "")
    said = why(entry) or body
    ref = ticket.ref if ticket and ticket.ref else "–"
    return (
        ref,
        entry.state,
        entry.kind,
        local(entry.envelope.composed_at),
        said,
    )
