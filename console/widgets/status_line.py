"""The first line: who works where, how fresh the screen is, what waits to be sent, the time of day.

desk · mei · senior · acme.example                      ● live · outbox 1 · 14:02
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.when import age, clock_time
from desk.ids import MS_PER_S, Instant
from desk.text import clean_name, width

Freshness: TypeAlias = Literal[
    "starting", "live", "connecting", "bootstrapping", "offline", "signed-out", "refused", "follower"
]

TICK_S = 1.0
_REVERSE = Style(reverse=True)


@dataclass(frozen=True, slots=True)
class SyncShown:
    """Where the synchronisation stands. ``since`` is when it began to, ``done`` of ``total`` the first filling."""

    state: Freshness = "starting"
    since: Instant = 0
    done: int = 0
    total: int = 0


class StatusLine(Bar):
    """Shows identity and freshness. A state is a shape and a word; colour repeats it."""

    who: reactive[str] = reactive("", repaint=False)
    sync: reactive[SyncShown] = reactive(SyncShown, repaint=False)
    outbox: reactive[int] = reactive(0, repaint=False)
    attention: reactive[int] = reactive(0, repaint=False)
    alarm: reactive[str] = reactive("", repaint=False)
    """An emergency that nobody has taken, in words; it takes the place of who works here."""
    bulk: reactive[tuple[int, int]] = reactive((0, 0), repaint=False)
    """How many commands given to many tickets are settled, of how many."""

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._shown: tuple[str, str] = ("", "")

    def on_mount(self) -> None:
        """Let the clock and the age of being offline tick."""
        self.set_interval(TICK_S, self._tick)

    def _tick(self) -> None:
        """Paint only when a minute (or the age) reads differently."""
        if (clock_time(self._clock()), self._freshness()[1]) != self._shown:
            self.changed()

    def watch_who(self) -> None:
        """Somebody else."""
        self.changed()

    def watch_sync(self) -> None:
        """Another state."""
        self.changed()

    def watch_outbox(self) -> None:
        """More or less to send."""
        self.changed()

    def watch_bulk(self) -> None:
        """Paint how far it is."""
        self.changed()

    def watch_attention(self) -> None:
        """More or less to decide."""
        self.changed()

    def watch_alarm(self) -> None:
        """An emergency came, or was taken."""
        self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """One line: the right side has precedence."""
        right = self._right(inks)
        right_at = width_ - 1 - sum(width(text) for text, _ink in right)
        line = Line(width_, inks.bar).add(" ", inks.dim)
        if self.alarm:
            line.add(f"!! {clean_name(self.alarm)} ", inks.emergency + _REVERSE, right_at - 2)
        else:
            line.add("desk", inks.strong, right_at - 2)
        if self.who and not self.alarm:
            line.add(f" · {clean_name(self.who)}", inks.dim, right_at - line.cells - 2)
        line.to(right_at, inks.dim)
        for text, ink in right:
            line.add(text, ink)
        return [line.strip(inks.dim)]

    def _right(self, inks: Inks) -> list[tuple[str, Style]]:
        mark, words = self._freshness()
        now = clock_time(self._clock())
        self._shown = (now, words)
        ink = {
            "live": inks.fine,
            "offline": inks.breaching,
            "signed-out": inks.emergency,
            "refused": inks.emergency,
        }.get(self.sync.state, inks.dim)
        right = [(f"{mark} {words}", ink)]
        if self.attention:
            right.append((" · " + _("{n} need you").format(n=self.attention), inks.emergency))
        if self.bulk[1]:
            done, total = self.bulk
            right.append((" · " + _("bulk {done}/{total}").format(done=f"{done:,}", total=f"{total:,}"), inks.text))
        if self.outbox:
            right.append((" · " + _("outbox {n}").format(n=self.outbox), inks.text))
        right.append((f" · {now}", inks.dim))
        return right

    def _freshness(self) -> tuple[str, str]:
        """The mark and the words of the state."""
        sync = self.sync
        match sync.state:
            case "live":
                return "●", _("live")
            case "follower":
                return "●", _("live, by another console")
            case "bootstrapping":
                done = f" {100 * sync.done // sync.total} %" if sync.total else f" {sync.done:,}" if sync.done else ""
                return "◐", _("filling{done}").format(done=done)
            case "connecting":
                return "○", _("connecting")
            case "offline":
                return "○", _("offline {age}").format(age=age((self._clock() - sync.since) // MS_PER_S))
            case "signed-out":
                return "×", _("signed out")
            case "refused":
                return "×", _("refused")
            case "starting":
                return "○", _("local")
