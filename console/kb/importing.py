"""Articles from files: JSON lines (also gzipped), and folders of Markdown and HTML.

A line is ``{"id", "lang", "title", "body_md", "tags"}``. A file's id is its path below the folder given; its language
is in its front matter, its name (``fees.zh-CN.md``) or a folder's (``zh/fees.md``), else that of its text.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from msgspec import DecodeError, Struct, ValidationError, json
from msgspec.structs import replace

from console.kb.exporting import REVISION_SUFFIX, NotAPage, article_of, is_page, page_in
from desk.folding import is_han
from desk.ids import ArticleId
from desk.records import Article

_LANGUAGE = re.compile(r"(?:zh|en)(?:[-_](?:[A-Za-z]{2}|Han[st]))?", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<fields>.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^(?P<name>[a-z_]+):[ \t]*(?P<value>.*?)[ \t]*$", re.MULTILINE)
_FIRST_HEADING = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]*?)[ \t#]*(?:\n|\Z)")
_TITLE_LINE = re.compile(r"\A\s*(?P<title>[^\n#]+)\n=+[ \t]*(?:\n|\Z)")
_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".html", ".htm"})
_ABOUT_THE_FOLDER = frozenset({"readme", "source", "license", "licence", "copying", "notice"})
"""Names of pages that say where a folder is from, not what it knows: read only when named themselves."""
_MAX_BYTES = 5_000_000
_CHINESE_FROM = 0.1
_BATCH = 200
_LOCAL = "local:"
"""How the ids begin of what was imported on this machine only."""


class BadLine(Struct, frozen=True):
    """Something that could not be read: the file, the line (0: the file as a whole), and why."""

    path: str
    line: int
    why: str


class _Line(Struct):
    id: str
    title: str
    body_md: str
    lang: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    url: str = ""
    group_id: str = ""


def read_articles(paths: Iterable[Path]) -> Iterator[Article | BadLine]:
    """Read files and folders, in order; what cannot be read is reported and the rest goes on. A folder's README, SOURCE
    and LICENSE are no articles, unless they are given by name."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if _is_for_articles(file) and not file.name.endswith(REVISION_SUFFIX):
                    yield from _read_file(file, path)
        else:
            yield from _read_file(path, path.parent)


def _is_for_articles(file: Path) -> bool:
    if file.suffix.lower() in _MARKDOWN | _HTML:
        return file.name.lower().partition(".")[0] not in _ABOUT_THE_FOLDER
    return file.name.endswith((".jsonl", ".jsonl.gz"))


def _read_file(file: Path, folder: Path) -> Iterator[Article | BadLine]:
    try:
        if file.name.endswith((".jsonl", ".jsonl.gz")):
            yield from _read_lines(file)
        elif file.suffix.lower() in _MARKDOWN | _HTML:
            yield _read_page(file, folder)
        else:
            yield BadLine(str(file), 0, "only .jsonl, .jsonl.gz, .md, .markdown, .html and .htm files are read")
    except UnicodeDecodeError:
        yield BadLine(str(file), 0, "it is not UTF-8 text")
    except (EOFError, zlib.error):
        yield BadLine(str(file), 0, "the compressed file is damaged")
    except OSError as error:
        yield BadLine(str(file), 0, error.strerror or str(error))


def _read_lines(file: Path) -> Iterator[Article | BadLine]:
    decoder = json.Decoder(_Line)
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                read = decoder.decode(line)
            except (ValidationError, DecodeError, UnicodeDecodeError) as error:
                yield BadLine(str(file), number, str(error))
                continue
            why = _why_not(read)
            yield BadLine(str(file), number, why) if why else _article(read)


def _why_not(line: _Line) -> str:
    if not line.id.strip():
        return "the id is empty"
    if not line.title.strip():
        return "the title is empty"
    return "" if len(line.body_md) <= _MAX_BYTES else "the text is longer than 5 MB"


