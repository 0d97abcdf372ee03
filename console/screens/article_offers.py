"""Articles for a composer: offers for ``??``, and the short answer that is inserted. Reads the replica; call in a
thread."""

from console.store import Store
from console.widgets.completion import Completion
from desk.ids import ArticleId
from desk.records import Ticket
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
    """The short answer with link, from the translation into ``lang`` if there is one; empty when the article is
    gone."""
    from console.kb.insertion import in_language, short_answer

    article = store.article(ArticleId(article_id))
    return short_answer(in_language(store, article, lang), lang) if article else ""
