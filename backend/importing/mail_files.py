"""Keeps the files of mails as attachments: content addressed, their type by what they begin with."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from backend.errors import ProblemError
from backend.files import keep_bytes
from backend.importing.mail_parts import MailFile
from desk.records import Attachment
from desk.wire import MAX_BLOB_BYTES


class KeptFiles(Struct, frozen=True):
    """What became of a mail's files. ``missing`` says name and reason of those that are not kept."""

    attachments: tuple[Attachment, ...]
    missing: tuple[str, ...]


def keep_files(folder: Path, files: Iterable[MailFile]) -> KeptFiles:
    """Write them to the folder; each file once, whatever it is called."""
    attachments: dict[tuple[str, str], Attachment] = {}
    missing = []
    for file in files:
        if not file.data:
            missing.append(f"{file.name}, it is empty")
            continue
        try:
            blob = keep_bytes(folder, file.data)
        except ProblemError:
            missing.append(f"{file.name}, larger than {MAX_BLOB_BYTES // 2**20} MB")
            continue
        attachments[blob.sha256, file.name] = Attachment(
            sha256=blob.sha256, name=file.name, media_type=blob.media_type, size_bytes=blob.size_bytes
        )
    return KeptFiles(tuple(attachments.values()), tuple(missing))
