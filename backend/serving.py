"""Runs the application on uvicorn with httptools, in this thread, until it is told to stop."""

import socket

import uvicorn

from backend.app import Application, create_app
from backend.config import Config

_GRACE_S = 10


class Server(uvicorn.Server):
    """Lets streams and long polls go before it waits for open requests, or it would wait for minutes."""

    def __init__(self, app: Application, config: Config) -> None:
        self._app = app
        super().__init__(
            uvicorn.Config(
                app,
                host=config.host,
                port=config.port,
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, finish what is open."""
        self._app.runtime.close_streams()
        await super().shutdown(sockets)


def serve(config: Config) -> None:
    """Serve until interrupted."""
    Server(create_app(config), config).run()
