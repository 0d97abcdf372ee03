"""What merging, splitting and linking offer to choose from, and what the desk's rules are told about two tickets.

Apart from the screens: imported when one of these keys is first pressed.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.choices import Choice
from console.store import Store
from console.widgets.when import day
from console.wording import CHANNEL, LINK, STATUS, word
from desk.commands import AnyCommand, JoinIncident, LinkTickets, Merge, SetStatus, Split, Unmerge
from desk.customers import same_person
from desk.ids import TicketId
from desk.outcome import View
from desk.records import Customer, Message, MessageKind, Ticket
from desk.rows import QueueRow
from desk.text import clean_name, truncate
from desk.ticket_parts import Link, LinkKind
from desk.urgency import SETTLED

MOST_MESSAGES = 200
"""Of a long conversation the last so many are offered to be split off."""

_SAID_CELLS = 60

MergeStep: TypeAlias = tuple[str, TicketId]
"""``back``, ``open`` or ``with``, and the other ticket."""

LinkStep: TypeAlias = tuple[str, LinkKind, TicketId]
"""``open``, ``add`` or ``remove``, the kind and (but for ``add``) the other ticket."""


def view_of(store: Store, command: AnyCommand, ticket: Ticket) -> View:
    """What the rules may look at for a command on a ticket, as far as the replica knows. Commands that need the server
    are decided there once more."""
    other = _other(store, command)
    return View(
        policy=store.policy(),
        ticket=ticket,
        other=other,
        same_customer=other is not None and _same_customer(store, ticket, other),
        chosen=_numbered(store, ticket, command.ns) if isinstance(command, Split) else (),
        further_blocked=_further_blocked(store, command, ticket, other),
        blockers=tuple(open_blockers(store, ticket)) if isinstance(command, SetStatus) else (),
        incident=store.incident(command.into_id) if isinstance(command, JoinIncident) and command.into_id else None,
    )


def _other(store: Store, command: AnyCommand) -> Ticket | None:
    match command:
        case Merge(source_id=other_id) | Unmerge(source_id=other_id) | LinkTickets(other_id=other_id):
            return store.ticket(other_id)
    return None


def _same_customer(store: Store, one: Ticket, other: Ticket) -> bool:
    if one.customer_id == other.customer_id:
        return True
    first, second = store.customer(one.customer_id), store.customer(other.customer_id)
    return first is not None and second is not None and same_person(first, second)


def _numbered(store: Store, ticket: Ticket, ns: Iterable[int]) -> tuple[Message, ...]:
    wanted = set(ns)
    return tuple(message for message in _last_messages(store, ticket) if message.n in wanted)


def _further_blocked(store: Store, command: AnyCommand, ticket: Ticket, other: Ticket | None) -> frozenset[TicketId]:
    """What the side to be blocked blocks in turn, as far as the replica holds it."""
    if not isinstance(command, LinkTickets):
        return frozenset()
    blocked = {LinkKind.BLOCKS: other, LinkKind.BLOCKED_BY: ticket}.get(command.link)
    found: set[TicketId] = set()
    waiting = [blocked] if blocked is not None else []
    while waiting:
        for link in waiting.pop().links:
            if link.kind is LinkKind.BLOCKS and link.ticket_id not in found:
                found.add(link.ticket_id)
                further = store.ticket(link.ticket_id)
                waiting += [further] if further is not None else []
    return frozenset(found)


def open_blockers(store: Store, ticket: Ticket) -> list[str]:
    """The references of the open tickets that block this one."""
    blockers = (store.ticket(link.ticket_id) for link in ticket.links if link.kind is LinkKind.BLOCKED_BY)
    return [one.ref for one in blockers if one is not None and one.status not in SETTLED]


# Merging


def merge_choices(store: Store, ticket: Ticket) -> list[Choice[MergeStep]]:
    """For a merged ticket the way back; else the ones that came in, and the customer's other tickets."""
    if ticket.merge is not None:
        into = ticket.merge.into_ref
        return [
            Choice(("back", ticket.id), _("Take {ref} back out of {into}").format(ref=ticket.ref, into=into)),
            Choice(("open", ticket.merge.into), _("Open {ref}").format(ref=into)),
        ]
    back = [
        Choice(("back", one.id), _("Take {ref} back").format(ref=one.ref), clean_name(one.subject))
        for one in filter(None, map(store.ticket, ticket.merged_ids))
    ]
    others = [Choice(("with", one.id), *ticket_words(one)) for one in of_person(store, ticket) if one.merge is None]
    return [*others, *back]


