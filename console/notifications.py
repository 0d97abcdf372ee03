"""Bell and desktop notification when somebody mentions me, gives me a ticket or decides about what I wrote, but not in
the quiet hours. An emergency rings then too, unless its own setting says otherwise.

A terminal shows a desktop notification on OSC 9 (iTerm2, kitty, WezTerm, Windows Terminal, Ghostty) or OSC 777 (urxvt,
foot, VTE); others ignore the sequence, but for those that would print it, which get the bell alone. Inside tmux it is
wrapped to pass through. Text is cleaned and short, and repeats nothing a customer wrote.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Literal, Protocol, TypeAlias

from console.clock import Clock
from console.i18n import gettext as _
from console.i18n import mark
from desk.ids import MS_PER_S, Instant
from desk.text import clean_name

Kind: TypeAlias = Literal[
    "mention", "assignment", "emergency", "accepted", "taken_over", "approved", "changed", "returned"
]  # fmt: skip
Dialect: TypeAlias = Literal["osc9", "osc777", "none"]

BEL = "\x07"
ESC = "\x1b"
_SENTENCES: Mapping[Kind, str] = {
    "emergency": mark("Emergency: {ref}"),
    "mention": mark("{by} mentioned you in {ref}"),
    "assignment": mark("{by} assigned {ref} to you"),
    "accepted": mark("{by} accepted {ref}, which you escalated"),
    "taken_over": mark("{by} took {ref} over from you"),
    "approved": mark("{by} approved your reply in {ref}"),
    "changed": mark("{by} approved your reply in {ref} with changes"),
    "returned": mark("{by} returned your reply in {ref}"),
}
_MAX_CHARS = 120
_AGAIN_AFTER_MS = 2 * MS_PER_S
_OSC777 = ("rxvt", "foot", "vte")
_SILENT = frozenset({"linux", "dumb", ""})


class Wishes(Protocol):
    """What :class:`console.settings.Settings` says about being disturbed."""

    @property
    def bell(self) -> bool:
        """Whether the bell may ring."""

    @property
    def notify(self) -> bool:
        """Whether desktop notifications may be sent."""

    @property
    def emergencies_in_quiet_hours(self) -> bool:
        """Whether an emergency rings in the quiet hours."""

    def is_quiet(self, minute: int) -> bool:
        """Whether a minute after local midnight lies in the quiet hours."""


class Notifier:
    """Rings and notifies through ``write``, which sends bytes to the terminal as they are."""

    def __init__(
        self, write: Callable[[str], None], wishes: Wishes, clock: Clock, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._write = write
        self._wishes = wishes
        self._clock = clock
        self._dialect = dialect_of(environ)
        self._in_tmux = bool(environ.get("TMUX"))
        self._rang_at: Instant = 0

    def tell(self, kind: Kind, ref: str, by: str = "") -> bool:
        """Ring and notify, unless it is quiet or somebody was told a moment ago. True when something was sent."""
        now = self._clock()
        urgent = kind == "emergency"
        heard = (urgent and self._wishes.emergencies_in_quiet_hours) or not self._wishes.is_quiet(local_minute(now))
        if not heard or (not urgent and now - self._rang_at < _AGAIN_AFTER_MS):
            return False
        sent = (BEL if self._wishes.bell else "") + (self._desktop(kind, ref, by) if self._wishes.notify else "")
        if sent:
            self._rang_at = now
            self._write(sent)
        return bool(sent)

    def _desktop(self, kind: Kind, ref: str, by: str) -> str:
        """The sequence of this terminal; empty when it has none."""
        sentence = sentence_of(kind, ref, by)
        if self._dialect == "osc9":
            sequence = f"{ESC}]9;{sentence}{BEL}"
        elif self._dialect == "osc777":
            sequence = f"{ESC}]777;notify;{_('Agent Console').replace(';', ',')};{sentence.replace(';', ',')}{BEL}"
        else:
            return ""
        return f"{ESC}Ptmux;{sequence.replace(ESC, ESC + ESC)}{ESC}\\" if self._in_tmux else sequence


def sentence_of(kind: Kind, ref: str, by: str) -> str:
    """What happened, in a few words without control characters."""
    ref, by = clean_name(ref), clean_name(by)
    sentence = _(_SENTENCES[kind]).format(by=by or _("A colleague"), ref=ref)
    return clean_name(sentence, limit=_MAX_CHARS)


def dialect_of(environ: Mapping[str, str]) -> Dialect:
    """How this terminal takes desktop notifications."""
    term = environ.get("TERM", "")
    if term in _SILENT:
        return "none"
    if environ.get("VTE_VERSION") or any(name in term for name in _OSC777):
        return "osc777"
    return "osc9"


def local_minute(at: Instant) -> int:
    """Minutes after local midnight."""
    local = time.localtime(at // MS_PER_S)
    return local.tm_hour * 60 + local.tm_min
