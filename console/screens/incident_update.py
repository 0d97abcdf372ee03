"""Writing what the customers of an incident are told: both languages, who reads which, and how much of it fits.

Nothing is sent here: the text goes into a preview. It stays a draft until it was sent.
"""

import asyncio
from collections.abc import Iterable, Sequence

from textual import on, work
from textual.content import Content

from console.i18n import gettext as _
from console.screens.form_screen import FormScreen
from console.screens.incident_plans import Audience, still_open
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import FormField, Words
from console.workplace import Workplace
from desk.commands import UpdateIncident
from desk.ids import TicketId
from desk.incidents import UPDATE_LANGUAGES
from desk.outcome import View
from desk.records import Incident, IncidentUpdate, Ticket

SLOT = "incident_update"


class IncidentUpdateForm(FormScreen[dict[str, str]]):
    """Dismissed with the text by language. ``tickets`` are the incident's."""

    def __init__(self, workplace: Workplace, incident: Incident, title: str, tickets: Sequence[Ticket]) -> None:
        super().__init__(workplace, incident.id, SLOT)
        self._incident = incident
        self._title = title
        self._tickets = tickets
        self._audience = Audience({}, {}, 0, 0)

    def heading(self) -> str:
        """Which incident."""
        return _("Tell the customers of “{title}”").format(title=self._title)

    def rows(self) -> Iterable[FormField]:
        """The two texts, then who reads them."""
        yield FormField(_("In Chinese"), DraftArea(id="zh"))
        yield FormField(_("In English"), DraftArea(id="en"))
        yield FormField(_("Goes to"), Words(_("counting…"), id="audience"))
        yield FormField(_("Channels"), Words("", id="lengths"))
        last = self._incident.updates[-1] if self._incident.updates else None
        if last is not None:
            yield FormField(_("Told last"), Words("\n".join(last.body.values())))

    def on_mount(self) -> None:
        """Find out who would be told."""
        super().on_mount()
        self._find_audience()

    @work(exit_on_error=False, group="audience")
    async def _find_audience(self) -> None:
        silent = await asyncio.to_thread(self._not_contacted)
        self._audience = Audience.of(self._tickets, silent)
        self.query_one("#audience", Words).update(Content(self._audience.words()))
        self._show_lengths()

    def _not_contacted(self) -> frozenset[TicketId]:
        """Open tickets whose customers asked not to be written to, and do not wait for an answer."""
        store = self.workplace.store
        quiet = [ticket for ticket in still_open(self._tickets) if not ticket.unanswered]
        return frozenset(
            ticket.id
            for ticket in quiet
            if (customer := store.customer(ticket.customer_id)) is not None and customer.do_not_contact
        )

    @on(DraftArea.Changed)
    def _show_lengths(self) -> None:
        """Say how much of the texts each channel takes, and where one is cut."""
        lines = self._audience.lengths(self._update(), self.workplace.store.policy())
        self.query_one("#lengths", Words).update(Content("\n".join(lines) or _("nobody is told now")))

    def _update(self) -> IncidentUpdate:
        """The update as it would be sent now."""
        values = self.values()
        body = {lang: values[lang].strip() for lang in UPDATE_LANGUAGES}
        return IncidentUpdate(id="", at=0, by=self._incident.opened_by, body=body)

    def action_submit(self) -> None:
        """Hand the texts on, unless the desk's rules say no."""
        body = self._update().body
        command = UpdateIncident(incident_id=self._incident.id, update_id="new", body=body)
        incident = self.workplace.store.incident(self._incident.id)
        refused = self.refused(command, View(policy=self.workplace.store.policy(), incident=incident))
        if refused is not None:
            self.fail_at(refused.what, self.sentence_of(refused))
        else:
            self._hand_on(body)

    @work(exit_on_error=False, group="send")
    async def _hand_on(self, body: dict[str, str]) -> None:
        if await self._save():
            self._submitted = True
            self.dismiss(body)
