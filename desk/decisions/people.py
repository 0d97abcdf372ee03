"""Commands about agents and teams: how people are given work."""

from collections.abc import Iterable

from msgspec.structs import replace

from desk.commands import SaveAgent, SaveTeam
from desk.decisions.case import Case, Verdict
from desk.ids import Instant
from desk.outcome import Outcome, Refusal
from desk.people import is_known_shift
from desk.permissions import may
from desk.records import Agent
from desk.tags import MAX_TAG, normalize_tag

MAX_CAPACITY = 500
MAX_SKILLS = 50
MAX_LANGUAGES = 20
MAX_LANGUAGE = 12


def save_agent(case: Case, command: SaveAgent) -> Verdict:
    """Change how an agent is given work. Somebody who was removed can still be put right."""
    agent = case.view.agent
    if agent is None or agent.id != command.agent_id:
        return case.refuse("unknown-agent", "There is no such agent.")
    if not may(case.actor, command, agent):
        return case.refuse("not-allowed", "Only a lead of their team changes how somebody is given work.")
    if refusal := _impossible(case, command, agent):
        return refusal
    after = replace(
        agent,
        **_absence(command, agent),
        capacity=agent.capacity if command.capacity is None else command.capacity,
        skills=agent.skills if command.skills is None else plain_words(command.skills),
        languages=agent.languages if command.languages is None else plain_languages(command.languages),
        shift=agent.shift if command.shift is None else command.shift,
        needs_review=agent.needs_review if command.needs_review is None else command.needs_review,
    )
    if after == agent:
        return case.refuse("no-change", f"That is how @{agent.handle} is set already.")
    return Outcome(changes=(replace(after, v=agent.v + 1),))


def save_team(case: Case, command: SaveTeam) -> Verdict:
    """Switch a team's automatic routing."""
    team = case.view.team
    if team is None or team.id != command.team_id:
        return case.refuse("unknown-team", "There is no such team.")
    if not may(case.actor, command, team):
        return case.refuse("not-allowed", "Only a lead of the team switches its automatic routing.")
    if team.auto_route == command.auto_route:
        state = "on" if team.auto_route else "off"
        return case.refuse("no-change", f"Automatic routing of this team is {state} already.")
    return Outcome(changes=(replace(team, v=team.v + 1, auto_route=command.auto_route),))


def plain_words(words: Iterable[str]) -> tuple[str, ...]:
    """Skills as they are kept: spelt like tags, each once, in the order given."""
    return tuple(dict.fromkeys(normalize_tag(word) for word in words))


def plain_languages(languages: Iterable[str]) -> tuple[str, ...]:
    """Languages as they are kept: ``zh``, ``en``, ``pt-br``, each once, the best one first."""
    return tuple(dict.fromkeys(normalize_tag(lang.replace("_", "-")) for lang in languages))


def _absence(command: SaveAgent, agent: Agent) -> dict[str, bool | Instant | None]:
    """Whether away, and until when. Going away anew forgets the old end; somebody present has none."""
    if command.away is None:
        until = agent.away_until if command.away_until is None else command.away_until
        return {"away": agent.away, "away_until": until}
    return {"away": command.away, "away_until": command.away_until if command.away else None}


def _impossible(case: Case, command: SaveAgent, agent: Agent) -> Refusal | None:
    """What is wrong with the values, if anything is."""
    away = agent.away if command.away is None else command.away
    if command.away_until is not None and not away:
        return case.refuse("bad-value", "Somebody who is here is not away until a time; set them away.")
    if command.away_until is not None and command.away_until <= case.now:
        return case.refuse("bad-value", "The time to be back is in the past; choose a later one.")
    if command.capacity is not None and not 0 <= command.capacity <= MAX_CAPACITY:
        return case.refuse("bad-value", f"A capacity is a number from 0 to {MAX_CAPACITY}.")
    if command.skills is not None and not _are_words(command.skills, MAX_SKILLS, MAX_TAG):
        return case.refuse("bad-value", f"Skills are at most {MAX_SKILLS} words of at most {MAX_TAG} characters.")
    if command.languages is not None and not _are_words(command.languages, MAX_LANGUAGES, MAX_LANGUAGE):
        return case.refuse("bad-value", f"Languages are at most {MAX_LANGUAGES} short codes such as zh, en or pt-br.")
    if command.shift is not None and not is_known_shift(command.shift, case.view.policy):
        return case.refuse("bad-value", "There is no such shift; choose one of the policy's calendars, or always.")
    return None


def _are_words(words: tuple[str, ...], most: int, longest: int) -> bool:
    """Whether each can be kept, and they are not too many."""
    return len(words) <= most and all(0 < len(normalize_tag(word)) <= longest for word in words)
