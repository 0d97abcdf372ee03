"""Draws what is on a screen as an SVG: for ``--screenshot``, for the documentation and for the tests' snapshots.

Every word stands at its own cell, so that the columns hold whatever font draws them, Chinese beside Latin too; nothing
is fetched from the network, and the same screen is the same file.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME
from textual.strip import Strip

from desk.text import width

CELL, LINE, SIZE, BASE = 10, 20, 16.6, 15
"""Width and height of a cell, size of a letter (0.6 wide in most fonts), and where in the cell it stands."""
WIDE_SIZE = 18.6
WIDE_GAP = 2 * CELL - WIDE_SIZE
"""Wide characters are as wide as high: a little larger, they fill their two cells as a terminal's do."""
EDGE = 10
_FONTS = (
    "'Fira Code','JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK SC','PingFang SC',monospace"
)
_PLAIN = Style()


def draw(strips: Sequence[Strip], columns: int, *, title: str, ground: str, ink: str) -> str:
    """The lines of a screen of so many columns, on ``ground``, written in ``ink`` where nothing else is said."""
    classes: dict[str, str] = {}
    rects: list[str] = []
    words: list[str] = []
    for row, strip in enumerate(strips):
        runs = list(_runs(strip))
        rects.extend(_rects(row, runs))
        for column, text, style in runs:
            words.extend(_words(row, column, text, _class_of(style, classes)))
    wide, high = columns * CELL + 2 * EDGE, len(strips) * LINE + 2 * EDGE
    rules = "".join(f".{name}{{{rule}}}" for rule, name in classes.items())
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">',
        f"<title>{escape(title)}</title>",
        f"<style>{rules}</style>",
        f'<rect width="{wide}" height="{high}" rx="6" fill="{ground}"/>',
        f'<g transform="translate({EDGE} {EDGE})" font-family="{_FONTS}" font-size="{SIZE}" fill="{ink}">',
        *rects,
        *words,
        "</g>",
        "</svg>",
        "",
    ))  # fmt: skip


def _runs(strip: Iterable[Segment]) -> Iterator[tuple[int, str, Style]]:
    """The strip as texts of one style each, with the column each begins at."""
    column = 0
    for segment in Segment.simplify(segment for segment in strip if not segment.control):
        yield column, segment.text, segment.style or _PLAIN
        column += width(segment.text)


def _rects(row: int, runs: Iterable[tuple[int, str, Style]]) -> Iterator[str]:
    """The grounds of a line, neighbours of one colour as one."""
    for colour, group in groupby(runs, key=lambda run: _grounds(run[2])):
        same = list(group)
        if colour:
            left = same[0][0]
            cells = same[-1][0] + width(same[-1][1]) - left
            yield f'<rect x="{left * CELL}" y="{row * LINE}" width="{cells * CELL}" height="{LINE}" fill="{colour}"/>'


def _words(row: int, column: int, text: str, class_: str) -> Iterator[str]:
    """The words of a run, each at its own cell; wide characters are words of their own."""
    for space, group in groupby(text, key=lambda letter: "space" if letter == " " else width(letter)):
        letters = "".join(group)
        cells = width(letters)
        if space != "space":
            gap = f' font-size="{WIDE_SIZE}" letter-spacing="{WIDE_GAP:.1f}"' if space == 2 else ""
            length = f' textLength="{cells * CELL}"' if len(letters) > 1 else ""
            place = f'x="{column * CELL}" y="{row * LINE + BASE}"'
            yield f"<text {place}{length}{gap}{class_}>{escape(letters, quote=False)}</text>"
        column += cells


def _class_of(style: Style, classes: dict[str, str]) -> str:
    """The attribute that gives a style; a new class when none has it yet."""
    rule = _rule(style)
    if not rule:
        return ""
    return f' class="{classes.setdefault(rule, f"s{len(classes)}")}"'


@cache
def _rule(style: Style) -> str:
    """A style's CSS, but for its ground."""
    colour = (style.bgcolor or _dark()) if style.reverse else style.color
    said = [f"fill:{_hex(colour)}"] if colour else []
    if style.bold:
        said.append("font-weight:bold")
    if style.italic:
        said.append("font-style:italic")
    if style.underline:
        said.append("text-decoration:underline")
    if style.dim:
        said.append("opacity:.6")
    return ";".join(said)


@cache
def _grounds(style: Style) -> str:
    """The colour behind a style; empty for the screen's own."""
    colour = (style.color or _light()) if style.reverse else style.bgcolor
    return _hex(colour) if colour and (style.reverse or not colour.is_default) else ""


def _hex(colour: Color) -> str:
    return colour.get_truecolor(SVG_EXPORT_THEME).hex


def _dark() -> Color:
    return Color.from_triplet(SVG_EXPORT_THEME.background_color)


def _light() -> Color:
    return Color.from_triplet(SVG_EXPORT_THEME.foreground_color)
