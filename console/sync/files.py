"""Attachments on this machine: taken in at once, so that a reply can be written offline, and sent before their command.

Files lie in one folder beside local.db (0700), named by their digest (0600), and are never opened by the console.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from console.client_errors import ServerProblem
from console.i18n import gettext as _
from desk.records import Attachment
from desk.wire import MAX_BLOB_BYTES

if TYPE_CHECKING:
    from console.client import Client

Progress: TypeAlias = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_SLICE_BYTES = 256 * 1024
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)


class CannotAttach(Exception):
    """A file that cannot be attached; ``sentence`` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Files:
    """The folder of one replica. Methods that read or write whole files block; call them in a thread."""

    def __init__(self, db: Path) -> None:
        self.folder = db.with_name(f"{db.name}.files")
        self._sent: set[str] = set()

    def path_of(self, sha256: str) -> Path:
        """Where a blob lies, or would."""
        return self.folder / sha256

    def take_in(self, path: Path) -> Attachment:
        """Copy a file in and describe it. Raises :class:`CannotAttach`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            return self._copy(path, part)
        except OSError as error:
            raise CannotAttach(
                _("{name} cannot be read: {reason}.").format(name=path.name, reason=error.strerror or "")
            ) from None
        finally:
            part.unlink(missing_ok=True)

    def _copy(self, path: Path, part: Path) -> Attachment:
        digest = hashlib.sha256()
        size = 0
        head = b""
        with (
            path.open("rb") as source,
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to,
        ):
            while piece := source.read(_SLICE_BYTES):
                size += len(piece)
                if size > MAX_BLOB_BYTES:
                    raise CannotAttach(
                        _("{name} is larger than {n} MB and cannot be attached.").format(
                            name=path.name, n=MAX_BLOB_BYTES // 2**20
                        )
                    )
                head = head or piece[:512]
                digest.update(piece)
                to.write(piece)
        sha256 = digest.hexdigest()
        part.replace(self.path_of(sha256))
        return Attachment(sha256=sha256, name=path.name, media_type=sniff(head), size_bytes=size)

    async def send(self, client: "Client", attachment: Attachment, progress: Progress | None = None) -> None:
        """Store a file on the backend, once. A file that is gone from here is taken to be there already."""
        if attachment.sha256 in self._sent:
            return
        path = self.path_of(attachment.sha256)
        if await asyncio.to_thread(path.is_file):
            await client.put_blob(path, progress or _ignore)
        self._sent.add(attachment.sha256)

    async def fetch(
        self,
        client: "Client",
        attachment: Attachment,
        target: Path,
        progress: Progress | None = None,
    ) -> Path:
        """Save an attachment to ``target`` (never over an existing file: a number is added). Returns where it is."""
        if len(attachment.sha256) != 64 or not attachment.sha256.isalnum():
            raise ServerProblem("malformed", _("This attachment has no valid digest; it was not fetched."), 422)
        kept = self.path_of(attachment.sha256)
        if not await asyncio.to_thread(kept.is_file):
            await asyncio.to_thread(self.folder.mkdir, 0o700, True, True)
            await client.get_blob(attachment, kept, progress or _ignore)
        return await asyncio.to_thread(copy_beside, kept, target)


def copy_beside(source: Path, target: Path) -> Path:
    """Copy to ``target`` with mode 0600, or beside it under ``name (2).ext`` and so on when it is taken."""
    for number in range(1, 1000):
        name = target.name if number == 1 else f"{target.stem} ({number}){target.suffix}"
        chosen = target.with_name(name)
        try:
            handle = os.open(chosen, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as to, source.open("rb") as file:
            while piece := file.read(_SLICE_BYTES):
                to.write(piece)
        return chosen
    raise FileExistsError(f"{target}: too many files of this name")


def safe_name(name: str) -> str:
    """A customer's file name as one that is safe to write: no folders, no leading dot, at most 120 characters."""
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name).strip(". ")
    return plain[-120:] or "file"


def sniff(head: bytes) -> str:
    """The media type by what the file begins with, whatever its name says."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return "application/octet-stream"
        text = ""
    return "application/octet-stream" if "\x00" in text else "text/plain"


def _ignore(done: int, total: int) -> None:
    """For callers who do not show progress."""