def direction_choices(ticket: Ticket, other: Ticket) -> list[Choice[tuple[Ticket, Ticket]]]:
    """Which of two tickets stays (the first of each pair) and which is closed into it: the older one stays first."""
    older, newer = sorted((ticket, other), key=lambda one: (one.created_at, one.id))
    pairs = ((older, newer), (newer, older))
    return [
        Choice((stays, goes), _("{ref} into {into}").format(ref=goes.ref, into=stays.ref), _what_happens(stays, goes))
        for stays, goes in pairs
        if stays.status != "closed"
    ]


def _what_happens(stays: Ticket, goes: Ticket) -> str:
    n = goes.last_n
    kept = ngettext("{n} message stays readable", "{n} messages stay readable", n).format(n=n)
    replies = _("replies go out by {channel}").format(channel=word(CHANNEL, stays.channel))
    return f"{kept} · {replies}"


def of_person(store: Store, ticket: Ticket) -> list[Ticket]:
    """The other tickets of a ticket's customer, under whatever record: those still open first, then the newest."""
    found = [one for record in records_of(store, ticket) for one in store.tickets_of(record.id) if one.id != ticket.id]
    return sorted(found, key=lambda one: (one.status in SETTLED, -one.created_at, one.id))


def records_of(store: Store, ticket: Ticket) -> list[Customer]:
    """The customer's records, the one that stands for the person first, as far as they are here."""
    return store.person(ticket.customer_id)


def ticket_words(ticket: Ticket | QueueRow) -> tuple[str, str]:
    """A ticket as a choice: reference and subject, then how it stands."""
    label = f"{ticket.ref} {clean_name(ticket.subject)}"
    words = [word(STATUS, ticket.status), word(CHANNEL, ticket.channel)]
    if isinstance(ticket, Ticket):
        words.append(day(ticket.created_at))
    else:
        words.append(clean_name(ticket.customer_name))
    return label, " · ".join(words)


# Links


def link_choices(store: Store, ticket: Ticket) -> list[Choice[LinkStep]]:
    """The links there are, to be opened; the kinds that can be added; and the links again, to be removed."""
    there: list[Choice[LinkStep]] = []
    add: list[Choice[LinkStep]] = []
    remove: list[Choice[LinkStep]] = []
    for kind in LinkKind:
        add.append(Choice(("add", kind, TicketId("")), _("Add: {link} …").format(link=word(LINK, kind))))
    for one in ticket.links:
        there.append(Choice(("open", one.kind, one.ticket_id), *_link_words(store, one)))
        words = _("Remove: {link} {ref}").format(link=word(LINK, one.kind), ref=one.ref)
        remove.append(Choice(("remove", one.kind, one.ticket_id), words))
    return [*there, *add, *remove]


def _link_words(store: Store, link: Link) -> tuple[str, str]:
    other = store.ticket(link.ticket_id)
    label = f"{word(LINK, link.kind)} {link.ref}"
    return label, f"{word(STATUS, other.status)} · {clean_name(other.subject)}" if other is not None else ""


def other_choices(store: Store, ticket: Ticket, rows: Sequence[QueueRow]) -> list[Choice[TicketId]]:
    """Tickets to be linked to: the customer's first, then those of the view."""
    mine = of_person(store, ticket)
    known = {ticket.id, *(one.id for one in mine)}
    choices = [Choice(one.id, *ticket_words(one)) for one in mine]
    return choices + [Choice(row.id, *ticket_words(row)) for row in rows if row.id and row.id not in known]


def named(store: Store, text: str) -> Ticket | None:
    """The ticket whose number somebody typed, with or without its letter."""
    ref = clean_name(text).upper()
    return store.ticket_by_ref(f"T-{ref}" if ref.isdecimal() else ref)


# Splitting


def message_choices(store: Store, ticket: Ticket) -> list[Choice[int]]:
    """The messages and notes that can be split off, the newest first."""
    said = [
        message
        for message in _last_messages(store, ticket)
        if message.kind is not MessageKind.EVENT and not message.hidden
    ]
    return [Choice(message.n, *_message_words(message)) for message in reversed(said)]


def _message_words(message: Message) -> tuple[str, str]:
    said = truncate(clean_name(message.body), _SAID_CELLS)
    note = _("NOTE") + " " if message.kind is MessageKind.NOTE else ""
    return f"{message.n:>3} {note}{clean_name(message.author_name) or '—'}: {said}", day(message.at)


def _last_messages(store: Store, ticket: Ticket) -> list[Message]:
    thread = store.thread(ticket.id)
    lines = thread.window(max(0, thread.count() - MOST_MESSAGES), MOST_MESSAGES)
    return [line.message for line in lines if line.state is None and not line.in_review]
