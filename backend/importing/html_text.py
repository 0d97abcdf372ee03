"""HTML of mails and pages as plain text with a little Markdown: what a reader would have seen, and nothing else.

Bounded: 2 MB in, 300,000 elements, 200 levels of layout (what lies deeper is plain text), 200,000 characters out. What
was hidden from the reader (:mod:`backend.importing.html_hiding`) is dropped and counted; a link whose text names
another place than it leads to (:mod:`backend.importing.html_links`) says so.
"""

import re

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, LexborNode

from backend.importing.html_hiding import Hiding
from backend.importing.html_links import target_remark
from desk.text import clean_text

MAX_IN = 2_000_000
MAX_OUT = 200_000
MAX_DEPTH = 200
MAX_NODES = 300_000
MAX_OPEN = 5_000
"""Elements open at once: the parser's time grows with their square, 30 ms for these."""

_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "select"})
_DROPPED |= {"button", "-comment"}
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"}
)
_BLOCKS |= {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav"}
_BLOCKS |= {"ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^>]{0,5000}>?")
_CLOSE_THEMSELVES = frozenset({"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link"})
_CLOSE_THEMSELVES |= {"meta", "option", "p", "param", "source", "td", "th", "tr", "wbr"}
_SPACES = re.compile(r"[ \t\r\f\n\u00a0]+")
_GAPS = re.compile(r"\n{3,}")


class HtmlText(Struct, frozen=True):
    """The text, the page's title, how many characters were hidden from the reader, and whether the page was too large
    to be read whole."""

    text: str
    title: str
    hidden: int
    is_cut: bool


class _Writer:
    """Collects text with as many line breaks as blocks ask for."""

    def __init__(self, hiding: Hiding) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.hidden = 0
        self.quotes = 0
        self._hiding = hiding
        self._nodes = 0
        self._breaks = 0

    def takes_more(self) -> bool:
        """Count one more node; False when there have been enough, or enough was written."""
        self._nodes += 1
        return not self.is_full

    @property
    def is_full(self) -> bool:
        """Whether the bounds are reached."""
        return self._nodes > MAX_NODES or self.size > MAX_OUT

    def drops_hidden(self, node: LexborNode) -> bool:
        """Whether the node is hidden from the reader; then what it says is counted."""
        is_hidden = self._hiding.hides(node)
        if is_hidden:
            self.hidden += len(_SPACES.sub("", node.text() or ""))
        return is_hidden

    def block(self, breaks: int) -> None:
        self._breaks = max(self._breaks, breaks)

    def add(self, text: str, *, verbatim: bool = False) -> None:
        flat = text if verbatim else _SPACES.sub(" ", text)
        if not verbatim and (self._breaks or not self.parts):
            flat = flat.lstrip()
        if not flat or self.is_full:
            return
        if self.parts and self._breaks:
            self._put("\n" * self._breaks + "> " * min(self.quotes, 9))
        elif not self.parts and self.quotes:
            self._put("> ")
        self._breaks = 0
        self._put(flat)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)


def html_to_text(html: str) -> HtmlText:
    """What the page says."""
    flat = _flattened(html[:MAX_IN])
    tree = LexborHTMLParser(flat)
    title_node = tree.css_first("title")
    writer = _Writer(Hiding(tree))
    if tree.root is not None:
        _write(tree.root, writer, 0)
    text = "\n".join(line.rstrip() for line in "".join(writer.parts).split("\n"))
    title = _SPACES.sub(" ", title_node.text() or "").strip() if title_node else ""
    is_cut = writer.is_full or len(flat) != len(html)
    return HtmlText(
        clean_text(_GAPS.sub("\n\n", text).strip(), limit=MAX_OUT), clean_text(title), writer.hidden, is_cut
    )


def _flattened(html: str) -> str:
    """The page without the tags that follow the place where far too many elements are open."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _CLOSE_THEMSELVES:
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > MAX_OPEN:
            return html[: tag.start()] + _TAG.sub(" ", html[tag.start() :])
    return html


def _write(node: LexborNode, writer: _Writer, depth: int) -> None:
    tag = str(node.tag)
    if tag == "-text":
        writer.add(node.text(deep=False) or "")
        return
    if tag in _DROPPED or not writer.takes_more() or writer.drops_hidden(node):
        return
    if depth >= MAX_DEPTH:
        _write_flat(node, writer)
        return
    if tag == "pre":
        writer.block(2)
        writer.add("```\n" + (node.text() or "").strip("\n") + "\n```", verbatim=True)
        writer.block(2)
    elif tag == "br":
        writer.block(1)
    elif tag == "img":
        writer.add(f"[{alt}]" if (alt := (node.attributes.get("alt") or "").strip()) else "")
    elif tag == "a":
        _write_link(node, writer, depth)
    else:
        _write_element(node, tag, writer, depth)


def _write_element(node: LexborNode, tag: str, writer: _Writer, depth: int) -> None:
    breaks = 2 if tag in _HEADINGS or tag in {"p", "ul", "ol", "table", "blockquote"} else 1
    if tag in _BLOCKS:
        writer.block(breaks)
    if tag in _HEADINGS:
        writer.add(_HEADINGS[tag], verbatim=True)
    elif tag == "li":
        writer.add("- ", verbatim=True)
    writer.quotes += tag == "blockquote"
    _write_children(node, writer, depth)
    writer.quotes -= tag == "blockquote"
    if tag in {"td", "th"}:
        writer.add(" ")
    if tag in _BLOCKS:
        writer.block(breaks)


def _write_children(node: LexborNode, writer: _Writer, depth: int) -> None:
    for child in node.iter(include_text=True):
        _write(child, writer, depth + 1)


def _write_flat(top: LexborNode, writer: _Writer) -> None:
    """The words of what lies too deep to be laid out; the hidden ones are dropped here, too."""
    waiting = [top]
    while waiting and writer.takes_more():
        node = waiting.pop()
        tag = str(node.tag)
        if tag == "-text":
            writer.add(node.text(deep=False) or "")
        elif tag not in _DROPPED and not writer.drops_hidden(node):
            waiting += reversed(list(node.iter(include_text=True)))


def _write_link(node: LexborNode, writer: _Writer, depth: int) -> None:
    """The link's text; its address behind it when it goes somewhere else than it says."""
    _write_children(node, writer, depth)
    text = _SPACES.sub(" ", node.text() or "").strip()
    if remark := target_remark(text, node.attributes.get("href") or ""):
        writer.add(f" {remark}")
