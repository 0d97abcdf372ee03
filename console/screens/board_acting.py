"""What a lead does on the board: sets people away, their capacity, skills and reviews, and a team's routing."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TypeVar

from textual.screen import Screen

from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.absence import absence, absence_picker, judged
from console.screens.board_people import queue_query
from console.screens.choices import Choice, Picked
from console.store.errors import StoreError
from console.widgets.board_columns import Person
from console.widgets.key_line import KeyLine, Tone
from console.workplace import Workplace
from desk.commands import SaveAgent, SaveTeam
from desk.ids import CommandId, Instant
from desk.records import Agent, Team

_log = logging.getLogger(__name__)
V = TypeVar("V")
KEPT_ACTIONS = 20
CAPACITIES = (0, 5, 10, 15, 20, 25, 30, 40, 50)


@dataclass(frozen=True, slots=True)
class Done:
    """Something that can be taken back: by dropping it while it waits, later by its inverse."""

    command_id: CommandId | None
    inverse: "SaveAgent | SaveTeam"


class BoardActing(Screen[str | None]):
    """The part that acts. The board says who is under the cursor, and looks again when something was done."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self._done: list[Done] = []

    def person(self) -> Person | None:
        """Who is under the cursor."""
        raise NotImplementedError

    def team_meant(self) -> Team | None:
        """The team under the cursor, or the one that is shown alone."""
        raise NotImplementedError

    def look(self) -> None:
        """Read everything again."""
        raise NotImplementedError

    # Keys

    def action_away(self) -> None:
        """Set somebody away, or back."""
        self._about_person(self._away)

    def action_capacity(self) -> None:
        """How many tickets somebody holds at once."""
        self._about_person(self._capacity)

    def action_skills(self) -> None:
        """What somebody can do, speaks, and when they work."""
        self._about_person(self._skills)

    def action_review(self) -> None:
        """Whether somebody's replies are approved before they go out."""
        self._about_person(self._review)

    def action_balance(self) -> None:
        """Propose who takes somebody's tickets."""
        person = self.person()
        if person is None:
            self.say(_("Nobody is under the cursor."), "warning")
        elif person.load is not None and not person.load.open:
            self.say(_("@{handle} holds no ticket.").format(handle=person.agent.handle))
        else:
            self._balance(person.agent)

    def action_routing(self) -> None:
        """Switch the automatic routing of a team."""
        team = self.team_meant()
        if team is None:
            self.say(_("Choose a team first: t shows one alone, or move to it in the list of teams."), "warning")
        else:
            self.attempt(self._routing(team))

    def action_undo(self) -> None:
        """Take back the last thing done here."""
        if self._done:
            self.attempt(self._undo(self._done.pop()))
        else:
            self.say(_("There is nothing to undo."))

    def _about_person(self, doing: Callable[[Agent], Coroutine[object, object, None]]) -> None:
        """Act on the person under the cursor, as the replica knows them now."""
        person = self.person()
        if person is None:
            self.say(_("Nobody is under the cursor."), "warning")
        elif not person.agent.v:
            self.say(_("Nothing is known of them; only their tickets can be given to others (b)."), "warning")
        else:
            self.attempt(doing(self.workplace.store.agents().get(person.agent.id, person.agent)))

    # What each asks, and does

    async def _away(self, agent: Agent) -> None:
        """Set away, or back; what somebody holds who leaves is offered to others."""
        now = self.workplace.clock()
        picked = await self.app.push_screen_wait(absence_picker(agent, now))
        if picked is None:
            return
        wanted = absence(agent, picked, now)
        if wanted is None:
            self.say(_("Type until when, such as 3h, 2d, 14:30 or 2026-12-01."), "warning")
        elif await self.perform(wanted[0], agent, wanted[1]) and wanted[0].away:
            await self._offer_tickets(agent, now)

    async def _offer_tickets(self, agent: Agent, now: Instant) -> None:
        """Somebody left: propose who takes what they hold."""
        held = (await asyncio.to_thread(self.workplace.store.load, now)).of_agent(agent.id).open
        if not held:
            return
        title = ngettext("@{handle} holds {n} open ticket", "@{handle} holds {n} open tickets", held)
        picked = await self._pick(
            title.format(handle=agent.handle, n=held),
            [Choice(True, _("Propose who takes them"), _("you see the plan first")), Choice(False, _("Leave them"))],
        )
        if picked and picked.values and picked.values[0]:
            self._balance(agent)

    async def _capacity(self, agent: Agent) -> None:
        def understood(text: str) -> str:
            return _("Enter: {n} tickets at once").format(n=int(text)) if text.isdecimal() else ""

        choices = [Choice(n, str(n), _("takes nothing new") if not n else "") for n in CAPACITIES]
        title = _("Tickets that @{handle} holds at once, now {n}").format(handle=agent.handle, n=agent.capacity)
        picked = await self._pick(title, choices, free=understood, hint=_("a number"))
        if picked is None:
            return
        typed = picked.typed.strip()
        wanted = int(typed) if typed.isdecimal() else picked.values[0] if picked.values else None
        if wanted is None:
            self.say(_("Type a number of tickets."), "warning")
            return
        sentence = _("@{handle} holds {n} at once.").format(handle=agent.handle, n=wanted)
        await self.perform(SaveAgent(agent_id=agent.id, capacity=wanted), agent, sentence)

    async def _skills(self, agent: Agent) -> None:
        from console.screens.agent_form import AgentForm  # text fields: 10 ms, when first opened

        command = await self.app.push_screen_wait(AgentForm(self.workplace, agent))
        if command is not None:
            self._remember(Done(None, restoring(agent, command)))
            self.say(f"{_('@{handle} is changed.').format(handle=agent.handle)} {_('u takes it back.')}", "done")
            self._sent()

    async def _review(self, agent: Agent) -> None:
        sentence = (
            _("@{handle}'s replies go out at once.")
            if agent.needs_review
            else _("A senior approves @{handle}'s replies before they go out.")
        )
        command = SaveAgent(agent_id=agent.id, needs_review=not agent.needs_review)
        await self.perform(command, agent, sentence.format(handle=agent.handle))

    async def _routing(self, team: Team) -> None:
        if not self.is_live:
            self.say(_("Automatic routing needs the server; you are offline."), "warning")
            return
        sentence = (
            _("New tickets of {team} wait until somebody takes them.")
            if team.auto_route
            else _("New tickets of {team} are given to whom the balance would choose.")
        )
        command = SaveTeam(team_id=team.id, auto_route=not team.auto_route)
        await self.perform(command, team, sentence.format(team=team.name))

    def _balance(self, agent: Agent) -> None:
        """Open the plan for what somebody holds."""
        from console.screens.balance import BalanceScreen

        self.app.push_screen(BalanceScreen(self.workplace, queue_query(agent)))

    # Doing, and taking back

    @property
    def is_live(self) -> bool:
        """Whether the backend is there now."""
        engine = self.workplace.engine
        return engine is not None and engine.live

    async def perform(
        self, command: SaveAgent | SaveTeam, about: Agent | Team, sentence: str, *, undoable: bool = True
    ) -> bool:
        """Give a command. False, and a sentence, when the rules refuse it; durable when this returns True."""
        wanted = judged(self.workplace, command, about)
        if isinstance(wanted, str):
            self.say(wanted, "warning")
            return False
        entry = await asyncio.to_thread(self.workplace.store.enqueue, wanted)
        if undoable:
            self._remember(Done(entry.id, _inverse(command, about)))
            sentence = f"{sentence} {_('u takes it back.')}"
        self.say(sentence, "done")
        self._sent()
        return True

    def _sent(self) -> None:
        if self.workplace.engine is not None:
            self.workplace.engine.nudge()
        self.look()

    def _remember(self, done: Done) -> None:
        self._done.append(done)
        del self._done[:-KEPT_ACTIONS]

    async def _undo(self, done: Done) -> None:
        store = self.workplace.store
        if done.command_id is not None and await asyncio.to_thread(store.undo, done.command_id) is not None:
            self.say(_("Taken back; nothing was sent."), "done")
            self._sent()
            return
        about: Agent | Team | None
        if isinstance(done.inverse, SaveAgent):
            about = store.agents().get(done.inverse.agent_id)
        else:
            about = store.teams().get(done.inverse.team_id)
        if about is not None:
            await self.perform(done.inverse, about, _("Undone."), undoable=False)

    # Asking, and saying

    async def _pick(
        self, title: str, choices: Sequence[Choice[V]], *, free: Callable[[str], str] | None = None, hint: str = ""
    ) -> Picked[V] | None:
        """Let the lead choose; only inside :meth:`attempt`."""
        from console.screens.picker import Picker

        return await self.app.push_screen_wait(Picker(title, choices, free=free, hint=hint))

    def attempt(self, doing: Coroutine[object, object, None], *, group: str = "acting") -> None:
        """Run it beside the screen; what the store refuses becomes one sentence."""
        self.run_worker(self._guarded(doing), group=group, exit_on_error=False)

    async def _guarded(self, doing: Coroutine[object, object, None]) -> None:
        try:
            await doing
        except StoreError as error:
            self.say(error.sentence, "warning")
        except Exception:  # noqa: BLE001 - worker boundary: logged, and one sentence
            _log.exception("a worker of the board failed")
            self.say(_("Something went wrong; the log says more. Nothing you typed is lost."), "warning")

    def say(self, sentence: str, tone: Tone = "info") -> None:
        """One sentence in the last line."""
        self.query_one(KeyLine).say(sentence, tone)


def restoring(before: Agent, changed: SaveAgent) -> SaveAgent:
    """The command that makes an agent again what they were, in all that ``changed`` names and nothing else."""
    names = ("capacity", "skills", "languages", "shift", "needs_review")
    kept = {name: getattr(before, name) for name in names if getattr(changed, name) is not None}
    if changed.away is not None or changed.away_until is not None:
        kept |= {"away": before.away, "away_until": before.away_until}
    return SaveAgent(agent_id=before.id, **kept)


def _inverse(command: SaveAgent | SaveTeam, before: Agent | Team) -> SaveAgent | SaveTeam:
    if isinstance(command, SaveAgent):
        assert isinstance(before, Agent)
        return restoring(before, command)
    return SaveTeam(team_id=command.team_id, auto_route=not command.auto_route)
