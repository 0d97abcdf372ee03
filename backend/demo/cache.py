"""Keeps built sample desks, so that a second start is instant.

A desk is one database file named after what it was made from. It is good for some hours, because its tickets should be
of today; then it is built anew. Beside it lies, readable by its owner only, who may sign in.
"""

import contextlib
import secrets
import shutil
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from backend.database import Database
from backend.demo.build import Progress, build
from backend.demo.content import content_digest, staff
from backend.demo.crowd import AS_WRITTEN, Scale
from backend.files import folder_beside
from backend.passwords import hash_password
from backend.services.people import set_password_hash
from backend.services.search_index import index_messages
from desk.ids import AgentId, Instant
from desk.records import Role

FRESH_FOR_MS = 6 * 3_600_000
INDEXED_AT_ONCE = 5_000
"""Desks of more tickets are indexed for search by the server, while it already answers."""

SAMPLE_USERS = {Role.AGENT: "mei", Role.SENIOR: "li", Role.LEAD: "ana", Role.ADMIN: "root"}


class Login(Struct, frozen=True):
    """How a sample user signs in."""

    user: str
    password: str


class BuiltDesk(Struct, frozen=True):
    """A desk on disk. ``built_at`` is the instant its day ends at; ``logins`` are by role."""

    database: str
    built_at: Instant
    logins: dict[str, Login]

    def path(self, folder: Path) -> Path:
        """The database's file."""
        return folder / self.database


def sample_desk(
    folder: Path,
    *,
    tickets: int,
    seed: int,
    lang: str,
    now: Instant,
    progress: Progress,
    scale: Scale = AS_WRITTEN,
) -> tuple[BuiltDesk, Path]:
    """A desk that is fresh enough, built when there is none, and its database's path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"desk-{tickets}-{seed}-{lang}{scale.name}-{content_digest()}"
    with FileLock(folder / f"{name}.lock"):
        description = folder / f"{name}.json"
        known = _read(description)
        if known is None or not known.path(folder).exists() or not 0 <= now - known.built_at < FRESH_FOR_MS:
            _forget_old(folder, keep=name)
            known = _build(folder, name, tickets, seed, lang, now, progress, scale)
            description.touch(mode=0o600)
            description.write_bytes(msgspec.json.encode(known))
    return known, known.path(folder)


def _read(description: Path) -> BuiltDesk | None:
    """What is written about a desk; None when there is none or it cannot be read, which means building it again."""
    try:
        return msgspec.json.decode(description.read_bytes(), type=BuiltDesk)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _build(
    folder: Path, name: str, tickets: int, seed: int, lang: str, now: Instant, progress: Progress, scale: Scale
) -> BuiltDesk:
    """Build beside and rename at the end, so that an interrupted build is never taken for a desk."""
    database_name = f"{name}-{now}.db"
    unfinished = folder / f"{database_name}.part"
    _remove_database(unfinished)
    database = Database(f"sqlite:///{unfinished}")
    logins = {}
    try:
        build(database, tickets=tickets, seed=seed, lang=lang, now=now, progress=progress, scale=scale)
        handles = {person.handle for person in staff()}
        with database.write(now) as tx:
            for role, user in SAMPLE_USERS.items():
                assert user in handles
                logins[role.value] = Login(user, secrets.token_urlsafe(12))
                set_password_hash(tx, AgentId(f"agent-{user}"), hash_password(logins[role.value].password))
        if tickets <= INDEXED_AT_ONCE:
            with database.write(now) as tx:
                while index_messages(tx, 2_000):
                    pass
    finally:
        database.close()
    files = folder_beside(unfinished)
    if files.exists():
        files.rename(folder_beside(folder / database_name))
    unfinished.rename(folder / database_name)
    return BuiltDesk(database_name, now, logins)


def _forget_old(folder: Path, keep: str) -> None:
    """Delete desks that nobody serves: stale ones of this name, and any made from other content."""
    digest = keep.rsplit("-", 1)[1]
    for database in folder.glob("desk-*.db"):
        stale = database.name.startswith(keep) or f"-{digest}-" not in database.name
        if stale:
            with contextlib.suppress(Timeout), served(database):
                _remove_database(database)


def served(database: Path) -> FileLock:
    """The lock one holds while serving a desk; taking it fails at once when somebody else does."""
    return FileLock(database.with_suffix(".serving"), timeout=0)


def _remove_database(path: Path) -> None:
    for leftover in (path, *path.parent.glob(path.name + "-*")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(folder_beside(path), ignore_errors=True)
