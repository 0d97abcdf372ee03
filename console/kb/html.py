"""Help pages in HTML to the Markdown that articles are kept in: what a reader sees, without the page around it."""

import re
from html.parser import HTMLParser

_LEFT_OUT = frozenset({"script", "style", "nav", "header", "footer", "aside", "form", "template", "svg", "noscript"})
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "ul", "ol", "table", "tr", "pre", "blockquote", *_HEADINGS}
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_SPACES = re.compile(r"\s+")


def html_to_markdown(html: str) -> tuple[str, str]:
    """A page's title (empty: none) and its text as Markdown. Never fails, however broken the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = _BLANK_LINES.sub("\n\n", "".join(reader.parts)).strip()
    return _SPACES.sub(" ", reader.title).strip(), text


class _Reader(HTMLParser):
    """Collects Markdown from start tags, end tags and text as they come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title = ""
        self._inside: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT or tag == "title":
            self._inside.append(tag)
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.parts.append("[")
        elif tag in _MARKS:
            self.parts.append(_MARKS[tag])
        elif tag in _BLOCKS:
            self.parts.append(f"\n\n{_HEADINGS[tag]} " if tag in _HEADINGS else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        elif tag == "a" and self._links:
            self.parts.append(f"]({self._links.pop()})")
        elif tag in _MARKS:
            self.parts.append(_MARKS[tag])
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
        elif not self._inside:
            self.parts.append(_SPACES.sub(" ", data))
