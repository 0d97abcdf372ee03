"""Reads the sample desk's words and people from the data files of this package, typed, once per process.

Articles and scenarios have files of their own: :mod:`backend.demo.articles_on_disk` and :mod:`backend.demo.scenario`.
"""

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from backend.procedures import FOLDER as PROCEDURES
from desk.ids import MacroId, TeamId
from desk.records import Calendar, Interval, Macro, Policy, Role, Severity, Status, Targets, Team

FOLDER = Path(__file__).parent


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One member of the staff as written in ``desk.toml``; ``share`` weighs how many tickets they hold, ``zh_name`` is
    how they introduce themselves in Chinese."""

    handle: str
    name: str
    role: Role
    teams: tuple[TeamId, ...]
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    share: int
    away: bool = False
    zh_name: str = ""
    shift: str = "always"
    capacity: int = 25
    needs_review: bool = False


class _Minutes(msgspec.Struct, frozen=True):
    first_reply_min: int
    next_reply_min: int
    resolve_min: int


class _Week(msgspec.Struct, frozen=True):
    zone: str
    week: tuple[tuple[str, ...], ...]
    holidays: tuple[str, ...]


class _Rules(msgspec.Struct, frozen=True):
    tags: tuple[str, ...]
    company_domains: tuple[str, ...]
    targets: dict[Severity, _Minutes]
    calendars: dict[str, _Week]


class _Team(msgspec.Struct, frozen=True):
    id: TeamId
    name: str
    calendar: str


class _Desk(msgspec.Struct, frozen=True):
    teams: tuple[_Team, ...]
    agents: tuple[Person, ...]
    policy: _Rules


class Names(msgspec.Struct, frozen=True):
    """Raw material for customers' names; Chinese parts are ``characters:latin``."""

    zh_surnames: tuple[str, ...]
    zh_given: tuple[str, ...]
    zh_countries: tuple[str, ...]
    world: dict[str, tuple[str, ...]]


class _MacroText(msgspec.Struct, frozen=True):
    title: str
    body: str = ""


class _Macro(msgspec.Struct, frozen=True):
    shortcut: str
    en: _MacroText
    zh: _MacroText
    status: Status | None = None
    severity: Severity | None = None
    team: TeamId | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    condition: str = ""


class _Macros(msgspec.Struct, frozen=True):
    macros: tuple[_Macro, ...]


@cache
def _desk() -> _Desk:
    return msgspec.toml.decode((FOLDER / "desk.toml").read_bytes(), type=_Desk)


@cache
def names() -> Names:
    """What customers may be called."""
    return msgspec.toml.decode((FOLDER / "names.toml").read_bytes(), type=Names)


def staff() -> tuple[Person, ...]:
    """Everybody who works at the desk, agents first."""
    return _desk().agents


def teams() -> list[Team]:
    """The teams, each at version 1."""
    return [Team(id=team.id, v=1, name=team.name, calendar=team.calendar) for team in _desk().teams]


def macros() -> list[Macro]:
    """The prepared answers in both languages."""
    read = msgspec.toml.decode((FOLDER / "macros.toml").read_bytes(), type=_Macros)
    return [
        Macro(
            id=MacroId(f"macro-{macro.shortcut}"),
            v=1,
            shortcut=macro.shortcut,
            title={"en": macro.en.title, "zh": macro.zh.title},
            body={"en": macro.en.body.strip(), "zh": macro.zh.body.strip()},
            status=macro.status,
            severity=macro.severity,
            team_id=macro.team,
            add_tags=macro.add_tags,
            remove_tags=macro.remove_tags,
            condition=macro.condition,
        )
        for macro in read.macros
    ]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _interval(text: str) -> Interval:
    start, end = text.split("-")
    return Interval(start_min=_minutes(start), end_min=_minutes(end))


def policy() -> Policy:
    """How the sample desk is run."""
    rules = _desk().policy
    return Policy(
        targets={
            severity.value: Targets(
                first_reply_s=target.first_reply_min * 60,
                next_reply_s=target.next_reply_min * 60,
                resolve_s=target.resolve_min * 60,
            )
            for severity, target in rules.targets.items()
        },
        calendars={
            name: Calendar(
                zone=week.zone,
                week=tuple(tuple(_interval(text) for text in day) for day in week.week),
                holidays=week.holidays,
            )
            for name, week in rules.calendars.items()
        },
        tags=rules.tags,
        company_domains=rules.company_domains,
    )


@cache
def content_digest() -> str:
    """A short digest of every file a cached desk was made from: this package's, code included, and the procedures."""
    digest = hashlib.sha256()
    for path in (*sorted(FOLDER.rglob("*")), *sorted(PROCEDURES.glob("*.md"))):
        if path.suffix in {".py", ".toml", ".md"}:
            digest.update(path.relative_to(FOLDER.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
