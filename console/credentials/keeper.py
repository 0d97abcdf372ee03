"""Chooses where a sign-in is kept, and says where that was."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from console.credentials.os_keyring import KeyringUnusable, OsKeyring
from console.credentials.sealed_file import SealedFile
from console.sign_in import Login

Where: TypeAlias = Literal["environment", "keyring", "file", "memory"]

_TURN_LIMIT_S = 30


class Credentials:
    """The sign-in of one account (``user@server``); a
    :class:`console.sign_in.TokenSource`.

    ``CONSOLE_TOKEN`` wins over all. Otherwise the keyring is used if it works, else the encrypted file if a passphrase
    is to be had (``CONSOLE_PASSPHRASE``, or ``ask_passphrase``, which may return None), else memory.
    """

    def __init__(
        self,
        home: Path,
        account: str,
        *,
        ask_passphrase: Callable[[], str | None] | None = None,
        keyring: OsKeyring | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._home = home
        self._account = account
        self._ask = ask_passphrase
        self._keyring = keyring or OsKeyring()
        self._file = SealedFile(home / "sign-in.sealed")
        self._token = environ.get("CONSOLE_TOKEN", "").strip()
        self._passphrase = environ.get("CONSOLE_PASSPHRASE") or None
        self._asked = False
        self._memory: Login | None = None
        self._where: Where | None = "environment" if self._token else None

    @property
    def where(self) -> Where:
        """Where the sign-in is, or would be, kept. Probes the places once, so call it before signing in."""
        if self._where is None:
            self._where = self._choose()
        return self._where

    @property
    def locked(self) -> bool:
        """Whether there is a sign-in in the file that needs a passphrase nobody has given yet. Quick."""
        return not self._token and self._passphrase is None and self._file.holds(self._account)

    def load(self) -> Login | None:
        """The sign-in as it is kept now. Raises :class:`WrongPassphrase`."""
        if self._token:
            return Login(access=self._token)
        if self._memory is not None and self._where == "memory":
            return self._memory
        if self._file.holds(self._account):
            # A file is there because the keyring was not usable; it is quicker to look at, too.
            passphrase = self._the_passphrase()
            secret = self._file.get(self._account, passphrase) if passphrase else None
            self._where = "file" if secret else "memory"
            return _login(secret)
        try:
            secret = self._keyring.get(self._account)
        except KeyringUnusable:
            return None
        if secret:
            self._where = "keyring"
        return _login(secret)

    def save(self, login: Login | None) -> None:
        """Keep a sign-in in the chosen place and nowhere else; None forgets it everywhere."""
        if self._token:
            return
        if login is None:
            self.forget()
            return
        secret = msgspec.json.encode(login).decode()
        where = self.where
        if where == "keyring":
            try:
                self._keyring.put(self._account, secret)
                self._file.drop(self._account)
                return
            except KeyringUnusable:
                where = self._where = self._choose_without_keyring()
        passphrase = self._the_passphrase()
        if where == "file" and passphrase:
            self._file.put(self._account, secret, passphrase)
        else:
            self._where = "memory"
            self._memory = login

    def forget(self) -> None:
        """Remove the sign-in from every place that can be reached."""
        self._memory = None
        self._file.drop(self._account)
        try:
            self._keyring.drop(self._account)
        except KeyringUnusable:
            return  # then it holds nothing of ours, or nothing we can reach

    def turn(self) -> AbstractContextManager[object]:
        """One process at a time spends this account's refresh token."""
        from filelock import FileLock  # 36 ms, needed at a refresh only

        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The lock is taken and given back by different worker threads.
        return FileLock(self._home / "sign-in.lock", timeout=_TURN_LIMIT_S, thread_local=False)

    def _choose(self) -> Where:
        try:
            self._keyring.probe()
        except KeyringUnusable:
            return self._choose_without_keyring()
        return "keyring"

    def _choose_without_keyring(self) -> Where:
        return "file" if self._the_passphrase() else "memory"

    def _the_passphrase(self) -> str | None:
        if self._passphrase is None and self._ask is not None and not self._asked:
            self._asked = True
            self._passphrase = self._ask() or None
        return self._passphrase


def _login(secret: str | None) -> Login | None:
    if not secret:
        return None
    try:
        return msgspec.json.decode(secret, type=Login)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None  # written by another program or version: the same as not being signed in
