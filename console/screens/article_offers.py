"""Articles for a composer: offers for ``??``, and the short answer that is inserted. Reads the replica; call in a
thread."""

from collections.abc import Sequence

from console.store import Store
from console.widgets.completion import Completion
from desk.ids import ArticleId
from desk.records import Article, ArticleState, Ticket
from desk.rows import ArticleHit
from desk.text import clean_name

OFFERS = 7
LINES_READ = 20
"""A ticket is about what was said last."""


def find_articles(store: Store, query: str, ticket: Ticket | None, limit: int = 20) -> list[ArticleHit]:
    """Articles for ``query``, or, while it is empty, for the ticket itself; best first, the ticket's language first."""
    from console.kb.search import search
    from console.kb.suggest import suggest, ticket_text

    lang = ticket.lang if ticket else None
    if query.strip():
        return search(store, query, lang=lang, limit=limit)
    if ticket is None:
        return []
    thread = store.thread(ticket.id)
    last = [line.message for line in thread.window(max(0, thread.count() - LINES_READ), LINES_READ)]
    return suggest(store, ticket_text(ticket, last), lang=lang, limit=limit)


def article_completions(store: Store, query: str, ticket: Ticket) -> tuple[Completion, ...]:
    """The best few as completions."""
    hits = find_articles(store, query, ticket, OFFERS)
    return tuple(Completion(hit.id, clean_name(hit.title), clean_name(f"{hit.lang} {hit.score:.0f}")) for hit in hits)


def short_answer_for(store: Store, article_id: str, lang: str) -> str:
    """The short answer with link, from the translation in ``lang`` where there is one; empty when the article is
    gone."""
    from console.kb.insertion import short_answer

    article = store.article(ArticleId(article_id))
    if article is None:
        return ""
    return short_answer(in_language(article, store.article_translations(article.group_id), lang), lang)


def in_language(article: Article, translations: Sequence[Article], lang: str) -> Article:
    """The published translation nearest to ``lang``: exactly it, then its base language; else the article itself."""
    base = lang.partition("-")[0]
    public = [other for other in translations if other.state is ArticleState.PUBLISHED]
    for wanted in (lang, base):
        for other in (article, *public):
            if other.lang in (wanted, lang) or (wanted == base and other.lang.partition("-")[0] == base):
                return other
    return article
