"""Commands about what the knowledge base lacks."""

from desk.commands import CloseGap, ReportGap
from desk.decisions.case import Case, Verdict


def report(case: Case, command: ReportGap) -> Verdict:
    """Somebody missed something."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def close(case: Case, command: CloseGap) -> Verdict:
    """It is answered now."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
