"""``/v1/commands``: what people ask for, and what became of it."""

import logging
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter
from litestar.types import HTTPScope, Receive, Send

from backend.api.bodies import Body, answer
from backend.api.injected import Call, Caller, Injected, authorization_of
from backend.api.problems import problems, send_problem
from backend.auth import Principal
from backend.errors import ProblemError
from backend.runtime import Runtime
from backend.services.commands import outcomes_of, run_commands
from desk.ids import CommandId
from desk.wire import MAX_BODY_BYTES, MAX_COMMANDS, CommandBatch, Outcomes

_batch = Body(CommandBatch)
_encode = msgspec.json.Encoder().encode
_log = logging.getLogger(__name__)


@post(
    "/commands",
    status_code=200,
    request_max_body_size=MAX_BODY_BYTES,
    responses=problems("malformed", "not-signed-in", "too-large", "id-reused"),
)
async def send_commands(runtime: Injected, caller: Caller, request: Call) -> Response[Outcomes]:
    """Carry out commands in order, each in a transaction of its own; one outcome each."""
    return answer(await carry_out(runtime, caller, await request.body()))


async def carry_out(runtime: Runtime, caller: Principal, body: bytes) -> Outcomes:
    """Carry out the commands of a body."""
    commands = _batch.decode(body).commands
    if len(commands) > MAX_COMMANDS:
        raise ProblemError("too-large", f"Send at most {MAX_COMMANDS} commands at once.")
    in_bulk = sum(1 for envelope in commands if envelope.bulk_id)
    runtime.bulk_commands.take(caller.token, in_bulk)
    runtime.commands.take(caller.token, len(commands) - in_bulk)
    outcomes = await runtime.writer.run(lambda tx: run_commands(tx, caller.agent_id, caller.device, commands))
    runtime.presence.acted(caller.agent_id, runtime.config.clock())
    return Outcomes(outcomes=outcomes)


class CommandsInPlainAsgi:
    """``POST /v1/commands`` once more, beside the framework, for the hot path: half the time of a command was routing,
    injection and response objects. The handler above stays its description and says the same."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            caller = await self._runtime.caller(authorization_of(scope))
            self._runtime.requests.take(caller.token)
            content = _encode(await carry_out(self._runtime, caller, await _body(receive)))
        except ProblemError as problem:
            await send_problem(problem, send)
            return
        except Exception as error:  # noqa: BLE001 - the edge: a mistake of ours is logged and told in a sentence
            _log.error("POST /v1/commands failed", exc_info=error)
            await send_problem(ProblemError("internal", "The mistake was logged; try again later."), send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": False})


async def _body(receive: Receive) -> bytes:
    """The whole body; raises ``too-large`` past the limit."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ProblemError("malformed", "The request ended before its body did.")
        body += message["body"]
        if len(body) > MAX_BODY_BYTES:
            raise ProblemError("too-large", f"A body has at most {MAX_BODY_BYTES // 1024} KiB.")
        if not message["more_body"]:
            return body


@get("/commands", responses=problems("malformed", "not-signed-in", "too-large"))
async def get_outcomes(
    runtime: Injected,
    caller: Caller,
    ids: Annotated[str, QueryParameter(description="Command ids, separated by commas.")],
) -> Response[Outcomes]:
    """Give the stored outcomes of one's own commands; those never seen are left out."""
    wanted = [CommandId(command_id) for command_id in ids.split(",") if command_id]
    if len(wanted) > MAX_COMMANDS:
        raise ProblemError("too-large", f"Ask for at most {MAX_COMMANDS} commands at once.")
    outcomes = await runtime.reader.run(lambda conn: outcomes_of(conn, caller.agent_id, wanted))
    return answer(Outcomes(outcomes=outcomes))
