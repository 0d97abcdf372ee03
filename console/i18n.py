"""The interface's language: one gettext catalogue, loaded when it is first needed.

English is the language of the source, so an English console never loads :mod:`gettext` (3 ms). Text is looked up when
it is shown, never when a module is imported; placeholders are named: ``_("{n} tickets").format(n=n)``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

DOMAIN = "console"
LOCALE_DIR = Path(__file__).with_name("locale")
LANGUAGES: Mapping[str, str] = {"en": "en", "zh": "zh_CN"}
"""Languages by the name people give (``--lang``), and the name of their catalogue."""


class _Shown:
    """The language shown, and how text gets into it (None: it stays as it is). No dataclass: importing those takes
    longer than all else on the way to a knowledge search (10 ms)."""

    def __init__(self) -> None:
        self.language = "en"
        self.gettext: Callable[[str], str] | None = None
        self.ngettext: Callable[[str, str, int], str] | None = None


_shown = _Shown()


def set_language(language: str) -> None:
    """Show the interface in ``language`` (``en``, ``zh``, or a locale such as ``zh_CN.UTF-8``); unknown ones are
    English."""
    _shown.language = short_name(language)
    _shown.gettext = _shown.ngettext = None
    if _shown.language == "en":
        return
    import gettext as catalogues  # 3 ms, only when the interface is not English

    translations = catalogues.translation(DOMAIN, LOCALE_DIR, [LANGUAGES[_shown.language]], fallback=True)
    _shown.gettext, _shown.ngettext = translations.gettext, translations.ngettext


def language() -> str:
    """The language now shown: ``en`` or ``zh``."""
    return _shown.language


def short_name(locale: str) -> str:
    """The language of a locale's name, if the interface has it; else ``en``."""
    name = locale.replace("-", "_").split("_")[0].split(".")[0].lower()
    return name if name in LANGUAGES else "en"


def language_of_environment(environment: Mapping[str, str] = os.environ) -> str:
    """The language the terminal asks for, in the order of POSIX: LC_ALL, LC_MESSAGES, LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return short_name(value)
    return "en"


def gettext(text: str) -> str:
    """``text`` in the interface's language."""
    return _shown.gettext(text) if _shown.gettext else text


def ngettext(one: str, many: str, n: int) -> str:
    """``one`` or ``many``, as ``n`` asks for, in the interface's language."""
    if _shown.ngettext:
        return _shown.ngettext(one, many, n)
    return one if n == 1 else many


def mark(text: str) -> str:
    """Mark ``text`` for the catalogue where it is defined; it is looked up with :func:`gettext` where it is shown."""
    return text
