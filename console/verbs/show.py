"""``console show REF``: a ticket with its conversation."""

import argparse

from console.errors import CommandError
from console.i18n import gettext as _
from console.store import Store
from console.verbs.printing import iso, local, print_json, print_line, print_text
from console.verbs.replica import me, replica
from desk.ids import TicketId
from desk.records import Message, Ticket
from desk.rows import ThreadLine

_PAGE = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("ref", metavar="REF", help="the ticket's reference (T-10482) or id")


def run(args: argparse.Namespace) -> int:
    """Show it as it is here, with what is still to be sent."""
    with replica(args) as (_profile, store):
        me(store)
        ticket = ticket_named(store, args.ref)
        lines = _lines(store, ticket)
        if args.json:
            print_json(_plain(store, ticket, lines))
        else:
            _show(store, ticket, lines)
    return 0


def ticket_named(store: Store, ref: str) -> Ticket:
    """The ticket of a reference or id. Raises :class:`CommandError`."""
    ticket = store.ticket_by_ref(ref) or store.ticket_by_ref(ref.upper()) or store.ticket(TicketId(ref))
    if ticket is None:
        raise CommandError(_("There is no ticket {ref} here.").format(ref=ref), "not-found")
    return ticket


def _lines(store: Store, ticket: Ticket) -> list[ThreadLine]:
    thread = store.thread(ticket.id)
    lines: list[ThreadLine] = []
    while part := thread.window(len(lines), _PAGE):
        lines.extend(part)
    return lines


def _plain(store: Store, ticket: Ticket, lines: list[ThreadLine]) -> dict[str, object]:
    customer = store.customer(ticket.customer_id)
    assignee = store.agents().get(ticket.assignee_id) if ticket.assignee_id else None
    team = store.teams().get(ticket.team_id)
    return {
        "id": ticket.id,
        "ref": ticket.ref,
        "version": ticket.v,
        "subject": ticket.subject,
        "status": ticket.status,
        "severity": ticket.severity,
        "channel": ticket.channel,
        "lang": ticket.lang,
        "tags": ticket.tags,
        "team": team.name if team else ticket.team_id,
        "assignee": assignee.handle if assignee else None,
        "created_at": iso(ticket.created_at),
        "updated_at": iso(ticket.updated_at),
        "due_at": iso(ticket.due_at),
        "due_clock": ticket.due_clock,
        "snoozed_until": iso(ticket.snoozed_until),
        "customer": {
            "id": ticket.customer_id,
            "name": ticket.customer_name,
            "tier": ticket.tier,
            "language": customer.language if customer else None,
        },
        "messages": [_plain_message(line) for line in lines],
    }


def _plain_message(line: ThreadLine) -> dict[str, object]:
    message = line.message
    return {
        "n": message.n,
        "kind": message.kind,
        "author": message.author,
        "name": message.author_name,
        "body": message.body,
        "at": iso(message.at),
        "hidden": message.hidden,
        "state": _state(line),
        "attachments": [
            {"sha256": a.sha256, "name": a.name, "media_type": a.media_type, "size_bytes": a.size_bytes}
            for a in message.attachments
        ],
    }


def _state(line: ThreadLine) -> str | None:
    """What becomes of a message that has not gone out; None for one that has."""
    return "in_review" if line.in_review else line.state


def _show(store: Store, ticket: Ticket, lines: list[ThreadLine]) -> None:
    assignee = store.agents().get(ticket.assignee_id) if ticket.assignee_id else None
    print_text(f"{ticket.ref}  {ticket.subject}")
    facts = (ticket.customer_name, ticket.tier, ticket.channel, ticket.status, ticket.severity)
    print_text("  ".join(facts) + (f"  @{assignee.handle}" if assignee else ""))
    for line in lines:
        print_line()
        state = _state(line)
        print_text(_heading(line.message) + (f"  [{state}]" if state else ""))
        for paragraph in line.message.body.split("\n"):
            print_text(f"    {paragraph}")
        for attachment in line.message.attachments:
            print_text(f"    + {attachment.name}  {attachment.size_bytes} B")


def _heading(message: Message) -> str:
    who = message.author_name or message.author
    return f"#{message.n}  {local(message.at)}  {who}  {message.author}/{message.kind}"
