"""A sample desk larger than written: further teams beside the written ones, and the people who work in them.

Everybody and everything written stays; what is added is drawn from the seed and its own number only.
"""

from collections.abc import Iterator
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from backend.demo.content import Person, names, policy, staff, teams
from desk.ids import TeamId
from desk.records import Role, Team

STAFF_PER_TEAM = 4
"""The fewest people of a further team: its tickets need an owner in either language, and somebody to ask."""


class Scale(Struct, frozen=True):
    """How large a desk is to be beyond its number of tickets; 0: as it is written. ``unsettled`` is how many of the
    tickets are neither solved nor closed."""

    agents: int = 0
    teams: int = 0
    unsettled: int = 0

    @property
    def name(self) -> str:
        """A word for file names; empty for the desk as written."""
        return f"-{self.agents}a{self.teams}t{self.unsettled}u" if self != AS_WRITTEN else ""


AS_WRITTEN = Scale()


def teams_at(scale: Scale) -> list[Team]:
    """The written teams, then as many further ones as there are to be, each a branch of a written one."""
    written = teams()
    further = [
        replace(of, id=TeamId(f"{of.id}-{number}"), name=f"{of.name} {number}")
        for at in range(max(scale.teams - len(written), 0))
        for of, number in ((written[at % len(written)], at // len(written) + 2),)
    ]
    return [*written, *further]


def branches(groups: list[Team]) -> dict[TeamId, tuple[TeamId, ...]]:
    """By written team, the teams that share its tickets."""
    return {
        team.id: tuple(one.id for one in groups if one.id == team.id or one.id.startswith(f"{team.id}-"))
        for team in teams()
    }


def staff_at(scale: Scale, groups: list[Team], seed: int) -> tuple[Person, ...]:
    """The written staff, leads with the branches of their teams, then further people until there are enough."""
    written = staff()
    of_team = branches(groups)
    leads = {Role.LEAD, Role.ADMIN}
    known = [
        replace(one, teams=tuple(branch for team in one.teams for branch in of_team[team]))
        if one.role in leads
        else one
        for one in written
    ]
    least = len(written) + STAFF_PER_TEAM * (len(groups) - len(of_team))
    wanted = max(scale.agents, least) - len(written) if scale != AS_WRITTEN else 0
    further = [team.id for team in groups if team.id not in of_team] or list(of_team)
    return (*known, *_people(wanted, further, [team.id for team in groups], seed))


def _people(count: int, homes: list[TeamId], all_teams: list[TeamId], seed: int) -> Iterator[Person]:
    written = [one for one in staff() if one.share]
    shifts = sorted({one.shift for one in written} & set(policy().calendars))
    skills = sorted({skill for one in written for skill in one.skills})
    for number in range(1, count + 1):
        rng = Random(f"{seed}/staff/{number}")
        lap = (number - 1) // len(homes)
        speaks_zh = lap % 2 == 0
        name, handle = _named(rng, speaks_zh)
        other = ("en",) if speaks_zh else ("zh",)
        home = homes[(number - 1) % len(homes)]
        yield Person(
            handle=f"{handle}{number}",
            name=name,
            role=_role(lap, rng),
            teams=tuple(dict.fromkeys((home, *rng.sample(all_teams, rng.choice((0, 0, 1)))))),
            languages=(("zh",) if speaks_zh else ("en",)) + (other if rng.random() < 0.5 else ()),
            skills=tuple(rng.sample(skills, rng.randint(1, min(4, len(skills))))),
            share=rng.randint(1, 3),
            away=rng.random() < 0.05,
            shift=rng.choice(shifts) if shifts else "always",
            capacity=rng.choice((15, 18, 20, 25, 30)),
            needs_review=rng.random() < 0.05,
        )


def _role(lap: int, rng: Random) -> Role:
    """The third of a team is a senior, and one in ten of those after."""
    return Role.SENIOR if lap == 2 or (lap > STAFF_PER_TEAM and rng.random() < 0.1) else Role.AGENT


def _named(rng: Random, speaks_zh: bool) -> tuple[str, str]:
    """A name, and the beginning of a handle."""
    material = names()
    if speaks_zh:
        surname, given = rng.choice(material.zh_surnames).split(":"), rng.choice(material.zh_given).split(":")
        return surname[0] + given[0], given[1]
    name = rng.choice(material.world[rng.choice(list(material.world))])
    first = "".join(letter for letter in name.split()[0].lower() if letter.isascii() and letter.isalpha())
    return name, first or "agent"
