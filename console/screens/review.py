"""Deciding about a reply that waits for approval: the customer's words above it, the text to be changed, a remark."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal, TypeAlias

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from console.i18n import gettext as _
from console.keys import Context, bindings
from console.screens.form_screen import FormScreen
from console.screens.outgoing_check import why_held
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import CleanInput, FormField, Words
from console.widgets.when import moment
from console.wording import CHANNEL, word
from console.workplace import Workplace
from desk.commands import DecideReview
from desk.outcome import View
from desk.outgoing import check_outgoing
from desk.records import Author, Message, MessageKind, Ticket
from desk.text import clean_name, clean_text
from desk.ticket_parts import Review

Decided: TypeAlias = Literal["approved", "changed", "returned"]
_READ_BACK = 50
"""So many lines of the conversation are looked through."""


class ReviewScreen(FormScreen[Decided]):
    """Dismissed with what was decided."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("review")
    KEY_CONTEXTS: ClassVar[tuple[Context, ...]] = ("review",)
    FIRST_FIELD = "body"

    def __init__(self, workplace: Workplace, ticket: Ticket, review: Review) -> None:
        super().__init__(workplace, ticket.id, f"review_{review.id}")
        self._ticket = ticket
        self._review = review
        self._seen_n = ticket.last_n
        self._warned_n = 0
        self._end = sent_last(workplace, ticket)

    def heading(self) -> str:
        """Whose reply to whom."""
        return _("Reply of {author} to {name} · {channel} · waits for approval").format(
            author=clean_name(self._review.author_name),
            name=clean_name(self._ticket.customer_name),
            channel=word(CHANNEL, self._ticket.channel),
        )

    def rows(self) -> Iterable[FormField]:
        """The customer's last words, the reply, the remark."""
        yield FormField(_("Conversation"), Words(self._conversation_end(), id="conversation-end"))
        yield FormField(_("Reply"), DraftArea(self._review.body, id="body"))
        yield FormField(_("Remark"), CleanInput(id="remark", placeholder=_("for the author; needed to return it")))

    def compose(self) -> ComposeResult:
        """The form, and under its title what came after the reply was written."""
        for number, widget in enumerate(super().compose()):
            yield widget
            if number == 0 and (news := self._news()):
                yield Static(Content(f" ! {news}"), id="review-news")

    def _conversation_end(self) -> Content:
        """The end of the conversation, as much of it as leaves room for the reply."""
        room = max(6, (self.app.size.height - 14) // 2)
        now = self.workplace.clock()
        blocks: list[Content] = []
        for message in reversed(self._end):
            lines = clean_text(message.body).strip().splitlines()
            if len(lines) > room and blocks:
                break
            if len(lines) > room:
                lines = [*lines[: room - 1], "…"]
            head = f"{clean_name(message.author_name) or '—'} · {moment(message.at, now)}"
            blocks.insert(0, Content("\n").join([Content.styled(head, "bold"), *map(Content, lines)]))
            room -= len(lines) + 2
        return Content("\n\n").join(blocks) if blocks else Content(_("The customer has not written here."))

    def _news(self) -> str:
        """What the author had not seen."""
        if self._ticket.last_agent_n > self._review.seen_n:
            return _("A colleague answered after this was written: read the conversation first.")
        theirs = next((m for m in reversed(self._end) if m.author is Author.CUSTOMER), None)
        if theirs is not None and theirs.n > self._review.seen_n:
            when = moment(theirs.at, self.workplace.clock())
            return _("The customer wrote after this was written, {when}: does it still fit?").format(when=when)
        return ""

    def action_submit(self) -> None:
        """Approve it as it stands here."""
        body = self.values()["body"].strip()
        if findings := check_outgoing(body):
            self.fail_at("body", why_held(findings))
            return
        changed = body != self._review.body.strip()
        self._decide(
            DecideReview(
                ticket_id=self._ticket.id,
                review_id=self._review.id,
                approve=True,
                body=body if changed else None,
                remark=self.values()["remark"].strip(),
            ),
            "changed" if changed else "approved",
        )

    def action_give_back(self) -> None:
        """Return it to its author."""
        remark = self.values()["remark"].strip()
        command = DecideReview(ticket_id=self._ticket.id, review_id=self._review.id, approve=False, remark=remark)
        if not remark:
            self.fail_at("remark", _("Say what the author is to change; then ctrl+r returns it."))
        else:
            self._decide(command, "returned")

    def _decide(self, command: DecideReview, decided: Decided) -> None:
        """Ask the desk's rules about the ticket as it is now; what came since it was opened is said once."""
        store = self.workplace.store
        ticket = store.ticket(self._ticket.id) or self._ticket
        newest = max(ticket.last_agent_n, ticket.last_customer_n)
        if command.approve and newest > max(self._seen_n, self._warned_n):
            self._warned_n = newest
            self.fail(_("Somebody wrote while you were reading. Look again; ctrl+d once more approves it as it is."))
            return
        seen_n, on_top = max(self._seen_n, self._warned_n), self._warned_n > 0
        view = View(policy=store.policy(), ticket=ticket, customer=store.customer(ticket.customer_id))
        refused = self.refused(command, view, seen_n=seen_n, on_top=on_top)
        if refused is None:
            self.send((command,), decided, ticket=ticket, seen_n=seen_n, on_top=on_top)
        else:
            self.fail_at("remark" if refused.what == "remark" else "", self.sentence_of(refused))


def sent_last(workplace: Workplace, ticket: Ticket) -> Sequence[Message]:
    """What customer and desk last wrote to each other, in order."""
    thread = workplace.store.thread(ticket.id)
    lines = thread.window(max(0, thread.count() - _READ_BACK), _READ_BACK)
    return [line.message for line in lines if line.message.kind is MessageKind.REPLY and not line.in_review]
