"""What can go wrong with the replica. Each error carries one sentence for the agent.

StoreError
├── StoreUnwritable      the file, its folder or its disk refuses writing
├── DiskFull             no space is left
├── StoreTooNew          a newer console wrote the file; it is open for reading only
├── StoreCorrupt         the file is damaged, and could not be replaced by itself
├── StoreBusy            another program holds the file for too long
├── NetworkFilesystem    the file lies where SQLite cannot lock it
├── CannotResolve        that way out does not fit the command
└── SuspiciousEviction   a page would take away most tickets; ask the backend before believing it
"""

import sqlite3
from pathlib import Path

from console.i18n import gettext as _


class StoreError(Exception):
    """Something the replica cannot do; ``sentence`` says what, and what to do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StoreUnwritable(StoreError):
    """The file, its folder or its disk refuses writing."""


class DiskFull(StoreError):
    """No space is left on the disk."""


class StoreTooNew(StoreError):
    """A newer console wrote the file."""


class StoreCorrupt(StoreError):
    """The file is damaged."""


class StoreBusy(StoreError):
    """Another program holds the file."""


class NetworkFilesystem(StoreError):
    """The file lies on a network file system."""


class CannotResolve(StoreError):
    """A way out of "Needs attention" that does not fit the command."""


class SuspiciousEviction(StoreError):
    """A page would take away more than half of the tickets; it was not applied."""

    def __init__(self, evicted: int, held: int) -> None:
        super().__init__(
            _("The backend's answer would remove {evicted} of {held} tickets; checking before believing it.").format(
                evicted=evicted, held=held
            )
        )
        self.evicted = evicted
        self.held = held


def translated(error: sqlite3.Error, path: Path) -> StoreError:
    """The error of ours that says what SQLite's means for this file."""
    text = str(error).lower()
    if "full" in text:
        return DiskFull(_("The disk that holds {path} is full; free some space, then try again.").format(path=path))
    if "readonly" in text or "read-only" in text or "unable to open" in text or "i/o error" in text:
        return StoreUnwritable(
            _("{path} cannot be written; check its permissions and its disk, or choose another file with --db.").format(
                path=path
            )
        )
    if "locked" in text or "busy" in text:
        return busy(path)
    if is_damage(error):
        return StoreCorrupt(_("{path} is damaged; start the console again and it will be replaced.").format(path=path))
    return StoreError(_("{path} cannot be used: {reason}.").format(path=path, reason=error))


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file's content is broken."""
    text = str(error).lower()
    return "malformed" in text or "not a database" in text or "corrupt" in text


def busy(path: Path) -> StoreBusy:
    """The error for a file that another program does not let go."""
    return StoreBusy(_("Another program is holding {path}; close it, then try again.").format(path=path))
