"""What the customer pane's keys do: each asks with a picker and gives commands about the customer.

How a person is treated (tier, language, whether to contact them) is said of all their records; who verified what, of
the record at hand. Commands are checked by the desk's own rules first, so that a refusal is said at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from textual.app import App

from console.envelopes import envelope
from console.i18n import gettext as _
from console.refusals import refusal_sentence
from console.screens.choices import Choice, Picked
from console.screens.docks import Said
from console.screens.picker import Picker
from console.screens.ticket_search import Found, TicketSearch
from console.widgets.customer_lines import CustomerRecords
from console.widgets.customer_pane import Wish
from console.widgets.when import day
from console.wording import CHANNEL, LANGUAGE, OFFLINE, TIER, word
from console.workplace import Workplace
from desk.commands import NEEDS_SERVER, MergeCustomers, SaveCustomer, UnmergeCustomers, VerifyCustomer
from desk.customers import person_of
from desk.decide import decide
from desk.ids import TicketId
from desk.outcome import Refusal, View
from desk.records import Customer, Tier
from desk.text import clean_name

V = TypeVar("V")
MOST_NAMESAKES = 20

Answer = tuple[Said | None, TicketId | None]
"""What to say, and which ticket to open; None and None: nothing was chosen."""

NOTHING: Answer = (None, None)


class CustomerActions:
    """One key pressed on one customer; lives until it is answered."""

    def __init__(self, app: App[Any], workplace: Workplace, records: CustomerRecords) -> None:
        self._app = app
        self._workplace = workplace
        self._records = records
        self._customer = records.customer
        self._name = clean_name(records.customer.name)

    async def do(self, wish: Wish) -> Answer:
        """What the key asks for."""
        steps = {
            "verify": self._verify,
            "tier": self._tier,
            "language": self._language,
            "contact": self._contact,
            "merge": self._merge,
            "search": self._search,
        }
        return await steps[wish]()

    # How they are treated

    async def _tier(self) -> Answer:
        choices = [Choice(tier, word(TIER, tier), self._now(tier is self._customer.tier)) for tier in Tier]
        picked = await self._pick(_("Tier of {name}").format(name=self._name), choices)
        if picked is None or not picked.values:
            return NOTHING
        tier = picked.values[0]
        commands = [
            SaveCustomer(customer_id=one.id, tier=tier) for one in self._records.records if one.tier is not tier
        ]
        return await self._give(commands, _("{name} is {tier}.").format(name=self._name, tier=word(TIER, tier)))

    async def _language(self) -> Answer:
        choices = [Choice(code, name, self._now(code == self._customer.language)) for code, name in LANGUAGE.items()]

        def understood(text: str) -> str:
            return _("Enter: the code {code}").format(code=text)

        title = _("Language of {name}").format(name=self._name)
        picked = await self._pick(title, choices, free=understood, hint=_("a language, or a code such as pt-BR"))
        if picked is None:
            return NOTHING
        code = picked.values[0] if picked.values else picked.typed
        commands = [
            SaveCustomer(customer_id=one.id, language=code) for one in self._records.records if one.language != code
        ]
        sentence = _("{name} is answered in: {language}.").format(name=self._name, language=word(LANGUAGE, code))
        return await self._give(commands, sentence)

    async def _contact(self) -> Answer:
        on = not any(one.do_not_contact for one in self._records.records)
        sentence = _("{name} is not contacted any more, only answered.") if on else _("{name} may be contacted again.")
        commands = [
            SaveCustomer(customer_id=one.id, do_not_contact=on)
            for one in self._records.records
            if one.do_not_contact is not on
        ]
        return await self._give(commands, sentence.format(name=self._name))

    @staticmethod
    def _now(is_it: bool) -> str:
        return _("now") if is_it else ""

    # Who they are

    async def _verify(self) -> Answer:
        customer = self._customer
        whole = Choice("", _("Who they are"), self._checked(customer.verified_how, customer.verified_at))
        contacts = [
            Choice(
                one.address,
                f"{word(CHANNEL, one.channel)} {clean_name(one.address)}",
                self._checked(one.verified_how, one.verified_at),
            )
            for one in customer.contacts
        ]
        what = await self._pick(_("What of {name} was verified?").format(name=self._name), [whole, *contacts])
        if what is None or not what.values:
            return NOTHING
        how = await self._how()
        if how is None:
            return NOTHING
        command = VerifyCustomer(customer_id=customer.id, how=how, address=what.values[0])
        sentence = _("Verified: {how}.").format(how=how) if how else _("No longer verified.")
        return await self._give([command], sentence)

    @staticmethod
    def _checked(how: str, at: int | None) -> str:
        return _("verified: {how} {day}").format(how=clean_name(how), day=day(at)) if at else _("not verified")

    async def _how(self) -> str | None:
        """How it was verified; empty for no longer, None when nothing was chosen."""
        ways = (
            _("passport or ID card"),
            _("video call"),
            _("signed in to their account"),
            _("code sent to the address"),
            _("knew the last transactions"),
        )
        choices = [*(Choice(way, way) for way in ways), Choice("", _("No longer verified"))]

        def understood(text: str) -> str:
            return _("Enter: {text}").format(text=text)

        picked = await self._pick(_("How?"), choices, free=understood, hint=_("choose, or type how"))
        if picked is None:
            return None
        return picked.values[0] if picked.values else picked.typed

    async def _merge(self) -> Answer:
        """The same person as somebody, or no longer."""
        store = self._workplace.store
        person = next((one for one in store.person(self._customer.id)), self._customer)
        back = [
            Choice(("back", one.id), _("Take apart: {name}").format(name=clean_name(one.name)), self._facts(one))
            for one in self._records.records
            if one.merged_into == person.id
        ]
        known = {one.id for one in self._records.records}
        namesakes = await asyncio.to_thread(store.customers_named, self._customer.name, MOST_NAMESAKES)
        others = [
            Choice(("with", one.id), clean_name(one.name), self._facts(one)) for one in namesakes if one.id not in known
        ]

        def understood(text: str) -> str:
            found = [one for one in store.customers_named(text, 2) if one.id not in known]
            names = [f"{clean_name(one.name)} · {self._facts(one)}" for one in found]
            return _("Enter: {name}").format(name=names[0]) if names else _("No customer of that name is here.")

        title = _("{name} is the same person as").format(name=self._name)
        picked = await self._pick(title, [*others, *back], free=understood, hint=_("a name"))
        if picked is None:
            return NOTHING
        if picked.values:
            step, customer_id = picked.values[0]
            other = store.customer(customer_id)
        else:
            step = "with"
            other = next((one for one in store.customers_named(picked.typed, 2) if one.id not in known), None)
        if other is None:
            return Said(_("No customer of that name is here."), "warning"), None
        if step == "back":
            apart = UnmergeCustomers(customer_id=person.id, source_id=other.id)
            sentence = _("{name} and {other} are two persons again.")
            return await self._give(
                [apart], sentence.format(name=clean_name(person.name), other=clean_name(other.name))
            )
        return await self._join(person, other)

    async def _join(self, person: Customer, other: Customer) -> Answer:
        """The record that stands for more of them goes on standing for them."""
        stands = self._workplace.store.customer(person_of(other))
        if stands is not None and stands.id != other.id:
            other = stands
        target, source = (other, person) if other.alias_ids and not person.alias_ids else (person, other)
        sentence = _("{name} and {other} are one person; m takes them apart.")
        command = MergeCustomers(customer_id=target.id, source_id=source.id)
        return await self._give([command], sentence.format(name=self._name, other=clean_name(other.name)))

    @staticmethod
    def _facts(customer: Customer) -> str:
        addresses = [clean_name(one.address) for one in customer.contacts[:2]]
        return " · ".join([word(LANGUAGE, customer.language), *addresses])

    # Their tickets

    async def _search(self) -> Answer:
        ids = ",".join(one.id for one in self._records.records)
        found = await self._app.push_screen_wait(TicketSearch(self._workplace, f"customer:{ids} "))
        return None, found.ticket_id if isinstance(found, Found) else None

    # Asking and giving

    async def _pick(
        self,
        title: str,
        choices: Sequence[Choice[V]],
        *,
        free: Callable[[str], str] | None = None,
        hint: str = "",
    ) -> Picked[V] | None:
        return await self._app.push_screen_wait(Picker(title, choices, free=free, hint=hint))

    async def _give(
        self,
        commands: Sequence[SaveCustomer | VerifyCustomer | MergeCustomers | UnmergeCustomers],
        sentence: str,
    ) -> Answer:
        """Check all commands, then make all durable; or say why not."""
        if not commands:
            return Said(_("It already is that way.")), None
        store, me = self._workplace.store, self._workplace.me()
        if me is None or store.read_only:
            return Said(store.notice or _("Sign in first: nobody works at this desk yet."), "warning"), None
        engine = self._workplace.engine
        for command in commands:
            if isinstance(command, NEEDS_SERVER) and not (engine is not None and engine.live):
                return Said(word(OFFLINE, type(command).__name__), "warning"), None
            wanted = envelope(command, self._workplace.clock())
            verdict = decide(wanted, self._view(command), me, wanted.composed_at)
            if isinstance(verdict, Refusal):
                return Said(refusal_sentence(verdict.code, verdict.why), "warning"), None
        for command in commands:
            await asyncio.to_thread(store.enqueue, envelope(command, self._workplace.clock()))
        if engine is not None:
            engine.nudge()
        return Said(sentence, "done"), None

    def _view(self, command: SaveCustomer | VerifyCustomer | MergeCustomers | UnmergeCustomers) -> View:
        store = self._workplace.store
        merges = isinstance(command, MergeCustomers | UnmergeCustomers)
        return View(
            policy=store.policy(),
            customer=store.customer(command.customer_id),
            other_customer=store.customer(command.source_id) if merges else None,  # type: ignore[union-attr]  # above
        )
