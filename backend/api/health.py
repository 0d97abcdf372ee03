"""Liveness and readiness, for whoever runs the backend."""

from litestar import MediaType, Response, get

from backend.api.injected import Injected
from backend.errors import ProblemError
from backend.feed import feed_state


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=False)
def healthz() -> str:
    """The process answers."""
    return "ok"


@get("/readyz", media_type=MediaType.TEXT)
async def readyz(runtime: Injected) -> Response[str]:
    """The database can be read and written."""
    if not runtime.ready:
        raise ProblemError("unavailable", "The backend is starting or stopping.", retry_after_s=1)
    await runtime.reader.run(lambda conn: feed_state(conn, runtime.database.feed_id))
    await runtime.writer.run(lambda tx: None)
    return Response("ready")
