"""Escalation on the desk: the hand-over sheet, accepting and giving back, dates on which a ticket comes back, and the
emergencies that nobody has taken."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.choices import Choice
from console.screens.desk_actions import TicketActing
from console.screens.snoozing import UNTIL_ANSWER, WAKE, parse_until, snooze_choices
from console.store.queue import QueueSource
from console.styles import use_style
from console.widgets.when import moment
from console.wording import ESCALATION_TIER, word
from desk.commands import AcceptEscalation, SetFollowUp
from desk.ids import Instant, TicketId
from desk.records import Agent, Role, Ticket
from desk.ticket_parts import OPEN_ESCALATION, Escalation, EscalationState, EscalationTier
from desk.views import VIEWS

if TYPE_CHECKING:
    from console.widgets.hand_over_sheet import HandOverSheet

MOST_WATCHED = 50
"""So many emergencies and due follow-ups are looked at one by one."""


@dataclass
class EmergenciesChanged(Message):
    """These emergencies concern this agent and nobody has taken them: their references by id."""

    loud: dict[TicketId, str]


class Escalating(TicketActing):
    """The part for it."""

    _sheet: "HandOverSheet | None" = None
    _loud: dict[TicketId, str] = {}  # noqa: RUF012 - replaced, never changed
    _come_back: frozenset[TicketId] | None = None
    """The follow-ups known to be due; None: nobody has looked yet."""

    # Up

    def action_escalate(self) -> None:
        """Hand the ticket to a higher tier."""
        if (ticket := self.target_or_why("desk.escalate")) is None or not self._may_write():
            return
        escalation = ticket.escalation
        is_open = escalation is not None and escalation.state in OPEN_ESCALATION
        if is_open and escalation is not None and escalation.tier is EscalationTier.EMERGENCY:
            self.say(_("{ref} is with the emergency tier already.").format(ref=ticket.ref), "warning")
            return
        self.attempt(self._escalate(ticket))

    def hand_over(self, ticket: Ticket, tier: str, tried: str) -> None:
        """Open the sheet for a tier, with what was tried in it: how a procedure may end."""
        self.attempt(self._escalate(ticket, EscalationTier(tier), tried))

    async def _escalate(self, ticket: Ticket, wanted: EscalationTier | None = None, tried: str = "") -> None:
        from console.screens.hand_over import HandOverScreen  # text areas: 20 ms, when first opened

        reference = await self.in_thread(self._reference, ticket)
        tier = await self.app.push_screen_wait(HandOverScreen(self.workplace, ticket, reference, wanted, tried))
        if tier is not None:
            self.say(_("{ref} goes to: {tier}.").format(ref=ticket.ref, tier=word(ESCALATION_TIER, tier)), "done")
            self.nudge()

    def _reference(self, ticket: Ticket) -> str:
        """What the ticket is likely about: a transaction the customer named, else one of theirs that is on its way."""
        from console.widgets.chips import chips
        from desk.text import clean_text

        if ticket.tx_ids:
            return ticket.tx_ids[-1]
        thread = self.store.thread(ticket.id)
        for line in reversed(thread.window(max(0, thread.count() - MOST_WATCHED), MOST_WATCHED)):
            named = [chip.value for chip in chips(clean_text(line.message.body)) if chip.kind == "tx"]
            if named:
                return named[-1]
        moving = [t for t in self.store.transfers(ticket.customer_id) if t.status in ("pending", "confirming", "open")]
        return (moving[0].tx_id or moving[0].id) if moving else ""

    # Taking it, and down again

    def action_accept(self) -> None:
        """Take an escalated ticket."""
        ticket = self.target_or_why("desk.accept")
        if ticket is None or not self._is_senior_or_why(_("Accepting an escalation takes a senior.")):
            return
        if (escalation := self._open_escalation(ticket)) is not None:
            self.attempt(self._accept(ticket, escalation), group="acting")

    async def _accept(self, ticket: Ticket, escalation: Escalation) -> None:
        taking_over = self._is_anothers(escalation)
        if taking_over:
            title = _("{name} has accepted {ref}").format(name=escalation.owner_name, ref=ticket.ref)
            choices = [Choice(False, _("Leave it with them")), Choice(True, _("Take it over; they are told"))]
            picked = await self._pick(title, choices)
            if picked is None or picked.values != (True,):
                return
        sentence = _("{ref} is yours until it is closed.").format(ref=ticket.ref)
        command = AcceptEscalation(ticket_id=ticket.id)
        await self._perform(command, ticket, sentence, undoable=False, on_top=taking_over)

    def action_give_back(self) -> None:
        """Give an escalated ticket back."""
        ticket = self.target_or_why("desk.give_back")
        if ticket is None or not self._may_write():
            return
        if not self._is_senior_or_why(_("Giving an escalated ticket back takes a senior.")):
            return
        if (escalation := self._open_escalation(ticket)) is not None:
            self.attempt(self._give_back(ticket, escalation))

    async def _give_back(self, ticket: Ticket, escalation: Escalation) -> None:
        from console.screens.giving_back import GivingBackScreen

        over_owner = self._is_anothers(escalation)
        if over_owner:
            title = _("{name} has accepted {ref}").format(name=escalation.owner_name, ref=ticket.ref)
            choices = [Choice(False, _("Leave it with them")), Choice(True, _("Answer in their place"))]
            picked = await self._pick(title, choices)
            if picked is None or picked.values != (True,):
                return
        screen = GivingBackScreen(self.workplace, ticket, escalation, over_owner=over_owner)
        if await self.app.push_screen_wait(screen) is not None:
            name = escalation.by_name or self.handle_of(escalation.by)
            self.say(_("{ref} goes back to {name}.").format(ref=ticket.ref, name=name), "done")
            self.nudge()

    def _open_escalation(self, ticket: Ticket) -> Escalation | None:
        """The escalation under way; without one, says so."""
        escalation = ticket.escalation
        if escalation is None or escalation.state not in OPEN_ESCALATION:
            self.say(_("{ref} is not escalated; X escalates it.").format(ref=ticket.ref), "warning")
            return None
        return escalation

    def _is_anothers(self, escalation: Escalation) -> bool:
        accepted = escalation.state is EscalationState.ACCEPTED
        return accepted and self.me is not None and escalation.owner_id != self.me.id

    def _is_senior_or_why(self, sentence: str) -> bool:
        if _is_senior(self.me):
            return True
        self.say(sentence, "warning")
        return False

    def _may_write(self) -> bool:
        """Whether anything can be sent from here; if not, says why."""
        if self.me is not None and not self.store.read_only:
            return True
        self.say(self.store.notice or _("Sign in first: nobody works at this desk yet."), "warning")
        return False

    # Dates

    def action_follow_up(self) -> None:
        """Have the ticket come back."""
        if (ticket := self.target_or_why("desk.follow_up")) is not None:
            self.attempt(self._follow_up(ticket))

    async def _follow_up(self, ticket: Ticket) -> None:
        now = self.workplace.clock()
        choices: list[Choice[Instant]] = [c for c in snooze_choices(now, asleep=False) if c.value != UNTIL_ANSWER]
        if ticket.follow_up is not None:
            when = moment(ticket.follow_up.at, now)
            choices.insert(0, Choice(WAKE, _("It has been seen to: no follow-up"), f"{when} {ticket.follow_up.what}"))

        def understood(text: str) -> str:
            at = parse_until(text, now)
            if at is None:
                return _("Try 3h, 2d, 14:30 or 2026-12-01 09:00.")
            return _("on {moment}").format(moment=moment(at, now))

        title = _("{ref} comes back").format(ref=ticket.ref)
        picked = await self._pick(title, choices, free=understood, hint=_("3h, 2d, 14:30, a date"))
        if picked is None:
            return
        at = picked.values[0] if picked.values else parse_until(picked.typed, now)
        if at is None:
            self.say(_("That is no time to come."), "warning")
        elif at == WAKE:
            sentence = _("The follow-up of {ref} has been seen to.").format(ref=ticket.ref)
            await self._perform(SetFollowUp(ticket_id=ticket.id, at=None), ticket, sentence)
        else:
            await self._come_back_on(ticket, at, now)

    async def _come_back_on(self, ticket: Ticket, at: Instant, now: Instant) -> None:
        """Ask what for, then set the date."""
        before = ticket.follow_up.what if ticket.follow_up is not None else ""
        nothing = Choice("", _("Nothing in particular"))
        offered = [Choice(before, before), nothing] if before else [nothing]
        title = _("What is to be looked at in {ref}?").format(ref=ticket.ref)
        what = await self._pick(title, offered, free=lambda text: _("Enter takes it"), hint=_("a few words"))
        if what is None:
            return
        words = what.values[0] if what.values else what.typed
        sentence = _("{ref} comes back {moment}.").format(ref=ticket.ref, moment=moment(at, now))
        await self._perform(SetFollowUp(ticket_id=ticket.id, at=at, what=words), ticket, sentence)

    # Places

    def open_escalations(self) -> None:
        """Show what was escalated."""
        self.show_view("escalated")
        self.show_pane("queue")

    def open_follow_ups(self) -> None:
        """Show what is due to be looked at again."""
        self.show_view("followup")
        self.show_pane("queue")

    # The sheet of the ticket shown

    def ticket_changed(self, ticket: Ticket | None) -> None:
        """Show its hand-over sheet above the conversation, while there is something to do about it."""
        super().ticket_changed(ticket)
        escalation = ticket.escalation if ticket is not None and ticket.merge is None else None
        if escalation is not None and not _is_over(ticket, escalation):
            self._show_sheet(escalation)
        elif self._sheet is not None:
            self._sheet.shown = None

    def _show_sheet(self, escalation: Escalation) -> None:
        from console.widgets.hand_over_sheet import HandOverSheet, SheetShown

        if self._sheet is None:
            use_style(self.app, "hand_over.tcss")
            self._sheet = HandOverSheet(clock=self.workplace.clock, id="hand-over-sheet")
            self.middle.mount(self._sheet, before=self.conversation)
        self._sheet.shown = SheetShown(escalation, self._sheet_hint(escalation))

    def _sheet_hint(self, escalation: Escalation) -> str:
        """The keys this reader has for it."""
        if escalation.state not in OPEN_ESCALATION:
            return _("X escalates it again")
        if not _is_senior(self.me):
            return _("it stays with you until somebody accepts it") if self._asked_by_me(escalation) else ""
        if escalation.state is EscalationState.ASKED:
            return _("A accepts it · B gives it back with guidance")
        return _("A takes it over · B answers") if self._is_anothers(escalation) else _("B gives it back")

    def _asked_by_me(self, escalation: Escalation) -> bool:
        asked = escalation.state is EscalationState.ASKED
        return asked and self.me is not None and escalation.by == self.me.id

    # What time brings

    def _show_rows(self, source: QueueSource, counts: dict[str, int]) -> None:
        """With every recount: the emergencies nobody took, and the follow-ups that came due."""
        super()._show_rows(source, counts)
        if counts.get("emergency") or self._loud or self.status_line.alarm:
            self.attempt(self._heed_emergencies(), group="emergencies")
        if counts.get("followup") or self._come_back:
            self.attempt(self._heed_follow_ups(), group="follow-ups")
        elif self._come_back is None:
            self._come_back = frozenset()

    async def _heed_emergencies(self) -> None:
        from desk.emergencies import concerns

        unheard = await self.in_thread(self._unheard)
        self.status_line.alarm = self._alarm_words(unheard)
        mine = {ticket.id: ticket.ref for ticket in unheard if self.me is not None and concerns(ticket, self.me)}
        if mine != self._loud:
            self._loud = mine
            self.app.post_message(EmergenciesChanged(mine))

    def _unheard(self) -> list[Ticket]:
        """The emergencies that nobody has taken, the most urgent first."""
        from desk.emergencies import is_loud

        rows = self.store.queue(VIEWS["emergency"], self.workplace.clock()).window(0, MOST_WATCHED)
        tickets = (self.store.ticket(row.id) for row in rows)
        return [ticket for ticket in tickets if ticket is not None and is_loud(ticket)]

    @staticmethod
    def _alarm_words(unheard: list[Ticket]) -> str:
        """One loud line, in words."""
        if not unheard:
            return ""
        more = f" +{len(unheard) - 1}" if len(unheard) > 1 else ""
        return _("EMERGENCY {ref} · nobody has it · 5 shows it").format(ref=unheard[0].ref + more)

    async def _heed_follow_ups(self) -> None:
        """Say quietly what came due since the last look; the first look tells how many there are."""
        due = frozenset(await self.in_thread(self._due_follow_ups))
        known, self._come_back = self._come_back, due
        fresh = due - (known or frozenset())
        if not fresh:
            return
        ticket = self.store.ticket(next(iter(fresh)))
        if known is not None and len(fresh) == 1 and ticket is not None and ticket.follow_up is not None:
            what = ticket.follow_up.what
            sentence = _("Follow-up due: {ref} {what} · g f").format(ref=ticket.ref, what=what)
        else:
            n = len(fresh)
            sentence = ngettext("{n} follow-up is due · g f", "{n} follow-ups are due · g f", n).format(n=n)
        self.say(sentence)

    def _due_follow_ups(self) -> list[TicketId]:
        rows = self.store.queue(VIEWS["followup"], self.workplace.clock()).window(0, MOST_WATCHED)
        return [row.id for row in rows]


def _is_senior(me: Agent | None) -> bool:
    return me is not None and me.role is not Role.AGENT


def _is_over(ticket: Ticket | None, escalation: Escalation) -> bool:
    """Whether there is nothing left to do about an escalation: it was answered and the ticket is settled."""
    from desk.urgency import SETTLED

    return escalation.state not in OPEN_ESCALATION and (ticket is None or ticket.status in SETTLED)
