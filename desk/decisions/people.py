"""Commands about agents and teams."""

from desk.commands import SaveAgent, SaveTeam
from desk.decisions.case import Case, Verdict


def save_agent(case: Case, command: SaveAgent) -> Verdict:
    """Change how an agent is given work."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def save_team(case: Case, command: SaveTeam) -> Verdict:
    """Switch a team's automatic routing."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
