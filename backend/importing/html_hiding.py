"""Finds what an HTML page keeps from its reader: by attributes, by styles of an element, by rules of its style sheets.

Not a browser: the ways that letters and lures use, with colours compared only within one style.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_RULES = 200
MAX_SHEET = 200_000

_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*(?:0+(?:\.0+)?[a-z%]*|(?:0?\.\d+|1)(?:px|pt))\s*(?:!|;|$)"
    r"|opacity\s*:\s*0?\.?0*\s*(?:!|;|$)"
    r"|(?:text-indent|left|top|right|margin-left|margin-top)\s*:\s*-(?:9\d\d|\d{4,})"
    r"|(?<!-)color\s*:\s*transparent|clip\s*:\s*rect\(\s*0[^)]{0,40}\))",
    re.IGNORECASE,
)
_NO_ROOM = re.compile(r"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?:px|pt|%)?\s*(?:!|;|$)", re.IGNORECASE)
_CLIPPED = re.compile(r"(?<![\w-])overflow\s*:\s*hidden", re.IGNORECASE)
_INK = re.compile(r"(?<![\w-])color\s*:\s*([#\w]{3,30})", re.IGNORECASE)
_GROUND = re.compile(r"(?<![\w-])background(?:-color)?\s*:\s*([#\w]{3,30})", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}@;]{1,500})\{([^{}]{0,2000})\}")
_AT_BLOCK = re.compile(r"@[^{};]{0,500}\{(?:[^{}]{0,5000}\{[^{}]{0,2000}\}){0,200}[^{}]{0,500}\}")
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]{0,10})?(?:[.#][\w-]{1,80}){1,4}", re.IGNORECASE)
_COLOURS = {"white": "#ffffff", "black": "#000000"}


class Hiding:
    """What one page hides. Rules for some screens only (``@media``) hide nothing: others see it."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._ruled = {node.mem_id for selector in _hiding_selectors(tree) for node in tree.css(selector)}

    def hides(self, node: LexborNode) -> bool:
        """Whether the reader does not see this element."""
        attributes = node.attributes
        if not attributes:
            return False
        style = attributes.get("style")
        return "hidden" in attributes or (bool(style) and is_hiding(str(style))) or node.mem_id in self._ruled


def is_hiding(style: str) -> bool:
    """Whether declarations make what they are for unseen."""
    if _HIDING.search(style) or (_NO_ROOM.search(style) and _CLIPPED.search(style)):
        return True
    ink, ground = _INK.search(style), _GROUND.search(style)
    return bool(ink and ground) and _colour(ink) == _colour(ground)


def _hiding_selectors(tree: LexborHTMLParser) -> list[str]:
    """Classes and ids that style sheets hide, and that nothing else can be meant by."""
    sheets = "\n".join(node.text() or "" for node in tree.css("style"))[:MAX_SHEET]
    found: list[str] = []
    for selectors, declarations in _RULE.findall(_AT_BLOCK.sub("", _COMMENT.sub("", sheets))):
        if is_hiding(declarations):
            found += [each for each in map(str.strip, selectors.split(",")) if _SIMPLE.fullmatch(each)]
    return found[:MAX_RULES]


def _colour(found: re.Match[str] | None) -> str:
    """One spelling of a colour."""
    name = found[1].lower() if found else ""
    if re.fullmatch(r"#[0-9a-f]{3}", name):
        return "#" + "".join(digit * 2 for digit in name[1:])
    return _COLOURS.get(name, name)
