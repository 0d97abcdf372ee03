"""Builds the sample desk into a database: staff, knowledge, customers, and their tickets."""

from collections.abc import Callable, Sequence
from random import Random

from msgspec.structs import replace

from backend.bulk import BulkLoader
from backend.database import Database
from backend.demo import echoes
from backend.demo.content import Person, macros, policy
from backend.demo.crowd import AS_WRITTEN, Scale, branches, staff_at, teams_at
from backend.demo.incidents import incidents
from backend.demo.knowledge import articles, gaps
from backend.demo.minting import mint
from backend.demo.people import people
from backend.demo.plot import plot
from backend.demo.scenario import common
from backend.demo.story import Cast, in_teams, tell
from backend.files import folder_beside, keep_bytes
from backend.meta import ref_of, set_meta, take_refs
from backend.procedures import shipped
from backend.services.blobs import note_blob
from desk.ids import AgentId, Instant
from desk.records import Agent, Customer, CustomerNote, Macro, Message, ReadMark, Ticket

FIRST_REF = 10_001
STEP = 200
"""Tickets that a reader of the feed sees at once."""
_DAY_MS = 86_400_000
Progress = Callable[[str, int, int], None]
"""Told what is being made, how many are done, and of how many."""


def customers_for(tickets: int) -> int:
    """How many customers write so many tickets."""
    return max(300, tickets // 8)


def sample_agents(staff: Sequence[Person]) -> list[Agent]:
    """The staff as records."""
    return [
        Agent(
            id=AgentId(f"agent-{person.handle}"),
            v=1,
            handle=person.handle,
            name=person.name,
            role=person.role,
            team_ids=person.teams,
            languages=person.languages,
            skills=person.skills,
            away=person.away,
            shift=person.shift,
            capacity=person.capacity,
            needs_review=person.needs_review,
        )
        for person in staff
    ]


def _used(now: Instant, seed: int) -> list[Macro]:
    """The macros with how often they were used, and when they were last changed."""
    rng = Random(f"{seed}/macros")
    return [
        replace(macro, uses=rng.randrange(4, 900), updated_at=now - rng.randrange(2, 200) * _DAY_MS)
        for macro in macros()
    ]


def _noted(customer: Customer, agents: list[Agent], now: Instant, rng: Random) -> Customer:
    """The customer with what the desk remembers about one in twelve."""
    if rng.random() > 1 / 12:
        return customer
    author = rng.choice(agents)
    at = now - rng.randrange(1, 90) * _DAY_MS
    note = CustomerNote(
        id=mint(at, rng),
        author_id=author.id,
        author_name=author.name,
        text=rng.choice(common(author.languages[0]).customer_note),
        at=max(at, customer.created_at),
    )
    return replace(customer, notes=(note,))


def build(
    database: Database,
    *,
    tickets: int,
    seed: int,
    lang: str = "both",
    now: Instant,
    progress: Progress,
    scale: Scale = AS_WRITTEN,
) -> dict[str, int]:
    """Fill an empty database with a desk as it stands at ``now``; returns how many rows of each kind there are."""
    rules, groups = policy(), teams_at(scale)
    staff = staff_at(scale, groups, seed)
    agents = sample_agents(staff)
    cast = Cast(
        rules,
        in_teams([(agent, person.share) for agent, person in zip(agents, staff, strict=True)]),
        {team.id: team.calendar for team in groups},
        {person.handle: person.zh_name for person in staff if person.zh_name},
        branches(groups),
        incidents(now),
    )
    everybody = list(people(customers_for(tickets), now, seed, lang))
    twice = echoes.share(tickets)
    plots = plot(tickets - twice, len(everybody), now, seed, max(scale.unsettled - twice, 0))
    waiting: list[tuple[Ticket, Message]] = []
    folder = folder_beside(database.path)
    with database.write(now) as tx:
        loader = BulkLoader(tx)
        loader.org([rules, *groups, *agents, *_used(now, seed), *shipped(now), *articles(now, seed), *gaps(now)])
        loader.org(cast.incidents)
        rng = Random(f"{seed}/notes")
        loader.customers(_noted(one.customer, agents, now, rng) for one in everybody)
        loader.customers(account for one in everybody for account in one.accounts)
        loader.customers(transfer for one in everybody for transfer in one.transfers)
        set_meta(tx.conn, "next_ref", str(FIRST_REF))
        first = take_refs(tx.conn, len(plots))
        for done in range(0, len(plots), STEP):
            progress("tickets", done, len(plots))
            stories = [
                tell(each, ref_of(first + number), everybody[each.customer], cast, now)
                for number, each in enumerate(plots[done : done + STEP], done)
            ]
            loader.customers(story.transfer for story in stories if story.transfer)
            for file in (file for story in stories for file in story.enclosures):
                note_blob(tx, keep_bytes(folder, file.data))
            loader.conversations(story.conversation for story in stories)
            waiting += echoes.unanswered(stories)
            for story in stories:
                ticket = story.conversation.ticket
                if ticket.assignee_id and story.read_n:
                    loader.read_marks(ticket.assignee_id, [ReadMark(ticket_id=ticket.id, v=1, n=story.read_n)])
        counts = loader.finish()
        rng = Random(f"{seed}/echoes")
        for ticket, said in rng.sample(waiting, min(twice, len(waiting))):
            echoes.write_again(tx, ticket, said, rng)
    progress("tickets", len(plots), len(plots))
    return counts
