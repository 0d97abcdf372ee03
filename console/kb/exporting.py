"""Articles as a folder of Markdown, one file each, and back without loss.

A page begins with a front matter of ``name: value`` lines, each value JSON on one line, so that no text can end it;
then comes the text as it is. What a revision would change lies beside it in a ``.revision.md`` of the same form. A file
is named by its article's id, so that a folder kept in version control shows what changed and nothing else.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from desk.records import Article, Revision

REVISION_SUFFIX = ".revision.md"
_MARK, _FENCE = "article", "---"
_FIRST = ("lang", "title", "state", "group_id", "base_id", "base_text_v", "tags", "summary", "url", "text_v")
"""What a reader looks for stands first; the rest follows in the record's order."""
_BEGINS = f'{_FENCE}\n{_MARK}: "'
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80

_encode = msgspec.json.Encoder().encode


class NotAPage(Exception):
    """A file that begins like an exported page and is none; the message says where."""


def export_articles(articles: Iterable[Article], folder: Path) -> tuple[int, int]:
    """Write articles into ``folder``, by language; files that are as they should be are not touched. Returns how many
    articles there are and how many files were written. Raises :class:`OSError`."""
    count = written = 0
    for article in articles:
        count += 1
        place = folder / _plain(article.lang) / _plain(article.id)
        written += _write(place.with_name(f"{place.name}.md"), page_of(article))
        beside = place.with_name(f"{place.name}{REVISION_SUFFIX}")
        if article.revision is not None:
            written += _write(beside, revision_page(article, article.revision))
        elif beside.exists():
            beside.unlink()
            written += 1
    return count, written


def page_of(article: Article) -> str:
    """The article's page, without its revision."""
    fields = msgspec.to_builtins(msgspec.structs.replace(article, revision=None))
    return _page(article.id, fields, article.body_md)


def revision_page(article: Article, revision: Revision) -> str:
    """The page of an article's revision."""
    return _page(article.id, msgspec.to_builtins(revision), revision.body_md)


def page_in(data: bytes) -> str:
    """The text of a file as it was written; when an editor or version control gave all its lines other ends, as they
    were. Raises :class:`UnicodeDecodeError`."""
    text = data.decode("utf-8-sig")
    return text.replace("\r\n", "\n") if text.startswith(f"{_FENCE}\r\n{_MARK}: ") else text


def is_page(text: str) -> bool:
    """Whether a text is an exported page, and not somebody's own Markdown."""
    return text.startswith(_BEGINS)


def article_of(page: str, revision: str | None = None) -> Article:
    """The article of a page and of the page of its revision. Raises :class:`NotAPage`."""
    article_id, fields = _read(page)
    if revision is not None:
        of, changes = _read(revision)
        if of != article_id:
            raise NotAPage("the revision beside it is another article's")
        fields["revision"] = changes
    fields["id"] = article_id
    try:
        return msgspec.convert(fields, Article)
    except msgspec.ValidationError as error:
        raise NotAPage(str(error)) from None


def _page(article_id: str, fields: dict[str, Any], body: str) -> str:
    named = {name: fields[name] for name in (*_FIRST, *fields) if name in fields and name not in ("id", "body_md")}
    lines = [f"{name}: {_encode(value).decode()}" for name, value in named.items()]
    return "\n".join((_FENCE, f"{_MARK}: {_encode(article_id).decode()}", *lines, _FENCE, body, ""))


def _read(page: str) -> tuple[str, dict[str, Any]]:
    """The id, and the fields with the text."""
    head, fence, body = page.removeprefix(f"{_FENCE}\n").partition(f"\n{_FENCE}\n")
    if not is_page(page) or not fence or not body.endswith("\n"):
        raise NotAPage("its front matter or its end is missing")
    fields: dict[str, Any] = {}
    for number, line in enumerate(head.split("\n"), 2):
        name, colon, value = line.partition(": ")
        try:
            fields[name] = msgspec.json.decode(value)
        except msgspec.DecodeError:
            colon = ""
        if not colon:
            raise NotAPage(f"line {number} of its front matter is no `name: value`")
    article_id = fields.pop(_MARK)
    if not isinstance(article_id, str):
        raise NotAPage("its id is no text")
    return article_id, {**fields, "body_md": body[:-1]}


def _write(file: Path, page: str) -> bool:
    """Write a page unless it is there already; line endings stay as they are."""
    data = page.encode()
    if file.exists() and file.read_bytes() == data:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return True


def _plain(name: str) -> str:
    """A name for a file: that of an unusual id ends in a digest, so that no two are alike."""
    plain = _UNSAFE.sub("_", name)[:_LONGEST_NAME].strip(".")
    if plain == name and plain.casefold() == plain:
        return plain
    return f"{plain or '_'}-{sha256(name.encode()).hexdigest()[:10]}"
