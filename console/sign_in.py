"""A sign-in, and the shape of whatever keeps one: what the client and the credentials agree on."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from msgspec import Struct

from desk.wire import Tokens


class Login(Struct, frozen=True, kw_only=True):
    """A sign-in as it is kept. ``refresh`` is empty for a token made for automation; such a token is never renewed."""

    access: str
    refresh: str = ""

    def __repr__(self) -> str:
        return "Login(…)"

    __str__ = __repr__

    @classmethod
    def from_tokens(cls, tokens: Tokens) -> "Login":
        """What to keep of the backend's answer."""
        return cls(access=tokens.access_token, refresh=tokens.refresh_token)


class TokenSource(Protocol):
    """Keeps one sign-in. Calls may take seconds (a keyring asks its owner), so the client makes them in a thread."""

    def load(self) -> Login | None:
        """The sign-in as it is kept now; another process may have renewed it."""

    def save(self, login: Login | None) -> None:
        """Keep a new sign-in, or (None) forget it."""

    def turn(self) -> AbstractContextManager[object]:
        """Held while a refresh token is spent: it works once, so two processes must not spend the same one."""


class MemoryTokens:
    """Keeps a sign-in for as long as the process lives."""

    def __init__(self, login: Login | None = None) -> None:
        self._login = login

    def load(self) -> Login | None:
        """The sign-in, or None."""
        return self._login

    def save(self, login: Login | None) -> None:
        """Keep it."""
        self._login = login

    def turn(self) -> AbstractContextManager[object]:
        """Nobody else can hold these tokens."""
        return nullcontext()
