"""``/v1/blobs``: attachments, content addressed, streamed in and out."""

from typing import Annotated

from litestar import Response, get, put
from litestar.params import PathParameter
from litestar.response import File
from sqlalchemy import Connection

from backend.api.bodies import answer
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.auth import active_agent
from backend.errors import ProblemError
from backend.files import Upload, path_of
from backend.services.blobs import readable_blob, store_blob
from desk.wire import MAX_BLOB_BYTES, BlobStored

Digest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes, lower-case hex.")]
_NOT_HERE = "This file is not here, or not yours to read."


@put(
    "/blobs/{sha256:str}",
    status_code=200,
    request_max_body_size=MAX_BLOB_BYTES,
    responses=problems("malformed", "not-signed-in", "too-large", "digest-mismatch"),
)
async def put_blob(runtime: Injected, caller: Caller, request: Call, sha256: Digest) -> Response[BlobStored]:
    """Store a file before the command that names it. Storing it again changes nothing."""
    upload = await runtime.reader.compute(lambda: Upload(runtime.blobs, sha256))
    with upload:
        async for chunk in request.stream():
            upload.write(chunk)
        blob = await runtime.reader.compute(upload.finish)
    await runtime.writer.run(lambda tx: store_blob(tx, blob, caller.agent_id))
    return answer(blob)


@get("/blobs/{sha256:str}", responses=problems("malformed", "not-signed-in", "not-found"))
async def get_blob(runtime: Injected, caller: Caller, sha256: Digest) -> File:
    """Give a file that is attached to a ticket the caller sees, or that they uploaded."""

    def read(conn: Connection) -> BlobStored | None:
        return readable_blob(conn, sha256, active_agent(conn, caller.agent_id))

    blob = await runtime.reader.run(read)
    path = path_of(runtime.blobs, sha256)
    if blob is None or not await runtime.reader.compute(path.is_file):
        raise ProblemError("not-found", _NOT_HERE)
    headers = {"x-content-type-options": "nosniff", "cache-control": "private, max-age=31536000, immutable"}
    return File(path, filename=sha256, media_type=blob.media_type, headers=headers)
