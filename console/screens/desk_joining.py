"""One ticket of two, two of one, and links between them. What is offered is in :mod:`console.screens.joining`."""

from console.i18n import gettext as _
from console.screens.choices import Choice
from console.screens.desk_actions import TicketActing
from console.wording import LINK, word
from desk.commands import DismissDuplicate, LinkTickets, Merge, Unmerge
from desk.ids import TicketId
from desk.records import Role, Ticket
from desk.ticket_parts import DuplicateHint, LinkKind

ROWS_OFFERED = 100
"""So many tickets of the view are offered to be linked to."""


class Joining(TicketActing):
    """The part for it."""

    # Merging

    def action_merge(self) -> None:
        """Merge, or take it back."""
        if (ticket := self.target_or_why("desk.merge")) is not None:
            self.attempt(self._merge(ticket))

    async def _merge(self, ticket: Ticket) -> None:
        from console.screens.joining import MergeStep, merge_choices, named

        def understood(text: str) -> str:
            other = named(self.store, text)
            if other is None or other.id == ticket.id:
                return _("No other ticket of that number is here.")
            return _("Enter: {ref} {subject}").format(ref=other.ref, subject=other.subject)

        title = (
            _("{ref} was merged").format(ref=ticket.ref)
            if ticket.merge is not None
            else _("Merge {ref} with another ticket of {name}").format(ref=ticket.ref, name=ticket.customer_name)
        )
        choices: list[Choice[MergeStep]] = await self.in_thread(merge_choices, self.store, ticket)
        free = understood if ticket.merge is None else None
        picked = await self._pick(title, choices, free=free, hint=_("words, or a ticket's number"), wide=True)
        if picked is None:
            return
        if not picked.values:
            await self._merge_with(ticket, named(self.store, picked.typed))
            return
        step, other_id = picked.values[0]
        if step == "with":
            await self._merge_with(ticket, self.store.ticket(other_id))
        elif step == "open":
            self._open_other(other_id)
        else:
            await self._take_back(ticket, other_id)

    async def _merge_with(self, ticket: Ticket, other: Ticket | None) -> None:
        from console.screens.joining import direction_choices

        if other is None:
            self.say(_("No other ticket of that number is here."), "warning")
            return
        title = _("Merge {ref} and {other}: which stays?").format(ref=ticket.ref, other=other.ref)
        picked = await self._pick(title, direction_choices(ticket, other), wide=True)
        if picked and picked.values:
            await self._merge_into(*picked.values[0])

    async def _merge_into(self, stays: Ticket, goes: Ticket) -> None:
        sentence = _("{ref} goes into {into}.").format(ref=goes.ref, into=stays.ref)
        await self._perform(Merge(ticket_id=stays.id, source_id=goes.id), stays, sentence)

    async def _take_back(self, ticket: Ticket, source_id: TicketId) -> None:
        """Out of the ticket itself, or itself out of where it went."""
        source = self.store.ticket(source_id)
        into = ticket.merge.into if source_id == ticket.id and ticket.merge is not None else ticket.id
        target = self.store.ticket(into)
        if source is None or target is None:
            self.say(_("This ticket is not on this machine."), "warning")
            return
        sentence = _("{ref} stands on its own again.").format(ref=source.ref)
        await self._perform(Unmerge(ticket_id=target.id, source_id=source.id), target, sentence)

    def _open_other(self, ticket_id: TicketId) -> None:
        """Open another ticket, in the conversation; one that the replica does not hold is fetched."""
        if self.store.ticket(ticket_id) is None:
            self.attempt(self.fetch_ticket(ticket_id))
            return
        self.open_ticket(ticket_id)
        self.reveal("middle")

    # What was suggested

    def action_duplicate(self) -> None:
        """Answer the suggestion of a duplicate."""
        ticket = self.target_or_why("desk.duplicate")
        if ticket is None:
            return
        if ticket.duplicate is None:
            self.say(_("Nothing is suggested for {ref}; M merges it.").format(ref=ticket.ref))
            return
        self.attempt(self._answer(ticket, ticket.duplicate))

    async def _answer(self, ticket: Ticket, hint: DuplicateHint) -> None:
        from console.screens.duplicate_picker import DuplicatePicker, answers, side_of, title_of

        other = self.store.ticket(hint.ticket_id)
        may_merge = self.me is not None and self.me.role is not Role.AGENT
        offered = answers(ticket, other, hint, may_merge=may_merge)
        sides = (side_of(self.store, ticket), side_of(self.store, other)) if other is not None else None
        if sides is None:
            picked = await self._pick(title_of(ticket, hint), offered, wide=True)
        else:
            picked = await self.app.push_screen_wait(DuplicatePicker(title_of(ticket, hint), offered, sides))
        match picked.values[0] if picked and picked.values else "":
            case "merge" if other is not None:
                await self._merge_into(other, ticket)
            case "link":
                await self._link(ticket, LinkKind.DUPLICATE, hint.ticket_id, hint.ref)
            case "incident":
                await self.run_action("incident")
            case "dismiss":
                sentence = _("{ref} is no duplicate of {other}.").format(ref=ticket.ref, other=hint.ref)
                await self._perform(DismissDuplicate(ticket_id=ticket.id), ticket, sentence)
            case "open":
                self._open_other(hint.ticket_id)

    # Links

    def action_link_ticket(self) -> None:
        """Link two tickets, open one that is linked, or remove a link."""
        if (ticket := self.target_or_why("desk.link")) is not None:
            self.attempt(self._choose_link(ticket))

    async def _choose_link(self, ticket: Ticket) -> None:
        from console.screens.joining import link_choices

        picked = await self._pick(
            _("Links of {ref}").format(ref=ticket.ref), link_choices(self.store, ticket), wide=True
        )
        if picked is None or not picked.values:
            return
        step, kind, other_id = picked.values[0]
        if step == "open":
            self._open_other(other_id)
        elif step == "add":
            await self._choose_other(ticket, kind)
        else:
            other = self.store.ticket(other_id)
            ref = other.ref if other is not None else ""
            sentence = _("{ref} and {other} are no longer linked.").format(ref=ticket.ref, other=ref)
            off = LinkTickets(ticket_id=ticket.id, other_id=other_id, link=kind, on=False)
            await self._perform(off, ticket, sentence)

    async def _choose_other(self, ticket: Ticket, kind: LinkKind) -> None:
        from console.screens.joining import named, other_choices

        def understood(text: str) -> str:
            other = named(self.store, text)
            found = _("Enter: {ref} {subject}")
            return (
                found.format(ref=other.ref, subject=other.subject) if other else _("No ticket of that number is here.")
            )

        title = f"{ticket.ref} · {word(LINK, kind)} …"
        choices = other_choices(self.store, ticket, self.queue.source.window(0, ROWS_OFFERED))
        picked = await self._pick(title, choices, free=understood, hint=_("words, or a ticket's number"), wide=True)
        if picked is None:
            return
        other = self.store.ticket(picked.values[0]) if picked.values else named(self.store, picked.typed)
        if other is None:
            self.say(_("No ticket of that number is here."), "warning")
            return
        await self._link(ticket, kind, other.id, other.ref)

    async def _link(self, ticket: Ticket, kind: LinkKind, other_id: TicketId, ref: str) -> None:
        sentence = _("{ref}: {link} {other}.").format(ref=ticket.ref, link=word(LINK, kind), other=ref)
        await self._perform(LinkTickets(ticket_id=ticket.id, other_id=other_id, link=kind), ticket, sentence)

    # Splitting

    def action_split(self) -> None:
        """Split messages off."""
        ticket = self.target_or_why("desk.split")
        if ticket is None:
            return
        if self.me is None or self.me.role is Role.AGENT:
            self.say(_("Splitting a ticket takes a senior."), "warning")
        elif not self.is_live:
            self.say(_("Splitting needs the server; you are offline."), "warning")
        else:
            self.attempt(self._split(ticket))

    async def _split(self, ticket: Ticket) -> None:
        from console.screens.joining import message_choices
        from console.screens.split import SplitScreen  # a form: 20 ms, when first opened

        choices = await self.in_thread(message_choices, self.store, ticket)
        title = _("Split off {ref}: mark what goes along").format(ref=ticket.ref)
        picked = await self._pick(title, choices, many=True, wide=True)
        if picked is None or not picked.values:
            return
        ns = sorted(picked.values)
        said = [choice.label for choice in reversed(choices) if choice.value in ns]
        subject = said[0].partition(": ")[2]
        new = await self.app.push_screen_wait(SplitScreen(self.workplace, ticket, ns, subject, "\n".join(said)))
        if new is not None:
            self.say(_("Split off {ref}; the new ticket comes with the next changes.").format(ref=ticket.ref), "done")
            self.nudge()
