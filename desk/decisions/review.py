"""Commands about a reply that somebody else approves before it goes out.

The text waits inside its ticket and nowhere else: until it is approved there is no message of it, so nothing can go
out, and the customer's clocks run on.
"""

from msgspec.structs import replace

from desk.commands import AskReview, DecideReview, WithdrawReview
from desk.conversation import agent_replied
from desk.decisions.case import Case, Verdict
from desk.decisions.events import event, events_between
from desk.decisions.messages import fit_to_send, moved_on_since, notice_of, unseen_replies
from desk.outcome import Refusal
from desk.records import MessageKind, Status, Ticket
from desk.text import clean_text
from desk.ticket_parts import Review, ReviewState

MAX_REMARK = 2_000


def ask(case: Case, command: AskReview, ticket: Ticket) -> Verdict:
    """Have a reply wait for approval. One reply at a time waits in a ticket."""
    fit = fit_to_send(case, ticket, command.body, command.attachments, command.then)
    if isinstance(fit, Refusal):
        return fit
    waiting = ticket.review
    if waiting is not None and waiting.state is ReviewState.ASKED:
        why = f"A reply of {waiting.author_name} waits for approval already; it must be decided or withdrawn first."
        return case.refuse("conflict", why, "review")
    seen_n = case.envelope.seen_n
    asked = Review(
        id=case.envelope.id,
        author_id=case.actor.id,
        author_name=case.actor.name,
        body=fit.body,
        asked_at=case.now,
        seen_n=ticket.last_n if seen_n is None else min(max(seen_n, 0), ticket.last_n),
        then=command.then.value if command.then else "",
        macro_id=command.macro_id,
        article_ids=command.article_ids,
        attachments=fit.attachments,
    )
    return case.changed(ticket, replace(ticket, review=asked), events=(event("review_asked"),))


def settle(case: Case, command: DecideReview, ticket: Ticket) -> Verdict:
    """Approve the reply, changed or as written, or return it to its author with a remark."""
    review = ticket.review
    if review is None or review.id != command.review_id or review.state is not ReviewState.ASKED:
        return _decided_already(case, review)
    remark = clean_text(command.remark).strip()
    if len(remark) > MAX_REMARK:
        return case.refuse("too-long", f"A remark has at most {MAX_REMARK} characters.", "remark")
    if command.approve:
        return _approve(case, command, ticket, review, remark)
    if not remark:
        return case.refuse("empty", "Say in the remark what the author is to change.", "remark")
    after = replace(ticket, review=_decided(case, review, ReviewState.RETURNED, remark))
    return case.changed(ticket, after, events=(event("review_returned", to=review.author_id),))


def withdraw(case: Case, command: WithdrawReview, ticket: Ticket) -> Verdict:
    """Take back one's own reply; nothing of it went out."""
    review = ticket.review
    if review is None or review.id != command.review_id or review.state is not ReviewState.ASKED:
        return _decided_already(case, review)
    if review.author_id != case.actor.id:
        return case.refuse("not-allowed", "Only its author withdraws a reply; return it with a remark instead.")
    gone = replace(review, state=ReviewState.WITHDRAWN, decided_at=case.now)
    return case.changed(ticket, replace(ticket, review=gone), events=(event("review_withdrawn"),))


def _approve(case: Case, command: DecideReview, ticket: Ticket, review: Review, remark: str) -> Verdict:
    """The author's message goes out, carrying the command that approved it."""
    if ticket.status is Status.CLOSED:
        return case.refuse("closed", "The ticket was closed meanwhile; return the reply, or open a new ticket.")
    then = next((status for status in Status if status.value == review.then), Status.WAITING)
    body = review.body if command.body is None else command.body
    fit = fit_to_send(case, ticket, body, review.attachments, then)
    if isinstance(fit, Refusal):
        return fit
    unseen = unseen_replies(case)
    if conflict := _answered_meanwhile(case, ticket, review) or moved_on_since(case, unseen):
        return conflict
    final_body = fit.body if fit.body != review.body else ""
    decided = replace(_decided(case, review, ReviewState.APPROVED, remark), final_body=final_body)
    after = replace(agent_replied(ticket, case.now, then), review=decided)
    message = replace(
        case.message(ticket, MessageKind.REPLY, fit.body),
        author_id=review.author_id,
        author_name=review.author_name,
        attachments=fit.attachments,
    )
    code = "review_changed" if final_body else "review_approved"
    told = () if then is Status.WAITING else events_between(ticket, after, case.actor)
    return case.changed(ticket, after, message, (event(code, to=review.author_id), *told), notice_of(unseen))


def _answered_meanwhile(case: Case, ticket: Ticket, review: Review) -> Refusal | None:
    """A conflict when somebody wrote after both author and reviewer had read; who names no ``seen_n`` has read
    nothing but what the author had."""
    if case.envelope.on_top or case.envelope.seen_n is not None:
        return None
    if max(ticket.last_agent_n, ticket.last_customer_n) > review.seen_n:
        return case.refuse("conflict", "Somebody wrote after this reply was written; read it.", "reply")
    return None


def _decided(case: Case, review: Review, state: ReviewState, remark: str) -> Review:
    return replace(
        review,
        state=state,
        reviewer_id=case.actor.id,
        reviewer_name=case.actor.name,
        decided_at=case.now,
        remark=remark,
    )


def _decided_already(case: Case, review: Review | None) -> Refusal:
    if review is None or review.state is ReviewState.ASKED:
        return case.refuse("conflict", "This reply does not wait here any more; look again.", "review")
    if review.state is ReviewState.WITHDRAWN:
        return case.refuse("conflict", f"{review.author_name or 'Its author'} withdrew this reply.", "review")
    return case.refuse("conflict", f"{review.reviewer_name or 'Somebody'} decided about this reply first.", "review")
