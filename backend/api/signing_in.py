"""``/v1/auth``: sign in, refresh, revoke."""

from typing import Any

from litestar import Request, Response, post

from backend import auth
from backend.api.bodies import Body, answer
from backend.api.injected import Injected
from backend.api.problems import problems
from backend.errors import ProblemError
from backend.passwords import password_matches
from backend.services.signing_in import credentials_of
from desk.wire import Refresh, SignIn, Tokens

MAX_PASSWORD = 1_000
_sign_in = Body(SignIn)
_refresh = Body(Refresh)


@post("/login", status_code=200, responses=problems("malformed", "wrong-credentials"))
async def login(runtime: Injected, request: Request[Any, Any, Any]) -> Response[Tokens]:
    """Sign in with name and password."""
    data = await _sign_in.read(request)
    address = request.client.host if request.client else ""
    runtime.sign_ins.take(f"address {address}")
    runtime.sign_ins.take(f"user {data.user}")
    agent_id, stored = await runtime.reader.run(lambda conn: credentials_of(conn, data.user))
    password = data.password[:MAX_PASSWORD]
    right = await runtime.reader.compute(lambda: password_matches(password, stored))
    if not right or agent_id is None:
        raise ProblemError("wrong-credentials", "Wrong name or password.")
    config, device = runtime.config, data.device[:200]
    return answer(
        await runtime.writer.run(
            lambda tx: auth.sign_in(tx, agent_id, device, config.access_token_s, config.refresh_token_s)
        )
    )


@post("/refresh", status_code=200, responses=problems("malformed", "not-signed-in"))
async def refresh(runtime: Injected, request: Request[Any, Any, Any]) -> Response[Tokens]:
    """Exchange a refresh token for new tokens; it works once."""
    data = await _refresh.read(request)
    config = runtime.config
    outcome = await runtime.writer.run(
        lambda tx: auth.rotate(tx, data.refresh_token, config.access_token_s, config.refresh_token_s)
    )
    if isinstance(outcome, ProblemError):
        runtime.forget_callers()
        raise outcome
    return answer(outcome)


@post("/revoke", status_code=204, responses=problems("malformed"))
async def revoke(runtime: Injected, request: Request[Any, Any, Any]) -> None:
    """Sign out: the token and all of its family end."""
    data = await _refresh.read(request)
    await runtime.writer.run(lambda tx: auth.revoke(tx, data.refresh_token))
    runtime.forget_callers()
