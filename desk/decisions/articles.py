"""Commands about articles of the knowledge base.

An article is drafted by anybody, reviewed and published by a senior who did not write it (or a lead). What customers
read is never changed in place: a change to a published text is a revision beside it until that is published, too.
A guard looks at when the text last moved (``edited_v``), so that votes and counted uses never stand in the way of an
open editor, and nobody's own quick second save conflicts with the first.
"""

from msgspec.structs import replace

from desk.articles import ArticleText, group_of, public_text, working_text
from desk.commands import PublishArticle, RateArticle, RetireArticle, ReturnArticle, SaveArticle, SubmitArticle
from desk.decisions.case import NOTHING, Case, Verdict
from desk.outcome import Outcome, Refusal
from desk.permissions import may
from desk.records import Article, ArticleState, Revision
from desk.tags import normalize_tag
from desk.text import clean_name, clean_text

MAX_TITLE = 300
MAX_BODY = 200_000
MAX_SUMMARY = 4_000
MAX_REMARK = 2_000


def save(case: Case, command: SaveArticle) -> Verdict:
    """Begin an article as a draft, or change the text being worked on; its state stays.

    Saving a translation says that it is up to date with its base, even when its own text needed no change.
    """
    article = case.view.article
    if article is not None and article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "You may not write articles.")
    text = _text(case, command)
    if isinstance(text, Refusal):
        return text
    lang = clean_name(command.lang, limit=20)
    if not lang:
        return case.refuse("bad-value", "Say in which language the article is.")
    base = _base(case, command, article, lang)
    if isinstance(base, Refusal):
        return base
    if article is None:
        return _begun(case, command, text, lang, base)
    if _moved_on(case, article):
        return case.refuse("conflict", "Somebody else changed the article first; look again.", "article")
    if article.state is ArticleState.PUBLISHED:
        return _revised(case, article, text, lang, base)
    return _rewritten(case, article, text, lang, base)


def _text(case: Case, command: SaveArticle) -> ArticleText | Refusal:
    """What is to be saved, cleaned."""
    title, body = clean_name(command.title, limit=len(command.title) * 20), clean_text(command.body_md).strip()
    summary = clean_text(command.summary).strip()
    if not title or not body:
        return case.refuse("empty", "An article needs a title and a text.")
    if len(title) > MAX_TITLE or len(body) > MAX_BODY or len(summary) > MAX_SUMMARY:
        why = f"A title has at most {MAX_TITLE} characters, a short answer {MAX_SUMMARY} and a text {MAX_BODY}."
        return case.refuse("too-long", why)
    tags = tuple(dict.fromkeys(map(normalize_tag, command.tags)))
    if not all(tags):
        return case.refuse("bad-value", "A tag is one to forty characters long.")
    return ArticleText(title=title, body_md=body, summary=summary, tags=tags)


def _base(case: Case, command: SaveArticle, article: Article | None, lang: str) -> Article | Refusal | None:
    """What the article is a translation of (None: it is none, or that is gone)."""
    base, known = case.view.base_article, article.base_id if article is not None else None
    if command.base_id is None or (command.base_id == known and base is None):
        return base if base is not None and base.id == known else None
    if base is None or base.id != command.base_id:
        return case.refuse("unknown-article", "The article to be translated is not there.")
    if base.id == command.article_id or base.base_id == command.article_id or base.lang == lang:
        return case.refuse("bad-value", "A translation is of another article, in another language.")
    return base


def _begun(case: Case, command: SaveArticle, text: ArticleText, lang: str, base: Article | None) -> Outcome:
    article = Article(
        id=command.article_id,
        v=1,
        lang=lang,
        title=text.title,
        body_md=text.body_md,
        summary=text.summary,
        tags=text.tags,
        state=ArticleState.DRAFT,
        group_id=group_of(base) if base is not None else clean_name(command.group_id) or command.article_id,
        updated_at=case.now,
        text_v=1,
        base_id=base.id if base is not None else None,
        base_text_v=base.text_v if base is not None else 0,
        author_id=case.actor.id,
        edited_v=1,
        edited_by=case.actor.id,
        from_ticket_id=command.from_ticket_id,
        gap_id=case.view.gap.id if case.view.gap is not None else None,
    )
    if base is None or base.group_id:
        return Outcome(changes=(article,))
    return Outcome(changes=(article, replace(base, v=base.v + 1, group_id=group_of(base))))


def _rewritten(case: Case, article: Article, text: ArticleText, lang: str, base: Article | None) -> Verdict:
    """Change the text of what customers do not read."""
    moved = text != public_text(article) or lang != article.lang
    after = replace(article, lang=lang, text_v=article.text_v + moved, **_fields(text))
    if base is not None:
        after = replace(after, base_id=base.id, base_text_v=base.text_v, group_id=group_of(base))
    if after == article:
        return case.refuse("no-change", "The article reads like this already.")
    return Outcome(changes=(_edited(case, after),))


def _revised(case: Case, article: Article, text: ArticleText, lang: str, base: Article | None) -> Verdict:
    """Change the revision of a published text; one that reads like the public text is none."""
    if lang != article.lang:
        return case.refuse("bad-value", "The language of a published article stays; write a translation instead.")
    if text == public_text(article):
        after = replace(article, revision=None)
        if base is not None:
            after = replace(after, base_id=base.id, base_text_v=base.text_v)
    else:
        after = replace(article, revision=_revision(case, article, text, base))
    if after == article or (text == working_text(article) and after.base_text_v == article.base_text_v):
        return case.refuse("no-change", "The article reads like this already.")
    return Outcome(changes=(_edited(case, after),))


