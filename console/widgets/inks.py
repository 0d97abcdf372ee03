"""The styles that lines are painted with, by what they mean; made once for each theme.

Lines are painted as segments, not as styled nodes: a style sheet lookup for every word would cost more than the frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.color import Color
from rich.style import Style
from textual.app import App

_Variables = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inks:
    """What each kind of text looks like. Grounds are combined with ``+``: ``inks.dim + inks.cursor``."""

    text: Style
    dim: Style
    faint: Style
    strong: Style
    emergency: Style
    breaching: Style
    fine: Style
    vip: Style
    link: Style
    customer: Style
    desk: Style
    bot: Style
    note: Style
    note_ground: Style
    chip: Style
    cursor: Style
    cursor_blurred: Style
    bar: Style
    key: Style


def inks_of(app: App[object]) -> Inks:
    """The inks of the theme the app now shows. Cheap enough to call for every painted widget, not for every line."""
    return _inks(app.theme, tuple(sorted(app.theme_variables.items())), app.native_ansi_color, app.no_color)


class InkPot:
    """Keeps the inks of a theme until the theme changes; every painting widget has one."""

    def __init__(self) -> None:
        self._theme = ""
        self._inks: Inks | None = None

    def inks(self, app: App[object]) -> tuple[Inks, bool]:
        """The inks now, and whether they changed since the last call."""
        if self._inks is not None and self._theme == app.theme:
            return self._inks, False
        self._theme, self._inks = app.theme, inks_of(app)
        return self._inks, True


@lru_cache(maxsize=4)
def _inks(_theme: str, variables: tuple[tuple[str, str], ...], sixteen: bool, plain: bool) -> Inks:
    """The inks made of a theme's variables. With sixteen colours, grounds are attributes instead of
    colours; ``plain`` (NO_COLOR) has attributes alone."""
    named = dict(variables)
    sixteen = sixteen or plain
    ground = None if sixteen else _colour(named["background"])

    def ink(name: str, *, bold: bool | None = None, underline: bool | None = None) -> Style:
        return Style(color=None if plain else _colour(named[name]), bgcolor=ground, bold=bold, underline=underline)

    def ground_of(name: str, *, bold: bool | None = None, reverse: bool | None = None) -> Style:
        return Style(bold=bold, reverse=reverse) if sixteen else Style(bgcolor=_colour(named[name]))

    return Inks(
        text=ink("foreground"),
        dim=ink("ink-dim"),
        faint=ink("ink-faint"),
        strong=ink("ink-strong", bold=True),
        emergency=ink("ink-emergency", bold=True),
        breaching=ink("ink-breaching", bold=True),
        fine=ink("ink-fine"),
        vip=ink("ink-vip", bold=True),
        link=ink("ink-link", underline=True),
        customer=ink("ink-customer"),
        desk=ink("ink-desk"),
        bot=ink("ink-bot"),
        note=ink("ink-note"),
        note_ground=ground_of("ink-note-ground"),
        chip=ink("ink-link") + ground_of("ink-chip-ground", bold=True),
        cursor=ground_of("ink-cursor-ground", reverse=True),
        cursor_blurred=ground_of("ink-cursor-blurred-ground", bold=True),
        bar=ground_of("ink-bar-ground"),
        key=ink("ink-link"),
    )


def _colour(value: str) -> Color:
    """A theme variable as a colour of Rich; Textual writes ``ansi_red`` for the terminal's own red."""
    return Color.parse(value.removeprefix("ansi_"))
