"""The operating system's keyring, asked in a worker thread with a limit: a locked or broken one may never answer."""

import secrets
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

LIMIT_S = 3.0
_SERVICE = "agent-console"
_PROBE = "probe"
_PLAIN_TEXT_MODULES = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")
"""Backends that keep secrets readable, or nowhere."""


class KeyringUnusable(Exception):
    """There is no keyring, or it does not answer, or what it keeps would be readable."""


class Backend(Protocol):
    """The part of ``keyring.backend.KeyringBackend`` used here."""

    def get_password(self, service: str, username: str) -> str | None: ...  # noqa: D102

    def set_password(self, service: str, username: str, password: str) -> None: ...  # noqa: D102

    def delete_password(self, service: str, username: str) -> None: ...  # noqa: D102


class OsKeyring:
    """Named secrets in the keyring. After one hang it is left alone for the rest of the process."""

    def __init__(self, backend: Backend | None = None, limit_s: float = LIMIT_S) -> None:
        self._backend = backend
        self._limit_s = limit_s
        self._hung = False

    def probe(self) -> None:
        """Write, read and remove a value. Raises :class:`KeyringUnusable` when that does not work."""
        value = secrets.token_hex(8)
        self.put(_PROBE, value)
        if self.get(_PROBE) != value:
            raise KeyringUnusable("does not give back what it was given")
        self.drop(_PROBE)

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        return self._ask(lambda backend: backend.get_password(_SERVICE, name))

    def put(self, name: str, secret: str) -> None:
        """Keep a secret."""
        self._ask(lambda backend: backend.set_password(_SERVICE, name, secret))

    def drop(self, name: str) -> None:
        """Forget a secret; one that is not there is fine."""
        if self.get(name) is not None:
            self._ask(lambda backend: backend.delete_password(_SERVICE, name))

    def _ask(self, question: Callable[[Backend], T]) -> T:
        if self._hung:
            raise KeyringUnusable("did not answer before")
        answers: list[T] = []
        failures: list[str] = []

        def work() -> None:
            try:
                answers.append(question(self._open()))
            except Exception as error:  # noqa: BLE001 - worker boundary; backends raise whatever their system raises
                failures.append(type(error).__name__)

        worker = threading.Thread(target=work, name="keyring", daemon=True)
        worker.start()
        worker.join(self._limit_s)
        if worker.is_alive():
            self._hung = True
            raise KeyringUnusable(f"did not answer within {self._limit_s:g} s")
        if failures:
            raise KeyringUnusable(failures[0])
        return answers[0]

    def _open(self) -> Backend:
        if self._backend is None:
            import keyring  # 31 ms, and 132 more when it looks for its backend

            found = keyring.get_keyring()
            if type(found).__module__.startswith(_PLAIN_TEXT_MODULES):
                raise KeyringUnusable("keeps no secret")
            self._backend = found
        return self._backend
