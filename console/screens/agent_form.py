"""The form for what somebody can do, which languages they speak and when they work."""

from collections.abc import Iterable

from console.i18n import gettext as _
from console.screens.form_screen import FormScreen
from console.widgets.form_field import Choice, CleanInput, FormField, Words
from console.workplace import Workplace
from desk.calendars import ALWAYS
from desk.commands import SaveAgent
from desk.decisions.people import plain_languages, plain_words
from desk.outcome import View
from desk.records import Agent


class AgentForm(FormScreen[SaveAgent]):
    """Dismissed with the command that was given, or None."""

    def __init__(self, workplace: Workplace, agent: Agent) -> None:
        super().__init__(workplace, agent.id, "skills")
        self._agent = agent

    def heading(self) -> str:
        """Whose they are."""
        return _("Skills and shift of {name} @{handle}").format(name=self._agent.name, handle=self._agent.handle)

    def rows(self) -> Iterable[FormField]:
        """Skills, languages, shift."""
        agent, policy = self._agent, self.workplace.store.policy()
        shifts = {name: name for name in (ALWAYS, *sorted(policy.calendars), agent.shift)}
        skills = CleanInput(", ".join(agent.skills), id="skills", placeholder=_("withdrawals, tron, two-factor …"))
        languages = CleanInput(", ".join(agent.languages), id="languages", placeholder=_("zh, en: the best one first"))
        yield FormField(_("Skills"), skills)
        yield FormField(_("Languages"), languages)
        yield FormField(_("Shift"), Choice(shifts, agent.shift, id="shift"))
        yield FormField("", Words(_("The balance gives tickets by skill (a tag), language and shift.")))

    def action_submit(self) -> None:
        """Save what differs, unless the desk's rules say no."""
        values = self.values()
        agent = self._agent
        skills, languages = _split(values["skills"]), _split(values["languages"])
        command = SaveAgent(
            agent_id=agent.id,
            skills=skills if plain_words(skills) != agent.skills else None,
            languages=languages if plain_languages(languages) != agent.languages else None,
            shift=values["shift"] if values["shift"] != agent.shift else None,
        )
        if why := self.refusal(command, View(policy=self.workplace.store.policy(), agent=agent)):
            self.fail(why)
        else:
            self.send((command,), command)


def _split(text: str) -> tuple[str, ...]:
    """The parts of a list as people type it, Chinese commas too."""
    for comma in "，、；;\n":
        text = text.replace(comma, ",")
    return tuple(part.strip() for part in text.split(",") if part.strip())
