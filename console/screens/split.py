"""Naming the ticket that messages are split off into."""

from collections.abc import Iterable, Sequence

from textual.widgets import Static

from console.envelopes import new_id
from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.form_screen import FormScreen
from console.screens.joining import view_of
from console.widgets.form_field import CleanInput, FormField
from console.workplace import Workplace
from desk.commands import Split
from desk.ids import TicketId
from desk.records import Ticket
from desk.text import clean_name


class SplitScreen(FormScreen[TicketId]):
    """Dismissed with the new ticket's id."""

    def __init__(self, workplace: Workplace, ticket: Ticket, ns: Sequence[int], subject: str, said: str) -> None:
        super().__init__(workplace, ticket.id, "split")
        self._ticket = ticket
        self._ns = tuple(ns)
        self._subject = subject
        self._said = said

    def heading(self) -> str:
        """Which ticket is split, and how many messages go."""
        n = len(self._ns)
        words = ngettext("Split {n} message off {ref}", "Split {n} messages off {ref}", n)
        return words.format(n=n, ref=self._ticket.ref)

    def rows(self) -> Iterable[FormField]:
        """The subject, and what goes along."""
        yield FormField(_("Subject"), CleanInput(self._subject, id="subject"))
        yield FormField(_("Messages"), Static(self._said, markup=False))
        n_words = _("They stay here too. The new ticket has the same customer, channel, team and assignee.")
        yield FormField("", Static(n_words, markup=False))

    def action_submit(self) -> None:
        """Check, and make it durable."""
        engine = self.workplace.engine
        if engine is None or not engine.live:
            self.fail(_("Splitting needs the server; you are offline."))
            return
        subject = clean_name(self.values()["subject"])
        new = TicketId(new_id(self.workplace.clock()))
        command = Split(ticket_id=self._ticket.id, new_ticket_id=new, subject=subject, ns=self._ns)
        if why := self.refusal(command, view_of(self.workplace.store, command, self._ticket)):
            self.fail(why)
            return
        self.send((command,), new)
