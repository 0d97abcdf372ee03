"""Commands that write into a conversation: open, reply, note."""

import re

from msgspec.structs import replace

from desk.commands import Note, OpenTicket, Reply
from desk.conversation import agent_replied, with_lines, with_status
from desk.decisions.case import Case, Verdict
from desk.decisions.events import events_between
from desk.ids import MS_PER_S
from desk.outcome import Refusal
from desk.outgoing import check_outgoing
from desk.permissions import may, needs_approval
from desk.records import Attachment, Author, Channel, Frozen, Message, MessageKind, Status, Ticket
from desk.tags import MAX_TAGS, normalize_tag
from desk.text import MAX_NAME, clean_name, clean_text
from desk.wire import MAX_BLOB_BYTES

MAX_BODY = 100_000
"""Characters of a note, and of a reply on a channel without a limit of its own."""

MAX_ATTACHMENTS = 20
MAX_MENTIONS = 50

WROTE_MEANWHILE_S = 60
"""A customer's message that arrived longer than this after a reply was composed may have changed the question."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def open_ticket(case: Case, command: OpenTicket) -> Verdict:
    """Start a ticket for a customer, assigned to the one who starts it."""
    customer = case.view.customer
    if not may(case.actor, command, None):
        return case.refuse("not-allowed", "You may open tickets for your own teams only.")
    if case.view.ticket is not None:
        return case.refuse("conflict", "There is a ticket of this id already.", "open")
    if customer is None or customer.id != command.customer_id:
        return case.refuse("unknown-customer", "There is no such customer.")
    if not case.view.team_ok:
        return case.refuse("unknown-team", "There is no such team.")
    subject, body = clean_name(command.subject, limit=MAX_NAME + 1), clean_text(command.body).strip()
    if not subject or not body:
        return case.refuse("empty", "A ticket needs a subject and a first message.")
    if len(subject) > MAX_NAME:
        return case.refuse("too-long", f"A subject has at most {MAX_NAME} characters.")
    tags = tuple(dict.fromkeys(map(normalize_tag, command.tags)))
    if not all(tags) or len(tags) > MAX_TAGS:
        return case.refuse("bad-value", f"A ticket has at most {MAX_TAGS} tags of one to forty characters.")
    if refusal := _unfit(case, body, () if command.as_note else (subject, body), command.channel, command.as_note):
        return refusal
    if not command.as_note and customer.do_not_contact:
        return _not_to_be_contacted(case)
    if not command.as_note and needs_approval(case.actor):
        why = "A senior approves what you write: open it with an internal note, then ask for approval of your reply."
        return case.refuse("needs-review", why)
    before = Ticket(
        id=command.ticket_id,
        v=0,
        ref=case.view.next_ref,
        subject=subject,
        customer_id=customer.id,
        customer_name=clean_name(customer.name),
        team_id=command.team_id,
        channel=command.channel,
        created_at=case.now,
        updated_at=case.now,
        urgency_at=case.now,
        lang=clean_name(command.lang, limit=20) or "en",
        tier=customer.tier,
        severity=command.severity,
        assignee_id=case.actor.id,
        tags=tags,
    )
    if command.as_note:
        message = case.message(before, MessageKind.NOTE, body)
        return case.changed(before, with_status(with_lines(before, 1), Status.OPEN, case.now), message)
    message = case.message(before, MessageKind.REPLY, body)
    return case.changed(before, agent_replied(before, case.now, Status.WAITING), message)


def reply(case: Case, command: Reply, ticket: Ticket) -> Verdict:
    """Answer the customer, unless the conversation moved on in a way the author should read first."""
    fit = fit_to_send(case, ticket, command.body, command.attachments, command.then)
    if isinstance(fit, Refusal):
        return fit
    if needs_approval(case.actor, case.view.macro):
        return case.refuse("needs-review", "A senior approves this before it goes out: ask for approval instead.")
    unseen = unseen_replies(case)
    if conflict := moved_on_since(case, unseen):
        return conflict
    after = agent_replied(ticket, case.now, command.then or Status.WAITING)
    message = replace(case.message(ticket, MessageKind.REPLY, fit.body), attachments=fit.attachments)
    told = () if command.then in (None, Status.WAITING) else events_between(ticket, after, case.actor)
    return case.changed(ticket, after, message, told, notice_of(unseen))


class Fit(Frozen, frozen=True, kw_only=True):
    """A text for a customer as it may go out."""

    body: str
    attachments: tuple[Attachment, ...]


def fit_to_send(
    case: Case, ticket: Ticket, body: str, attachments: tuple[Attachment, ...], then: Status | None
) -> Fit | Refusal:
    """What holds for every text that goes to a customer, now or once it is approved."""
    body = clean_text(body).strip()
    if not body and not attachments:
        return case.refuse("empty", "Write something first.")
    if then is Status.NEW:
        return case.refuse("bad-value", "An answered ticket cannot be new; choose another status.")
    files = _attachments(attachments)
    if files is None:
        return _bad_attachment(case)
    if refusal := _unfit(case, body, (body,), ticket.channel, False):
        return refusal
    customer = case.view.customer
    if customer is not None and customer.do_not_contact and not ticket.unanswered:
        return _not_to_be_contacted(case)
    return Fit(body=body, attachments=files)


def _not_to_be_contacted(case: Case) -> Refusal:
    why = "This customer asked not to be written to; answer once they write, or write a note."
    return case.refuse("do-not-contact", why)


def note(case: Case, command: Note, ticket: Ticket) -> Verdict:
    """Write for the desk only. Who is mentioned sees the ticket from then on. It commutes: there is no guard."""
    body = clean_text(command.body).strip()
    if not body and not command.attachments:
        return case.refuse("empty", "Write something first.")
    attachments = _attachments(command.attachments)
    if attachments is None:
        return _bad_attachment(case)
    if len(command.mentions) > MAX_MENTIONS:
        return case.refuse("bad-value", f"A note mentions at most {MAX_MENTIONS} people.")
    if refusal := _unfit(case, body, (), ticket.channel, True):
        return refusal
    mentioned = tuple(dict.fromkeys((*ticket.mentioned, *command.mentions)))
    message = replace(case.message(ticket, MessageKind.NOTE, body), attachments=attachments)
    return case.changed(ticket, replace(with_lines(ticket, 1), mentioned=mentioned), message)


def _unfit(case: Case, body: str, outgoing: tuple[str, ...], channel: Channel, is_note: bool) -> Refusal | None:
    """A text that is too long for where it goes, or says what must not leave the house."""
    limit = MAX_BODY if is_note else case.view.policy.channel_limits.get(channel, MAX_BODY)
    if len(body) > limit:
        where = "A note" if is_note else f"A message on {channel.value}"
        return case.refuse("too-long", f"{where} has at most {limit} characters; this has {len(body)}.")
    findings = tuple(finding for text in outgoing for finding in check_outgoing(text))
    if findings:
        why = "This asks for a secret or contains one; nobody at the desk may do either."
        return Refusal(code="held", why=why, what=findings[0].kind, findings=findings)
    return None


def unseen_replies(case: Case) -> tuple[Message, ...]:
    """What was sent in the conversation after what the author of a reply had seen."""
    seen_n = case.envelope.seen_n
    if seen_n is None:
        return ()
    return tuple(line for line in case.view.unseen if line.n > seen_n and line.kind is MessageKind.REPLY)


def moved_on_since(case: Case, unseen: tuple[Message, ...]) -> Refusal | None:
    """A conflict when what was sent meanwhile may have made a reply wrong."""
    if case.envelope.on_top:
        return None
    for line in unseen:
        if line.author is Author.AGENT and line.author_id != case.actor.id:
            return case.refuse("conflict", f"{line.author_name or 'Somebody else'} answered first; read it.", "reply")
        late_s = (line.at - case.envelope.composed_at) / MS_PER_S
        if line.author is Author.CUSTOMER and late_s > WROTE_MEANWHILE_S:
            return case.refuse("conflict", "The customer wrote after you had written this; read it.", "reply")
    return None


def notice_of(unseen: tuple[Message, ...]) -> str:
    """What the author should hear although their reply went out."""
    return "customer-wrote-meanwhile" if any(line.author is Author.CUSTOMER for line in unseen) else ""


def _attachments(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...] | None:
    """Attachments as they are stored, or None when one is impossible."""
    possible = len(attachments) <= MAX_ATTACHMENTS and all(
        _SHA256.fullmatch(file.sha256) and 0 <= file.size_bytes <= MAX_BLOB_BYTES for file in attachments
    )
    if not possible:
        return None
    return tuple(
        replace(
            file,
            name=clean_name(file.name, limit=200) or "file",
            media_type=clean_name(file.media_type, limit=100) or "application/octet-stream",
        )
        for file in attachments
    )


def _bad_attachment(case: Case) -> Refusal:
    return case.refuse("bad-value", f"At most {MAX_ATTACHMENTS} files of 25 MB each can go along.")
