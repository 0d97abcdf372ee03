"""The life of an article: draft, review, published, revised, translated, retired; and who may do what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.articles import is_behind, public_text, waits_for_review, working_text
from desk.commands import (
    AnyCommand,
    Envelope,
    PublishArticle,
    RateArticle,
    RetireArticle,
    ReturnArticle,
    SaveArticle,
    SubmitArticle,
)
from desk.decide import decide
from desk.ids import AgentId, ArticleId, CommandId, GapId, TeamId
from desk.outcome import Outcome, Refusal, View
from desk.records import Agent, Article, ArticleState, Gap, Policy, Role

NOW = 1_000_000
K, BASE = ArticleId("k"), ArticleId("base")
POLICY = Policy()


def person(handle: str, role: Role = Role.AGENT) -> Agent:
    return Agent(id=AgentId(handle), v=1, handle=handle, name=handle, role=role, team_ids=(TeamId("t"),))


MEI, BO = person("mei"), person("bo")
LI, ANA = person("li", Role.SENIOR), person("ana", Role.SENIOR)
LENA = person("lena", Role.LEAD)


def ask(
    command: AnyCommand, article: Article | None = None, by: Agent = MEI, expected: int | None = None, **view: Any
) -> Outcome | Refusal:
    envelope = Envelope(id=CommandId("x"), command=command, composed_at=NOW, expected_version=expected)
    return decide(envelope, View(policy=POLICY, article=article, **view), by, NOW)


def after(verdict: Outcome | Refusal) -> Article:
    assert isinstance(verdict, Outcome), verdict
    article = verdict.changes[0]
    assert isinstance(article, Article)
    return article


def code(verdict: Outcome | Refusal) -> str:
    assert isinstance(verdict, Refusal), verdict
    return verdict.code


def save(body: str = "They vary.", **more: Any) -> SaveArticle:
    return SaveArticle(**{"article_id": K, "lang": "en", "title": "Fees", "body_md": body, **more})


DRAFT = after(ask(save()))
PUBLIC = after(ask(PublishArticle(article_id=K), DRAFT, LI))
REVISED = after(ask(save("They vary a lot."), PUBLIC, BO))


class TestDraftAndReview:
    def test_anybody_begins_a_draft(self) -> None:
        assert (DRAFT.state, DRAFT.author_id, DRAFT.text_v, DRAFT.group_id) == (ArticleState.DRAFT, "mei", 1, "k")

    def test_a_draft_waits_for_review_goes_back_with_a_remark_and_is_sent_again(self) -> None:
        waiting = after(ask(SubmitArticle(article_id=K), DRAFT))
        assert waiting.state is ArticleState.REVIEW and waits_for_review(waiting)
        assert code(ask(SubmitArticle(article_id=K), waiting)) == "no-change"
        assert code(ask(ReturnArticle(article_id=K, remark=" "), waiting, LI)) == "empty"
        assert code(ask(ReturnArticle(article_id=K, remark="No"), waiting, BO)) == "not-allowed"
        back = after(ask(ReturnArticle(article_id=K, remark="Name\x1b[2J the network."), waiting, LI))
        assert (back.state, back.remark) == (ArticleState.DRAFT, "Name the network.")
        again = after(ask(SubmitArticle(article_id=K), back))
        assert again.state is ArticleState.REVIEW and again.remark == ""

    def test_what_waits_may_still_be_improved(self) -> None:
        waiting = after(ask(SubmitArticle(article_id=K), DRAFT))
        edited = after(ask(save("Better."), waiting, LI))
        assert (edited.state, edited.body_md, edited.author_id) == (ArticleState.REVIEW, "Better.", "mei")

    def test_four_eyes_publish_and_a_lead_may_alone(self) -> None:
        own = after(ask(save(), by=LI))
        assert code(ask(PublishArticle(article_id=K), own, LI)) == "not-allowed"
        assert code(ask(PublishArticle(article_id=K), DRAFT, BO)) == "not-allowed"
        assert after(ask(PublishArticle(article_id=K), own, ANA)).state is ArticleState.PUBLISHED
        leads = after(ask(save(), by=LENA))
        assert after(ask(PublishArticle(article_id=K), leads, LENA)).state is ArticleState.PUBLISHED

    @pytest.mark.parametrize(
        ("command", "why"),
        [
            (save(" "), "empty"),
            (save(title=""), "empty"),
            (save("x" * 200_001), "too-long"),
            (save(tags=("x" * 60,)), "bad-value"),
            (save(lang=" "), "bad-value"),
        ],
    )
    def test_bad_texts_are_refused(self, command: SaveArticle, why: str) -> None:
        assert code(ask(command)) == why


class TestRevision:
    def test_what_customers_read_stays_until_it_is_published(self) -> None:
        assert public_text(REVISED) == public_text(PUBLIC) and REVISED.text_v == PUBLIC.text_v
        assert working_text(REVISED).body_md == "They vary a lot."
        out = after(ask(PublishArticle(article_id=K), REVISED, LI))
        assert (out.body_md, out.revision, out.text_v) == ("They vary a lot.", None, PUBLIC.text_v + 1)

    def test_who_began_a_revision_may_not_publish_it(self) -> None:
        own = after(ask(save("New."), PUBLIC, LI))
        assert code(ask(PublishArticle(article_id=K), own, LI)) == "not-allowed"
        polished = after(ask(save("Newer."), own, ANA))
        assert polished.revision is not None and polished.revision.by == "li"

    def test_it_is_submitted_and_returned_like_a_draft(self) -> None:
        assert code(ask(SubmitArticle(article_id=K), PUBLIC)) == "no-change"
        waiting = after(ask(SubmitArticle(article_id=K), REVISED))
        assert waits_for_review(waiting) and waiting.state is ArticleState.PUBLISHED
        back = after(ask(ReturnArticle(article_id=K, remark="Shorter."), waiting, LI))
        assert not waits_for_review(back) and back.remark == "Shorter."

    def test_one_that_reads_like_the_public_text_is_none(self) -> None:
        assert after(ask(save(), REVISED, BO)).revision is None
        assert code(ask(save(), PUBLIC, BO)) == "no-change"
        assert code(ask(save("They vary a lot."), REVISED, BO)) == "no-change"

    def test_a_published_text_keeps_its_language(self) -> None:
        assert code(ask(save(lang="zh"), PUBLIC)) == "bad-value"


class TestGuards:
    def test_votes_and_uses_do_not_stand_in_an_editors_way(self) -> None:
        voted = after(ask(RateArticle(article_id=K, ticket_id=None, helped=True), PUBLIC, BO))
        used = replace(voted, v=voted.v + 1, uses=7)
        assert after(ask(save("New."), used, BO, expected=PUBLIC.v)).revision is not None

    def test_somebody_elses_text_does(self) -> None:
        assert code(ask(save("Mine."), REVISED, MEI, expected=PUBLIC.v)) == "conflict"
        assert code(ask(PublishArticle(article_id=K), REVISED, LI, expected=PUBLIC.v)) == "conflict"

    def test_nobody_conflicts_with_themselves(self) -> None:
        assert after(ask(save("Again."), REVISED, BO, expected=PUBLIC.v)).revision is not None


class TestTranslations:
    base = Article(id=BASE, v=4, lang="zh", title="费用", body_md="不同。", text_v=2)

    def test_a_translation_knows_its_base_and_shares_its_group(self) -> None:
        verdict = ask(save(base_id=BASE), base_article=self.base)
        made = after(verdict)
        assert (made.base_id, made.base_text_v, made.group_id) == (BASE, 2, "base")
        assert isinstance(verdict, Outcome) and verdict.changes[1] == replace(self.base, v=5, group_id="base")
        grouped = ask(save(base_id=BASE), base_article=replace(self.base, group_id="g"))
        assert isinstance(grouped, Outcome) and len(grouped.changes) == 1 and after(grouped).group_id == "g"

    def test_it_is_behind_once_the_base_moved_on_and_saving_says_it_is_current(self) -> None:
        made = after(ask(save(base_id=BASE), base_article=self.base))
        newer = replace(self.base, text_v=3)
        assert not is_behind(made, self.base) and is_behind(made, newer)
        assert not is_behind(after(ask(save(base_id=BASE), made, base_article=newer)), newer)
        public = after(ask(PublishArticle(article_id=K), made, LI))
        current = after(ask(save(base_id=BASE), public, base_article=newer))
        assert current.revision is None and not is_behind(current, newer)

    def test_a_public_translation_is_behind_until_its_revision_is_public(self) -> None:
        public = after(ask(PublishArticle(article_id=K), after(ask(save(base_id=BASE), base_article=self.base)), LI))
        newer = replace(self.base, text_v=3)
        revised = after(ask(save("Now current.", base_id=BASE), public, BO, base_article=newer))
        assert is_behind(revised, newer)
        assert not is_behind(after(ask(PublishArticle(article_id=K), revised, LI)), newer)

    @pytest.mark.parametrize(
        ("base_id", "base", "why"),
        [
            (BASE, None, "unknown-article"),
            (K, replace(base, id=K), "bad-value"),
            (BASE, replace(base, lang="en"), "bad-value"),
            (BASE, replace(base, base_id=K), "bad-value"),
        ],
    )
    def test_of_what_is_no_base_it_is_refused(self, base_id: ArticleId, base: Article | None, why: str) -> None:
        assert code(ask(save(base_id=base_id), base_article=base)) == why


class TestEnd:
    def test_a_retired_article_comes_back_as_a_draft(self) -> None:
        assert code(ask(RetireArticle(article_id=K), PUBLIC, MEI)) == "not-allowed"
        retired = after(ask(RetireArticle(article_id=K), PUBLIC, LI))
        assert retired.state is ArticleState.RETIRED
        assert code(ask(PublishArticle(article_id=K), retired, LI)) == "bad-value"
        assert after(ask(RetireArticle(article_id=K, on=False), retired, LI)).state is ArticleState.DRAFT
        assert code(ask(RetireArticle(article_id=K, on=False), PUBLIC, LI)) == "no-change"
        revised = after(ask(RetireArticle(article_id=K), REVISED, LI))
        draft = after(ask(RetireArticle(article_id=K, on=False), revised, LI))
        assert draft.revision is None and draft.body_md == "They vary a lot."

    def test_publishing_closes_the_gap_it_was_written_for(self) -> None:
        gap = Gap(id=GapId("gap-1"), v=3, query="fees", lang="en")
        draft = after(ask(save(gap_id=gap.id), gap=gap))
        assert draft.gap_id == gap.id
        verdict = ask(PublishArticle(article_id=K), draft, LI, gap=gap)
        assert isinstance(verdict, Outcome)
        assert verdict.changes[1] == replace(gap, v=4, article_id=K, closed_at=NOW)


@given(
    st.lists(
        st.sampled_from(
            [
                save("one"), save("two"), save("three"), SubmitArticle(article_id=K), PublishArticle(article_id=K),
                ReturnArticle(article_id=K, remark="no"), RetireArticle(article_id=K),
                RetireArticle(article_id=K, on=False), RateArticle(article_id=K, ticket_id=None, helped=True),
            ]
        ),
        max_size=12,
    ),
    st.lists(st.sampled_from([MEI, LI, ANA, LENA]), min_size=12, max_size=12),
)  # fmt: skip
def test_whatever_is_done_versions_grow_and_only_publishing_moves_a_public_text(
    commands: list[AnyCommand], people: list[Agent]
) -> None:
    article = DRAFT
    for command, by in zip(commands, people, strict=False):
        verdict = ask(command, article, by, expected=article.v)
        if isinstance(verdict, Refusal):
            continue
        new = after(verdict) if verdict.changes else article
        assert new.v == article.v + bool(verdict.changes)
        assert new.edited_v <= new.v and new.text_v >= article.text_v
        if article.state is ArticleState.PUBLISHED and public_text(new) != public_text(article):
            assert isinstance(command, PublishArticle)
        assert new.revision is None or new.state in (ArticleState.PUBLISHED, ArticleState.RETIRED)
        article = new
