"""Commands about articles of the knowledge base."""

from msgspec.structs import replace

from desk.commands import PublishArticle, RateArticle, RetireArticle, ReturnArticle, SaveArticle, SubmitArticle
from desk.decisions.case import NOTHING, Case, Verdict
from desk.outcome import Outcome
from desk.permissions import may
from desk.records import Article, ArticleState
from desk.tags import normalize_tag
from desk.text import clean_name, clean_text

MAX_TITLE = 300
MAX_BODY = 200_000


def save(case: Case, command: SaveArticle) -> Verdict:
    """Create an article as a draft, or change the text of one; its state stays."""
    article = case.view.article
    if article is not None and article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "Changing a published article takes a senior.")
    title, body = clean_name(command.title, limit=len(command.title) * 20), clean_text(command.body_md).strip()
    if not title or not body:
        return case.refuse("empty", "An article needs a title and a text.")
    if len(title) > MAX_TITLE or len(body) > MAX_BODY:
        return case.refuse("too-long", f"A title has at most {MAX_TITLE} characters and a text {MAX_BODY}.")
    tags = tuple(dict.fromkeys(map(normalize_tag, command.tags)))
    lang = clean_name(command.lang, limit=20)
    if not all(tags) or not lang:
        return case.refuse("bad-value", "An article has a language, and tags of one to forty characters.")
    if article is not None and _moved_on(case, article):
        return case.refuse("conflict", "Somebody else changed the article first; look again.", "article")
    text = {
        "lang": lang,
        "title": title,
        "body_md": body,
        "tags": tags,
        "group_id": command.group_id,
        "summary": clean_text(command.summary).strip(),
    }
    if article is None:
        article = Article(id=command.article_id, v=0, lang=lang, title=title, body_md=body, state=ArticleState.DRAFT)
    elif all(getattr(article, name) == value for name, value in text.items()):
        return case.refuse("no-change", "The article reads like this already.")
    return Outcome(changes=(replace(article, **text, v=article.v + 1, updated_at=case.now),))


def publish(case: Case, command: PublishArticle) -> Verdict:
    """Make an article public."""
    article = case.view.article
    if article is None or article.id != command.article_id:
        return case.refuse("unknown-article", "There is no such article.")
    if not may(case.actor, command, article):
        return case.refuse("not-allowed", "Publishing an article takes a senior.")
    if article.state is ArticleState.PUBLISHED:
        return case.refuse("no-change", "The article is public already.")
    if _moved_on(case, article):
        return case.refuse("conflict", "Somebody else changed the article first; look again.", "article")
    public = replace(article, v=article.v + 1, state=ArticleState.PUBLISHED, updated_at=case.now)
    return Outcome(changes=(public,))


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
    rated = replace(article, v=article.v + 1, helped=max(helped, 0), not_helped=max(not_helped, 0))
    return Outcome(changes=(rated,))


def _moved_on(case: Case, article: Article) -> bool:
    expected = case.envelope.expected_version
    return expected is not None and not case.envelope.on_top and article.v > expected


def submit(case: Case, command: SubmitArticle) -> Verdict:
    """Ask for a review."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def give_back(case: Case, command: ReturnArticle) -> Verdict:
    """Return it to its author."""
    return case.refuse("bad-value", "This version does not know this command; update it.")


def retire(case: Case, command: RetireArticle) -> Verdict:
    """Show it no longer."""
    return case.refuse("bad-value", "This version does not know this command; update it.")
