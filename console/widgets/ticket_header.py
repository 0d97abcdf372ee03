"""Two lines over a conversation: which ticket, and how it stands."""

from dataclasses import dataclass

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.i18n import ngettext
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.queue_row import BREACHING_MS
from console.widgets.when import countdown
from console.wording import CHANNEL, CLOCK_LONG, ESCALATION_SHORT, ESCALATION_STATE, SEVERITY, STATUS, word
from desk.ids import Instant
from desk.records import Severity, Ticket
from desk.text import clean_name, truncate, width
from desk.ticket_parts import OPEN_ESCALATION, EscalationState, LinkKind, ReviewState, is_tier_late

_WHAT_CELLS = 24
"""So much of what a follow-up is about stands in the header."""


@dataclass(frozen=True, slots=True)
class TicketShown:
    """A ticket and the names that go with it. ``presence`` tells who else is there, ``procedure`` which one is under
    way and how far, ``incident`` the title of the one that it is in."""

    ticket: Ticket
    assignee: str = ""
    team: str = ""
    presence: str = ""
    procedure: str = ""
    incident: str = ""


class TicketHeader(Bar):
    """Shows the subject and the standing of a ticket."""

    shown: reactive[TicketShown | None] = reactive(None, repaint=False)

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._ticked: tuple[object, ...] = ()

    def on_mount(self) -> None:
        """Let the countdown tick."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.shown and _ticking(self.shown.ticket, self._clock()) != self._ticked:
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
        self._ticked = _ticking(ticket, now)
        breaching = ticket.due_at is not None and ticket.due_at - now <= BREACHING_MS
        parts: list[tuple[str, Style]] = [(word(STATUS, ticket.status), inks.text)]
        if ticket.severity is not Severity.NORMAL:
            alarm = ticket.severity in (Severity.EMERGENCY, Severity.URGENT)
            parts.append((word(SEVERITY, ticket.severity), inks.emergency if alarm else inks.text))
        if due := _due(ticket, now):
            parts.append((due, inks.breaching if breaching else inks.text))
        parts.append((shown.assignee or _("nobody"), inks.text))
        parts.append((f"{shown.team} {word(CHANNEL, ticket.channel)}".strip(), inks.dim))
        if ticket.snoozed_until and ticket.snoozed_until > now:
            parts.append((_("asleep {left}").format(left=countdown(ticket.snoozed_until, now)), inks.text))
        if joined := joined_words(ticket):
            parts.append((joined, inks.key))
        words = escalation_words(ticket, now)
        parts.extend((text, inks.breaching if alarming else inks.text) for text, alarming in words)
        if shown.procedure:
            parts.append((clean_name(shown.procedure), inks.desk))
        if shown.incident:
            parts.append((_("incident: {title}").format(title=clean_name(shown.incident, limit=40)), inks.breaching))
        parts.extend((f"#{clean_name(tag)}", inks.dim) for tag in ticket.tags)
        return parts


def joined_words(ticket: Ticket) -> str:
    """What the ticket went into, may repeat, or is joined with, the most telling first; empty for one on its own."""
    if ticket.merge is not None:
        return _("merged into {ref}").format(ref=clean_name(ticket.merge.into_ref))
    blockers = [clean_name(link.ref) for link in ticket.links if link.kind is LinkKind.BLOCKED_BY]
    words = [_("blocked by {refs}").format(refs=" ".join(blockers))] if blockers else []
    if ticket.duplicate is not None:
        words.append(f"≈ {clean_name(ticket.duplicate.ref)}")
    if ticket.merged_ids:
        words.append(_("+{n} merged").format(n=len(ticket.merged_ids)))
    if others := len(ticket.links) - len(blockers):
        words.append(ngettext("{n} link", "{n} links", others).format(n=others))
    return " · ".join(words)


def escalation_words(ticket: Ticket, now: Instant) -> list[tuple[str, bool]]:
    """Tier, state, time left for it, and who owns the ticket; each with whether it should alarm."""
    words: list[tuple[str, bool]] = []
    escalation = ticket.escalation
    if escalation is not None and escalation.state in OPEN_ESCALATION:
        state = f"{word(ESCALATION_SHORT, escalation.tier)} {word(ESCALATION_STATE, escalation.state)}"
        left = f" {countdown(escalation.due_at, now)}" if escalation.due_at is not None else ""
        words.append((state + left, escalation.state is EscalationState.ASKED or is_tier_late(escalation, now)))
    if escalation is not None and escalation.owner_name:
        words.append((_("owner {name}").format(name=clean_name(escalation.owner_name)), False))
    if ticket.review is not None and ticket.review.state is ReviewState.ASKED:
        words.append((_("reply waits for approval"), True))
    if ticket.follow_up is not None:
        due = ticket.follow_up.at <= now
        left = countdown(ticket.follow_up.at, now)
        sentence = (_("follow-up due {left}") if due else _("follow-up {left}")).format(left=left)
        what = truncate(ticket.follow_up.what, _WHAT_CELLS)
        words.append((f"{sentence} {what}".rstrip(), due))
    return words


def _ticking(ticket: Ticket, now: Instant) -> tuple[object, ...]:
    """What changes by time alone."""
    return (_due(ticket, now), *escalation_words(ticket, now))


def _due(ticket: Ticket, now: Instant) -> str:
    """The next deadline and its clock."""
    if ticket.due_at is None or ticket.due_clock is None:
        return ""
    return f"{word(CLOCK_LONG, ticket.due_clock)} {countdown(ticket.due_at, now)}"
