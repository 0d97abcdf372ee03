"""The folder where attachments lie, named by their digest; folder 0700, files 0600. Nothing in it is ever executed."""

import hashlib
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from backend.errors import ProblemError
from desk.wire import MAX_BLOB_BYTES, BlobStored

_SNIFFED: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
_HEAD_BYTES = 512


def sniff(head: bytes) -> str:
    """The media type that the first bytes of a file show; what it calls itself is not asked."""
    for magic, media_type in _SNIFFED:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not merely a character cut in two
            return "application/octet-stream"
    return "application/octet-stream" if b"\0" in head else "text/plain"


def path_of(folder: Path, sha256: str) -> Path:
    """Where a file lies."""
    return folder / sha256[:2] / sha256


def folder_beside(database: Path) -> Path:
    """The folder of a database's files, where none is configured."""
    return database.with_name(database.name + ".blobs")


def keep_bytes(folder: Path, data: bytes) -> BlobStored:
    """Keep a file that is in memory already; one that is there stays as it is. Raises ``too-large`` past the cap."""
    sha256 = hashlib.sha256(data).hexdigest()
    there = path_of(folder, sha256)
    if there.is_file() and there.stat().st_size == len(data):
        return BlobStored(sha256=sha256, size_bytes=len(data), media_type=sniff(data[:_HEAD_BYTES]))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Upload(folder, sha256) as upload:
        upload.write(data)
        return upload.finish()


class Upload:
    """A file on its way in: written under a random name, checked, then moved to its digest's."""

    def __init__(self, folder: Path, sha256: str) -> None:
        self._folder = folder
        self._sha256 = sha256
        self._digest = hashlib.sha256()
        self._size_bytes = 0
        self._head = b""
        self._path = folder / f".{secrets.token_hex(16)}"
        self._file: BinaryIO = os.fdopen(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises ``too-large`` past the cap."""
        self._size_bytes += len(chunk)
        if self._size_bytes > MAX_BLOB_BYTES:
            raise ProblemError("too-large", f"A file has at most {MAX_BLOB_BYTES // 1024**2} MB.")
        if len(self._head) < _HEAD_BYTES:
            self._head += chunk[: _HEAD_BYTES - len(self._head)]
        self._digest.update(chunk)
        self._file.write(chunk)

    def finish(self) -> BlobStored:
        """Keep the file; raises ``digest-mismatch`` when it is not the one that was announced."""
        if self._digest.hexdigest() != self._sha256:
            raise ProblemError("digest-mismatch", "The bytes do not have that SHA-256; send the file again.")
        self._file.flush()
        os.fsync(self._file.fileno())
        target = path_of(self._folder, self._sha256)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.replace(target)
        return BlobStored(sha256=self._sha256, size_bytes=self._size_bytes, media_type=sniff(self._head))
