"""The ASGI application: routes, problems, schema, and the stream beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import Receive, Scope, Send

from backend.api import audit, blobs, commands, health, presence, search, signing_in, sync, tickets
from backend.api.injected import SignedIn, provide_caller
from backend.api.problems import on_anything, on_database_error, on_http_exception, on_problem
from backend.api.schema import StructSchemas, schema_config
from backend.api.stream import Stream
from backend.config import Config
from backend.errors import DATABASE_FAILS, ProblemError
from backend.runtime import Runtime
from desk.wire import MAX_BODY_BYTES

STREAM_PATH = "/v1/sync/stream"
COMMANDS_PATH = "/v1/commands"


class Application:
    """What the server runs. ``runtime`` is the backend behind it."""

    def __init__(self, config: Config) -> None:
        self.runtime = Runtime(config)
        self._routes = _routes(self.runtime)
        self._stream = Stream(self.runtime)
        self._commands = commands.CommandsInPlainAsgi(self.runtime)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in start and stop."""
        if scope["type"] == ScopeType.HTTP and scope["path"] == STREAM_PATH:
            await self._stream(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP and scope["path"] == COMMANDS_PATH and scope["method"] == "POST":
            await self._commands(scope, receive, send)
        else:
            await self._routes(scope, receive, send)


def create_app(config: Config) -> Application:
    """The backend for a configuration; the database is opened (and made, if it is not there) at once."""
    return Application(config)


def _routes(runtime: Runtime) -> Litestar:
    signed_in = Router(
        "/v1",
        route_handlers=[
            sync.session,
            sync.snapshot,
            sync.changes,
            commands.send_commands,
            commands.get_outcomes,
            tickets.get_ticket,
            audit.get_ticket_audit,
            audit.get_audit,
            search.search_tickets,
            blobs.put_blob,
            blobs.get_blob,
            presence.put_presence,
        ],
        middleware=[SignedIn],
        dependencies={"caller": Provide(provide_caller, sync_to_thread=False)},
        security=[{"bearer": []}],
    )
    everyone = Router("/v1/auth", route_handlers=[signing_in.login, signing_in.refresh, signing_in.revoke])

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await runtime.start()
        try:
            yield
        finally:
            await runtime.stop()

    return Litestar(
        [signed_in, everyone, health.healthz, health.readyz],
        dependencies={"runtime": Provide(lambda: runtime, sync_to_thread=False)},
        exception_handlers={
            ProblemError: on_problem,
            HTTPException: on_http_exception,
            **dict.fromkeys(DATABASE_FAILS, on_database_error),
            Exception: on_anything,
        },
        lifespan=[lifespan],
        logging_config=None,
        state=State({"runtime": runtime}, deep_copy=False),
        openapi_config=schema_config(),
        plugins=[StructSchemas()],
        request_max_body_size=MAX_BODY_BYTES,
    )
