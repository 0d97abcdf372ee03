"""Choosing what to do about a suggested duplicate, with both tickets side by side."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from console.i18n import gettext as _
from console.screens.choices import Choice
from console.screens.picker import ChoiceList, Picker
from console.store import Store
from console.styles import use_style
from console.widgets.when import clock_time, day
from console.wording import CHANNEL, DUPLICATE_REASON, STATUS, word
from desk.records import Author, MessageKind, Ticket
from desk.text import clean_name, clean_text
from desk.ticket_parts import DuplicateHint

MOST_SHOWN = 700
"""Characters of what a customer wrote first."""

_LOOKED_AT = 6


class DuplicatePicker(Picker[str]):
    """Returns what was chosen about a ticket and the one it may repeat."""

    def __init__(self, title: str, choices: Sequence[Choice[str]], sides: tuple[Content, Content]) -> None:
        super().__init__(title, choices, wide=True)
        self._sides = sides

    def compose(self) -> ComposeResult:
        """Both tickets, then the choices."""
        use_style(self.app, "picker.tcss")
        with Vertical(id="picker"):
            with Horizontal(id="sides"):
                for side in self._sides:
                    yield Static(side, classes="side", markup=False)
            yield Input(placeholder=_("type to filter"), id="filter", compact=True)
            yield ChoiceList(id="choices")
            yield Static("", id="picker-word", markup=False)


def side_of(store: Store, ticket: Ticket) -> Content:
    """A ticket in a few lines: which, of whom, how it stands, and what its customer wrote first."""
    head = Content.styled(f"{clean_name(ticket.ref)} · {word(STATUS, ticket.status)}", "bold")
    when = f"{day(ticket.created_at)} {clock_time(ticket.created_at)}"
    who = f"{clean_name(ticket.customer_name)} · {word(CHANNEL, ticket.channel)} · {when}"
    subject = Content.styled(clean_name(ticket.subject), "bold")
    return Content("\n").join((head, Content.styled(who, "dim"), subject, Content(_first_words(store, ticket))))


def _first_words(store: Store, ticket: Ticket) -> str:
    for line in store.thread(ticket.id).window(0, _LOOKED_AT):
        message = line.message
        if message.author is Author.CUSTOMER and message.kind is MessageKind.REPLY:
            return clean_text(message.body, limit=MOST_SHOWN)
    return ""


def title_of(ticket: Ticket, hint: DuplicateHint) -> str:
    """Which ticket may repeat which, why, and how sure that is."""
    words = _("{ref} may repeat {other}: {reason}, {score} of 100")
    reason = word(DUPLICATE_REASON, hint.reason)
    return words.format(ref=ticket.ref, other=hint.ref, reason=reason, score=hint.score)


def answers(ticket: Ticket, other: Ticket | None, hint: DuplicateHint, *, may_merge: bool) -> list[Choice[str]]:
    """What can be done, the likeliest first."""
    merge = Choice(
        "merge",
        _("Merge: {ref} into {into}").format(ref=ticket.ref, into=hint.ref),
        _("closes {ref}, both stay readable").format(ref=ticket.ref),
    )
    choices = [merge] if hint.same_customer and may_merge and other is not None else []
    choices.append(Choice("link", _("Link as duplicates"), _("both stay open")))
    if not hint.same_customer:
        choices.append(Choice("incident", _("Put into an incident…"), _("another customer's: one cause?")))
    choices.append(Choice("dismiss", _("No duplicate"), _("it is not asked again")))
    choices += [Choice("open", _("Open {ref}").format(ref=hint.ref))] if other is not None else []
    return choices
