"""Planning a balance in a process of its own: ``python -m console.balancing`` reads what is asked and writes the plan.

The solver lets go of the interpreter while it thinks, so a thread would let keys through, but for a tenth of a second
now and then; a thread cannot be stopped, though, and would leave numpy, scipy and some 300 MiB in the console. A
process is ended at any moment, and gives its memory back.
"""

import asyncio
import logging
import sys
from typing import IO

import msgspec

from console.i18n import gettext as _
from desk.balance import Plan, propose
from desk.ids import AgentId, CustomerId, Instant
from desk.records import Agent, Frozen, Policy, Ticket

_log = logging.getLogger(__name__)


class Asked(Frozen, frozen=True, kw_only=True):
    """What a plan is made of: the arguments of :func:`desk.balance.propose`."""

    tickets: tuple[Ticket, ...]
    agents: tuple[Agent, ...]
    loads: dict[AgentId, int]
    policy: Policy
    now: Instant
    knows: dict[CustomerId, dict[AgentId, int]]


class PlanningFailed(Exception):
    """No plan came back; ``sentence`` says what to do."""

    def __init__(self) -> None:
        self.sentence = _("The plan could not be made; try again, or assign the tickets by hand.")
        super().__init__(self.sentence)


async def planned(asked: Asked) -> Plan:
    """The plan, made by another process, which ends with this call however that ends."""
    told = await asyncio.to_thread(msgspec.json.encode, asked)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "console.balancing",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        answer, complaint = await process.communicate(told)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        _log.error("planning ended with %s: %s", process.returncode, complaint.decode(errors="replace")[-2_000:])
        raise PlanningFailed
    return msgspec.json.decode(answer, type=Plan)


def answer(asked: IO[bytes], answered: IO[bytes]) -> None:
    """Read one question, write its plan."""
    task = msgspec.json.decode(asked.read(), type=Asked)
    plan = propose(task.tickets, task.agents, task.loads, task.policy, task.now, task.knows)
    answered.write(msgspec.json.encode(plan))


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)
