"""Commands about what the knowledge base lacks."""

from msgspec.structs import replace

from desk.commands import CloseGap, ReportGap
from desk.decisions.case import NOTHING, Case, Verdict
from desk.gaps import MAX_QUERY, MIN_QUERY, gap_id_of, gap_query
from desk.outcome import Outcome
from desk.permissions import may
from desk.records import Gap
from desk.text import clean_name

MAX_TICKETS = 20
MAX_WANTED = 500


def report(case: Case, command: ReportGap) -> Verdict:
    """Count a search that found nothing, or somebody who asks for an article (once each); asking opens a closed gap
    again."""
    gap = case.view.gap
    if not may(case.actor, command, gap):
        return case.refuse("not-allowed", "You may not report what is missing.")
    query, lang = gap_query(command.query), clean_name(command.lang, limit=20)
    if not query or not lang:
        why = f"What is missing is said in {MIN_QUERY} to {MAX_QUERY} characters and a language, without secrets."
        return case.refuse("bad-value", why)
    if command.gap_id != gap_id_of(lang, query) or (gap is not None and gap.id != command.gap_id):
        return case.refuse("bad-value", "The id of a gap is made of its language and words.")
    before = gap or Gap(id=command.gap_id, v=0, query=query, lang=lang, at=case.now)
    if not command.wanted:
        return Outcome(changes=(_told(case, before, command, searches=before.searches + 1),))
    if case.actor.id in before.wanted and before.closed_at is None:
        return NOTHING
    wanted = (*(agent for agent in before.wanted if agent != case.actor.id), case.actor.id)[-MAX_WANTED:]
    return Outcome(changes=(_told(case, before, command, wanted=wanted, article_id=None, closed_at=None),))


def _told(case: Case, gap: Gap, command: ReportGap, **changes: object) -> Gap:
    """The gap, heard of again, also in this ticket; the newest tickets are kept."""
    tickets = gap.ticket_ids
    ticket = case.view.ticket
    if ticket is not None and ticket.id == command.ticket_id:
        tickets = (*(one for one in tickets if one != ticket.id), ticket.id)[-MAX_TICKETS:]
    return replace(gap, v=gap.v + 1, at=case.now, ticket_ids=tickets, **changes)


def close(case: Case, command: CloseGap) -> Verdict:
    """An article answers it now, or it needs none."""
    gap, article = case.view.gap, case.view.article
    if gap is None or gap.id != command.gap_id:
        return case.refuse("not-found", "There is no such gap.")
    if not may(case.actor, command, gap):
        return case.refuse("not-allowed", "Closing a gap takes a senior.")
    if command.article_id is not None and (article is None or article.id != command.article_id):
        return case.refuse("unknown-article", "There is no such article.")
    if gap.closed_at is not None and gap.article_id == command.article_id:
        return case.refuse("no-change", "The gap is closed that way already.")
    return Outcome(changes=(replace(gap, v=gap.v + 1, article_id=command.article_id, closed_at=case.now),))
