"""What the knowledge base lacks: one gap for each thing missed, counted once, without secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.commands import AnyCommand, CloseGap, Envelope, ReportGap
from desk.decide import decide
from desk.gaps import MAX_QUERY, gap_id_of, gap_query
from desk.ids import AgentId, ArticleId, CommandId, CustomerId, TeamId, TicketId
from desk.outcome import Outcome, Refusal, View
from desk.records import Agent, Article, Channel, Gap, Policy, Role, Ticket

NOW = 5_000
MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", team_ids=(TeamId("t"),))
LI = replace(MEI, id=AgentId("li"), role=Role.SENIOR)
QUERY = "refund network fee"
ID = gap_id_of("en", QUERY)
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def report(query: str = QUERY, *, lang: str = "en", wanted: bool = False, ticket: str | None = None) -> ReportGap:
    ticket_id = TicketId(ticket) if ticket else None
    return ReportGap(gap_id=gap_id_of(lang, query), query=query, lang=lang, wanted=wanted, ticket_id=ticket_id)


def ask(
    command: AnyCommand, gap: Gap | None = None, by: Agent = MEI, ticket: Ticket | None = None,
    article: Article | None = None,
) -> Outcome | Refusal:  # fmt: skip
    view = View(policy=Policy(), gap=gap, ticket=ticket, article=article)
    return decide(Envelope(id=CommandId("x"), command=command, composed_at=NOW), view, by, NOW)


def after(verdict: Outcome | Refusal) -> Gap:
    assert isinstance(verdict, Outcome), verdict
    gap = verdict.changes[0]
    assert isinstance(gap, Gap)
    return gap


def seen(number: int) -> Ticket:
    return Ticket(
        id=TicketId(f"t-{number}"), v=1, ref="", subject="", customer_id=CustomerId("c"), customer_name="",
        team_id=TeamId("t"), channel=Channel.EMAIL, created_at=1, updated_at=1, urgency_at=1,
    )  # fmt: skip


def test_searches_are_counted_in_one_gap_however_they_are_written() -> None:
    first = after(ask(report()))
    assert (first.id, first.query, first.searches, first.wanted) == (ID, QUERY, 1, ())
    second = after(ask(report("  Refund  NETWORK fee"), first))
    assert (second.searches, second.v, second.query) == (2, 2, QUERY)


def test_languages_are_apart_and_variants_of_one_are_not() -> None:
    assert gap_id_of("zh", "退款") != gap_id_of("en", "退款")
    assert gap_id_of("zh-CN", "退款") == gap_id_of("zh", "退款")


def test_each_person_asks_for_it_once() -> None:
    first = after(ask(report(wanted=True)))
    assert (first.wanted, first.searches) == (("mei",), 0)
    again = ask(report(wanted=True), first)
    assert isinstance(again, Outcome) and again.changes == ()
    assert after(ask(report(wanted=True), first, LI)).wanted == ("mei", "li")


def test_the_newest_tickets_are_kept() -> None:
    gap = after(ask(report()))
    for number in range(25):
        gap = after(ask(report(ticket=f"t-{number}"), gap, ticket=seen(number)))
    assert len(gap.ticket_ids) == 20 and gap.ticket_ids[-1] == "t-24"
    assert after(ask(report(ticket="t-24"), gap, ticket=seen(24))).ticket_ids == gap.ticket_ids


def test_a_ticket_out_of_sight_is_not_noted() -> None:
    assert after(ask(report(ticket="t-9"))).ticket_ids == ()


@pytest.mark.parametrize("query", ["", "  ", "ab", "x" * (MAX_QUERY + 1), PHRASE])
def test_what_tells_nothing_or_a_secret_is_refused(query: str) -> None:
    verdict = ask(report(query))
    assert isinstance(verdict, Refusal) and verdict.code == "bad-value"


def test_a_made_up_id_is_refused() -> None:
    verdict = ask(replace(report(), gap_id=gap_id_of("en", "something else")))
    assert isinstance(verdict, Refusal) and verdict.code == "bad-value"


def test_closing_takes_a_senior_and_asking_again_opens_it() -> None:
    gap = after(ask(report()))
    article = Article(id=ArticleId("k"), v=1, lang="en", title="Fees", body_md="…")
    refused = ask(CloseGap(gap_id=ID, article_id=article.id), gap, article=article)
    assert isinstance(refused, Refusal) and refused.code == "not-allowed"
    unknown = ask(CloseGap(gap_id=ID, article_id=article.id), gap, LI)
    assert isinstance(unknown, Refusal) and unknown.code == "unknown-article"
    closed = after(ask(CloseGap(gap_id=ID, article_id=article.id), gap, LI, article=article))
    assert (closed.article_id, closed.closed_at) == ("k", NOW)
    searched = after(ask(report(), closed))
    assert searched.closed_at == NOW and searched.searches == 2
    reopened = after(ask(report(wanted=True), closed))
    assert (reopened.article_id, reopened.closed_at) == (None, None)
    assert after(ask(CloseGap(gap_id=ID), reopened, LI)).article_id is None


@given(st.text(max_size=120), st.sampled_from(["en", "zh", "zh-TW"]))
def test_any_text_gives_one_gap_or_none(typed: str, lang: str) -> None:
    query = gap_query(typed)
    assert len(query) <= MAX_QUERY and gap_query(query) == query
    if query:
        assert gap_id_of(lang, query) == gap_id_of(lang, query.upper().lower()) or not query.isascii()
        assert isinstance(ask(report(query, lang=lang)), Outcome)
