"""Whether a change of a ticket concerns me so much that I want to be told."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from console.store import Store
from console.sync.events import Notified
from desk.ids import CommandId, TicketId
from desk.records import Agent, Message, MessageKind, Ticket
from desk.ticket_parts import EscalationState, ReviewState

_MOST_BYTES = 64 * 1024
_MOST_FRESH = 50


class _Line(msgspec.Struct, frozen=True):
    k: str
    id: str
    op: str = "put"
    cmd: CommandId | None = None


class _Page(msgspec.Struct, frozen=True):
    items: tuple[_Line, ...] = ()


_page = msgspec.json.Decoder(_Page)


def notices(before: Ticket | None, after: Ticket | None, fresh: Sequence[Message], me: Agent) -> list[Notified]:
    """An assignment to me by somebody else, notes of others that mention me, and what became of what I escalated or
    wrote for approval. ``before`` includes what I have done myself and not yet heard back, so my own acts tell me
    nothing."""
    if after is None:
        return []
    found = []
    if after.assignee_id == me.id and (before is None or before.assignee_id != me.id):
        by = next((message.author_name for message in reversed(fresh) if message.kind is MessageKind.EVENT), "")
        found.append(Notified(kind="assignment", ticket_id=after.id, by=by))
    for message in fresh:
        if message.kind is MessageKind.NOTE and message.author_id != me.id and mentions(message.body, me.handle):
            found.append(Notified(kind="mention", ticket_id=after.id, by=message.author_name))
    return [*found, *_about_mine(before, after, me)] if before is not None else found


def _about_mine(before: Ticket, after: Ticket, me: Agent) -> list[Notified]:
    """Who accepted what I escalated, and who decided about my reply."""
    found = []
    was, escalation = before.escalation, after.escalation
    if escalation is not None and escalation.by == me.id and escalation.state is EscalationState.ACCEPTED:
        known = was is not None and was.at == escalation.at and was.owner_id == escalation.owner_id
        known = known and was is not None and was.state is EscalationState.ACCEPTED
        if not known and escalation.owner_id != me.id:
            found.append(Notified(kind="accepted", ticket_id=after.id, by=escalation.owner_name))
    if was is not None and was.owner_id == me.id and escalation is not None and escalation.owner_id != me.id:
        found.append(Notified(kind="taken_over", ticket_id=after.id, by=escalation.owner_name))
    asked, review = before.review, after.review
    if review is not None and asked is not None and review.author_id == me.id and asked.state is ReviewState.ASKED:
        if review.state is ReviewState.APPROVED:
            kind: Literal["approved", "changed"] = "changed" if review.final_body else "approved"
            found.append(Notified(kind=kind, ticket_id=after.id, by=review.reviewer_name))
        elif review.state is ReviewState.RETURNED:
            found.append(Notified(kind="returned", ticket_id=after.id, by=review.reviewer_name))
    return found


def mentions(body: str, handle: str) -> bool:
    """Whether ``@handle`` stands in a text as a word of its own."""
    text, wanted = body.casefold(), f"@{handle.casefold()}"
    at = text.find(wanted)
    while at >= 0:
        following = text[at + len(wanted) : at + len(wanted) + 1]
        if not (following.isascii() and (following.isalnum() or following in ("_", "-"))):
            return True
        at = text.find(wanted, at + 1)
    return False


class NoticesOfPage:
    """What a page of changes would tell me: made before it is applied, asked after. A long page is catching up and
    tells nothing."""

    def __init__(self, store: Store, page: bytes) -> None:
        self._store = store
        self._me = store.me()
        self._before: dict[str, tuple[Ticket | None, int]] = {}
        if self._me is None or len(page) > _MOST_BYTES:
            return
        for record in _page.decode(page).items:
            if record.k == "ticket" and record.op == "put" and record.id not in self._before:
                if record.cmd is not None and store.bulks.holds(record.cmd):
                    continue  # what I did to many tickets tells me nothing, and asking would take as long as storing
                ticket_id = TicketId(record.id)
                self._before[record.id] = (
                    store.ticket(ticket_id),
                    max((m.n for m in self._newest(ticket_id)), default=0),
                )

    def after(self) -> list[Notified]:
        """The notices, now that the page is in the store."""
        found: list[Notified] = []
        for ticket_id, (before, known_n) in self._before.items():
            after = self._store.ticket(TicketId(ticket_id))
            fresh = [message for message in self._newest(TicketId(ticket_id)) if message.n > known_n]
            assert self._me is not None
            found.extend(notices(before, after, fresh, self._me))
        return found

    def _newest(self, ticket_id: TicketId) -> list[Message]:
        """The last confirmed messages of a ticket."""
        thread = self._store.thread(ticket_id)
        lines = thread.window(max(0, thread.count() - _MOST_FRESH), _MOST_FRESH)
        return [line.message for line in lines if line.state is None and not line.in_review]
