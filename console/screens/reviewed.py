"""What became of a reply that was sent for approval: the author's text, what was changed in it, and the remark."""

from typing import ClassVar, Literal, TypeAlias

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.i18n import gettext as _
from console.keys import bindings, in_context
from console.styles import FOLDER
from console.widgets.key_line import KeyLine
from console.widgets.when import moment
from console.widgets.word_diff import diff_content, legend
from console.workplace import Workplace
from desk.records import Ticket
from desk.text import clean_name, clean_text
from desk.ticket_parts import Review, ReviewState

Wish: TypeAlias = Literal["edit", "withdraw"]


class ReviewedScreen(Screen["Wish | None"]):
    """Dismissed with what its author wants to do now."""

    CSS_PATH: ClassVar = [str(FOLDER / "review.tcss")]
    BINDINGS: ClassVar[list[BindingType]] = bindings("reviewed")
    KEY_CONTEXTS = ("reviewed",)

    def __init__(self, workplace: Workplace, ticket: Ticket, review: Review, *, is_mine: bool) -> None:
        super().__init__()
        self._workplace = workplace
        self._ticket = ticket
        self._review = review
        self._is_mine = is_mine

    def compose(self) -> ComposeResult:
        """What was decided, then the text."""
        name = clean_name(self._ticket.customer_name)
        heading = _("{ref} · reply of {author} to {name}").format(
            ref=clean_name(self._ticket.ref), author=clean_name(self._review.author_name), name=name
        )
        yield Static(Content(heading), id="reviewed-heading")
        with VerticalScroll(id="reviewed-text"):
            yield Static("", id="reviewed-words", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """The words, and only the keys that can act."""
        self.query_one("#reviewed-words", Static).update(self._words())
        waits = self._review.state is ReviewState.ASKED
        acting = {"reviewed.withdraw": self._is_mine and waits, "reviewed.edit": self._is_mine and not waits}
        keys = [key for key in in_context("reviewed") if key.hint and acting.get(key.id, True)]
        self.query_one(KeyLine).keys = keys

    def _words(self) -> Content:
        """The decision in words, the remark, the text with what changed."""
        review = self._review
        parts = [Content.styled(self._decision(), "bold")]
        if review.remark:
            parts += [Content(""), Content.styled(_("Remark"), "bold"), Content(clean_text(review.remark))]
        parts.append(Content(""))
        if review.final_body:
            parts += [
                Content.styled(f"{_('What changed')}: {legend()}", "bold"),
                diff_content(review.body, review.final_body),
                Content(""),
                Content.styled(_("What went out"), "bold"),
                Content(clean_text(review.final_body)),
            ]
        else:
            parts += [Content.styled(_("The text"), "bold"), Content(clean_text(review.body))]
        return Content("\n").join(parts)

    def _decision(self) -> str:
        """Who did what when."""
        review, now = self._review, self._workplace.clock()
        name = clean_name(review.reviewer_name) or "?"
        when = moment(review.decided_at or review.asked_at, now)
        match review.state:
            case ReviewState.ASKED:
                return _("It waits for approval since {when}; nothing has gone out.").format(when=when)
            case ReviewState.RETURNED:
                return _("{name} returned it, {when}; nothing has gone out.").format(name=name, when=when)
            case ReviewState.WITHDRAWN:
                return _("It was withdrawn, {when}; nothing has gone out.").format(when=when)
        if review.final_body:
            return _("{name} changed it and approved it, {when}; it went out.").format(name=name, when=when)
        return _("{name} approved it as written, {when}; it went out.").format(name=name, when=when)

    def action_scroll(self, step: int) -> None:
        """Line by line."""
        self.query_one("#reviewed-text").scroll_relative(y=step, animate=False)

    def action_edit(self) -> None:
        """Go on with the text as a new reply."""
        if not self._is_mine:
            self._say(_("Only its author goes on with this text."))
        elif self._review.state is ReviewState.ASKED:
            self._say(_("It waits still; x withdraws it first."))
        else:
            self.dismiss("edit")

    def action_withdraw(self) -> None:
        """Take it back."""
        if not self._is_mine:
            self._say(_("Only its author withdraws a reply."))
        elif self._review.state is not ReviewState.ASKED:
            self._say(_("It has been decided already."))
        else:
            self.dismiss("withdraw")

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss(None)

    def _say(self, sentence: str) -> None:
        self.query_one(KeyLine).say(sentence, "warning")
