"""Reads the articles of the sample desk: ``articles/<slug>.<lang>.md``, a few lines of front matter and Markdown.

Both languages of a page share the slug as their ``group_id``; a page's source id is ``demo:<slug>.<lang>``.
"""

from functools import cache

from backend.demo.content import FOLDER
from desk.ids import ArticleId
from desk.records import Article

LANGS = ("en", "zh")


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The ``key: value`` lines between two ``---`` lines, and what follows."""
    _, head, body = text.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return fields, body.strip()


@cache
def pages() -> dict[tuple[str, str], Article]:
    """Every page by slug and language, without votes or dates."""
    found = {}
    for path in sorted((FOLDER / "articles").glob("*.md")):
        slug, lang, _ = path.name.rsplit(".", 2)
        fields, body = _front_matter(path.read_text(encoding="utf-8"))
        found[slug, lang] = Article(
            id=ArticleId(f"article-{slug}-{lang}"),
            v=1,
            lang=lang,
            title=fields["title"],
            body_md=body,
            group_id=slug,
            summary=fields["summary"],
            url=f"https://help.example.com/{lang}/{slug}",
            tags=tuple(tag.strip() for tag in fields["tags"].split(",")),
            source_id=f"demo:{slug}.{lang}",
        )
    return found
