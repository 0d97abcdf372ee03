"""What a plan for many tickets would do, ticket by ticket: decided by the desk's rules on what is shown. Pure but for
the store it is given."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import tee
from typing import TYPE_CHECKING

import msgspec

from console.bulk import BulkItem
from console.envelopes import envelope
from console.i18n import gettext as _
from console.i18n import ngettext
from console.refusals import refusal_sentence
from console.screens.undoing import inverses
from console.store.bulks import PlannedItem
from console.widgets.when import moment
from console.wording import COMMAND, SEVERITY, STATUS, word
from desk.bulk import BulkRow, ItemState
from desk.commands import AnyCommand, AskReview, Envelope, Merge, Note, Reply
from desk.ids import AgentId, Instant
from desk.outcome import Outcome, Refusal
from desk.records import Agent, Team, Ticket

if TYPE_CHECKING:
    from console.store import Store


@dataclass(frozen=True, slots=True)
class Names:
    """How people and teams are called."""

    agents: Mapping[str, str]
    teams: Mapping[str, str]

    @classmethod
    def of(cls, agents: Iterable[Agent], teams: Iterable[Team]) -> "Names":
        """By id: handles and names."""
        return cls({agent.id: agent.handle for agent in agents}, {team.id: team.name for team in teams})

    def agent(self, agent_id: str | None) -> str:
        """A handle, or ``nobody``."""
        return self.agents.get(agent_id, "?") if agent_id else _("nobody")


def preview(
    store: "Store", items: Iterable[BulkItem], first: int, names: Names, bulk_id: str, me: AgentId, now: Instant
) -> Iterator[PlannedItem]:
    """The lines of a plan from place ``first`` on, in order. Reads the store; for a thread of its own."""
    read, asked = tee(items)
    envelopes, given = tee(_envelope(store, item, bulk_id, now) for item in asked)
    verdicts = store.forecast(given)
    for n, (item, wanted, (ticket, verdict)) in enumerate(zip(read, envelopes, verdicts, strict=True), first):
        about = ticket if ticket is None or ticket.id == item.ticket_id else store.ticket(item.ticket_id)
        row = _row(n, item, about, ticket, verdict, names, now)
        if row.state is ItemState.PLANNED and ticket is not None:
            undo = inverses(item.command, ticket, me)
            yield PlannedItem(row=row, envelope=wanted, inverses=undo)
        else:
            yield PlannedItem(row=row)


def _envelope(store: "Store", item: BulkItem, bulk_id: str, now: Instant) -> Envelope:
    """The command as it will be sent, given by somebody who looked at the ticket as it is now."""
    ticket = store.ticket(item.ticket_id)
    seen_n = ticket.last_n if ticket and isinstance(item.command, Reply | AskReview) else None
    version = item.v if item.v is not None else ticket.v if ticket else None
    guarded = None if isinstance(item.command, Merge) else version
    made = envelope(item.command, now, seen_n=seen_n)
    return msgspec.structs.replace(made, expected_version=guarded, bulk_id=bulk_id)


def _row(
    n: int,
    item: BulkItem,
    about: Ticket | None,
    decided_on: Ticket | None,
    verdict: Outcome | Refusal,
    names: Names,
    now: Instant,
) -> BulkRow:
    state, change, code, why = ItemState.PLANNED, "", "", ""
    if isinstance(verdict, Refusal):
        same = verdict.code == "no-change"
        state = ItemState.SAME if same else ItemState.REFUSED
        code, why = ("", "") if same else (verdict.code, refusal_sentence(verdict.code, verdict.why))
    elif not verdict.changes and verdict.notice == "no-change":
        state = ItemState.SAME
    elif decided_on is not None:
        change = change_words(item.command, decided_on, verdict, names, now)
    return BulkRow(
        n=n,
        ticket_id=item.ticket_id,
        state=state,
        ref=about.ref if about else "",
        customer_name=about.customer_name if about else "",
        subject=about.subject if about else "",
        lang=about.lang if about else "",
        change=change,
        note=item.note,
        code=code,
        why=why,
    )


def change_words(command: AnyCommand, before: Ticket, outcome: Outcome, names: Names, now: Instant) -> str:
    """What becomes of a ticket, field by field: ``mei → li``."""
    after = next((one for one in outcome.changes if isinstance(one, Ticket) and one.id == before.id), before)
    words = [_text_words(command)] if isinstance(command, Reply | Note | AskReview) else []
    if isinstance(command, Merge):
        words.append(_("merged into {ref}").format(ref=before.ref))
    if before.team_id != after.team_id:
        teams = names.teams
        words.append(_arrow(teams.get(before.team_id, "?"), teams.get(after.team_id, "?")))
    if before.assignee_id != after.assignee_id:
        words.append(_arrow(names.agent(before.assignee_id), names.agent(after.assignee_id)))
    if before.status is not after.status:
        words.append(_arrow(word(STATUS, before.status), word(STATUS, after.status)))
    if before.severity is not after.severity:
        words.append(_arrow(word(SEVERITY, before.severity), word(SEVERITY, after.severity)))
    words += [f"+#{tag}" for tag in after.tags if tag not in before.tags]
    words += [f"−#{tag}" for tag in before.tags if tag not in after.tags]
    if (before.snoozed_until, before.snoozed_until_answer) != (after.snoozed_until, after.snoozed_until_answer):
        words.append(_sleep_words(after, now))
    if before.incident_id != after.incident_id:
        words.append(_("into the incident") if after.incident_id else _("out of the incident"))
    return " · ".join(words) or word(COMMAND, str(type(command).__struct_config__.tag))


def _text_words(command: Reply | Note | AskReview) -> str:
    kind = word(COMMAND, str(type(command).__struct_config__.tag))
    n = len(command.body)
    return f"{kind} · " + ngettext("{n} character", "{n} characters", n).format(n=n)


def _sleep_words(after: Ticket, now: Instant) -> str:
    if after.snoozed_until_answer:
        return _("sleeps until the customer answers")
    if after.snoozed_until is None:
        return _("awake")
    return _("sleeps until {moment}").format(moment=moment(after.snoozed_until, now))


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}"
