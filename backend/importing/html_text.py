"""HTML of mails and pages as plain text with a little Markdown: what a reader would have seen, and nothing else.

Bounded: 2 MB in, 200 levels deep, 200,000 characters out. What was hidden from the reader is dropped and counted; a
link whose text names another host than it leads to says so.
"""

import re
from urllib.parse import urlsplit

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, LexborNode

from desk.text import clean_text

MAX_IN = 2_000_000
MAX_OUT = 200_000
MAX_DEPTH = 200

_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "select"})
_DROPPED |= {"button", "-comment"}
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"}
)
_BLOCKS |= {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav"}
_BLOCKS |= {"ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?:[/:?#]\S*)?", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\n\u00a0]+")
_GAPS = re.compile(r"\n{3,}")


class HtmlText(Struct, frozen=True):
    """The text, the page's title, and how many characters were hidden from the reader."""

    text: str
    title: str
    hidden: int


class _Writer:
    """Collects text with as many line breaks as blocks ask for."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.hidden = 0
        self.quotes = 0
        self._breaks = 0

    def block(self, breaks: int) -> None:
        self._breaks = max(self._breaks, breaks)

    def add(self, text: str, *, verbatim: bool = False) -> None:
        flat = text if verbatim else _SPACES.sub(" ", text)
        if not verbatim and (self._breaks or not self.parts):
            flat = flat.lstrip()
        if not flat or self.size > MAX_OUT:
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
    tree = LexborHTMLParser(html[:MAX_IN])
    title_node = tree.css_first("title")
    writer = _Writer()
    if tree.root is not None:
        _write(tree.root, writer, 0)
    text = "\n".join(line.rstrip() for line in "".join(writer.parts).split("\n"))
    title = _SPACES.sub(" ", title_node.text() or "").strip() if title_node else ""
    return HtmlText(clean_text(_GAPS.sub("\n\n", text).strip(), limit=MAX_OUT), clean_text(title), writer.hidden)


def _write(node: LexborNode, writer: _Writer, depth: int) -> None:
    tag = str(node.tag)
    if tag == "-text":
        writer.add(node.text(deep=False) or "")
        return
    if tag in _DROPPED:
        return
    if _is_hidden(node):
        writer.hidden += len(_SPACES.sub("", node.text() or ""))
        return
    if depth >= MAX_DEPTH:
        writer.add(node.text() or "")
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


def _write_link(node: LexborNode, writer: _Writer, depth: int) -> None:
    """The link's text; its address behind it when it goes somewhere else than it says."""
    _write_children(node, writer, depth)
    href = (node.attributes.get("href") or "").strip()
    text = _SPACES.sub(" ", node.text() or "").strip()
    if not href.lower().startswith(("http://", "https://")) or text == href:
        return
    named = _HOST.fullmatch(text)
    host = _host_of(href)
    if named and named[1].lower().removeprefix("www.") != host.removeprefix("www."):
        writer.add(f" [leads to another host: {href}]")
    elif not named:
        writer.add(f" ({href})")


def _host_of(href: str) -> str:
    try:
        return (urlsplit(href).hostname or "").lower()
    except ValueError:
        return ""


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDING.search(attributes.get("style") or ""))
