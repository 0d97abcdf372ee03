"""An article's Markdown as lines to read in a terminal: structure in plain characters, styles as names.

The result is data; a widget gives the styles their looks and wraps the lines. Text is cleaned on the way.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from console.store.article_text import without_comments
from desk.text import clean_text

if TYPE_CHECKING:
    from markdown_it.token import Token

Style: TypeAlias = Literal["text", "strong", "emphasis", "code", "heading", "link", "quote", "mark"]

_MAX_CHARS = 300_000
_RULE = "─" * 24
_BULLET = "• "
_INDENT = "  "
_OPENING: dict[str, Style] = {"strong_open": "strong", "em_open": "emphasis", "link_open": "link"}


class Span(Struct, frozen=True):
    """Text in one style."""

    text: str
    style: Style = "text"


Line: TypeAlias = tuple[Span, ...]


def plain_lines(body_md: str) -> list[str]:
    """The lines without styles."""
    return ["".join(span.text for span in line) for line in styled_lines(body_md)]


def styled_lines(body_md: str) -> list[Line]:
    """The lines of an article; blocks are separated by one empty line, list items are not."""
    from markdown_it import MarkdownIt  # 20 ms, only when somebody reads an article

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(without_comments(body_md)[:_MAX_CHARS])
    return _Renderer().render(tokens)


class _Renderer:
    """Walks the tokens of a document once."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._counters: list[int | None] = []
        self._marker = ""
        self._quotes = 0
        self._block: Style = "text"
        self._cells: list[Line] | None = None

    def render(self, tokens: Sequence["Token"]) -> list[Line]:
        for token in tokens:
            self._take(token)
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return self._lines

    def _take(self, token: "Token") -> None:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self._counters.append(int(token.attrGet("start") or 1) if kind[0] == "o" else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._counters.pop()
            self._gap()
        elif kind == "list_item_open":
            self._marker = self._next_marker()
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quotes += 1 if kind == "blockquote_open" else -1
        elif kind in ("heading_open", "th_open"):
            self._block = "heading"
        elif kind in ("heading_close", "th_close"):
            self._block = "text"
            self._gap(kind == "heading_close")
        elif kind == "inline":
            self._inline(token)
        elif kind == "paragraph_close" and not token.hidden:
            self._gap(not self._counters)
        elif kind in ("fence", "code_block"):
            for text in token.content.rstrip("\n").split("\n"):
                self._add((Span(_INDENT + clean_text(text, newlines=False), "code"),))
            self._gap()
        elif kind == "hr":
            self._add((Span(_RULE, "mark"),))
            self._gap()
        elif kind == "tr_open":
            self._cells = []
        elif kind == "tr_close":
            self._row(self._cells or [])
        elif kind == "table_close":
            self._gap()

    def _next_marker(self) -> str:
        count = self._counters[-1]
        if count is None:
            return _BULLET
        self._counters[-1] = count + 1
        return f"{count}. "

    def _inline(self, token: "Token") -> None:
        lines = _inline_lines(token.children or [], self._block)
        if self._cells is not None:
            self._cells.append(tuple(span for line in lines for span in line))
            return
        for line in lines:
            self._add(line)

    def _row(self, cells: list[Line]) -> None:
        self._cells = None
        spans: list[Span] = []
        for place, cell in enumerate(cells):
            spans += [Span(" │ ", "mark"), *cell] if place else cell
        self._add(tuple(spans))

    def _add(self, line: Line) -> None:
        depth = max(0, len(self._counters) - 1)
        lead = "│ " * self._quotes + _INDENT * depth
        if self._counters:
            lead += self._marker or _INDENT
            self._marker = ""
        self._lines.append((Span(lead, "mark"), *line) if lead else line)

    def _gap(self, wanted: bool = True) -> None:
        if wanted and not self._counters and self._cells is None and self._lines and self._lines[-1]:
            self._lines.append(())


def _inline_lines(children: Sequence["Token"], block: Style) -> list[Line]:
    """The lines of a paragraph, broken where the author broke them; a link is followed by where it leads."""
    lines: list[list[Span]] = [[]]
    styles: list[Style] = [block]
    links: list[str] = []
    for child in children:
        if child.type in _OPENING:
            styles.append(_OPENING[child.type])
            if child.type == "link_open":
                links.append(str(child.attrGet("href") or ""))
        elif child.type in ("strong_close", "em_close", "link_close"):
            styles.pop()
            if child.type == "link_close":
                lines[-1] += _where(links.pop(), lines[-1])
        elif child.type in ("softbreak", "hardbreak"):
            lines.append([])
        elif child.type == "code_inline":
            lines[-1].append(Span(clean_text(child.content, newlines=False), "code"))
        elif child.type == "image":
            lines[-1].append(Span(f"[{clean_text(child.content, newlines=False)}]", "mark"))
        elif child.content:
            lines[-1].append(Span(clean_text(child.content, newlines=False), styles[-1]))
    return [tuple(line) for line in lines]


def _where(address: str, before: Sequence[Span]) -> list[Span]:
    """The address of a link that leads outside and does not show it itself."""
    shown = before[-1].text if before else ""
    if "://" not in address or address in shown:
        return []
    return [Span(f" <{clean_text(address, newlines=False)}>", "mark")]
