"""All that the board knows of the person under the cursor, on two lines, whichever columns are in sight."""

from collections.abc import Mapping
from dataclasses import dataclass

from textual.reactive import reactive
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.board_columns import Person
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.when import age, countdown
from console.wording import ROLE, word
from desk.ids import MS_PER_S, Instant, TeamId
from desk.text import clean_name


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person, the names of all teams, and the time."""

    person: Person
    teams: Mapping[TeamId, str]
    now: Instant


class BoardPerson(Bar):
    """Two lines about one person."""

    shown: reactive[PersonShown | None] = reactive[PersonShown | None](None, repaint=False)

    def watch_shown(self) -> None:
        """Somebody else, or something of theirs changed."""
        self.changed()

    def paint(self, width: int, inks: Inks) -> list[Strip]:
        """Who they are; how they are doing."""
        first, second = Line(width, inks.bar).add(" ", inks.dim), Line(width, inks.bar).add(" ", inks.dim)
        if self.shown is not None:
            agent = self.shown.person.agent
            first.add(f"@{clean_name(agent.handle)} ", inks.key).add(clean_name(agent.name), inks.strong)
            first.add("  " + " · ".join(_who(self.shown)), inks.dim)
            second.add(" · ".join(_doing(self.shown)), inks.text)
        return [first.strip(inks.dim), second.strip(inks.dim)]


def _who(shown: PersonShown) -> list[str]:
    """Role, teams, languages, skills, and what is special about them."""
    agent = shown.person.agent
    words = [
        word(ROLE, agent.role),
        ", ".join(clean_name(shown.teams.get(team_id, team_id)) for team_id in agent.team_ids),
        " ".join(map(clean_name, agent.languages)),
        ", ".join(map(clean_name, agent.skills)) or _("no skills yet"),
        _("replies are reviewed") if agent.needs_review else "",
    ]
    return [text for text in words if text]


def _due(at: Instant, now: Instant) -> str:
    """Their nearest deadline."""
    if at < now:
        return _("late by {when}").format(when=countdown(at, now).removeprefix("-"))
    return _("next due in {when}").format(when=countdown(at, now))


def _doing(shown: PersonShown) -> list[str]:
    """State, and the figures that no column has."""
    person, now = shown.person, shown.now
    words: list[str] = [clean_name(person.state)]
    load = person.load
    if load is None:
        return [*words, _("counting…")]
    words.append(_("{n} of {capacity} tickets").format(n=load.open, capacity=person.agent.capacity))
    if load.oldest_due_at is not None:
        words.append(_due(load.oldest_due_at, now))
    if person.acted_at is not None:
        words.append(_("last action {age} ago").format(age=age((now - person.acted_at) // MS_PER_S)))
    if load.last_answer_at is not None:
        seconds = (now - load.last_answer_at) // MS_PER_S
        words.append(_("last answer in them {age} ago").format(age=age(seconds)))
    if load.picked:
        words.append(_("picked {n} over more urgent ones").format(n=load.picked))
    return words
