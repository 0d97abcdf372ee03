"""The floor for an event's way to another console: an ASGI server that sends every body it is posted to all who listen.

``GET`` opens a stream of server-sent events, ``POST`` puts its body on every stream and answers. Same server (uvicorn,
httptools) as the backend; no rows, no scopes, no commit.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class BareEcho:
    """The ASGI app."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Listen or tell."""
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["method"] == "GET":
            await self._stream(receive, send)
        else:
            await self._tell(receive, send)

    async def _stream(self, receive: Receive, send: Send) -> None:
        told: asyncio.Queue[bytes] = asyncio.Queue()
        self._listeners.add(told)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"event: ping\n\n", "more_body": True})
        writing = asyncio.create_task(self._write(told, send))
        while (await receive())["type"] != "http.disconnect":
            pass
        writing.cancel()
        self._listeners.discard(told)

    @staticmethod
    async def _write(told: "asyncio.Queue[bytes]", send: Send) -> None:
        while True:
            await send(
                {"type": "http.response.body", "body": b"data: " + await told.get() + b"\n\n", "more_body": True}
            )

    async def _tell(self, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        for listener in self._listeners:
            listener.put_nowait(body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(BareEcho(), host="127.0.0.1", port=int(sys.argv[1]), http="httptools", log_level="error")
