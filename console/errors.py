"""How a run of the command line can end badly, and with which exit code.

The tree::

    CommandError                 1  it did not work, or something needs attention
    ├── UsageError               2  the command was given wrongly
    ├── NotSignedIn              3  sign in first
    ├── BackendUnreachable       4  the backend does not answer, or is none of ours
    └── ReplicaTrouble           5  local.db cannot be used

:func:`command_error` turns the errors of all rooms into one of these, so that ``__main__`` has one thing to report.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What ``console`` returns to the shell; see docs/command-line.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_SIGNED_IN = 3
    UNREACHABLE = 4
    REPLICA = 5
    INTERRUPTED = 130


class CommandError(Exception):
    """The root. ``sentence`` is for people, ``code`` a stable word for scripts."""

    exit_code = ExitCode.FAILED

    def __init__(self, sentence: str, code: str = "failed") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class UsageError(CommandError):
    """The command was given wrongly."""

    exit_code = ExitCode.USAGE

    def __init__(self, sentence: str, code: str = "usage") -> None:
        super().__init__(sentence, code)


class NotSignedIn(CommandError):
    """Sign in first."""

    exit_code = ExitCode.NOT_SIGNED_IN

    def __init__(self, sentence: str, code: str = "not-signed-in") -> None:
        super().__init__(sentence, code)


class BackendUnreachable(CommandError):
    """The backend does not answer, or is none of ours."""

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, sentence: str, code: str = "unreachable") -> None:
        super().__init__(sentence, code)


class ReplicaTrouble(CommandError):
    """local.db cannot be used."""

    exit_code = ExitCode.REPLICA

    def __init__(self, sentence: str, code: str = "replica") -> None:
        super().__init__(sentence, code)


def command_error(error: Exception) -> CommandError | None:
    """The way a run ends with ``error``; None for an error that nobody foresaw.

    Imports nothing that is not loaded already: an error of a room can only come from a room that was imported.
    """
    import sys

    if isinstance(error, CommandError):
        return error
    sentence = getattr(error, "sentence", "")
    for module, find in (
        ("console.client_errors", _of_client),
        ("console.store.errors", _of_store),
        ("console.settings", _of_settings),
    ):
        if module in sys.modules and (found := find(error, sentence)) is not None:
            return found
    return _of_system(error)


def _of_client(error: Exception, sentence: str) -> CommandError | None:
    from console.client_errors import (
        ClientError,
        InsecureAddress,
        NotOurServer,
        SignedOut,
        TooMany,
        Unreachable,
        WrongCredentials,
        WrongVersion,
    )

    if isinstance(error, InsecureAddress):
        return UsageError(sentence, "bad-address")
    if isinstance(error, WrongCredentials):
        return NotSignedIn(sentence, "wrong-credentials")
    if isinstance(error, SignedOut):
        return NotSignedIn(sentence)
    if isinstance(error, NotOurServer):
        return BackendUnreachable(sentence, "not-our-server")
    if isinstance(error, WrongVersion):
        return BackendUnreachable(sentence, "wrong-version")
    if isinstance(error, Unreachable | TooMany):
        return BackendUnreachable(sentence)
    if isinstance(error, ClientError):
        return CommandError(sentence, getattr(error, "slug", "failed"))
    return None


def _of_store(error: Exception, sentence: str) -> CommandError | None:
    from console.store.errors import StoreError

    return ReplicaTrouble(sentence) if isinstance(error, StoreError) else None


def _of_settings(error: Exception, sentence: str) -> CommandError | None:
    from console.settings import SettingsError

    return UsageError(sentence, "bad-settings") if isinstance(error, SettingsError) else None


def _of_system(error: Exception) -> CommandError | None:
    """Disk, permissions, files that are not there."""
    if not isinstance(error, OSError):
        return None
    from console.i18n import gettext as _

    where = error.filename or ""
    return CommandError(_("{where}: {reason}.").format(where=where, reason=error.strerror or error), "system")
