"""Commands on the ticket: checked by the desk's own rules, durable in the outbox, taken back with one key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from textual import on

from console.envelopes import envelope
from console.i18n import gettext as _
from console.refusals import refusal_sentence
from console.screens.choices import Choice, Picked
from console.screens.desk_docks import Docking
from console.screens.docks import ReplyQueued, Slot
from console.screens.snoozing import UNTIL_ANSWER, WAKE, parse_until, snooze_choices
from console.screens.undoing import inverse
from console.widgets.when import moment
from console.wording import OFFLINE, ROLE, SEVERITY, STATUS, word
from console.workplace import Workplace
from desk.commands import (
    NEEDS_SERVER,
    AnyCommand,
    AskReview,
    Assign,
    Envelope,
    Follow,
    MoveTeam,
    Note,
    Reply,
    SetSeverity,
    SetStatus,
    Snooze,
    Tag,
    Take,
)
from desk.ids import AgentId, Instant, TicketId
from desk.outbox import OutboxEntry
from desk.outcome import Refusal
from desk.people import is_away
from desk.records import Agent, Severity, Status, Ticket

V = TypeVar("V")
KEPT_ACTIONS = 20
NOBODY = AgentId("")


@dataclass(frozen=True, slots=True)
class Done:
    """Something that can be taken back: while it waits by dropping it, later by ``inverse``. ``bulk_id`` instead of an
    entry: it was done to many tickets."""

    entry: OutboxEntry | None
    inverse: AnyCommand | None = None
    bulk_id: str = ""


class TicketActing(Docking):
    """The part that acts on the ticket under the cursor, or the one shown."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._done: list[Done] = []

    # One key, one command

    def action_take(self) -> None:
        """Assign the ticket to me."""
        if (ticket := self.target_or_why("desk.take")) is not None:
            self._do(Take(ticket_id=ticket.id), ticket, _("{ref} is yours.").format(ref=ticket.ref))

    def action_solve(self) -> None:
        """Solve the ticket."""
        if (ticket := self.target_or_why("desk.solve")) is not None:
            self._do(SetStatus(ticket_id=ticket.id, status=Status.SOLVED), ticket, self._solved(ticket))

    def action_solve_next(self) -> None:
        """Solve the ticket and open the next one of the view."""
        ticket = self.target_or_why("desk.solve_next")
        if ticket is None:
            return
        index = self.queue.cursor
        rows = self.queue.source.window(index, 2)
        following = next((row for row in rows if row.id != ticket.id), None)
        self._do(SetStatus(ticket_id=ticket.id, status=Status.SOLVED), ticket, self._solved(ticket))
        if following is None:
            self.queue.focus()
            return
        self.place_cursor(following.id)
        self.open_ticket(following.id)

    def _solved(self, ticket: Ticket) -> str:
        """That it is solved; and what blocks it, while that is open."""
        from console.screens.joining import open_blockers

        blockers = open_blockers(self.store, ticket) if ticket.links else []
        if not blockers:
            return _("{ref} is solved.").format(ref=ticket.ref)
        return _("{ref} is solved; still open is what blocks it: {refs}.").format(
            ref=ticket.ref, refs=", ".join(blockers)
        )

    def action_follow(self) -> None:
        """Follow the ticket, or stop."""
        ticket = self.target_or_why("desk.follow")
        if ticket is None or self.me is None:
            return
        on = self.me.id not in ticket.followers
        sentence = _("You follow {ref}.") if on else _("You no longer follow {ref}.")
        self._do(Follow(ticket_id=ticket.id, on=on), ticket, sentence.format(ref=ticket.ref))

    # A key, a choice, a command

    def action_assign(self) -> None:
        """Assign the ticket to somebody of its team, or to nobody."""
        if (ticket := self.target_or_why("desk.assign")) is not None:
            self.attempt(self._assign(ticket))

    async def _assign(self, ticket: Ticket) -> None:
        people = [a for a in self.agents.values() if a.active and ticket.team_id in a.team_ids]
        now = self.workplace.clock()
        people.sort(key=lambda a: (is_away(a, now), a.handle))
        choices = [Choice(a.id, f"{a.name} @{a.handle}", self._person(a, now)) for a in people]
        picked = await self._pick(_("Assign {ref} to").format(ref=ticket.ref), [*choices, Choice(NOBODY, _("Nobody"))])
        if picked and picked.values:
            agent_id = picked.values[0] or None
            sentence = _("{ref} goes to {name}.").format(ref=ticket.ref, name=self.handle_of(agent_id) or _("nobody"))
            await self._perform(Assign(ticket_id=ticket.id, assignee_id=agent_id), ticket, sentence)

    @staticmethod
    def _person(agent: Agent, now: Instant) -> str:
        words = [word(ROLE, agent.role), *agent.languages, *([_("away")] if is_away(agent, now) else [])]
        return " · ".join(words)

    def action_team(self) -> None:
        """Hand the ticket to another team."""
        if (ticket := self.target_or_why("desk.team")) is not None:
            self.attempt(self._team(ticket))

    async def _team(self, ticket: Ticket) -> None:
        choices = [Choice(team.id, team.name) for team in self.teams.values() if team.id != ticket.team_id]
        picked = await self._pick(_("Move {ref} to").format(ref=ticket.ref), choices)
        if picked and picked.values:
            name = self.teams[picked.values[0]].name
            sentence = _("{ref} goes to {name}.").format(ref=ticket.ref, name=name)
            await self._perform(MoveTeam(ticket_id=ticket.id, team_id=picked.values[0]), ticket, sentence)

    def action_status(self) -> None:
        """Choose a status."""
        if (ticket := self.target_or_why("desk.status")) is not None:
            self.attempt(self._status(ticket))

    async def _status(self, ticket: Ticket) -> None:
        offered = [status for status in Status if status not in (Status.NEW, ticket.status)]
        choices = [Choice(status, word(STATUS, status)) for status in offered]
        picked = await self._pick(_("Status of {ref}").format(ref=ticket.ref), choices)
        if picked and picked.values:
            status = picked.values[0]
            sentence = _("{ref} is {status}.").format(ref=ticket.ref, status=word(STATUS, status))
            await self._perform(SetStatus(ticket_id=ticket.id, status=status), ticket, sentence)

    def action_severity(self) -> None:
        """Choose a severity."""
        if (ticket := self.target_or_why("desk.severity")) is not None:
            self.attempt(self._severity(ticket))

    async def _severity(self, ticket: Ticket) -> None:
        offered = [severity for severity in reversed(Severity) if severity is not ticket.severity]
        choices = [Choice(severity, word(SEVERITY, severity)) for severity in offered]
        picked = await self._pick(_("Severity of {ref}").format(ref=ticket.ref), choices)
        if picked and picked.values:
            severity = picked.values[0]
            sentence = _("{ref} is {status}.").format(ref=ticket.ref, status=word(SEVERITY, severity))
            await self._perform(SetSeverity(ticket_id=ticket.id, severity=severity), ticket, sentence)

    def action_snooze(self) -> None:
        """Put the ticket aside for a while."""
        if (ticket := self.target_or_why("desk.snooze")) is not None:
            self.attempt(self._snooze(ticket))

    async def _snooze(self, ticket: Ticket) -> None:
        now = self.workplace.clock()
        asleep = ticket.snoozed_until_answer or (ticket.snoozed_until or 0) > now

        def understood(text: str) -> str:
            at = parse_until(text, now)
            return (
                _("until {moment}").format(moment=moment(at, now))
                if at
                else _("Try 3h, 2d, 14:30 or 2026-12-01 09:00.")
            )

        title = _("{ref} sleeps until").format(ref=ticket.ref)
        picked = await self._pick(
            title, snooze_choices(now, asleep=asleep), free=understood, hint=_("3h, 2d, 14:30, a date")
        )
        if picked is None:
            return
        at = picked.values[0] if picked.values else parse_until(picked.typed, now)
        if at is None:
            self.say(_("That is no time to come."), "warning")
        elif at == UNTIL_ANSWER:
            sentence = _("{ref} sleeps until the customer answers.").format(ref=ticket.ref)
            await self._perform(Snooze(ticket_id=ticket.id, until_answer=True), ticket, sentence)
        elif at == WAKE:
            await self._perform(Snooze(ticket_id=ticket.id), ticket, _("{ref} is awake.").format(ref=ticket.ref))
        else:
            sentence = _("{ref} sleeps until {moment}.").format(ref=ticket.ref, moment=moment(at, now))
            await self._perform(Snooze(ticket_id=ticket.id, until_at=at), ticket, sentence)

    def action_tags(self) -> None:
        """Add and remove tags."""
        if (ticket := self.target_or_why("desk.tags")) is not None:
            self.attempt(self._tags(ticket))

    async def _tags(self, ticket: Ticket) -> None:
        from desk.tags import normalize_tag

        offered = dict.fromkeys((*ticket.tags, *self.store.policy().tags))
        choices = [Choice(tag, f"#{tag}", marked=tag in ticket.tags) for tag in offered]

        def understood(text: str) -> str:
            tag = normalize_tag(text)
            return _("Enter adds #{tag}").format(tag=tag) if tag and tag not in offered else ""

        title = _("Tags of {ref}").format(ref=ticket.ref)
        picked = await self._pick(title, choices, many=True, free=understood, hint=_("a tag, or a new one"))
        if picked is None:
            return
        wanted = (*picked.values, *([tag] if (tag := normalize_tag(picked.typed)) else []))
        add = tuple(tag for tag in wanted if tag not in ticket.tags)
        remove = tuple(tag for tag in ticket.tags if tag not in wanted)
        if add or remove:
            words = " ".join([f"+{tag}" for tag in add] + [f"-{tag}" for tag in remove])
            await self._perform(Tag(ticket_id=ticket.id, add=add, remove=remove), ticket, f"{ticket.ref} {words}")

    async def _pick(
        self,
        title: str,
        choices: Sequence[Choice[V]],
        *,
        many: bool = False,
        free: Callable[[str], str] | None = None,
        hint: str = "",
        wide: bool = False,
    ) -> Picked[V] | None:
        """Let the agent choose; only inside :meth:`attempt`."""
        from console.screens.picker import Picker

        return await self.app.push_screen_wait(Picker(title, choices, many=many, free=free, hint=hint, wide=wide))

    # Doing

    @property
    def is_live(self) -> bool:
        """Whether the backend is there now."""
        engine = self.workplace.engine
        return engine is not None and engine.live

    def _do(self, command: AnyCommand, ticket: Ticket, sentence: str) -> None:
        self.attempt(self._perform(command, ticket, sentence), group="acting")

    async def _perform(
        self, command: AnyCommand, ticket: Ticket, sentence: str, *, undoable: bool = True, on_top: bool = False
    ) -> None:
        """Give a command; what the rules refuse is said at once, what they allow is durable when this returns."""
        if self.me is None or self.store.read_only:
            self.say(self.store.notice or _("Sign in first: nobody works at this desk yet."), "warning")
            return
        if isinstance(command, NEEDS_SERVER) and not self.is_live:
            self.say(word(OFFLINE, type(command).__name__), "warning")
            return
        wanted = envelope(command, self.workplace.clock(), ticket=ticket, on_top=on_top)
        if (why := self._why_not(wanted, ticket, self.me)) is not None:
            self.say(why, "warning")
            return
        entry = await self.in_thread(self.store.enqueue, wanted)
        if undoable:
            self._remember(Done(entry, inverse(command, ticket, self.me.id)))
            sentence = f"{sentence} {_('u takes it back.')}"
        self.say(sentence, "done")
        self.nudge()

    def _why_not(self, wanted: Envelope, ticket: Ticket, me: Agent) -> str | None:
        from console.screens.joining import view_of
        from desk.decide import decide  # the rules; not needed for the first frame

        verdict = decide(wanted, view_of(self.store, wanted.command, ticket), me, wanted.composed_at)
        return refusal_sentence(verdict.code, verdict.why) if isinstance(verdict, Refusal) else None

    # Taking back

    @on(ReplyQueued)
    def _reply_queued(self, message: ReplyQueued) -> None:
        self._remember(Done(message.entry, None))
        self.conversation.action_last()
        self.nudge()

    def _remember(self, done: Done) -> None:
        self._done.append(done)
        del self._done[:-KEPT_ACTIONS]

    def action_undo(self) -> None:
        """Take back the last send or action."""
        if not self._done:
            self.say(_("There is nothing to undo."))
            return
        self.attempt(self._undo(self._done.pop()), group="acting")

    def remember_bulk(self, bulk_id: str) -> None:
        """Something was done to many tickets; the next undo takes it back."""
        self._remember(Done(None, bulk_id=bulk_id))

    async def _undo(self, done: Done) -> None:
        if done.entry is None:
            from console.screens.bulk import BulkScreen

            self.app.push_screen(BulkScreen(self.workplace, bulk_id=done.bulk_id, undo=True))
            return
        taken_back = await self.in_thread(self.store.undo, done.entry.id)
        if taken_back is not None:
            self._restore(taken_back)
            self.say(_("Taken back; nothing was sent."), "done")
            self.nudge()
        elif done.inverse is not None and (ticket := self.store.ticket(TicketId(done.entry.lane))) is not None:
            await self._perform(done.inverse, ticket, _("Undone."), undoable=False)
        else:
            self.say(_("It has been sent already; it cannot be taken back."), "warning")

    def _restore(self, taken_back: Envelope) -> None:
        """Put the text of a reply or note back into its draft, and open it."""
        command = taken_back.command
        if not isinstance(command, Reply | AskReview | Note):
            return
        slot: Slot = "note" if isinstance(command, Note) else "reply"
        now = self.workplace.clock()
        old = self.store.draft(command.ticket_id, slot)
        body = f"{command.body}\n{old.body}" if old and old.body else command.body
        self.store.save_draft(command.ticket_id, slot, body, old.rev if old else 0, now)
        self.open_ticket(command.ticket_id)
        if (ticket := self.store.ticket(command.ticket_id)) is not None:
            self.composer_dock().write(slot, ticket, ticket.last_n)
