"""The ticket, or all that are selected, into an incident or out of it; and the way to the incidents."""

from typing import TYPE_CHECKING

from console.i18n import gettext as _
from console.i18n import language, ngettext
from console.screens.choices import Choice
from console.screens.desk_selecting import Selecting
from desk.commands import JoinIncident, SaveIncident
from desk.ids import IncidentId, TicketId
from desk.permissions import may, may_act_in_bulk
from desk.records import Incident, Ticket

if TYPE_CHECKING:
    from console.bulk import BulkPlan

_NEW, _OUT = IncidentId("new"), IncidentId("")


class IncidentJoining(Selecting):
    """The part for it."""

    def learn_incidents(self) -> None:
        """How incidents are called, for the lines of a conversation about them."""
        titles = {str(one.id): _name(one) for one in self.store.incidents()}
        if titles:
            self.conversation.names = {**self.conversation.names, **titles}

    def incident_title(self, ticket: Ticket) -> str:
        """What the incident is called that the ticket is in."""
        return _name(self.store.incident(ticket.incident_id)) if ticket.incident_id is not None else ""

    def action_incident(self) -> None:
        """Put what is selected, or the ticket, into an incident."""
        if self.queue.picked_count and self.me is not None and may_act_in_bulk(self.me):
            self.attempt(self._join_all(self.queue.picked), group="bulk")
        elif self.queue.picked_count:
            self.say(_("Acting on many tickets at once takes a lead."), "warning")
        elif (ticket := self.target_or_why("desk.incident")) is not None:
            self.attempt(self._join(ticket))

    async def _join(self, ticket: Ticket) -> None:
        title = _("Put {ref} into").format(ref=ticket.ref)
        into_id = await self._choose_incident(title, ticket)
        if into_id is None:
            return
        command = JoinIncident(ticket_id=ticket.id, into_id=into_id or None)
        incident = self.store.incident(into_id) if into_id else None
        sentence = _("{ref} is in “{title}”.") if into_id else _("{ref} is out of its incident.")
        name = _name(incident) if incident is not None else ""
        await self._perform(command, ticket, sentence.format(ref=ticket.ref, title=name))

    async def _join_all(self, ids: tuple[TicketId, ...]) -> None:
        n = len(ids)
        words = ngettext("Put {n} ticket into", "Put {n} tickets into", n).format(n=f"{n:,}")
        into_id = await self._choose_incident(words, None)
        if into_id is not None:
            await self._preview(self._plan(into_id, ids))

    def _plan(self, into_id: IncidentId, ids: tuple[TicketId, ...]) -> "BulkPlan":
        from console.screens.incident_plans import adding, taking_out

        incident = self.store.incident(into_id) if into_id else None
        return adding(_name(incident), incident.id, ids) if incident is not None else taking_out(ids)

    async def _choose_incident(self, title: str, ticket: Ticket | None) -> IncidentId | None:
        """An open incident, a new one, or (empty) none; None when it was thought better of."""
        now_in = ticket.incident_id if ticket is not None else None
        going = [one for one in self.store.incidents() if one.closed_at is None and one.id != now_in]
        sizes = await self.in_thread(self.store.incident_sizes)
        choices = [Choice(one.id, _name(one), self._size_words(sizes.get(one.id, (0, 0)))) for one in going]
        probe = SaveIncident(incident_id=_NEW, title={})
        if self.me is not None and may(self.me, probe, None):
            choices.append(Choice(_NEW, _("A new incident…"), _("with this ticket") if ticket else ""))
        if ticket is None or now_in is not None:
            current = self.store.incident(now_in) if now_in is not None else None
            label = _("Out of “{title}”").format(title=_name(current)) if current else _("Out of its incident")
            choices.append(Choice(_OUT, label))
        if not choices:
            self.say(_("No incident goes on; a senior opens one with g x."), "warning")
            return None
        picked = await self._pick(title, choices)
        if picked is None or not picked.values:
            return None
        return await self._open_new(ticket) if picked.values[0] == _NEW else picked.values[0]

    @staticmethod
    def _size_words(size: tuple[int, int]) -> str:
        return _("{open} open · {solved} solved").format(open=f"{size[0]:,}", solved=f"{size[1]:,}")

    async def _open_new(self, ticket: Ticket | None) -> IncidentId | None:
        """The form for a new incident, begun with what the ticket says."""
        from console.screens.incident_form import IncidentForm
        from desk.incidents import language_of

        rule = " ".join(f"network:{network}" for network in ticket.networks[:1]) if ticket is not None else ""
        words = " ".join(f"tag:{tag}" for tag in ticket.tags[:1]) if ticket is not None else ""
        form = IncidentForm(
            self.workplace,
            title={language_of(ticket.lang): ticket.subject} if ticket is not None else {},
            rule=f"{rule} {words}".strip(),
            slot=f":{ticket.id}" if ticket is not None else "",
        )
        saved = await self.app.push_screen_wait(form)
        self.nudge()
        return saved

    def open_incidents(self) -> None:
        """Show the incidents, the one of the ticket under the cursor first."""
        from console.screens.incidents import IncidentsScreen  # its widgets, when first opened

        ticket = self.target()
        incident_id = ticket.incident_id if ticket is not None else None
        self.app.push_screen(IncidentsScreen(self.workplace, incident_id), self._incidents_left)

    def _incidents_left(self, ticket_id: TicketId | None) -> None:
        """Open what was chosen there."""
        if ticket_id is not None:
            self.open_ticket(ticket_id)
            self.reveal("middle")


def _name(incident: Incident | None) -> str:
    """The title in the reader's language, or whatever it has."""
    if incident is None:
        return "?"
    return incident.title.get(language()) or next(iter(incident.title.values()), "?")
