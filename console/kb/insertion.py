"""What goes into the draft when an agent inserts an article: a short answer, and where to read on."""

from typing import Protocol

from console.kb.search import ReadsArticles
from console.store.article_text import article_text
from console.store.articles import translations
from desk.ids import ArticleId
from desk.records import Article
from desk.text import SafeText, clean_text

_MAX_ANSWER = 600
_SENTENCE_ENDS = ".。!！?？"
_READ_ON = {
    "zh": "详细说明：{url}",
    "zh-TW": "詳細說明：{url}",
    "zh-HK": "詳細說明：{url}",
    "en": "More about this: {url}",
}
"""Worded in the customer's language, which is not the interface's."""


class ReadsArticle(ReadsArticles, Protocol):
    """What finding a translation needs of the store."""

    def article(self, article_id: ArticleId) -> Article | None:
        """An article as shown."""


def in_language(store: ReadsArticle, article: Article, lang: str) -> Article:
    """The article's translation into ``lang`` (the nearest of its variants), else the article itself."""
    if article.lang == lang:
        return article
    others = translations(store.reader(), article.group_id)
    base = lang.partition("-")[0]
    found = others.get(lang) or next((others[other] for other in sorted(others) if other.partition("-")[0] == base), "")
    same_language = article.lang.partition("-")[0] == base and lang not in others
    return article if same_language or not found else store.article(ArticleId(found)) or article


def short_answer(article: Article, lang: str) -> SafeText:
    """The article's summary, else its first paragraph, then the link (if it has one) introduced in ``lang``."""
    answer = clean_text(article.summary.strip() or _first_paragraph(article))
    if not article.url:
        return answer
    words = _READ_ON.get(lang) or _READ_ON.get(lang.partition("-")[0]) or _READ_ON["en"]
    return clean_text(f"{answer}\n\n{words.format(url=article.url)}")


def _first_paragraph(article: Article) -> str:
    """The first lines that say something: no heading, no lead-in that ends in a colon on its own."""
    text = article_text(article.body_md)
    headings = set(text.headings.split("\n"))
    lines = [line.strip() for line in text.body.split("\n") if line.strip() and line.strip() not in headings]
    if not lines:
        return article.title
    answer = lines[0]
    for line in lines[1:]:
        if not answer.endswith((":", "：")) or len(answer) + len(line) > _MAX_ANSWER:
            break
        answer = f"{answer}\n{line}"
    return _shortened(answer)


def _shortened(text: str) -> str:
    if len(text) <= _MAX_ANSWER:
        return text
    end = max(text.rfind(mark, 0, _MAX_ANSWER) for mark in _SENTENCE_ENDS)
    return text[: end + 1] if end > 0 else f"{text[: _MAX_ANSWER - 1]}…"
