"""Commands about macros."""

from desk.commands import ArchiveMacro, SaveMacro
from desk.decisions.case import Case, Verdict


def save(case: Case, command: SaveMacro) -> Verdict:
    """Create or change a macro."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def archive(case: Case, command: ArchiveMacro) -> Verdict:
    """Offer it no longer."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
