"""The encrypted file for hosts without a keyring: scrypt over a passphrase, AES-256-GCM over each secret, mode 0600."""

import base64
import os
import secrets
from pathlib import Path

import msgspec

from console.client_errors import SignedOut
from console.i18n import gettext as _

_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 1
"""About 100 ms and 32 MiB for each guess."""
_SALT_BYTES, _KEY_BYTES, _NONCE_BYTES = 16, 32, 12


class WrongPassphrase(SignedOut):
    """The passphrase does not open the file, or the file was changed by somebody."""

    def __init__(self) -> None:
        super().__init__("wrong-passphrase")

    @property
    def sentence(self) -> str:
        """Says what to do."""
        return _("The passphrase does not open the stored sign-in. Try again, or sign in anew with `console login`.")


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    nonce: str
    text: str


class _Contents(msgspec.Struct, frozen=True, kw_only=True):
    salt: str
    secrets: dict[str, _Sealed] = {}
    version: int = 1


class SealedFile:
    """Named secrets under one passphrase. The derived key is remembered for the life of the object."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: dict[tuple[str, str], bytes] = {}

    def holds(self, name: str) -> bool:
        """Whether there is a secret of that name, without opening it."""
        return name in self._read().secrets

    def get(self, name: str, passphrase: str) -> str | None:
        """The secret, or None. Raises :class:`WrongPassphrase`."""
        contents = self._read()
        sealed = contents.secrets.get(name)
        if sealed is None:
            return None
        from cryptography.exceptions import InvalidTag  # 20 ms, needed on hosts without a keyring only
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._key(passphrase, contents.salt)
        try:
            opened = AESGCM(key).decrypt(_bytes(sealed.nonce), _bytes(sealed.text), name.encode())
        except (InvalidTag, ValueError):
            raise WrongPassphrase from None
        return opened.decode()

    def put(self, name: str, secret: str, passphrase: str) -> None:
        """Keep a secret. Raises :class:`WrongPassphrase` when others in the file have a different one."""
        contents = self._read()
        for other in contents.secrets:
            if other != name:
                self.get(other, passphrase)
                break
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        key = self._key(passphrase, contents.salt)
        sealed = _Sealed(nonce=_text(nonce), text=_text(AESGCM(key).encrypt(nonce, secret.encode(), name.encode())))
        self._write(msgspec.structs.replace(contents, secrets={**contents.secrets, name: sealed}))

    def drop(self, name: str) -> None:
        """Forget a secret; needs no passphrase."""
        contents = self._read()
        if name not in contents.secrets:
            return
        left = {other: sealed for other, sealed in contents.secrets.items() if other != name}
        if left:
            self._write(msgspec.structs.replace(contents, secrets=left))
        else:
            self.path.unlink(missing_ok=True)

    def _key(self, passphrase: str, salt: str) -> bytes:
        if (key := self._keys.get((passphrase, salt))) is None:
            import hashlib

            key = hashlib.scrypt(
                passphrase.encode(),
                salt=_bytes(salt),
                n=_SCRYPT_N,
                r=_SCRYPT_R,
                p=_SCRYPT_P,
                maxmem=2**26,
                dklen=_KEY_BYTES,
            )
            self._keys[passphrase, salt] = key
        return key

    def _read(self) -> _Contents:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_Contents)
        except (FileNotFoundError, msgspec.DecodeError):
            return _Contents(salt=_text(secrets.token_bytes(_SALT_BYTES)))

    def _write(self, contents: _Contents) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.encode(contents))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
