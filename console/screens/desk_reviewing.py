"""Replies that somebody else approves before they go out, on the desk."""

from console.i18n import gettext as _
from console.screens.desk_actions import TicketActing
from desk.commands import WithdrawReview
from desk.records import Role, Ticket
from desk.ticket_parts import Review, ReviewState


class Reviewing(TicketActing):
    """The part for it."""

    def action_review(self) -> None:
        """Decide about the reply that waits; its author reads what became of it."""
        ticket = self.target_or_why("desk.review")
        if ticket is None or self.me is None:
            return
        review = ticket.review
        if review is None:
            self.say(_("No reply waits for approval in {ref}.").format(ref=ticket.ref), "warning")
            return
        is_mine = review.author_id == self.me.id
        if review.state is not ReviewState.ASKED or is_mine or self.me.role is Role.AGENT:
            self.attempt(self._read_review(ticket, review, is_mine))
        elif self.store.read_only:
            self.say(self.store.notice, "warning")
        else:
            self.attempt(self._decide_review(ticket, review))

    def open_review(self) -> None:
        """Show the replies that wait."""
        self.show_view("review")
        self.show_pane("queue")

    async def _decide_review(self, ticket: Ticket, review: Review) -> None:
        from console.screens.review import ReviewScreen  # a text area: 20 ms, when first opened

        decided = await self.app.push_screen_wait(ReviewScreen(self.workplace, ticket, review))
        if decided is None:
            return
        sentence = {
            "approved": _("The reply of {name} goes out."),
            "changed": _("The reply of {name} goes out as you changed it; they see what."),
            "returned": _("The reply goes back to {name}."),
        }[decided]
        self.say(sentence.format(name=review.author_name), "done")
        self.nudge()

    async def _read_review(self, ticket: Ticket, review: Review, is_mine: bool) -> None:
        from console.screens.reviewed import ReviewedScreen

        wish = await self.app.push_screen_wait(ReviewedScreen(self.workplace, ticket, review, is_mine=is_mine))
        if wish == "withdraw":
            command = WithdrawReview(ticket_id=ticket.id, review_id=review.id)
            sentence = _("Withdrawn; the text is a draft again.")
            await self._perform(command, ticket, sentence, undoable=False)
        if wish is not None:
            await self._go_on_with(ticket, review)

    async def _go_on_with(self, ticket: Ticket, review: Review) -> None:
        """Put the text into the reply's draft, in front of what stands there, and open it."""
        now = self.workplace.clock()
        old = self.store.draft(ticket.id, "reply")
        body = f"{review.body}\n{old.body}" if old and old.body.strip() else review.body
        await self.in_thread(self.store.save_draft, ticket.id, "reply", body, old.rev if old else 0, now)
        self.open_ticket(ticket.id)
        if (shown := self.store.ticket(ticket.id)) is not None:
            self.composer_dock().write("reply", shown, shown.last_n)
