"""What handlers are given beside their parameters."""

from typing import TypeAlias

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from backend.auth import Principal
from backend.runtime import Runtime

Injected: TypeAlias = NamedDependency[SkipValidation[Runtime]]
"""The running backend."""

Caller: TypeAlias = NamedDependency[SkipValidation[Principal]]
"""Who calls."""

Call: TypeAlias = Request[None, Principal, State]
"""A request by somebody who is signed in."""


def provide_caller(request: Call) -> Principal:
    """Who calls, as :class:`SignedIn` found."""
    return request.auth


class SignedIn:
    """Lets only those through who are signed in and do not call too often."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a problem, or pass the request on with the caller's :class:`Principal` in ``auth``."""
        runtime: Runtime = scope["litestar_app"].state.runtime
        principal = await runtime.caller(authorization_of(scope))
        runtime.requests.take(principal.token)
        scope["auth"] = principal
        await self._app(scope, receive, send)


def authorization_of(scope: Scope) -> str:
    """The ``Authorization`` header of a request, or nothing."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return value.decode("latin-1")
    return ""
