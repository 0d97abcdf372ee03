"""What a person may set: one TOML file, read into one frozen struct. Flag > environment > file > default.

Example::

    theme = "light"
    lang = "zh"
    quiet_hours = "22:00-07:30"

    [keys]
    reply = "R"
    next = ["j", "down"]
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from console.i18n import gettext as _

_MINUTES_A_DAY = 24 * 60
_IN_FILE_ONLY = frozenset({"keys"})


class SettingsError(Exception):
    """A settings file that cannot be used; ``sentence`` names the file, the key and what would fit."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their defaults.

    ``lang`` empty: from the locale. ``quiet_hours`` is ``HH:MM-HH:MM`` local time, empty for none; emergencies ring in
    them unless ``emergencies_in_quiet_hours`` is off. An emergency that nobody took rings every
    ``emergency_repeat_s`` seconds (0: once). ``keys`` gives keys by the action ids of :mod:`console.keys`.
    """

    theme: Literal["dark", "light", "auto"] = "auto"
    lang: Literal["", "en", "zh"] = ""
    density: Literal["two-line", "one-line"] = "two-line"
    bell: bool = True
    notify: bool = True
    quiet_hours: str = ""
    emergencies_in_quiet_hours: bool = True
    emergency_repeat_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 60
    keys: dict[str, str | list[str]] = {}

    @property
    def quiet_minutes(self) -> tuple[int, int] | None:
        """Start and end of the quiet hours in minutes after local midnight; the end may be before the start."""
        return parse_quiet_hours(self.quiet_hours)

    def is_quiet(self, minute: int) -> bool:
        """Whether a minute after local midnight lies in the quiet hours."""
        if (quiet := self.quiet_minutes) is None:
            return False
        start, end = quiet
        return start <= minute < end if start <= end else minute >= start or minute < end


def load_settings(
    path: Path, flags: Mapping[str, object] | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """The settings of this process; a missing file is all defaults. ``flags`` with the value None are not given.

    Raises :class:`SettingsError`.
    """
    values = _file_values(path)
    _refuse_unknown(values, path)
    for name in Settings.__struct_fields__:
        if name not in _IN_FILE_ONLY and (value := environ.get(f"CONSOLE_{name.upper()}")):
            values[name] = value
    values.update({name: value for name, value in (flags or {}).items() if value is not None})
    try:
        settings = msgspec.convert(values, Settings, strict=False)
        parse_quiet_hours(settings.quiet_hours)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(_("{path}: {problem}").format(path=path, problem=_worded(str(error)))) from None
    return settings


def parse_quiet_hours(text: str) -> tuple[int, int] | None:
    """``22:00-07:30`` as minutes after midnight; None for an empty text. Raises ValueError."""
    if not text.strip():
        return None
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(_("quiet_hours is “{text}”; write it as 22:00-07:30").format(text=text))
    return _minute(start, text), _minute(end, text)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like ``name``; empty when none is."""
    import difflib  # 4 ms, for mistakes only

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)), "")


def _file_values(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise SettingsError(_("{path} is not UTF-8 text.").format(path=path)) from None
    except OSError as error:
        raise SettingsError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or "")
        ) from None
    import tomllib  # 5 ms, for those who have such a file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_("{path} is not valid TOML: {reason}.").format(path=path, reason=error)) from None


def _refuse_unknown(values: Mapping[str, object], path: Path) -> None:
    known = Settings.__struct_fields__
    for name in values:
        if name in known:
            continue
        hint = nearest(name, known)
        if hint:
            sentence = _("{path}: there is no setting “{name}”. Did you mean “{hint}”?")
        else:
            sentence = _("{path}: there is no setting “{name}”. There are: {known}.")
        raise SettingsError(sentence.format(path=path, name=name, hint=hint, known=", ".join(known)))


def _minute(clock_time: str, text: str) -> int:
    hours, colon, minutes = clock_time.strip().partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal():
        minute = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and minute < _MINUTES_A_DAY:
            return minute
    raise ValueError(_("quiet_hours is “{text}”; write it as 22:00-07:30").format(text=text))


def _worded(problem: str) -> str:
    """msgspec's words (``Invalid enum value 'x' - at `$.theme```) as a plain clause."""
    what, at, where = problem.partition(" - at `$.")
    return f"{where.rstrip('`')}: {what}" if at else what
