"""Asking until when somebody is away: on the board, and by everybody for themselves."""

from console.envelopes import envelope
from console.i18n import gettext as _
from console.refusals import refusal_sentence
from console.screens.choices import Choice, Picked
from console.screens.picker import Picker
from console.screens.snoozing import parse_until, snooze_choices
from console.widgets.when import moment
from console.workplace import Workplace
from desk.commands import Envelope, SaveAgent, SaveTeam
from desk.ids import Instant
from desk.outcome import Refusal, View
from desk.people import is_away
from desk.records import Agent, Team

UNTIL_SAID, BACK = -1, 0
"""What stands for no time at all, and for being back."""


def absence_picker(agent: Agent, now: Instant) -> Picker[Instant]:
    """Asks until when somebody is away; who is away is offered to be back first."""

    def understood(text: str) -> str:
        at = parse_until(text, now)
        return _("Enter: until {moment}").format(moment=moment(at, now)) if at else ""

    choices = [Choice(BACK, _("Back now"))] if is_away(agent, now) else []
    choices.append(Choice(UNTIL_SAID, _("Until somebody says otherwise")))
    choices += [choice for choice in snooze_choices(now, asleep=False) if choice.value > 0]
    title = _("Set @{handle} away until").format(handle=agent.handle)
    return Picker(title, choices, free=understood, hint=_("3h, 2d, 14:30, 2026-12-01 …"))


def absence(agent: Agent, picked: Picked[Instant], now: Instant) -> tuple[SaveAgent, str] | None:
    """The command for what was picked, and what to say once it is given; None for a time nobody can read."""
    at = picked.values[0] if picked.values else parse_until(picked.typed, now)
    if at is None:
        return None
    if at == BACK:
        return SaveAgent(agent_id=agent.id, away=False), _("@{handle} is back.").format(handle=agent.handle)
    if at == UNTIL_SAID:
        return SaveAgent(agent_id=agent.id, away=True), _("@{handle} is away.").format(handle=agent.handle)
    sentence = _("@{handle} is away until {moment}.").format(handle=agent.handle, moment=moment(at, now))
    return SaveAgent(agent_id=agent.id, away=True, away_until=at), sentence


def judged(workplace: Workplace, command: SaveAgent | SaveTeam, about: Agent | Team) -> Envelope | str:
    """The command on its way as the desk's rules would have it, or why they would not, in one sentence."""
    from desk.decide import decide  # all the rules: 35 ms, and looking at the board needs none

    store, me, now = workplace.store, workplace.me(), workplace.clock()
    if me is None or store.read_only:
        return store.notice or _("Sign in first: nobody works at this desk yet.")
    wanted = envelope(command, now)
    agent, team = (about, None) if isinstance(about, Agent) else (None, about)
    verdict = decide(wanted, View(policy=store.policy(), agent=agent, team=team), me, now)
    return refusal_sentence(verdict.code, verdict.why) if isinstance(verdict, Refusal) else wanted
