"""Lets new tickets join the open incident whose rule they answer, and be told its last update."""

from msgspec.structs import replace
from sqlalchemy import Connection, select, text

from backend import rows, tables
from backend.prepared import Prepared
from backend.services.lookup import messages_after, policy_now, team_by_id
from desk.ids import Instant
from desk.incidents import join_by_rule, may_join_by_rule, rule_of
from desk.outcome import Outcome
from desk.query import Roster
from desk.records import Author, Incident, Message, MessageKind, Team, Ticket

_OPEN = Prepared(select(tables.incident.c.doc).where(text("json_extract(doc, '$.closed_at') IS NULL")))
_TEAMS = Prepared(select(tables.team.c.doc))


def with_incident(conn: Connection, outcome: Outcome, now: Instant) -> Outcome:
    """What came in, as it is filed: in the incident whose rule it answers, with the notice behind it; unchanged when it
    answers none. A ticket that joined once, or was taken out, is asked no more."""
    ticket = next(change for change in outcome.changes if isinstance(change, Ticket))
    if not may_join_by_rule(ticket) or not (incidents := _with_rules(conn)):
        return outcome
    wrote = "\n".join(_written(messages_after(conn, ticket.id, 0)) + _written(outcome.messages))
    incident = rule_of(ticket, wrote, incidents, now, _roster(conn, incidents))
    if incident is None:
        return outcome
    team = team_by_id(conn, ticket.team_id)
    joined = join_by_rule(ticket, incident, policy_now(conn), now, team.calendar if team is not None else "always")
    others = tuple(change for change in outcome.changes if change is not ticket)
    return replace(
        outcome,
        changes=(*joined.changes, *others),
        messages=(*outcome.messages, *joined.messages),
        clock_events=(*outcome.clock_events, *joined.clock_events),
    )


def _with_rules(conn: Connection) -> list[Incident]:
    """The open incidents that something can join."""
    found = (rows.read_incident(doc) for (doc,) in _OPEN.rows(conn, {}))
    return [incident for incident in found if incident.rules]


def _written(messages: tuple[Message, ...]) -> list[str]:
    """What the customer wrote."""
    return [line.body for line in messages if line.author is Author.CUSTOMER and line.kind is MessageKind.REPLY]


def _roster(conn: Connection, incidents: list[Incident]) -> Roster:
    """The teams by name, when a rule names one."""
    if not any("team:" in rule for incident in incidents for rule in incident.rules):
        return Roster()
    teams: list[Team] = [rows.read_team(doc) for (doc,) in _TEAMS.rows(conn, {})]
    return Roster(teams={team.name.casefold(): team.id for team in teams})
