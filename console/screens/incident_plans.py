"""What is done to the tickets of an incident, as plans for :class:`console.screens.bulk.BulkScreen`. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.bulk import BulkItem, BulkPlan
from console.i18n import gettext as _
from console.i18n import ngettext
from console.wording import CHANNEL, word
from desk.commands import JoinIncident, Reply, SetStatus
from desk.ids import IncidentId, TicketId
from desk.incidents import fitted, language_of, text_for
from desk.records import Channel, IncidentUpdate, Policy, Status, Ticket
from desk.urgency import SETTLED


def still_open(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Those that are not solved, closed or merged away."""
    return [ticket for ticket in tickets if ticket.status not in SETTLED and ticket.merge is None]


def telling(title: str, update: IncidentUpdate, tickets: Sequence[Ticket], policy: Policy, then: Status) -> BulkPlan:
    """One reply to every customer who still waits, in their language, as long as their channel takes it."""
    recipients = still_open(tickets)
    words = ngettext("“{title}”: tell {n} customer", "“{title}”: tell {n} customers", len(recipients))
    items = [
        BulkItem(ticket.id, Reply(ticket_id=ticket.id, body=body, then=then), _how(update, ticket, body))
        for ticket in recipients
        for body in (fitted(text_for(update, ticket.lang), ticket.channel, policy),)
    ]
    return BulkPlan(words.format(title=title, n=f"{len(recipients):,}"), items)


def _how(update: IncidentUpdate, ticket: Ticket, body: str) -> str:
    """The language and how much of the text it is: ``in Chinese · telegram · the first 160 of 412``."""
    whole = len(text_for(update, ticket.lang))
    lang = _in_language(language_of(ticket.lang))
    channel = word(CHANNEL, ticket.channel)
    if len(body) == whole:
        return f"{lang} · {channel} · " + _("the whole text")
    return f"{lang} · {channel} · " + _("the first {n} of {whole}").format(n=f"{len(body):,}", whole=f"{whole:,}")


def _in_language(lang: str) -> str:
    return _("in Chinese") if lang == "zh" else _("in English")


def adding(title: str, incident_id: IncidentId, ticket_ids: Sequence[TicketId]) -> BulkPlan:
    """Put the tickets into the incident."""
    words = ngettext("Put {n} ticket into “{name}”", "Put {n} tickets into “{name}”", len(ticket_ids))
    items = [BulkItem(one, JoinIncident(ticket_id=one, into_id=incident_id)) for one in ticket_ids]
    return BulkPlan(words.format(n=f"{len(ticket_ids):,}", name=title), items)


def taking_out(ticket_ids: Sequence[TicketId]) -> BulkPlan:
    """Take the tickets out of whichever incident they are in."""
    n = len(ticket_ids)
    words = ngettext("Take {n} ticket out of its incident", "Take {n} tickets out of their incidents", n)
    items = [BulkItem(one, JoinIncident(ticket_id=one, into_id=None)) for one in ticket_ids]
    return BulkPlan(words.format(n=f"{n:,}"), items)


def solving(title: str, tickets: Sequence[Ticket]) -> BulkPlan:
    """Solve what is still open."""
    open_ones = still_open(tickets)
    words = ngettext("“{title}” is over: solve {n} ticket", "“{title}” is over: solve {n} tickets", len(open_ones))
    items = [BulkItem(one.id, SetStatus(ticket_id=one.id, status=Status.SOLVED)) for one in open_ones]
    return BulkPlan(words.format(title=title, n=f"{len(open_ones):,}"), items)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would be told: open tickets by language and channel, and how many are left out and why."""

    by_language: dict[str, int]
    by_channel: dict[Channel, dict[str, int]]
    """Customers by channel, then language."""
    settled: int
    not_contacted: int

    @classmethod
    def of(cls, tickets: Sequence[Ticket], not_contacted: frozenset[TicketId]) -> "Audience":
        """The audience of an incident's tickets; ``not_contacted`` are those whose customers must not be written to."""
        recipients = [ticket for ticket in still_open(tickets) if ticket.id not in not_contacted]
        by_language: dict[str, int] = {}
        by_channel: dict[Channel, dict[str, int]] = {}
        for ticket in recipients:
            lang = language_of(ticket.lang)
            by_language[lang] = by_language.get(lang, 0) + 1
            counts = by_channel.setdefault(ticket.channel, {})
            counts[lang] = counts.get(lang, 0) + 1
        return cls(by_language, by_channel, len(tickets) - len(still_open(tickets)), len(not_contacted))

    @property
    def total(self) -> int:
        """All who are told."""
        return sum(self.by_language.values())

    def words(self) -> str:
        """``18 read Chinese, 12 English. Left out: 4 solved, 1 asked not to be written to.``"""
        n = self.total
        told = ngettext("{n} customer of your teams is told: {zh} in Chinese, {en} in English.",
                        "{n} customers of your teams are told: {zh} in Chinese, {en} in English.", n)  # fmt: skip
        sentence = told.format(n=f"{n:,}", zh=self.by_language.get("zh", 0), en=self.by_language.get("en", 0))
        left = [_("{n} solved").format(n=f"{self.settled:,}")] if self.settled else []
        if self.not_contacted:
            left.append(_("{n} asked not to be written to").format(n=f"{self.not_contacted:,}"))
        return f"{sentence} {_('Left out: {who}.').format(who=', '.join(left))}" if left else sentence

    def lengths(self, update: IncidentUpdate, policy: Policy) -> list[str]:
        """One line a channel: who reads how much of which text there."""
        lines = []
        for channel, counts in sorted(self.by_channel.items()):
            parts = []
            for lang, count in sorted(counts.items()):
                whole = text_for(update, lang)
                sent = fitted(whole, channel, policy)
                much = (
                    _("the whole text ({n})").format(n=len(whole))
                    if len(sent) == len(whole)
                    else _("CUT to {n} of {whole}").format(n=len(sent), whole=len(whole))
                )
                parts.append(f"{count:,} {_in_language(lang)}: {much}")
            limit = policy.channel_limits.get(channel)
            name = word(CHANNEL, channel) + (f" (≤ {limit:,})" if limit else "")
            lines.append(f"{name} · {' · '.join(parts)}")
        return lines
