"""Starting a ticket for a customer: who, about what, where, and the first message."""

from collections.abc import Iterable

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from console.envelopes import new_id
from console.i18n import gettext as _
from console.screens.form_screen import FormScreen
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, CleanInput, FormField
from console.wording import CHANNEL, LANGUAGE, SEVERITY, TIER, word
from console.workplace import Workplace
from desk.commands import OpenTicket
from desk.ids import CustomerId, TeamId, TicketId
from desk.outcome import View
from desk.records import Channel, Customer, Severity
from desk.text import clean_name

_OFFERS = 8
_LANE = "new-ticket"


class NewTicketScreen(FormScreen[TicketId]):
    """Dismissed with the new ticket's id."""

    def __init__(self, workplace: Workplace, customer: Customer | None = None) -> None:
        super().__init__(workplace, _LANE, "form")
        self._given = customer
        self._customer = customer
        self._offered: list[Customer] = []

    def heading(self) -> str:
        """What this is."""
        return _("New ticket for a customer")

    def rows(self) -> Iterable[FormField]:
        """Customer first; the message last."""
        store, me = self.workplace.store, self.workplace.me()
        mine = me.team_ids if me else ()
        teams = {str(team.id): team.name for team in store.teams().values() if not mine or team.id in mine}
        yield FormField(_("Customer"), CleanInput(id="customer", placeholder=_("Begin of a name; ↓ Enter chooses")))
        yield FormField(_("Subject"), CleanInput(id="subject"))
        yield FormField(_("Channel"), Choice({c.value: word(CHANNEL, c) for c in Channel}, "email", id="channel"))
        yield FormField(_("Team"), Choice(teams, next(iter(teams), ""), id="team"))
        yield FormField(_("Severity"), Choice({s.value: word(SEVERITY, s) for s in Severity}, "normal", id="severity"))
        yield FormField(_("Tags"), CleanInput(id="tags", placeholder=_("words with spaces between")))
        kinds = {"reply": _("message to the customer"), "note": _("internal note")}
        yield FormField(_("First line is a"), Choice(kinds, "reply", id="kind"))
        yield FormField(_("Text"), DraftArea(id="body"))

    def compose(self) -> ComposeResult:
        """The form, and the customers offered while a name is typed."""
        yield from super().compose()
        yield OptionList(id="customers", markup=False, compact=True)

    def on_mount(self) -> None:
        """A customer that was given needs no choosing."""
        super().on_mount()
        self.query_one("#customers").display = False
        if self._given:
            self._choose(self._given)

    # Choosing the customer

    @on(Input.Changed, "#customer")
    def _on_name_typed(self, event: Input.Changed) -> None:
        """Offer customers of that name."""
        if self._customer is None or event.value != clean_name(self._customer.name):
            self._customer = None
            self._offer(event.value.strip())

    @work(exit_on_error=False, exclusive=True, group="customers", thread=True)
    def _offer(self, prefix: str) -> None:
        """Find them in a thread."""
        found = self.workplace.store.customers_named(prefix, _OFFERS) if prefix else []
        self.app.call_from_thread(self._show_offers, prefix, found)

    def _show_offers(self, prefix: str, found: list[Customer]) -> None:
        """Show those still wanted; a draft's own name chooses its customer."""
        if not self.is_mounted or self.query_one("#customer", Input).value.strip() != prefix:
            return
        self._offered = found
        options = self.query_one("#customers", OptionList)
        options.clear_options()
        options.add_options(Option(Content(_offer_line(customer))) for customer in found)
        below = self.query_one("#customer").region
        options.absolute_offset = Offset(below.x, below.y + 1)
        options.display = bool(found)
        options.highlighted = 0 if found else None

    @on(Input.Submitted, "#customer")
    def _on_name_entered(self) -> None:
        """Enter chooses the first offer."""
        index = self.query_one("#customers", OptionList).highlighted
        if index is not None and index < len(self._offered):
            self._choose(self._offered[index])

    @on(OptionList.OptionSelected, "#customers")
    def _on_offer_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click in the list."""
        self._choose(self._offered[event.option_index])

    def key_down(self) -> None:
        """From the name into the offers."""
        offers = self.query_one("#customers", OptionList)
        if offers.display and self.query_one("#customer").has_focus:
            offers.focus()

    def _choose(self, customer: Customer) -> None:
        """Take a customer: their name, and the channel they use."""
        self._customer = customer
        self.query_one("#customer", Input).value = clean_name(customer.name)
        if customer.contacts:
            self.query_one("#channel", Choice).value = customer.contacts[0].channel.value
        self.query_one("#customers").display = False
        self.query_one("#subject").focus()

    # Sending

    def action_submit(self) -> None:
        """Open the ticket, unless the desk's rules say no."""
        customer = self._customer
        if customer is None:
            self.fail(_("Choose a customer first."))
            self.query_one("#customer").focus()
            return
        values = self.values()
        command = OpenTicket(
            ticket_id=TicketId(new_id(self.workplace.clock())),
            customer_id=CustomerId(customer.id),
            subject=values["subject"].strip(),
            body=values["body"].strip(),
            channel=Channel(values["channel"]),
            team_id=TeamId(values["team"]),
            lang=customer.language,
            severity=Severity(values["severity"]),
            tags=tuple(values["tags"].split()),
            as_note=values["kind"] == "note",
        )
        view = View(policy=self.workplace.store.policy(), customer=customer)
        if why := self.refusal(command, view):
            self.fail(why)
        else:
            self.send((command,), command.ticket_id)


def _offer_line(customer: Customer) -> str:
    """Name, tier, language and one contact, to tell namesakes apart."""
    contact = customer.contacts[0].address if customer.contacts else ""
    facts = [customer.name, word(TIER, customer.tier), word(LANGUAGE, customer.language), contact]
    return " · ".join(clean_name(fact) for fact in facts if fact)
