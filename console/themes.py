"""The console's colours: a dark and a light theme, and one made of the terminal's own sixteen colours.

Every colour that means something is a variable here, named ``ink-…``, and used by :mod:`console.widgets.inks` and by
the style sheets; nothing else names a colour. Colours only repeat what a letter or a shape already says.
"""

from collections.abc import Mapping
from typing import TypeVar

from textual.app import App
from textual.theme import Theme

R = TypeVar("R")

DARK = Theme(
    name="desk-dark",
    primary="#7AA2C8",
    secondary="#8FA3B8",
    accent="#D9B36C",
    warning="#E0AF68",
    error="#E07A7A",
    success="#8DBF8B",
    foreground="#D5DAE2",
    background="#14181F",
    surface="#1A1F28",
    panel="#222936",
    dark=True,
    variables={
        "ink-dim": "#8893A4",
        "ink-faint": "#4A5463",
        "ink-strong": "#F2F5F9",
        "ink-emergency": "#FF8A8A",
        "ink-breaching": "#E8B86D",
        "ink-fine": "#8DBF8B",
        "ink-vip": "#D9B36C",
        "ink-link": "#7CB7E8",
        "ink-customer": "#9CC7E8",
        "ink-desk": "#A3CFA0",
        "ink-bot": "#B7A6DB",
        "ink-note": "#E3C989",
        "ink-note-ground": "#26241D",
        "ink-chip-ground": "#28313F",
        "ink-cursor-ground": "#2A3648",
        "ink-cursor-blurred-ground": "#212936",
        "ink-bar-ground": "#1D2430",
        "scrollbar": "#3A4454",
        "scrollbar-background": "#14181F",
    },
)

LIGHT = Theme(
    name="desk-light",
    primary="#2C5F93",
    secondary="#51667D",
    accent="#8A5A00",
    warning="#8F5B00",
    error="#B3261E",
    success="#2F6B33",
    foreground="#22272E",
    background="#FAFAF7",
    surface="#F2F2EE",
    panel="#E8E8E2",
    dark=False,
    variables={
        "ink-dim": "#5E6875",
        "ink-faint": "#B4B9C0",
        "ink-strong": "#0B0E12",
        "ink-emergency": "#B3261E",
        "ink-breaching": "#8F5B00",
        "ink-fine": "#2F6B33",
        "ink-vip": "#8A5A00",
        "ink-link": "#1D5FA8",
        "ink-customer": "#1F5C91",
        "ink-desk": "#2F6B33",
        "ink-bot": "#6A4FA3",
        "ink-note": "#7A5600",
        "ink-note-ground": "#F7F0DC",
        "ink-chip-ground": "#E2E8F0",
        "ink-cursor-ground": "#D6E3F2",
        "ink-cursor-blurred-ground": "#E6EAF0",
        "ink-bar-ground": "#ECEDE8",
        "scrollbar": "#B9BFC7",
        "scrollbar-background": "#FAFAF7",
    },
)

SIXTEEN = Theme(
    name="desk-16",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "ink-dim": "ansi_default",
        "ink-faint": "ansi_bright_black",
        "ink-strong": "ansi_default",
        "ink-emergency": "ansi_red",
        "ink-breaching": "ansi_yellow",
        "ink-fine": "ansi_green",
        "ink-vip": "ansi_yellow",
        "ink-link": "ansi_cyan",
        "ink-customer": "ansi_cyan",
        "ink-desk": "ansi_green",
        "ink-bot": "ansi_magenta",
        "ink-note": "ansi_yellow",
        "ink-note-ground": "ansi_default",
        "ink-chip-ground": "ansi_default",
        "ink-cursor-ground": "ansi_default",
        "ink-cursor-blurred-ground": "ansi_default",
        "ink-bar-ground": "ansi_default",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "border": "ansi_blue",
        "border-blurred": "ansi_bright_black",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
        "screen-selection-background": "ansi_blue",
        "screen-selection-foreground": "ansi_white",
    },
)
"""For terminals of sixteen colours and for NO_COLOR: what others say with a background, this says with reverse."""

THEMES = (DARK, LIGHT, SIXTEEN)
NAMES: Mapping[str, str] = {"dark": DARK.name, "light": LIGHT.name}
"""Themes by the name a settings file gives them."""
PALE = frozenset({7, *range(9, 16)})
"""Those of the sixteen colours that are light as a background."""


def theme_for(environment: Mapping[str, str], wanted: str = "auto") -> str:
    """The theme to begin with: the one wanted; for ``auto`` the one that suits what the terminal says of itself.

    Sixteen colours where there are no more, or none are wanted.
    """
    if "NO_COLOR" in environment:
        return SIXTEEN.name
    if wanted in NAMES:
        return NAMES[wanted]
    if not _many_colours(environment):
        return SIXTEEN.name
    return LIGHT.name if _is_pale(environment) else DARK.name


def _is_pale(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says in ``COLORFGBG`` (``0;15``, ``0;default;15``) that its background is light."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return ground.isascii() and ground.isdecimal() and int(ground) in PALE


def begin_with(app: App[R], name: str) -> None:
    """Begin in a theme, before the app runs. Setting ``app.theme`` would read every style sheet twice (15 ms)."""
    app.set_reactive(App.theme, name)
    dark = app.current_theme.dark
    app.update_classes({f"-theme-{name}": True, "-dark-mode": dark, "-light-mode": not dark}, update=False)
    app.stylesheet.set_variables(app.get_css_variables())
    app._refresh_truecolor_filter(app.ansi_theme)


def _many_colours(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says it has more than sixteen colours."""
    term = environment.get("TERM", "")
    deep = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    return deep or "256" in term or term.startswith(("xterm-kitty", "alacritty", "ghostty", "foot", "wezterm"))
