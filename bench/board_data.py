"""A lead's replica of a large desk: 500 agents in 50 teams who hold and wait for 100,000 open tickets."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from bench.desk_data import START_AT, session, ticket
from console.store import Store
from console.store.columns import ticket_values, upsert
from console.store.database import connect_writer
from desk.ids import AgentId, TeamId
from desk.records import Agent, Calendar, Interval, Role, Status, Team, Ticket
from desk.wire import Changes, Record, Session, Snapshot, SnapshotItem

AGENTS, TEAMS, TICKETS = 500, 50, 100_000
NOW = START_AT + TICKETS * 60_000
LEAD = Agent(
    id=AgentId("agent-1"), v=1, handle="lead", name="Lead of All", role=Role.LEAD,
    team_ids=tuple(TeamId(f"team-{n}") for n in range(TEAMS)),
)  # fmt: skip
_BATCH = 20_000
_STATUSES = (Status.OPEN, Status.WAITING, Status.OPEN, Status.NEW, Status.ON_HOLD)
_DAY = (Interval(start_min=480, end_min=1020),)


def agent(number: int) -> Agent:
    """Agent ``number``, in two teams, the first being the lead."""
    if number == 1:
        return LEAD
    return Agent(
        id=AgentId(f"agent-{number}"),
        v=1,
        handle=f"agent{number}",
        name="王磊" if number % 2 else "Anna Novak",
        team_ids=(TeamId(f"team-{number % TEAMS}"), TeamId(f"team-{number * 7 % TEAMS}")),
        languages=("zh", "en") if number % 2 else ("en",),
        skills=("withdrawals", "tron") if number % 3 else ("two-factor",),
        shift=("always", "days", "europe")[number % 3],
        away=number % 20 == 0,
    )


def open_ticket(number: int, v: int = 1) -> Ticket:
    """Ticket ``number``; three of four have an owner, a third was answered last by the customer."""
    made = ticket(number, v, messages=0)
    return replace(
        made,
        status=_STATUSES[number % 5],
        team_id=TeamId(f"team-{number % TEAMS}"),
        assignee_id=AgentId(f"agent-{number * 31 % AGENTS + 1}") if number % 4 else None,
        due_at=made.created_at + (number * 7919 % 5_000) * 60_000,
        unanswered=number % 3 // 2,
        last_agent_at=made.created_at + 1_000,
    )


def lead_session() -> Session:
    """The session of a lead of all teams."""
    policy = session().policy
    shifts = {
        name: Calendar(zone=zone, week=(_DAY,) * 7) for name, zone in (("days", "UTC"), ("europe", "Europe/Prague"))
    }
    return msgspec.structs.replace(session(), me=LEAD, policy=replace(policy, calendars=shifts))


def fill(path: Path, tickets: int = TICKETS) -> None:
    """A replica on disk as an earlier console left it, written past the sync to be quick."""
    with closing(Store.open(path)) as store:
        store.apply_session(lead_session())
        store.apply_snapshot(Snapshot(feed="f", as_of="f.1", read_at=1, items=tuple(_people()), done=True), "org")
        with closing(connect_writer(path)) as writer:
            for start in range(0, tickets, _BATCH):
                made = [open_ticket(number) for number in range(start, min(start + _BATCH, tickets))]
                writer.execute("BEGIN")
                writer.executemany(upsert("ticket"), [ticket_values(one, msgspec.json.encode(one)) for one in made])
                writer.execute("COMMIT")


def change(number: int, v: int) -> Changes:
    """A page in which one ticket goes to another owner."""
    moved = replace(open_ticket(number, v), assignee_id=AgentId(f"agent-{v % AGENTS + 1}"))
    record = Record(p=v, s="org", k="ticket", id=moved.id, v=v, d=Raw(msgspec.json.encode(moved)))
    return Changes(items=(record,), next=f"f.{v}", pos=v, head=v, more=False, now=0, scopes_digest="")


def _people() -> Iterator[SnapshotItem]:
    teams = [Team(id=TeamId(f"team-{n}"), v=1, name=f"Team {n:02}") for n in range(TEAMS)]
    for kind, records in (("agent", [agent(n) for n in range(1, AGENTS + 1)]), ("team", teams)):
        for one in records:
            assert isinstance(one, Agent | Team)
            yield SnapshotItem(k=kind, id=one.id, v=one.v, d=Raw(msgspec.json.encode(one)))
