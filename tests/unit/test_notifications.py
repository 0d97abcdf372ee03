"""When the bell rings, what the desktop is told, and that nothing a customer wrote reaches the terminal raw."""

import time
from collections.abc import Iterator

import pytest

from console.clock import frozen_clock
from console.i18n import set_language
from console.notifications import Notifier, dialect_of
from console.settings import Settings

NIGHT = int(time.mktime((2026, 3, 20, 23, 30, 0, 0, 0, -1))) * 1000
DAY = int(time.mktime((2026, 3, 20, 12, 0, 0, 0, 0, -1))) * 1000
XTERM = {"TERM": "xterm-256color"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def sent(settings: Settings, at: int = DAY, environ: dict[str, str] = XTERM, by: str = "Mei") -> str:
    written: list[str] = []
    Notifier(written.append, settings, frozen_clock(at), environ).tell("mention", "T-7", by)
    return "".join(written)


def test_a_mention_rings_and_is_shown_on_the_desktop() -> None:
    assert sent(Settings()) == "\x07\x1b]9;Mei mentioned you in T-7\x07"


def test_nothing_disturbs_the_quiet_hours_even_over_midnight() -> None:
    settings = Settings(quiet_hours="22:00-07:30")
    assert sent(settings, NIGHT) == ""
    assert sent(settings, DAY) != ""


def test_bell_and_desktop_are_switched_apart() -> None:
    assert sent(Settings(notify=False)) == "\x07"
    assert sent(Settings(bell=False)).startswith("\x1b]9;")
    assert sent(Settings(bell=False, notify=False)) == ""


def test_a_hostile_name_cannot_end_the_sequence_or_begin_another() -> None:
    written = sent(Settings(bell=False), by="x\x07\x1b]52;c;ZXZpbA==\x07\x9cy\x1b\\\u202e")
    assert written.startswith("\x1b]9;") and written.endswith("\x07")
    inside = written[len("\x1b]9;") : -1]
    assert all(c.isprintable() for c in inside)


def test_osc_777_takes_no_semicolon_from_a_name() -> None:
    written = sent(Settings(bell=False), environ={"TERM": "foot"}, by="a;b")
    assert written.startswith("\x1b]777;notify;")
    assert written.count(";") == 3


def test_tmux_passes_it_through() -> None:
    written = sent(Settings(bell=False), environ={"TERM": "tmux-256color", "TMUX": "/tmp/x"})
    assert written.startswith("\x1bPtmux;\x1b\x1b]9;") and written.endswith("\x1b\\")


@pytest.mark.parametrize("term", ["", "dumb", "linux"])
def test_a_terminal_that_would_print_it_gets_the_bell_alone(term: str) -> None:
    assert dialect_of({"TERM": term}) == "none"
    assert sent(Settings(), environ={"TERM": term}) == "\x07"


def test_a_burst_rings_once() -> None:
    written: list[str] = []
    notifier = Notifier(written.append, Settings(), frozen_clock(DAY), XTERM)
    assert notifier.tell("assignment", "T-1")
    assert not notifier.tell("assignment", "T-2")
    assert len(written) == 1
