"""Turns what went wrong into one sentence and an exit code."""

import logging
import sqlite3

from sqlalchemy.exc import DatabaseError, OperationalError

from backend.cli import FAILED, USAGE
from backend.errors import BackendError, UnknownDatabase

_log = logging.getLogger(__name__)


def explained(error: Exception) -> tuple[str, int]:
    """The sentence to show and the exit code to end with."""
    match error:
        case UnknownDatabase():
            return str(error), USAGE
        case BackendError():
            return str(error), FAILED
        case OperationalError():
            return _database_sentence(error.orig), FAILED
        case DatabaseError():
            return f"the database refused: {error.orig}; run `console-backend check`", FAILED
        case FileNotFoundError():
            return f"there is no file {error.filename}", FAILED
        case PermissionError():
            return f"no permission for {error.filename}", FAILED
        case OSError():
            return f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}", FAILED
    _log.error("unexpected failure", exc_info=error)
    return f"unexpected failure ({type(error).__name__}): please report it", FAILED


def _database_sentence(error: BaseException | None) -> str:
    text = str(error)
    if isinstance(error, sqlite3.OperationalError):
        if "unable to open" in text:
            return "the database file cannot be opened; check that its folder exists and is writable"
        if "locked" in text:
            return "another process is writing to the database; try again when it has finished"
        if "disk is full" in text:
            return "the disk is full; nothing was changed"
        if "readonly" in text:
            return "the database file is read-only; check its permissions"
    return f"the database refused: {text}"
