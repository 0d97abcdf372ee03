"""Commands that make one ticket of two, or two of one, or link them. What the tickets look like afterwards is said by
:mod:`desk.joining`.

Merging is guarded by every field group of the target at once. A message that came in meanwhile does not stand in the
way: it is kept, and so is the way back.
"""

from msgspec.structs import replace

from desk.commands import DismissDuplicate, LinkTickets, Merge, Split, Unmerge
from desk.conversation import GROUPS, with_status
from desk.decisions.case import Case, Verdict
from desk.decisions.events import event
from desk.joining import (
    brought_back,
    given_back,
    is_linked,
    linked,
    merged_away,
    other_side,
    retold,
    taken_in,
    unlinked,
)
from desk.outcome import Refusal
from desk.records import MessageKind, Status, Ticket
from desk.text import MAX_NAME, clean_name
from desk.ticket_parts import LinkKind, ReviewState

MAX_MERGED = 200
MAX_LINKS = 50
MAX_SPLIT = 200
"""So many tickets are merged into one, links stand at one, and messages are split off at once, at most."""


def merge(case: Case, command: Merge, ticket: Ticket) -> Verdict:
    """Close another ticket of the customer into this one."""
    source = case.view.other
    if command.source_id == ticket.id:
        return case.refuse("merged", "A ticket cannot be merged into itself; choose another one.")
    if source is None or source.id != command.source_id:
        return _no_other(case)
    if refusal := _unmergeable(case, source, ticket) or case.moved_on(ticket, *GROUPS):
        return refusal
    into = event("merged_into", ref=ticket.ref, id=ticket.id)
    away = case.also_changed(
        source,
        merged_away(source, ticket, case.actor.id, case.now),
        events=(into,),
        calendar=case.view.other_calendar,
    )
    came = event("merged_in", ref=source.ref, id=source.id, n=str(source.last_n))
    return replace(case.changed(ticket, taken_in(ticket, source, case.now), events=(came,)), also=(away,))


def _unmergeable(case: Case, source: Ticket, target: Ticket) -> Refusal | None:
    """Why one ticket cannot be closed into another."""
    if source.merge is not None:
        where = source.merge.into_ref
        return case.refuse("merged", f"{source.ref} was merged into {where} already; take that back first.")
    if not case.view.same_customer:
        why = f"{source.ref} is another customer's; if it is the same person, merge the two customers first."
        return case.refuse("another-customer", why)
    if source.review is not None and source.review.state is ReviewState.ASKED:
        return case.refuse("review-waits", f"A reply on {source.ref} waits for approval; settle that first.")
    if len(target.merged_ids) >= MAX_MERGED:
        return case.refuse("bad-value", f"{target.ref} holds {MAX_MERGED} merged tickets already; choose another one.")
    return None


def unmerge(case: Case, command: Unmerge, ticket: Ticket) -> Verdict:
    """Bring back a ticket that was merged into this one, as it stood. What was written in it since stays in it."""
    source = case.view.other
    if source is None or source.id != command.source_id:
        return _no_other(case)
    if source.merge is None or source.merge.into != ticket.id:
        return case.refuse("no-change", f"{source.ref} is not merged into {ticket.ref}.")
    out = event("merge_undone", ref=ticket.ref, id=ticket.id)
    back = case.also_changed(
        source, brought_back(source, source.merge), events=(out,), calendar=case.view.other_calendar
    )
    gone = event("unmerged", ref=source.ref, id=source.id)
    return replace(case.changed(ticket, given_back(ticket, source, case.now), events=(gone,)), also=(back,))


def split(case: Case, command: Split, ticket: Ticket) -> Verdict:
    """Start a new ticket of the same customer from copies of some messages; this one keeps them too."""
    subject = clean_name(command.subject, limit=MAX_NAME + 1)
    if not command.ns:
        return case.refuse("empty", "Mark the messages that the new ticket begins with.")
    if not subject:
        return case.refuse("empty", "The new ticket needs a subject.")
    if len(subject) > MAX_NAME:
        return case.refuse("too-long", f"A subject has at most {MAX_NAME} characters.")
    if case.view.other is not None or command.new_ticket_id == ticket.id:
        return case.refuse("conflict", "There is a ticket of this id already.", "open")
    if refusal := _unsplittable(case, command):
        return refusal
    empty = _new_ticket(case, command, ticket, subject)
    begun, copies = retold(empty, case.view.chosen, f"{case.envelope.id}.{empty.id}")
    if begun.status is Status.NEW and (begun.assignee_id is not None or not begun.unanswered):
        begun = with_status(begun, Status.OPEN, case.now)
    begun = linked(begun, LinkKind.RELATED, ticket.id, ticket.ref)
    came_from = event("split_from", ref=ticket.ref, id=ticket.id, n=str(len(copies)))
    new = case.also_changed(empty, begun, copies, (came_from,), case.view.calendar)
    went_to = event("split_off", ref=empty.ref, id=empty.id, n=str(len(copies)))
    after = linked(ticket, LinkKind.RELATED, empty.id, empty.ref)
    return replace(case.changed(ticket, after, events=(went_to,)), also=(new,))


