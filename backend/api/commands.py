"""``/v1/commands``: what people ask for, and what became of it."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import QueryParameter

from backend.api.bodies import Body, answer
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.errors import ProblemError
from backend.services.commands import outcomes_of, run_commands
from desk.ids import CommandId
from desk.wire import MAX_BODY_BYTES, MAX_COMMANDS, CommandBatch, Outcomes

_batch = Body(CommandBatch)


@post(
    "/commands",
    status_code=200,
    request_max_body_size=MAX_BODY_BYTES,
    responses=problems("malformed", "not-signed-in", "too-large", "id-reused"),
)
async def send_commands(runtime: Injected, caller: Caller, request: Call) -> Response[Outcomes]:
    """Carry out commands in order, each in a transaction of its own; one outcome each."""
    data = await _batch.read(request)
    if len(data.commands) > MAX_COMMANDS:
        raise ProblemError("too-large", f"Send at most {MAX_COMMANDS} commands at once.")
    runtime.commands.take(caller.token, len(data.commands))
    outcomes = await runtime.writer.run(lambda tx: run_commands(tx, caller.agent_id, caller.device, data.commands))
    return answer(Outcomes(outcomes=outcomes))


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
