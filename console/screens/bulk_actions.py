"""What can be done to all selected tickets: choosing the action and its value makes a plan. Nothing is done yet."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from textual.app import App

from console.bulk import BulkItem, BulkPlan
from console.i18n import gettext as _
from console.i18n import language, mark, ngettext
from console.screens.bulk_text import BulkText, BulkTextScreen
from console.screens.choices import Choice, Picked
from console.screens.picker import Picker
from console.screens.snoozing import UNTIL_ANSWER, WAKE, parse_until, snooze_choices
from console.widgets.when import moment
from console.wording import ROLE, SEVERITY, STATUS, word
from console.workplace import Workplace
from desk.commands import (
    AnyCommand,
    Assign,
    JoinIncident,
    Merge,
    MoveTeam,
    Note,
    Reply,
    SetSeverity,
    SetStatus,
    Snooze,
    Tag,
)
from desk.ids import AgentId, IncidentId, TeamId, TicketId
from desk.records import Agent, Incident, Severity, Status, Team
from desk.tags import normalize_tag

V = TypeVar("V")

ACTIONS: Mapping[str, str] = {
    "assign": mark("Assign to…"),
    "team": mark("Move to a team…"),
    "tag": mark("Add tags…"),
    "untag": mark("Remove tags…"),
    "status": mark("Set the status…"),
    "severity": mark("Set the severity…"),
    "snooze": mark("Snooze…"),
    "close": mark("Close"),
    "merge": mark("Merge into one of them…"),
    "reply": mark("Reply to every customer…"),
    "note": mark("Write a note in each…"),
    "incident": mark("Put into an incident…"),
}
_OFFERED = 200
"""Tickets offered as the one into which the others are merged."""


class BulkActions:
    """Asks what is to be done to a selection. Its windows open over the desk; call it in a worker."""

    def __init__(
        self,
        workplace: Workplace,
        app: App[object],
        agents: Mapping[AgentId, Agent],
        teams: Mapping[TeamId, Team],
    ) -> None:
        self._workplace = workplace
        self._app = app
        self._agents = agents
        self._teams = teams

    async def choose(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        """The plan for these tickets; None when it was thought better of."""
        n = len(ids)
        title = ngettext("{n} ticket: what is to be done?", "{n} tickets: what is to be done?", n)
        picked = await self._pick(title.format(n=f"{n:,}"), [Choice(key, _(label)) for key, label in ACTIONS.items()])
        if picked is None or not picked.values:
            return None
        plans: Mapping[str, Callable[[Sequence[TicketId]], Awaitable[BulkPlan | None]]] = {
            "assign": self._assign,
            "team": self._team,
            "tag": partial(self._tags, on=True),
            "untag": partial(self._tags, on=False),
            "status": self._status,
            "severity": self._severity,
            "snooze": self._snooze,
            "close": self._close,
            "merge": self._merge,
            "reply": self._reply,
            "note": self._note,
            "incident": self._incident,
        }
        return await plans[picked.values[0]](ids)

    async def _assign(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        people = sorted((a for a in self._agents.values() if a.active), key=lambda a: (a.away, a.handle))
        choices = [Choice(a.id, f"{a.name} @{a.handle}", self._person(a)) for a in people]
        picked = await self._pick(_("Assign to"), [*choices, Choice(AgentId(""), _("Nobody"))])
        if picked is None or not picked.values:
            return None
        agent_id = picked.values[0] or None
        name = self._agents[agent_id].name if agent_id else _("nobody")
        title = ngettext("Assign {n} ticket to {name}", "Assign {n} tickets to {name}", len(ids))
        return await _plan(
            title.format(n=f"{len(ids):,}", name=name), ids, lambda t: Assign(ticket_id=t, assignee_id=agent_id)
        )

    @staticmethod
    def _person(agent: Agent) -> str:
        return " · ".join([word(ROLE, agent.role), *agent.languages, *([_("away")] if agent.away else [])])

    async def _team(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        picked = await self._pick(_("Move to"), [Choice(team.id, team.name) for team in self._teams.values()])
        if picked is None or not picked.values:
            return None
        team_id = picked.values[0]
        title = ngettext("Move {n} ticket to {name}", "Move {n} tickets to {name}", len(ids))
        words = title.format(n=f"{len(ids):,}", name=self._teams[team_id].name)
        return await _plan(words, ids, lambda t: MoveTeam(ticket_id=t, team_id=team_id))

    async def _tags(self, ids: Sequence[TicketId], *, on: bool) -> BulkPlan | None:
        offered = self._workplace.store.policy().tags

        def understood(text: str) -> str:
            tag = normalize_tag(text)
            return (_("Enter takes #{tag}").format(tag=tag)) if tag and tag not in offered else ""

        question = _("Tags to add") if on else _("Tags to remove")
        choices = [Choice(tag, f"#{tag}") for tag in offered]
        picked = await self._pick(question, choices, many=True, free=understood, hint=_("a tag, or a new one"))
        if picked is None:
            return None
        tags = tuple(filter(None, (*picked.values, normalize_tag(picked.typed))))
        if not tags:
            return None
        words = " ".join(f"{'+' if on else '−'}#{tag}" for tag in tags)
        title = ngettext("Tags of {n} ticket: {tags}", "Tags of {n} tickets: {tags}", len(ids))
        return await _plan(
            title.format(n=f"{len(ids):,}", tags=words),
            ids,
            lambda t: Tag(ticket_id=t, add=tags if on else (), remove=() if on else tags),
        )

    async def _status(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        offered = [status for status in Status if status is not Status.NEW]
        picked = await self._pick(_("Status"), [Choice(status, word(STATUS, status)) for status in offered])
        return await self._to_status(ids, picked.values[0]) if picked and picked.values else None

    async def _close(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        return await self._to_status(ids, Status.CLOSED)

    async def _to_status(self, ids: Sequence[TicketId], status: Status) -> BulkPlan:
        title = ngettext("Status of {n} ticket: {status}", "Status of {n} tickets: {status}", len(ids))
        words = title.format(n=f"{len(ids):,}", status=word(STATUS, status))
        return await _plan(words, ids, lambda t: SetStatus(ticket_id=t, status=status))

    async def _severity(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        choices = [Choice(severity, word(SEVERITY, severity)) for severity in reversed(Severity)]
        picked = await self._pick(_("Severity"), choices)
        if picked is None or not picked.values:
            return None
        severity = picked.values[0]
        title = ngettext("Severity of {n} ticket: {severity}", "Severity of {n} tickets: {severity}", len(ids))
        words = title.format(n=f"{len(ids):,}", severity=word(SEVERITY, severity))
        return await _plan(words, ids, lambda t: SetSeverity(ticket_id=t, severity=severity))

    async def _snooze(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        now = self._workplace.clock()

        def understood(text: str) -> str:
            at = parse_until(text, now)
            if at is None:
                return _("Try 3h, 2d, 14:30 or 2026-12-01 09:00.")
            return _("until {moment}").format(moment=moment(at, now))

        hint = _("3h, 2d, 14:30, a date")
        picked = await self._pick(_("Asleep until"), snooze_choices(now, asleep=True), free=understood, hint=hint)
        at = (picked.values[0] if picked.values else parse_until(picked.typed, now)) if picked else None
        if at is None:
            return None
        title = ngettext("Snooze {n} ticket: {until}", "Snooze {n} tickets: {until}", len(ids))
        until = {UNTIL_ANSWER: _("until the customer answers"), WAKE: _("wake now")}.get(at) or moment(at, now)
        return await _plan(
            title.format(n=f"{len(ids):,}", until=until),
            ids,
            lambda t: Snooze(
                ticket_id=t, until_at=at if at not in (UNTIL_ANSWER, WAKE) else None, until_answer=at == UNTIL_ANSWER
            ),
        )

    async def _merge(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        store = self._workplace.store
        offered = [ticket for ticket_id in ids[:_OFFERED] if (ticket := store.ticket(ticket_id)) is not None]
        choices = [Choice(t.id, f"{t.ref} {t.customer_name}", t.subject) for t in offered]
        picked = await self._pick(_("Merge the others into"), choices)
        if picked is None or not picked.values:
            return None
        into = picked.values[0]
        ref = next(ticket.ref for ticket in offered if ticket.id == into)
        rest = [ticket_id for ticket_id in ids if ticket_id != into]
        title = ngettext("Merge {n} ticket into {ref}", "Merge {n} tickets into {ref}", len(rest))
        words = title.format(n=f"{len(rest):,}", ref=ref)
        return await _plan(words, rest, lambda t: Merge(ticket_id=into, source_id=t))

    async def _reply(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        text = await self._write(ids, "reply")
        if text is None:
            return None
        title = ngettext("Reply to {n} customer", "Reply to {n} customers", len(ids)).format(n=f"{len(ids):,}")
        return await _plan(title, ids, lambda t: Reply(ticket_id=t, body=text.body, then=text.then))

    async def _note(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        text = await self._write(ids, "note")
        if text is None:
            return None
        title = ngettext("Note in {n} ticket", "Note in {n} tickets", len(ids)).format(n=f"{len(ids):,}")
        return await _plan(title, ids, lambda t: Note(ticket_id=t, body=text.body))

    async def _write(self, ids: Sequence[TicketId], slot: str) -> BulkText | None:
        languages = await asyncio.to_thread(self._workplace.store.languages, ids)
        return await self._app.push_screen_wait(BulkTextScreen(self._workplace, slot, len(ids), languages))

    async def _incident(self, ids: Sequence[TicketId]) -> BulkPlan | None:
        going = [one for one in self._workplace.store.incidents() if one.closed_at is None]
        choices = [Choice(IncidentId(one.id), _title(one)) for one in going]
        picked = await self._pick(_("Put into"), [*choices, Choice(IncidentId(""), _("Out of the incident"))])
        if picked is None or not picked.values:
            return None
        into_id = picked.values[0] or None
        name = next((_title(one) for one in going if one.id == into_id), "")
        title = (
            ngettext("Put {n} ticket into “{name}”", "Put {n} tickets into “{name}”", len(ids))
            if into_id
            else ngettext("Take {n} ticket out of its incident", "Take {n} tickets out of their incidents", len(ids))
        )
        return await _plan(
            title.format(n=f"{len(ids):,}", name=name), ids, lambda t: JoinIncident(ticket_id=t, into_id=into_id)
        )

    async def _pick(
        self,
        title: str,
        choices: Sequence[Choice[V]],
        *,
        many: bool = False,
        free: Callable[[str], str] | None = None,
        hint: str = "",
    ) -> Picked[V] | None:
        return await self._app.push_screen_wait(Picker(title, choices, many=many, free=free, hint=hint))


def _title(incident: Incident) -> str:
    """An incident's title in the reader's language, or any."""
    return incident.title.get(language()) or next(iter(incident.title.values()), str(incident.id))


async def _plan(title: str, ids: Sequence[TicketId], command: Callable[[TicketId], AnyCommand]) -> BulkPlan:
    """The same command for each ticket, made in a thread: there may be a hundred thousand."""
    items = await asyncio.to_thread(lambda: [BulkItem(ticket_id, command(ticket_id)) for ticket_id in ids])
    return BulkPlan(title, items)
