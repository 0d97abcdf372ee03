"""Two lines over a conversation: which ticket, and how it stands."""

from dataclasses import dataclass

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.queue_row import BREACHING_MS
from console.widgets.when import countdown
from console.wording import CHANNEL, CLOCK_LONG, SEVERITY, STATUS, word
from desk.ids import Instant
from desk.records import Severity, Ticket
from desk.text import clean_name, width


@dataclass(frozen=True, slots=True)
class TicketShown:
    """A ticket and the names that go with it. ``presence`` tells who else is there."""

    ticket: Ticket
    assignee: str = ""
    team: str = ""
    presence: str = ""


class TicketHeader(Bar):
    """Shows the subject and the standing of a ticket."""

    shown: reactive[TicketShown | None] = reactive(None, repaint=False)

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._clock_words = ""

    def on_mount(self) -> None:
        """Let the countdown tick."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.shown and _due(self.shown.ticket, self._clock()) != self._clock_words:
            self.changed()

    def watch_shown(self) -> None:
        """Another ticket, or the same after a change."""
        self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """The reference and subject, then the standing; who is here stands at the right."""
        if self.shown is None:
            return []
        ticket = self.shown.ticket
        first = Line(width_).add(" ", inks.dim).add(clean_name(ticket.ref) or _("new"), inks.key).add("  ", inks.dim)
        first.add(clean_name(ticket.subject), inks.strong)
        second = Line(width_).add(" ", inks.dim)
        presence = clean_name(self.shown.presence)
        room = width_ - (width(presence) + 2 if presence else 1)
        for number, (text, ink) in enumerate(self._standing(self.shown, inks)):
            second.add(" · " if number else "", inks.faint, room - second.cells).add(text, ink, room - second.cells)
        if presence:
            second.to(room, inks.dim).add(presence, inks.desk)
        return [first.strip(inks.text), second.strip(inks.text)]

    def _standing(self, shown: TicketShown, inks: Inks) -> list[tuple[str, Style]]:
        """Status, severity, clock, who has it, team, channel, tags."""
        ticket, now = shown.ticket, self._clock()
        self._clock_words = _due(ticket, now)
        breaching = ticket.due_at is not None and ticket.due_at - now <= BREACHING_MS
        parts: list[tuple[str, Style]] = [(word(STATUS, ticket.status), inks.text)]
        if ticket.severity is not Severity.NORMAL:
            alarm = ticket.severity in (Severity.EMERGENCY, Severity.URGENT)
            parts.append((word(SEVERITY, ticket.severity), inks.emergency if alarm else inks.text))
        if self._clock_words:
            parts.append((self._clock_words, inks.breaching if breaching else inks.text))
        parts.append((shown.assignee or _("nobody"), inks.text))
        parts.append((f"{shown.team} {word(CHANNEL, ticket.channel)}".strip(), inks.dim))
        if ticket.snoozed_until and ticket.snoozed_until > now:
            parts.append((_("asleep {left}").format(left=countdown(ticket.snoozed_until, now)), inks.text))
        if ticket.escalated_at is not None:
            parts.append((_("escalated"), inks.breaching))
        parts.extend((f"#{clean_name(tag)}", inks.dim) for tag in ticket.tags)
        return parts


def _due(ticket: Ticket, now: Instant) -> str:
    """The next deadline and its clock."""
    if ticket.due_at is None or ticket.due_clock is None:
        return ""
    return f"{word(CLOCK_LONG, ticket.due_clock)} {countdown(ticket.due_at, now)}"
