"""The hand-over sheet as it is filled in: nothing leaves for a higher tier without it, and nothing typed is lost."""

from collections.abc import Iterable

from textual import on

from console.i18n import gettext as _
from console.screens.amounts import parse_usd, usd_text
from console.screens.form_screen import FormScreen
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, CleanInput, FormField
from console.wording import ESCALATION_TIER, IDENTITY, word
from console.workplace import Workplace
from desk.commands import Escalate
from desk.outcome import View
from desk.records import Severity, Ticket
from desk.text import clean_name
from desk.ticket_parts import OPEN_ESCALATION, EscalationTier, HandOver, IdentityCheck

SLOT = "hand_over"
_UNSAID = ""


class HandOverScreen(FormScreen[EscalationTier]):
    """Dismissed with the tier that was asked."""

    FIRST_FIELD = "question"

    def __init__(
        self,
        workplace: Workplace,
        ticket: Ticket,
        reference: str,
        tier: EscalationTier | None = None,
        tried: str = "",
    ) -> None:
        super().__init__(workplace, ticket.id, SLOT)
        self._ticket = ticket
        self._reference = reference
        self._tier = tier
        self._tried = tried

    def heading(self) -> str:
        """Which ticket, and what this is."""
        ref, name = self._ticket.ref, clean_name(self._ticket.customer_name)
        return _("Escalate {ref} · {name} · hand-over sheet").format(ref=ref, name=name)

    def rows(self) -> Iterable[FormField]:
        """What the next tier asks first comes first."""
        tiers = {tier.value: word(ESCALATION_TIER, tier) for tier in self._tiers()}
        checks = {_UNSAID: _("choose with ← →"), **{check.value: word(IDENTITY, check) for check in IdentityCheck}}
        yield FormField(_("To"), Choice(tiers, next(iter(tiers)), id="tier"))
        yield FormField(_("Confirmed"), Choice(_confirmations(), _UNSAID, id="confirmed"))
        yield FormField(_("Question"), DraftArea(id="question"))
        yield FormField(_("What was tried"), DraftArea(id="tried"))
        about = CleanInput(
            self._reference, id="reference", placeholder=_("transaction or order; none if there is none")
        )
        yield FormField(_("Transaction"), about)
        yield FormField(_("Identity check"), Choice(checks, _UNSAID, id="identity"))
        yield FormField(_("Checked how"), CleanInput(id="identity_how", placeholder=_("such as: passport and selfie")))
        yield FormField(_("At risk, USD"), CleanInput(usd_text(self._ticket.at_risk_minor), id="at_risk_minor"))

    def on_mount(self) -> None:
        """An emergency alone is confirmed."""
        super().on_mount()
        self._take_over()
        self._show_confirmation()

    def _take_over(self) -> None:
        """What a procedure brings: its tier, and its answers before what was typed earlier."""
        values = self.values()
        if self._tier in self._tiers():
            self.fill({"tier": str(self._tier)})
        if self._tried and self._tried not in values["tried"]:
            self.fill({"tried": f"{self._tried}\n\n{values['tried']}".strip()})

    def _tiers(self) -> list[EscalationTier]:
        """The tiers above the one that has the ticket."""
        last = self._ticket.escalation
        if last is not None and last.state in OPEN_ESCALATION:
            return [EscalationTier.EMERGENCY]
        return list(EscalationTier)

    @on(Choice.Changed, "#tier")
    def _show_confirmation(self) -> None:
        """Ask for the confirmation where it is needed."""
        for row in self.query(FormField):
            if row.field.id == "confirmed":
                row.display = self.values()["tier"] == EscalationTier.EMERGENCY

    def action_submit(self) -> None:
        """Escalate, unless a part is missing: then say under it which."""
        values = self.values()
        tier = EscalationTier(values["tier"])
        at_risk_minor = parse_usd(values["at_risk_minor"])
        if tier is EscalationTier.EMERGENCY and values["confirmed"] != Severity.EMERGENCY:
            self.fail_at("confirmed", _("An emergency rings for the whole team until somebody takes it: confirm it."))
        elif values["identity"] == _UNSAID:
            self.fail_at("identity", _("Say how the identity check ended."))
        elif at_risk_minor is None:
            self.fail_at("at_risk_minor", _("Write an amount in US dollars, such as 12400.50, or leave it empty."))
        else:
            sheet = HandOver(
                tried=values["tried"].strip(),
                identity=IdentityCheck(values["identity"]),
                identity_how=values["identity_how"].strip(),
                reference=values["reference"].strip(),
                question=values["question"].strip(),
                at_risk_minor=at_risk_minor,
            )
            self._escalate(Escalate(ticket_id=self._ticket.id, tier=tier, sheet=sheet))

    def _escalate(self, command: Escalate) -> None:
        """Ask the desk's rules about the ticket as it is now, then send it."""
        ticket = self.workplace.store.ticket(self._ticket.id) or self._ticket
        refused = self.refused(command, View(policy=self.workplace.store.policy(), ticket=ticket))
        if refused is None:
            self.send((command,), command.tier, ticket=ticket)
        elif refused.code == "empty":
            self.fail_at(refused.what, _missing().get(refused.what, _("Write something first.")))
        else:
            self.fail_at(refused.what, self.sentence_of(refused))


def _confirmations() -> dict[str, str]:
    return {
        _UNSAID: _("not yet: → confirms"),
        Severity.EMERGENCY.value: _("yes, severity EMERGENCY: accounts or money are being lost now"),
    }


def _missing() -> dict[str, str]:
    """What to write where a part is empty."""
    return {
        "tried": _("Say what was tried, so that nobody tries it again."),
        "reference": _("Name the transaction or order; write none if there is none."),
        "question": _("Ask what the next tier is to answer or do."),
    }
