"""What a macro is tried on: the ticket under the cursor, or a sample that is nobody's."""

from console.i18n import gettext as _
from console.workplace import Workplace
from desk.ids import AgentId, CustomerId, Instant, TeamId, TicketId
from desk.records import Agent, Channel, Status, Ticket

NOBODY = Agent(id=AgentId(""), v=0, handle="", name="")


def sample_ticket(now: Instant) -> Ticket:
    """A ticket like any other, of a customer who does not exist."""
    return Ticket(
        id=TicketId("sample"),
        v=1,
        ref="T-10001",
        subject=_("Withdrawal has not arrived"),
        customer_id=CustomerId("sample"),
        customer_name="Anna Novak",
        team_id=TeamId(""),
        channel=Channel.EMAIL,
        created_at=now,
        updated_at=now,
        urgency_at=now,
        status=Status.OPEN,
    )


def names_of(workplace: Workplace) -> dict[str, str]:
    """Teams and people by id."""
    store = workplace.store
    people = {str(agent_id): agent.name for agent_id, agent in store.agents().items()}
    return people | {str(team_id): team.name for team_id, team in store.teams().items()}
