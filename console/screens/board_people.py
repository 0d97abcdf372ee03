"""Who is on the board, and what is said of each: from what the replica knows to the board's lines. Pure."""

from collections.abc import Mapping
from datetime import date

import msgspec

from console.i18n import gettext as _
from console.widgets.board_columns import Person
from console.widgets.board_piles import Pile, TeamLine
from console.widgets.when import clock_time, day
from desk.ids import MS_PER_S, AgentId, Instant, TeamId
from desk.load import Load
from desk.people import is_away, on_shift, shift_changes_at
from desk.query import Filter, TicketQuery, format_query
from desk.records import Agent, Policy, Role, Team
from desk.wire import Presence

_WEEK_S = 6 * 86_400


class Crowd(msgspec.Struct, frozen=True):
    """What the replica says of everybody. ``load`` is None until it was counted, ``presence`` while nobody is
    connected."""

    me: Agent
    agents: Mapping[AgentId, Agent]
    teams: Mapping[TeamId, Team]
    policy: Policy
    now: Instant
    load: Load | None = None
    presence: Presence | None = None


def led_teams(me: Agent, teams: Mapping[TeamId, Team]) -> list[Team]:
    """The teams somebody leads, by name; an admin leads all."""
    mine = [team for team in teams.values() if me.role is Role.ADMIN or team.id in me.team_ids]
    return sorted(mine, key=lambda team: (team.name.casefold(), team.id))


def people_of(crowd: Crowd, team_id: TeamId | None) -> list[Person]:
    """The people of my teams, or of one; with whoever else holds tickets of them, were they removed long ago."""
    wanted = {team_id} if team_id is not None else {team.id for team in led_teams(crowd.me, crowd.teams)}
    shifts: dict[str, tuple[bool, str]] = {}
    people = []
    for agent in (*crowd.agents.values(), *_unknown(crowd)):
        holds = crowd.load is not None and crowd.load.of_agent(agent.id).open > 0
        belongs = not wanted.isdisjoint(agent.team_ids)
        if (agent.active and belongs) or (holds and (belongs or team_id is None)):
            people.append(_person(crowd, agent, shifts))
    return people


def _unknown(crowd: Crowd) -> list[Agent]:
    """Those who hold tickets and of whom nothing else is left."""
    held = crowd.load.agents if crowd.load is not None else {}
    return [
        Agent(id=agent_id, v=0, handle=agent_id, name=_("nobody here knows them"), active=False, capacity=0)
        for agent_id, load in held.items()
        if agent_id not in crowd.agents and load.open
    ]


def _person(crowd: Crowd, agent: Agent, shifts: dict[str, tuple[bool, str]]) -> Person:
    """One line. Shifts are many people's; each is worked out once."""
    if agent.shift not in shifts:
        shifts[agent.shift] = _shift(crowd, agent)
    is_on, words = shifts[agent.shift]
    away = is_away(agent, crowd.now)
    load = crowd.load.of_agent(agent.id) if crowd.load is not None else None
    if not agent.active:
        words = _("gone, holds {n}").format(n=load.open) if load is not None else _("gone")
    elif away:
        words = _("away") if agent.away_until is None else _("away →{when}").format(when=_when(agent.away_until, crowd))
    return Person(
        agent=agent,
        state=words,
        present=agent.active and is_on and not away,
        load=load,
        online=None if crowd.presence is None else agent.id in crowd.presence.online,
        acted_at=crowd.presence.active_at.get(agent.id) if crowd.presence is not None else None,
    )


def _shift(crowd: Crowd, agent: Agent) -> tuple[bool, str]:
    if on_shift(agent, crowd.policy, crowd.now):
        return True, _("on shift")
    begins_at = shift_changes_at(agent, crowd.policy, crowd.now)
    return False, _("off") if begins_at is None else _("off →{when}").format(when=_when(begins_at, crowd))


def _when(at: Instant, crowd: Crowd) -> str:
    """The time of day; with the weekday when it is not today, the date alone when it is not this week."""
    if day(at) == day(crowd.now):
        return clock_time(at)
    if at - crowd.now > _WEEK_S * MS_PER_S:
        return day(at)
    weekdays = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return f"{weekdays[date.fromisoformat(day(at)).weekday()]} {clock_time(at)}"


def piles_of(crowd: Crowd, team_id: TeamId | None) -> list[Pile]:
    """The piles of my teams, or of one, the worst first."""
    counts = crowd.load.of_team(team_id) if crowd.load is not None else None

    def pile(name: str, label: str, hint: str, query: str, *, alarming: bool = False) -> Pile:
        found = f"{query} {_team_words(team_id)}".strip()
        return Pile(name, label, hint, found, getattr(counts, name) if counts is not None else None, alarming)

    return [
        pile("emergencies", _("Emergencies"), _("sort first everywhere"), "is:emergency is:active", alarming=True),
        pile("at_risk", _("At risk"), _("due, and nobody has it"),
             "assignee:none is:breaching -is:snoozed", alarming=True),
        pile("unassigned", _("Unassigned"), _("nobody has it"), "assignee:none is:active -is:snoozed"),
        pile("escalated", _("Escalated"), _("with the seniors"), "is:escalated is:active"),
        pile("skipped", _("Passed over"), _("waits; another was taken"), "is:skipped"),
        pile("picked", _("Picked"), _("taken out of turn today"), "is:picked"),
    ]  # fmt: skip


def teams_of(crowd: Crowd, shown: TeamId | None) -> list[TeamLine]:
    """My teams with their piles and people, by name."""
    present: dict[TeamId, int] = {}
    people: dict[TeamId, int] = {}
    for person in people_of(crowd, None):
        for team_id in person.agent.team_ids if person.agent.active else ():
            people[team_id] = people.get(team_id, 0) + 1
            present[team_id] = present.get(team_id, 0) + person.present
    return [
        TeamLine(
            team=team,
            load=crowd.load.of_team(team.id) if crowd.load is not None else None,
            present=present.get(team.id, 0),
            people=people.get(team.id, 0),
            is_filter=team.id == shown,
        )
        for team in led_teams(crowd.me, crowd.teams)
    ]


def queue_query(agent: Agent) -> str:
    """The query for what somebody holds."""
    parts = (Filter(field="assignee", values=(_named(agent),)), Filter(field="is", values=("active",)))
    return format_query(TicketQuery(filters=parts))


def picked_query(agent: Agent) -> str:
    """The query for what somebody took over more urgent tickets, whoever has it now."""
    return format_query(TicketQuery(filters=(Filter(field="picker", values=(_named(agent),)),)))


def _named(agent: Agent) -> str:
    """An agent as queries name them. Who is unknown is named by their id."""
    return f"@{agent.handle}" if agent.v else agent.id


def _team_words(team_id: TeamId | None) -> str:
    if team_id is None:
        return ""
    return format_query(TicketQuery(filters=(Filter(field="team", values=(team_id,)),)))