def _read_page(file: Path, folder: Path) -> Article | BadLine:
    if file.stat().st_size > _MAX_BYTES:
        return BadLine(str(file), 0, "the file is larger than 5 MB")
    text = page_in(file.read_bytes())
    if is_page(text):
        return _read_exported(file, text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    below = file.relative_to(folder)
    fields: dict[str, str] = {}
    if file.suffix.lower() in _HTML:
        from console.kb.html import html_to_markdown  # only here: its parser costs 8 ms

        fields["title"], text = html_to_markdown(text)
    elif matter := _FRONT_MATTER.match(text):
        fields = {field["name"]: field["value"].strip("\"'") for field in _FIELD.finditer(matter["fields"])}
        text = text[matter.end() :]
    heading = _FIRST_HEADING.match(text) or _TITLE_LINE.match(text)
    title = fields.get("title") or (heading["title"].strip() if heading else "")
    if heading and title == heading["title"].strip():
        text = text[heading.end() :].lstrip("\n")
    line = _Line(
        id=below.with_suffix("").as_posix(),
        title=title or below.stem.replace("-", " ").replace("_", " "),
        body_md=text,
        lang=fields.get("lang", "") or _language_in(below),
        summary=fields.get("summary", ""),
        url=fields.get("url", ""),
    )
    return _article(line)


def _read_exported(file: Path, text: str) -> Article | BadLine:
    """A page that ``kb export`` wrote, with the revision beside it: the article as it was."""
    beside = file.with_name(f"{file.name.removesuffix('.md')}{REVISION_SUFFIX}")
    try:
        return article_of(text, page_in(beside.read_bytes()) if beside.exists() else None)
    except NotAPage as error:
        return BadLine(str(file), 0, str(error))


def _language_in(below: Path) -> str:
    """The language a path names: the nearest to its end."""
    parts = [part for name in below.with_suffix("").parts for part in (name, *name.split(".")[1:])]
    return next((part for part in reversed(parts) if _LANGUAGE.fullmatch(part)), "")


def _article(line: _Line) -> Article:
    return Article(
        id=ArticleId(f"{_LOCAL}{line.id}"),
        v=1,
        lang=_tag(line.lang) or _language_of(f"{line.title} {line.body_md[:2000]}"),
        title=line.title.strip(),
        body_md=line.body_md,
        tags=line.tags,
        summary=line.summary,
        url=line.url,
        group_id=line.group_id,
        source_id=line.id,
    )


def _tag(lang: str) -> str:
    """``zh_cn`` → ``zh-CN``."""
    language, _, region = lang.strip().replace("_", "-").partition("-")
    region = region.upper() if len(region) == 2 else region.title()
    return f"{language.lower()}-{region}" if region else language.lower()


def _language_of(text: str) -> str:
    letters = [letter for letter in text if letter.isalpha()]
    return "zh" if letters and sum(map(is_han, letters)) > _CHINESE_FROM * len(letters) else "en"


class KeepsArticles(Protocol):
    """What importing needs of the store."""

    def article(self, article_id: ArticleId) -> Article | None:
        """An article as shown."""

    def put_articles(self, articles: Iterable[Article]) -> int:
        """Keep and index articles; returns how many were new or changed."""


def import_articles(
    store: KeepsArticles,
    paths: Iterable[Path],
    report: Callable[[BadLine], None],
    to_desk: Callable[[Article], bool] | None = None,
) -> tuple[int, int]:
    """Put articles of files into the store; importing again changes only what changed. Returns how many were read, and
    how many were new or changed. What could not be read goes to ``report``. An article that a desk had exported goes to
    ``to_desk`` when there is one: a replica of a desk holds only what the desk has confirmed."""
    read = changed = 0
    batch: list[Article] = []
    for article in read_articles(paths):
        if isinstance(article, BadLine):
            report(article)
            continue
        read += 1
        if to_desk is not None and not article.id.startswith(_LOCAL):
            changed += to_desk(article)
            continue
        known = store.article(article.id)
        if known is None or replace(article, v=known.v) != known:
            batch.append(replace(article, v=known.v + 1 if known else article.v))
        if len(batch) >= _BATCH:
            changed += store.put_articles(batch)
            batch = []
    return read, changed + (store.put_articles(batch) if batch else 0)