def _revision(case: Case, article: Article, text: ArticleText, base: Article | None) -> Revision:
    """The revision with that text; who began it stays its author."""
    known = article.revision
    return Revision(
        title=text.title,
        body_md=text.body_md,
        summary=text.summary,
        tags=text.tags,
        by=known.by if known is not None else case.actor.id,
        at=case.now,
        submitted=known is not None and known.submitted,
        base_text_v=base.text_v if base is not None else article.base_text_v,
    )


def submit(case: Case, command: SubmitArticle) -> Verdict:
    """Ask a senior to review the draft, or the revision."""
    article = case.view.article
    if article is None or article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "You may not write articles.")
    if article.state is ArticleState.DRAFT:
        return Outcome(changes=(_stepped(case, article, state=ArticleState.REVIEW),))
    revision = article.revision
    if article.state is not ArticleState.PUBLISHED or revision is None or revision.submitted:
        return case.refuse("no-change", "There is nothing in this article that is not reviewed or in review.")
    return Outcome(changes=(replace(_stepped(case, article), revision=replace(revision, submitted=True)),))


def give_back(case: Case, command: ReturnArticle) -> Verdict:
    """Return what waits for review to its author, with a remark."""
    article = case.view.article
    if article is None or article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "Reviewing an article takes a senior.")
    remark = clean_text(command.remark).strip()
    if not remark:
        return case.refuse("empty", "Say what the author should change.")
    if len(remark) > MAX_REMARK:
        return case.refuse("too-long", f"A remark has at most {MAX_REMARK} characters.")
    if article.state is ArticleState.REVIEW:
        return Outcome(changes=(replace(_stepped(case, article, state=ArticleState.DRAFT), remark=remark),))
    revision = article.revision
    if revision is None or not revision.submitted:
        return case.refuse("no-change", "The article does not wait for a review.")
    back = replace(_stepped(case, article), revision=replace(revision, submitted=False), remark=remark)
    return Outcome(changes=(back,))


def publish(case: Case, command: PublishArticle) -> Verdict:
    """Make the draft, or the revision, what customers read. The gap that it was written for is closed with it."""
    article = case.view.article
    if article is None or article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "Publishing takes a senior who did not write it, or a lead.")
    revision = article.revision
    if article.state is ArticleState.RETIRED:
        return case.refuse("bad-value", "A retired article is brought back as a draft first.")
    if article.state is ArticleState.PUBLISHED and revision is None:
        return case.refuse("no-change", "The article is public already.")
    if _moved_on(case, article):
        return case.refuse("conflict", "Somebody else changed the article first; look again.", "article")
    public = replace(_stepped(case, article, state=ArticleState.PUBLISHED), revision=None)
    if revision is not None:
        public = replace(
            public,
            text_v=article.text_v + 1,
            base_text_v=max(revision.base_text_v, article.base_text_v),
            edited_v=article.v + 1,
            edited_by=case.actor.id,
            **_fields(working_text(article)),
        )
    gap = case.view.gap
    if gap is None or gap.id != article.gap_id or gap.closed_at is not None:
        return Outcome(changes=(public,))
    return Outcome(changes=(public, replace(gap, v=gap.v + 1, article_id=article.id, closed_at=case.now)))


def retire(case: Case, command: RetireArticle) -> Verdict:
    """Show it to nobody any more, or bring it back as a draft."""
    article = case.view.article
    if article is None or article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "Retiring an article takes a senior.")
    if command.on is (article.state is ArticleState.RETIRED):
        return case.refuse("no-change", "The article is that way already.")
    if command.on:
        return Outcome(changes=(_stepped(case, article, state=ArticleState.RETIRED),))
    back = _stepped(case, article, state=ArticleState.DRAFT)
    if article.revision is not None:  # nobody reads the old text any more: the newer one is the draft
        back = replace(back, revision=None, text_v=article.text_v + 1, **_fields(working_text(article)))
    return Outcome(changes=(back,))


def rate(case: Case, command: RateArticle) -> Verdict:
    """Count a vote; a second vote of the same agent on the same article and ticket replaces the first."""
    article, earlier = case.view.article, case.view.vote
    if article is None or article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "You may not rate articles.")
    if earlier is command.helped:
        return NOTHING
    helped = article.helped + command.helped - (earlier is True)
    not_helped = article.not_helped + (not command.helped) - (earlier is False)
    return Outcome(changes=(replace(article, v=article.v + 1, helped=max(0, helped), not_helped=max(0, not_helped)),))


def _fields(text: ArticleText) -> dict[str, str | tuple[str, ...]]:
    return {"title": text.title, "body_md": text.body_md, "summary": text.summary, "tags": text.tags}


def _edited(case: Case, article: Article) -> Article:
    """The article after somebody worked on its text."""
    version = article.v + 1
    return replace(article, v=version, updated_at=case.now, edited_v=version, edited_by=case.actor.id)


def _stepped(case: Case, article: Article, state: ArticleState | None = None) -> Article:
    """The article one step on in its life; what a reviewer had remarked is settled by that."""
    return replace(article, v=article.v + 1, updated_at=case.now, state=state or article.state, remark="")


def _moved_on(case: Case, article: Article) -> bool:
    """Whether somebody else worked on the text after what the author was looking at."""
    expected = case.envelope.expected_version
    if expected is None or case.envelope.on_top or article.edited_by == case.actor.id:
        return False
    return article.edited_v > expected
