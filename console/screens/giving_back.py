"""Giving an escalated ticket back: with guidance for who asked, or solved."""

from collections.abc import Iterable

from console.i18n import gettext as _
from console.screens.form_screen import FormScreen
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, FormField, Words
from console.workplace import Workplace
from desk.commands import ReturnEscalation
from desk.outcome import View
from desk.records import Ticket
from desk.ticket_parts import Escalation

SLOT = "give_back"
_SOLVED = "solved"


class GivingBackScreen(FormScreen[bool]):
    """Dismissed with whether it was solved."""

    FIRST_FIELD = "answer"

    def __init__(self, workplace: Workplace, ticket: Ticket, escalation: Escalation, *, over_owner: bool) -> None:
        super().__init__(workplace, ticket.id, SLOT)
        self._ticket = ticket
        self._escalation = escalation
        self._over_owner = over_owner

    def heading(self) -> str:
        """Which ticket, and to whom it goes."""
        name = self._escalation.by_name or "?"
        return _("Give {ref} back to {name}").format(ref=self._ticket.ref, name=name)

    def rows(self) -> Iterable[FormField]:
        """The question in sight, then which of the two, then the words."""
        kinds = {"guidance": _("with guidance: they go on"), _SOLVED: _("solved: they tell the customer")}
        yield FormField(_("Question"), Words(self._escalation.sheet.question))
        yield FormField(_("Given back"), Choice(kinds, "guidance", id="kind"))
        yield FormField(_("Answer"), DraftArea(id="answer"))

    def action_submit(self) -> None:
        """Give it back, unless the desk's rules say no."""
        values = self.values()
        solved = values["kind"] == _SOLVED
        command = ReturnEscalation(ticket_id=self._ticket.id, answer=values["answer"].strip(), solved=solved)
        ticket = self.workplace.store.ticket(self._ticket.id) or self._ticket
        view = View(policy=self.workplace.store.policy(), ticket=ticket)
        refused = self.refused(command, view, on_top=self._over_owner)
        if refused is None:
            self.send((command,), solved, ticket=ticket, on_top=self._over_owner)
        elif refused.code == "empty":
            how = _("Write how it was solved.") if solved else _("Write the guidance it goes back with.")
            self.fail_at("answer", how)
        else:
            self.fail_at(refused.what, self.sentence_of(refused))
