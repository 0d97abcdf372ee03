"""``console reply REF``: answer a customer, or write a note. Stored durably first; sending it may take its time."""

import argparse
import sys

from console.clock import system_clock
from console.envelopes import envelope
from console.errors import CommandError, ExitCode, UsageError
from console.i18n import gettext as _
from console.profile import Profile
from console.store import Store
from console.verbs.outbox import entry_fields
from console.verbs.printing import print_json, print_line
from console.verbs.replica import me, replica
from console.verbs.show import ticket_named
from desk.commands import Envelope, Note, Reply
from desk.decide import decide
from desk.ids import CommandId
from desk.outbox import NEEDS_ATTENTION, OutboxEntry, SendState
from desk.outcome import Refusal, View
from desk.records import Agent, Status, Ticket

_MOST_INPUT = 2 * 1024 * 1024
"""More characters than any channel takes; a runaway pipe ends here."""
_SENT = frozenset({SendState.ACKED, SendState.DONE})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("ref", metavar="REF", help="the ticket's reference (T-10482) or id")
    parser.add_argument("text", nargs="?", default="-", metavar="TEXT", help="the text; - or none reads it from stdin")
    parser.add_argument("--note", action="store_true", help="for the desk only, not for the customer")
    parser.add_argument(
        "--then", choices=[s.value for s in Status if s is not Status.NEW], metavar="STATUS", help="status afterwards"
    )
    parser.add_argument("--seen", type=int, metavar="N", help="the last message you read (default: the newest here)")
    parser.add_argument("--wait", action="store_true", help="send it now and say what became of it")


def run(args: argparse.Namespace) -> int:
    """Queue it (exit code 0), or with ``--wait`` send it: 0 sent, 1 needs attention, 4 still waiting."""
    if args.note and args.then:
        raise UsageError(_("--then goes with a reply, not with a note."))
    text = _text(args.text)
    with replica(args) as (profile, store):
        author = me(store)
        ticket = ticket_named(store, args.ref)
        written = _written(args, text, ticket)
        _refuse_hopeless(written, store, ticket, author)
        entry = store.enqueue(written, undo_s=0)
        if args.wait:
            entry = _send(profile, store, entry.id)
        _tell(args, store, entry, ticket)
        return _exit_code(entry, args.wait)


def _text(argument: str) -> str:
    if argument != "-":
        return argument
    if sys.stdin.isatty():
        raise UsageError(_("Give the text, or - and the text on standard input."))
    text = sys.stdin.read(_MOST_INPUT + 1)
    if len(text) > _MOST_INPUT:
        raise UsageError(_("The text is longer than {n} characters; nothing was queued.").format(n=_MOST_INPUT))
    return text.rstrip("\n")


def _written(args: argparse.Namespace, text: str, ticket: Ticket) -> Envelope:
    command = (
        Note(ticket_id=ticket.id, body=text)
        if args.note
        else Reply(ticket_id=ticket.id, body=text, then=Status(args.then) if args.then else None)
    )
    seen_n = ticket.last_n if args.seen is None else args.seen
    return envelope(command, system_clock(), ticket=ticket, seen_n=seen_n)


def _refuse_hopeless(written: Envelope, store: Store, ticket: Ticket, author: Agent) -> None:
    """Say at once what the backend would refuse later; it decides with the same function."""
    policy = store.policy()
    view = View(policy=policy, ticket=ticket, customer=store.customer(ticket.customer_id))
    decision = decide(written, view, author, written.composed_at)
    if isinstance(decision, Refusal):
        raise CommandError(decision.why, decision.code)


def _send(profile: Profile, store: Store, command_id: CommandId) -> OutboxEntry:
    from console.verbs.sync import sync_now  # imports httpx

    sync_now(profile, store)
    entry = next((entry for entry in store.outbox() if entry.id == command_id), None)
    if entry is None:
        raise CommandError(_("The reply was taken back before it was sent."), "discarded")
    return entry


def _tell(args: argparse.Namespace, store: Store, entry: OutboxEntry, ticket: Ticket) -> None:
    if args.json:
        print_json(entry_fields(store, entry))
    elif entry.state in _SENT:
        print_line(_("Sent to {ref}.").format(ref=ticket.ref))
    elif entry.state in NEEDS_ATTENTION:
        print_line(_("Not sent: it needs your attention. `console outbox` says why."))
    else:
        print_line(_("Queued for {ref}; it is sent when a console is online.").format(ref=ticket.ref))


def _exit_code(entry: OutboxEntry, waited: bool) -> ExitCode:
    if entry.state in NEEDS_ATTENTION:
        return ExitCode.FAILED
    if waited and entry.state not in _SENT:
        return ExitCode.UNREACHABLE
    return ExitCode.OK
