"""Articles from JSON Lines, and from folders of Markdown and HTML pages."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from backend import tables
from backend.bulk import BulkLoader
from backend.database import Database
from backend.importing.batches import in_batches
from backend.importing.html_text import html_to_text
from backend.importing.identity import id_for
from backend.importing.lines import BadLine, Item, read_items
from backend.importing.report import Report
from backend.rows import read_article
from backend.services.filing import file_org
from backend.transaction import Transaction
from desk.articles import public_text
from desk.folding import fold
from desk.ids import ArticleId, Instant
from desk.records import Article
from desk.tags import normalize_tag
from desk.text import MAX_NAME, clean_name, clean_text

MAX_BODY = 200_000
MAX_PAGE_BYTES = 8 * 1024 * 1024
BATCH = 200

_PAGES = frozenset({".md", ".markdown", ".html", ".htm"})
_LANG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8})?")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"\A\s*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class ArticleLine(Struct, frozen=True):
    """One line of an articles file; what is not listed here is ignored."""

    id: str
    title: str
    body_md: str
    lang: str = "en"
    tags: tuple[str, ...] = ()
    summary: str = ""
    url: str = ""


def read_articles(paths: Iterable[Path]) -> Iterator[Item[ArticleLine] | BadLine]:
    """Every article of files and folders. A page's id is its path within the folder that was named."""
    for path in paths:
        if path.is_dir():
            for page in sorted(path.rglob("*")):
                if page.suffix.lower() in _PAGES and page.is_file():
                    yield _read_page(page, page.relative_to(path).as_posix())
        elif path.suffix.lower() in _PAGES:
            yield _read_page(path, path.name)
        else:
            yield from read_items(path, ArticleLine)


def import_articles(database: Database, paths: Iterable[Path], now: Instant, report: Report) -> None:
    """Load articles; one that is known by its source id is brought up to date."""
    for batch in in_batches(_checked(read_articles(paths), report), BATCH):
        with database.write(now) as tx:
            _load(tx, {article.source_id: article for article in batch}, report)
        report.unchanged += len(batch) - len({article.source_id for article in batch})
        report.show_progress()


def _checked(found: Iterable[Item[ArticleLine] | BadLine], report: Report) -> Iterator[Article]:
    for item in found:
        if isinstance(item, BadLine):
            report.bad_line(item.place, item.reason)
            continue
        article = _article(item.value)
        if isinstance(article, str):
            report.bad_line(item.place, article)
        else:
            yield article


def _article(line: ArticleLine) -> Article | str:
    """The record, or why it cannot be one."""
    source_id, title, body = clean_name(line.id), clean_name(line.title), clean_text(line.body_md).strip()
    if not source_id:
        return "the id is empty"
    if not title:
        return "the title is empty"
    if not body:
        return "the text is empty"
    if len(body) > MAX_BODY:
        return f"the text has {len(body):,} characters; {MAX_BODY:,} is the most"
    lang = line.lang.strip().replace("_", "-")
    if not _LANG.fullmatch(lang):
        return f"{clean_name(line.lang)!r} is not a language code such as en or zh-CN"
    stem, _, last = source_id.rpartition(":")
    return Article(
        id=ArticleId(id_for("article", source_id)),
        v=1,
        lang=lang,
        title=clean_name(title, limit=MAX_NAME),
        body_md=body,
        # "page:en" and "page:zh" are one page.
        group_id=stem if last.casefold() == lang.casefold() else "",
        summary=clean_text(line.summary, newlines=False).strip(),
        url=clean_name(line.url, limit=2_000),
        tags=tuple(dict.fromkeys(filter(None, map(normalize_tag, line.tags)))),
        source_id=source_id,
    )


def _load(tx: Transaction, articles: dict[str, Article], report: Report) -> None:
    column = tables.article.c
    rows = tx.conn.execute(select(column.doc).where(column.source_id.in_(articles))).scalars()
    known = {article.source_id: article for article in map(read_article, rows)}
    with tx.unit():
        loader = BulkLoader(tx)
        new = [replace(a, updated_at=tx.now) for source_id, a in articles.items() if source_id not in known]
        loader.org(new)
        loader.finish()
        report.added += len(new)
        for source_id, old in known.items():
            updated = _updated(old, articles[source_id])
            if updated == old:
                report.unchanged += 1
            else:
                moved = public_text(updated) != public_text(old)
                text_v = old.text_v + moved
                file_org(tx, replace(updated, v=old.v + 1, text_v=text_v, updated_at=tx.now))
                report.changed += 1


def _updated(old: Article, new: Article) -> Article:
    """What the source says now, with what only we know (votes, state)."""
    return replace(
        old,
        lang=new.lang,
        title=new.title,
        body_md=new.body_md,
        group_id=new.group_id,
        summary=new.summary,
        url=new.url,
        tags=new.tags,
    )


def _read_page(path: Path, source_id: str) -> Item[ArticleLine] | BadLine:
    """One Markdown or HTML page."""
    if path.stat().st_size > MAX_PAGE_BYTES:
        return BadLine(source_id, f"the file is larger than {MAX_PAGE_BYTES // 2**20} MiB")
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return BadLine(source_id, "the file is not UTF-8 text")
    fields: dict[str, str] = {}
    if path.suffix.lower() in {".html", ".htm"}:
        page = html_to_text(text)
        title, body = page.title, page.text
    else:
        title, body, fields = _read_markdown(text)
    heading = _HEADING.match(body)
    if heading and fold(heading[1]) in (fold(title), ""):
        body = body[heading.end() :].lstrip()
    elif heading and not title:
        title, body = heading[1], body[heading.end() :].lstrip()
    named = path.stem.rpartition(".")[2]
    lang = fields.get("lang") or (named if "." in path.stem and _LANG.fullmatch(named) else _guess_lang(body))
    return Item(
        source_id,
        ArticleLine(
            id=fields.get("id") or source_id,
            title=title or path.stem.replace("-", " ").replace("_", " "),
            body_md=body,
            lang=lang,
            tags=tuple(tag.strip() for tag in fields.get("tags", "").strip("[]").split(",")),
            summary=fields.get("summary", ""),
            url=fields.get("url", ""),
        ),
    )


def _read_markdown(text: str) -> tuple[str, str, dict[str, str]]:
    """Title, body and front matter (simple ``key: value`` lines; anything else in it is passed over)."""
    matter = _FRONT_MATTER.match(text)
    if matter is None:
        return "", text.strip(), {}
    pairs = (line.partition(":") for line in matter[1].split("\n") if ":" in line)
    fields = {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return fields.get("title", ""), text[matter.end() :].strip(), fields


def _guess_lang(text: str) -> str:
    """Chinese when a tenth of its beginning is."""
    start = text[:2_000]
    return "zh" if len(_HAN.findall(start)) * 10 > len(start) else "en"
