"""What an article's Markdown says, as search needs it: plain text, headings, and what the markup held besides."""

import re

from msgspec import Struct

from desk.folding import HAN

_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"\n]*\")?)\)")
_ADDRESS = re.compile(r"<?(https?://[^\s<>)\]\u3000-\uffef]+)>?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ANCHOR = re.compile(r"\{[#%:][^{}\n]*\}")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`+|^[ \t]*(?:>|[-*+](?=\s))+[ \t]?", re.MULTILINE)
_SPACE = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n\s*\n+")
_HAN = re.compile(f"[{HAN}]")


class ArticleText(Struct, frozen=True):
    """``body`` has one paragraph a line; ``headings`` one a line. ``aside`` is what a reader does not see as text:
    addresses, and Chinese in attributes and comments."""

    body: str
    headings: str
    aside: str


def without_comments(body_md: str) -> str:
    """Markdown without HTML comments, tags and heading anchors: what is left is meant to be read."""
    return _ANCHOR.sub("", _TAG.sub("", _COMMENT.sub("", body_md)))


def article_text(body_md: str) -> ArticleText:
    """Read Markdown (or the HTML inside it) roughly and in linear time; it is searched and quoted, not rendered."""
    aside: list[str] = []

    def drop(found: re.Match[str]) -> str:
        if _HAN.search(found[0]):
            aside.append(found[0])
        return " "

    def keep_words(found: re.Match[str]) -> str:
        if _HAN.search(found[2]):
            aside.append(found[2])
        return found[1]

    def drop_address(found: re.Match[str]) -> str:
        aside.append(found[1])
        return " "

    text = _COMMENT.sub(drop, body_md)
    text = _LINK.sub(keep_words, _LINK.sub(keep_words, text))
    text = _ADDRESS.sub(drop_address, text)
    text = _ANCHOR.sub(drop, _TAG.sub(drop, _FENCE.sub("", text)))
    headings = "\n".join(_HEADING.findall(text))
    text = _HEADING.sub(r"\1", text)
    body = _BLANK_LINES.sub("\n", _SPACE.sub(" ", _EMPHASIS.sub("", text))).strip()
    return ArticleText(body, _EMPHASIS.sub("", headings), " \n".join(aside))