def _unsplittable(case: Case, command: Split) -> Refusal | None:
    """Why these messages cannot begin another ticket."""
    chosen = case.view.chosen
    if len(set(command.ns)) > MAX_SPLIT:
        return case.refuse("bad-value", f"At most {MAX_SPLIT} messages are split off at once.")
    if {message.n for message in chosen} != set(command.ns) or any(message.hidden for message in chosen):
        return case.refuse("not-found", "One of these messages is not there, or not in your sight; choose again.")
    if any(message.kind is MessageKind.EVENT for message in chosen):
        return case.refuse("bad-value", "A line of the system cannot be split off; choose messages and notes.")
    return None


def _new_ticket(case: Case, command: Split, ticket: Ticket, subject: str) -> Ticket:
    """The ticket that messages are split off into, before them: of the same customer, team, channel and assignee."""
    return Ticket(
        id=command.new_ticket_id,
        v=0,
        ref=case.view.next_ref,
        subject=subject,
        customer_id=ticket.customer_id,
        customer_name=ticket.customer_name,
        team_id=ticket.team_id,
        channel=ticket.channel,
        created_at=case.now,
        updated_at=case.now,
        urgency_at=case.now,
        lang=ticket.lang,
        tier=ticket.tier,
        severity=ticket.severity,
        assignee_id=ticket.assignee_id,
    )


def link(case: Case, command: LinkTickets, ticket: Ticket) -> Verdict:
    """Say how two tickets stand to each other, on both, or take that back from both."""
    other, kind, back = case.view.other, command.link, other_side(command.link)
    if command.other_id == ticket.id:
        return case.refuse("circle", "A ticket cannot be linked to itself; choose another one.")
    if other is None or other.id != command.other_id:
        return _no_other(case)
    if is_linked(ticket, kind, other.id) == command.on:
        word = "already" if command.on else "no longer"
        return case.refuse("no-change", f"{ticket.ref} and {other.ref} are {word} linked that way.")
    if not command.on:
        mine, theirs, code = unlinked(ticket, kind, other.id), unlinked(other, back, ticket.id), "unlinked"
    else:
        if refusal := _unlinkable(case, kind, ticket, other):
            return refusal
        mine, theirs = linked(ticket, kind, other.id, other.ref), _linked_once(other, back, ticket)
        code = "linked"
    there = case.also_changed(
        other,
        theirs,
        events=(event(code, link=back.value, ref=ticket.ref, id=ticket.id),),
        calendar=case.view.other_calendar,
    )
    here = case.changed(ticket, mine, events=(event(code, link=kind.value, ref=other.ref, id=other.id),))
    return replace(here, also=(there,))


def _linked_once(other: Ticket, kind: LinkKind, ticket: Ticket) -> Ticket:
    """The other side, which may have been left from before."""
    return other if is_linked(other, kind, ticket.id) else linked(other, kind, ticket.id, ticket.ref)


def _unlinkable(case: Case, kind: LinkKind, ticket: Ticket, other: Ticket) -> Refusal | None:
    """Why a link cannot be made. What blocks must not wait, through others, for what it blocks."""
    blocking = {LinkKind.BLOCKS: ticket, LinkKind.BLOCKED_BY: other}.get(kind)
    if blocking is not None and blocking.id in case.view.further_blocked:
        blocked = other if blocking is ticket else ticket
        return case.refuse("circle", f"{blocked.ref} blocks {blocking.ref} already; each would wait for the other.")
    if max(len(ticket.links), len(other.links)) >= MAX_LINKS:
        return case.refuse("bad-value", f"A ticket has at most {MAX_LINKS} links; remove one first.")
    return None


def dismiss_duplicate(case: Case, command: DismissDuplicate, ticket: Ticket) -> Verdict:
    """The ticket is no duplicate of the one suggested; it is not asked again."""
    hint = ticket.duplicate
    if hint is None:
        return case.refuse("no-change", f"Nothing is suggested for {ticket.ref}.")
    said = event("no_duplicate", ref=hint.ref, id=hint.ticket_id)
    return case.moved_on(ticket, "duplicate") or case.changed(ticket, replace(ticket, duplicate=None), events=(said,))


def _no_other(case: Case) -> Refusal:
    return case.refuse("not-found", "The other ticket is not there, or not in your sight.")
