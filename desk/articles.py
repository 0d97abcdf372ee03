"""What holds of an article as it stands: which text is being worked on, and whether a translation has fallen behind."""

from desk.frozen import Frozen
from desk.records import Article, ArticleState


class ArticleText(Frozen, frozen=True, kw_only=True):
    """The part of an article that people write."""

    title: str
    body_md: str
    summary: str = ""
    tags: tuple[str, ...] = ()


def public_text(article: Article) -> ArticleText:
    """The text as it stands in the article itself; customers read it once that is published."""
    return ArticleText(title=article.title, body_md=article.body_md, summary=article.summary, tags=article.tags)


def working_text(article: Article) -> ArticleText:
    """The text that the next change starts from: the revision, when there is one."""
    revision = article.revision
    if revision is None:
        return public_text(article)
    return ArticleText(title=revision.title, body_md=revision.body_md, summary=revision.summary, tags=revision.tags)


def waits_for_review(article: Article) -> bool:
    """Whether the draft, or the revision, waits for a senior."""
    return article.state is ArticleState.REVIEW or (article.revision is not None and article.revision.submitted)


def is_behind(article: Article, base: Article | None) -> bool:
    """Whether the text it was translated from has moved on since."""
    return base is not None and article.base_id == base.id and base.text_v > article.base_text_v


def group_of(article: Article) -> str:
    """What an article and its translations have in common."""
    return article.group_id or article.id
