"""Attachments: content addressed, digested while they pass, never whole in memory."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from console.client.answers import Answer, decode
from console.client.connection import Connection
from console.client_errors import ServerProblem
from desk.records import Attachment
from desk.wire import MAX_BLOB_BYTES, BlobStored

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, on the client's event loop."""

_SLICE_BYTES = 64 * 1024


def ignore_progress(done: int, total: int) -> None:
    """For callers who do not show any."""


async def put(connection: Connection, path: Path, progress: Progress) -> BlobStored:
    """Store the file at ``path``. Raises OSError when it cannot be read, ServerProblem when it is too large."""
    digest, size = await asyncio.to_thread(digest_of, path)
    if size > MAX_BLOB_BYTES:
        raise ServerProblem(
            "too-large", f"{path.name} is larger than {MAX_BLOB_BYTES // 2**20} MB; share it another way.", 413
        )

    async def content() -> AsyncIterator[bytes]:
        done = 0
        with await asyncio.to_thread(path.open, "rb") as file:
            while part := await asyncio.to_thread(file.read, _SLICE_BYTES):
                yield part
                done += len(part)
                progress(done, size)

    headers = {"content-type": "application/octet-stream", "content-length": str(size)}
    async with connection.open("PUT", f"/v1/blobs/{digest}", headers=headers, content=content) as response:
        body = await response.aread()
        return decode(Answer(str(response.url), response.status_code, {}, body), BlobStored)


async def get(connection: Connection, attachment: Attachment, path: Path, progress: Progress) -> None:
    """Fetch a blob to ``path`` (mode 0600), through a neighbour file that is renamed once its digest fits."""
    part_path = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    digest = hashlib.sha256()
    done = 0
    try:
        with os.fdopen(os.open(part_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            async with connection.open("GET", f"/v1/blobs/{attachment.sha256}") as response:
                async for part in response.aiter_bytes(_SLICE_BYTES):
                    done += len(part)
                    if done > MAX_BLOB_BYTES:
                        raise ServerProblem("too-large", "The file is larger than it may be; it was not saved.", 413)
                    digest.update(part)
                    await asyncio.to_thread(file.write, part)
                    progress(done, attachment.size_bytes)
        if digest.hexdigest() != attachment.sha256:
            raise ServerProblem("digest-mismatch", "The file arrived damaged; it was not saved. Try again.", 502)
        part_path.replace(path)
    finally:
        part_path.unlink(missing_ok=True)


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 (lower-case hex) and size of a file."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while part := file.read(_SLICE_BYTES):
            digest.update(part)
            size += len(part)
    return digest.hexdigest(), size
