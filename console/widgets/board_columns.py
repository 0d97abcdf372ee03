"""The columns of the board: what each shows of a person, how wide it is, and what it sorts by. Pure.

The first column always stays in sight; of the others as many as there is room for, from the one that was moved to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rich.style import Style

from console.i18n import gettext as _
from console.i18n import mark
from console.widgets.inks import Inks
from console.widgets.when import age
from console.wording import ROLE, word
from desk.ids import MS_PER_S, Instant
from desk.load import AgentLoad, share_of_capacity
from desk.records import Agent
from desk.text import clean_name, width

NOT_COUNTED = "·"
_LEAST_NAME, _MOST_NAME = 14, 30
_FIGURES, _LOAD_CELLS = 6, 16
_HANDLE = 8
_GAP = 1


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the board. ``state`` says in words whether they can be given work, ``present`` whether they can.

    ``load`` is None until it was counted, ``online`` while nobody knows, ``acted_at`` where the backend told nothing.
    """

    agent: Agent
    state: str
    present: bool
    load: AgentLoad | None = None
    online: bool | None = None
    acted_at: Instant | None = None

    @property
    def last_at(self) -> Instant | None:
        """When they last did something, as far as it is known here: the backend saw it, or their tickets show it."""
        if self.acted_at is not None or self.load is None:
            return self.acted_at
        return self.load.last_answer_at

    @property
    def is_full(self) -> bool:
        """Whether they hold as much as they can, or more."""
        return self.load is not None and share_of_capacity(self.agent, self.load.open) >= 1


Text = Callable[[Person, Instant], str]
Ink = Callable[[Person, Inks], Style]


@dataclass(frozen=True, slots=True)
class Column:
    """One thing about a person. ``order`` gives what it sorts by; numbers stand on the right and sort the most
    first."""

    id: str
    heading: str
    cells: int
    text: Text
    order: Callable[[Person], Any]
    ink: Ink
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A column in sight: where it begins and how wide it is there."""

    column: Column
    at: int
    cells: int


def _number(name: str, heading: str, cells: int, *, alarming: bool = False) -> Column:
    def count(person: Person) -> int:
        return getattr(person.load, name) if person.load is not None else 0

    def text(person: Person, now: Instant) -> str:
        return f"{count(person):,}" if person.load is not None else NOT_COUNTED

    def ink(person: Person, inks: Inks) -> Style:
        if not count(person):
            return inks.faint
        return inks.breaching if alarming else inks.text

    return Column(name, heading, cells, text, count, ink, is_number=True)


def _plain(person: Person, inks: Inks) -> Style:
    return inks.text if person.agent.active else inks.dim


def _quiet(person: Person, inks: Inks) -> Style:
    return inks.dim


def _name(agent: Agent) -> str:
    """Handle and name; short handles take the same room, so that names stand below each other."""
    handle = clean_name(agent.handle)
    return f"{handle}{' ' * max(1, _HANDLE - width(handle))}{clean_name(agent.name)}"


def _online(person: Person, now: Instant) -> str:
    return {True: _("here"), False: "–", None: "?"}[person.online]


def _state_ink(person: Person, inks: Inks) -> Style:
    if not person.agent.active:
        return inks.breaching
    return inks.fine if person.present else inks.dim


def _load(person: Person, now: Instant) -> str:
    """A bar and its figures, ``━━━━━───  12/20``; a mark where they hold more than they can."""
    if person.load is None:
        return NOT_COUNTED
    share = share_of_capacity(person.agent, person.load.open)
    figures = f"{person.load.open}/{person.agent.capacity}".rjust(_FIGURES)
    bar = max(_LOAD_CELLS - len(figures) - 2, 0)
    filled = min(bar, round(share * bar) or (1 if share else 0))
    return f"{'━' * filled}{'─' * (bar - filled)} {figures}{'!' if share > 1 else ' '}"


def _load_ink(person: Person, inks: Inks) -> Style:
    return inks.breaching if person.is_full else inks.fine


def _last(person: Person, now: Instant) -> str:
    return age((now - person.last_at) // MS_PER_S) if person.last_at is not None else "–"


PERSON = Column(
    "person",
    mark("Agent"),
    _LEAST_NAME,
    lambda person, now: _name(person.agent),
    lambda person: person.agent.handle.casefold(),
    lambda person, inks: inks.strong if person.agent.active else inks.dim,
)
COLUMNS: tuple[Column, ...] = (
    PERSON,
    Column("online", mark("Here"), 5, _online, lambda person: not person.online,
    lambda person, inks: inks.fine if person.online else inks.faint),
    Column("state", mark("Shift"), 15, lambda person, now: person.state,
    lambda person: (not person.present, person.state), _state_ink),
    _number("open", mark("Open"), 5),
    _number("unanswered", mark("Unread"), 7),
    _number("waiting", mark("Wait"), 5),
    _number("breaching", mark("Due"), 5, alarming=True),
    Column("capacity", mark("Capacity"), _LOAD_CELLS, _load,
    lambda person: share_of_capacity(person.agent, person.load.open if person.load is not None else 0), _load_ink,
    is_number=True),
    Column("last", mark("Last act"), 9, _last, lambda person: person.last_at or 0, _quiet, is_number=True),
    _number("picked", mark("Picked"), 7, alarming=True),
    Column("role", mark("Role"), 7, lambda person, now: word(ROLE, person.agent.role), lambda person: person.agent.role,
    _quiet),
    Column("languages", mark("Languages"), 11, lambda person, now: " ".join(map(clean_name, person.agent.languages)),
    lambda person: person.agent.languages, _plain),
    Column("skills", mark("Skills"), 24, lambda person, now: ", ".join(map(clean_name, person.agent.skills)),
    lambda person: person.agent.skills, _quiet),
)  # fmt: skip
"""In order, the most important first."""


def column(column_id: str) -> Column:
    """The column of that id; the first one for an id nobody knows."""
    return next((one for one in COLUMNS if one.id == column_id), PERSON)


def placed(cells: int, first: int) -> list[Placed]:
    """The columns in sight on so many cells, the person and then from the ``first``-th other one. What is left over
    goes to the name, and behind that to the last column."""
    room = cells - 1 - _LEAST_NAME
    shown: list[tuple[Column, int]] = []
    for before, one in pairwise((PERSON, *COLUMNS[1:][first:])):
        gap = 2 * _GAP if before.is_number and not one.is_number else _GAP
        if room < gap + one.cells:
            break
        room -= gap + one.cells
        shown.append((one, gap))
    name = min(_LEAST_NAME + room, _MOST_NAME) if shown else cells - 1
    room -= name - _LEAST_NAME
    places, at = [Placed(PERSON, 1, name)], 1 + name
    for one, gap in shown:
        more = max(room, 0) if one is shown[-1][0] and not one.is_number else 0
        places.append(Placed(one, at + gap, one.cells + more))
        at += gap + one.cells + more
    return places


def most_first(cells: int) -> int:
    """The least ``first`` with which the last column is in sight; none beyond it shows more."""
    return next(first for first in range(len(COLUMNS)) if placed(cells, first)[-1].column in (COLUMNS[-1], PERSON))


def in_order(people: Sequence[Person], sort: str, *, turned: bool) -> list[Person]:
    """The people by a column, numbers the most first (``turned``: the other way round); then by handle. Who is gone and
    still holds tickets comes before all others."""
    by = column(sort)
    ordered = sorted(people, key=PERSON.order)
    ordered.sort(key=by.order, reverse=by.is_number != turned)
    return sorted(ordered, key=lambda person: person.agent.active)
