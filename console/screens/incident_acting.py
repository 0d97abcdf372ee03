"""What is done about an incident: opened, changed, told, closed; tickets put in and taken out."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TypeVar

from textual.screen import Screen

from console.bulk import BulkPlan
from console.envelopes import envelope, new_id
from console.i18n import gettext as _
from console.i18n import language, ngettext
from console.refusals import refusal_sentence
from console.screens.choices import Choice, Picked
from console.screens.incident_plans import adding, solving, still_open, taking_out, telling
from console.store.errors import StoreError
from console.widgets.key_line import KeyLine, Tone
from console.workplace import Workplace
from desk.commands import AnyCommand, CloseIncident, Envelope, JoinIncident, SaveIncident, UpdateIncident
from desk.decide import decide
from desk.ids import IncidentId, TicketId
from desk.incidents import read_rule, title_for
from desk.outcome import Refusal, View
from desk.permissions import may, may_act_in_bulk
from desk.query import QueryError, TicketQuery
from desk.records import Incident, IncidentUpdate, Status, Ticket

V = TypeVar("V")


class IncidentActing(Screen[TicketId | None]):
    """The part that acts. The screen says which incident and which tickets are meant, and looks again afterwards."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace

    def incident(self) -> Incident | None:
        """The incident under the cursor."""
        raise NotImplementedError

    def tickets_meant(self) -> tuple[TicketId, ...]:
        """The tickets selected, else the one under the cursor of their list, else none."""
        raise NotImplementedError

    def look(self, incident_id: IncidentId | None = None) -> None:
        """Read everything again, and show this incident."""
        raise NotImplementedError

    # Keys

    def action_new(self) -> None:
        """Open an incident."""
        probe = SaveIncident(incident_id=IncidentId(""), title={})
        if self._may(probe, None, _("Opening an incident takes a senior.")):
            self.attempt(self._edit(None))

    def action_edit(self) -> None:
        """Change title and rules."""
        incident = self._chosen()
        if incident is not None and self._may(
            SaveIncident(incident_id=incident.id, title={}), incident, _("Changing an incident takes a senior.")
        ):
            self.attempt(self._edit(incident))

    def action_add(self) -> None:
        """Put in the active tickets that answer its rules."""
        incident, me = self._chosen(), self.workplace.me()
        if incident is None:
            return
        if me is None or not may_act_in_bulk(me):
            self.say(_("Putting many tickets in takes a lead; I on the desk puts one in."), "warning")
        elif incident.closed_at is not None:
            self.say(_("It is closed; o opens it again."), "warning")
        else:
            self.attempt(self._add(incident))

    def action_tell(self) -> None:
        """Write an update, and send it to every customer who waits."""
        if (incident := self._to_be_told()) is not None:
            self.attempt(self._tell(incident, Status.ON_HOLD))

    def action_finish(self) -> None:
        """Close it; its open tickets may be solved with it."""
        incident = self._chosen()
        if incident is None or not self._may(
            CloseIncident(incident_id=incident.id), incident, _("Closing an incident takes a lead.")
        ):
            return
        if incident.closed_at is not None:
            self.say(_("It is closed already; o opens it again."))
        else:
            self.attempt(self._finish(incident))

    def action_reopen(self) -> None:
        """Open it again."""
        incident = self._chosen()
        if incident is None or not self._may(
            CloseIncident(incident_id=incident.id), incident, _("Opening it again takes a lead.")
        ):
            return
        if incident.closed_at is None:
            self.say(_("It is open."))
        else:
            command = CloseIncident(incident_id=incident.id, on=False)
            self.attempt(self.perform(command, _("It goes on; new tickets join it again."), incident))

    def action_take_out(self) -> None:
        """Take the selected tickets, or the one under the cursor, out of it."""
        ids = self.tickets_meant()
        if not ids:
            self.say(_("Move to a ticket first: Tab goes to the tickets."), "warning")
        elif len(ids) == 1:
            self.attempt(self._take_out(ids[0]))
        else:
            self.attempt(self._preview(taking_out(ids)))

    def action_bulk(self) -> None:
        """Act on the selected tickets, or the one under the cursor."""
        ids, me = self.tickets_meant(), self.workplace.me()
        if not ids:
            self.say(_("Select tickets first: Tab goes to them, then x one, V up to here, * all."), "warning")
        elif me is None or not may_act_in_bulk(me):
            self.say(_("Acting on many tickets at once takes a lead."), "warning")
        else:
            self.attempt(self._act_on(ids))

    # What each asks, and does

    async def _edit(self, incident: Incident | None) -> None:
        from console.screens.incident_form import IncidentForm

        saved = await self.app.push_screen_wait(IncidentForm(self.workplace, incident))
        if saved is None:
            return
        self._sent(saved)
        now = await asyncio.to_thread(self.workplace.store.incident, saved)
        waiting = await asyncio.to_thread(self.answering, now) if now is not None else []
        n = len(waiting)
        if n:
            words = ngettext(
                "Saved. {n} active ticket answers its rules: + adds it.",
                "Saved. {n} active tickets answer its rules: + adds them.",
                n,
            )
            self.say(words.format(n=f"{n:,}"), "done")
        else:
            self.say(_("Saved; new tickets that answer its rules join it."), "done")

    def answering(self, incident: Incident) -> list[TicketId]:
        """Active tickets in no incident that answer its rules. Reads the store; for a thread of its own."""
        queries = [query for rule in incident.rules if (query := _query(rule)) is not None]
        if incident.closed_at is not None or not queries:
            return []
        return self.workplace.store.answering(queries, self.workplace.clock())

    async def _add(self, incident: Incident) -> None:
        found = await asyncio.to_thread(self.answering, incident)
        if not incident.rules:
            self.say(_("It has no rule: e gives it one, I on the desk puts a ticket in."), "warning")
        elif not found:
            self.say(_("No active ticket outside an incident answers its rules."))
        else:
            await self._preview(adding(title_for(incident, language()), incident.id, found))

    def _to_be_told(self) -> Incident | None:
        incident = self._chosen()
        if incident is None:
            return None
        probe = UpdateIncident(incident_id=incident.id, update_id="", body={})
        if not self._may(probe, incident, _("Telling the customers of an incident takes a lead.")):
            return None
        if incident.closed_at is not None:
            self.say(_("It is closed; o opens it again."), "warning")
            return None
        return incident

    async def _tell(self, incident: Incident, then: Status) -> bool:
        """Write, preview, send; False when it was thought better of. With ``then`` solved the incident ends with it."""
        from console.screens.incident_update import SLOT, IncidentUpdateForm

        store, title = self.workplace.store, title_for(incident, language())
        tickets = await asyncio.to_thread(store.incident_tickets, incident.id)
        form = IncidentUpdateForm(self.workplace, incident, title, tickets)
        body = await self.app.push_screen_wait(form)
        me = self.workplace.me()
        if body is None or me is None:
            return False
        now = self.workplace.clock()
        update = IncidentUpdate(id=new_id(now), at=now, by=me.id, body=body)
        first: list[AnyCommand] = [UpdateIncident(incident_id=incident.id, update_id=update.id, body=body)]
        if then is Status.SOLVED:
            first.append(CloseIncident(incident_id=incident.id))
        plan = telling(title, update, tickets, store.policy(), then)
        draft = (str(incident.id), SLOT)
        if await self._apply_with(plan, first, draft):
            self.say(_("Told; tickets that join later are told the same. g u on the desk shows each."), "done")
            return True
        self.say(_("Nothing was sent; what you wrote is kept."))
        return False

    async def _finish(self, incident: Incident) -> None:
        store, title = self.workplace.store, title_for(incident, language())
        tickets = still_open(await asyncio.to_thread(store.incident_tickets, incident.id))
        close = CloseIncident(incident_id=incident.id)
        if not tickets:
            await self.perform(close, _("Closed; nothing joins it any more."), incident)
            return
        n = ngettext("{n} open ticket", "{n} open tickets", len(tickets)).format(n=f"{len(tickets):,}")
        choices = [
            Choice("tell", _("Tell, solve and close"), _("a last update to {tickets}").format(tickets=n)),
            Choice("solve", _("Solve and close"), _("{tickets}, without a word").format(tickets=n)),
            Choice("close", _("Only close"), _("its tickets stay open")),
        ]
        picked = await self._pick(_("“{title}” is over?").format(title=title), choices)
        match picked.values[0] if picked and picked.values else "":
            case "tell":
                await self._tell(incident, Status.SOLVED)
            case "solve":
                if await self._apply_with(solving(title, tickets), [close]):
                    self.say(_("Closed; its tickets are being solved."), "done")
            case "close":
                await self.perform(close, _("Closed; nothing joins it any more."), incident)

    async def _apply_with(
        self, plan: BulkPlan, first: Sequence[AnyCommand], draft: tuple[str, str] | None = None
    ) -> bool:
        """Preview a plan and apply it, with what is said of the incident before it; without tickets only that."""
        from console.screens.incident_bulk import IncidentBulk

        envelopes = [envelope(command, self.workplace.clock()) for command in first]
        if not plan.items:
            for number, one in enumerate(envelopes):
                await asyncio.to_thread(self.workplace.store.enqueue, one, clear_draft=draft if not number else None)
            self._sent()
            return True
        applied = await self.app.push_screen_wait(IncidentBulk(self.workplace, plan, envelopes, draft))
        self._sent()
        return applied is not None

    async def _preview(self, plan: BulkPlan) -> None:
        """Show what a plan would do, and let it be done."""
        from console.screens.bulk import BulkScreen

        if await self.app.push_screen_wait(BulkScreen(self.workplace, plan)) is not None:
            self.say(_("It goes on in the background; g u on the desk shows it."), "done")
        self._sent()

    async def _act_on(self, ids: tuple[TicketId, ...]) -> None:
        from console.screens.bulk_actions import BulkActions

        store = self.workplace.store
        actions = BulkActions(self.workplace, self.app, store.agents(), store.teams())
        if (plan := await actions.choose(ids)) is not None:
            await self._preview(plan)

    async def _take_out(self, ticket_id: TicketId) -> None:
        ticket = self.workplace.store.ticket(ticket_id)
        if ticket is not None:
            sentence = _("{ref} is out of it.").format(ref=ticket.ref)
            await self.perform(JoinIncident(ticket_id=ticket_id, into_id=None), sentence, ticket=ticket)

    # Doing

    async def perform(
        self, command: AnyCommand, sentence: str, incident: Incident | None = None, *, ticket: Ticket | None = None
    ) -> None:
        """Give a command; what the rules refuse is said at once, what they allow is durable when this returns."""
        store, me = self.workplace.store, self.workplace.me()
        if me is None or store.read_only:
            self.say(store.notice or _("Sign in first."), "warning")
            return
        wanted: Envelope = envelope(command, self.workplace.clock(), ticket=ticket)
        view = View(policy=store.policy(), incident=incident, ticket=ticket)
        verdict = decide(wanted, view, me, wanted.composed_at)
        if isinstance(verdict, Refusal):
            self.say(refusal_sentence(verdict.code, verdict.why), "warning")
            return
        await asyncio.to_thread(store.enqueue, wanted)
        self._sent()
        self.say(sentence, "done")

    def _sent(self, incident_id: IncidentId | None = None) -> None:
        if self.workplace.engine is not None:
            self.workplace.engine.nudge()
        self.look(incident_id)

    def _chosen(self) -> Incident | None:
        """The incident under the cursor; without one, says so."""
        incident = self.incident()
        if incident is None:
            self.say(_("There is no incident yet; a opens one."), "warning")
        return incident

    def _may(self, command: AnyCommand, incident: Incident | None, why_not: str) -> bool:
        """Whether the reader may do such a thing; says why not."""
        store, me = self.workplace.store, self.workplace.me()
        if me is None or store.read_only:
            self.say(store.notice or _("Sign in first."), "warning")
            return False
        if not may(me, command, incident):
            self.say(why_not, "warning")
            return False
        return True

    async def _pick(self, title: str, choices: Sequence[Choice[V]]) -> Picked[V] | None:
        from console.screens.picker import Picker

        return await self.app.push_screen_wait(Picker(title, choices))

    def attempt(self, doing: Coroutine[object, object, object]) -> None:
        """Run it beside the screen; what the store refuses becomes one sentence."""
        self.run_worker(self._guarded(doing), group="acting", exit_on_error=False)

    async def _guarded(self, doing: Coroutine[object, object, object]) -> None:
        try:
            await doing
        except StoreError as error:
            self.say(error.sentence, "warning")

    def say(self, sentence: str, tone: Tone = "info") -> None:
        """One sentence in the last line."""
        self.query_one(KeyLine).say(sentence, tone)


def _query(rule: str) -> TicketQuery | None:
    """A rule as a query; None for one that this version cannot read, which then finds nothing."""
    try:
        return read_rule(rule)
    except QueryError:
        return None
