"""Search over all tickets the caller may see, beyond what their console holds: words in conversations, and filters."""

from collections.abc import Iterator

from sqlalchemy import Connection, Row, text

from backend.rows import read_agent, read_message, read_team, read_ticket
from backend.services.snippets import snippet
from desk.folding import fold, match_expression
from desk.ids import Instant
from desk.permissions import may_see
from desk.query import Roster, TicketQuery, matches
from desk.records import Agent
from desk.wire import Found, SearchResult

MAX_LOOKED_AT = 20_000
"""Candidates looked at for one page; a filter that hardly anything passes ends there."""

_HITS = text(
    "SELECT t.doc AS ticket, m.doc AS message FROM message_fts f JOIN message m ON m.seq = f.rowid"
    " JOIN ticket t ON t.id = m.ticket_id WHERE message_fts MATCH :match ORDER BY f.rank, m.seq DESC"
)
_ALL = text("SELECT doc AS ticket, NULL AS message FROM ticket ORDER BY updated_at DESC, id DESC")


def search(conn: Connection, me: Agent, query: TicketQuery, now: Instant, limit: int, skip: int) -> SearchResult:
    """The tickets found, best first (without words: newest first), after skipping ``skip`` of them."""
    candidates = _candidates(conn, query)
    roster = _roster(conn)
    filters = TicketQuery(filters=query.filters, words=tuple(w for w in query.words if w.negated))
    found: list[Found] = []
    seen: set[str] = set()
    for looked_at, row in enumerate(candidates):
        if looked_at >= MAX_LOOKED_AT or len(found) > limit:
            break
        ticket = read_ticket(row.ticket)
        if ticket.id in seen or not may_see(me, ticket) or not matches(filters, ticket, me, now, 0, roster):
            continue
        seen.add(ticket.id)
        if len(seen) > skip:
            found.append(Found(ticket=ticket, snippet=_snippet(row.message, query)))
    more = len(found) > limit
    return SearchResult(items=tuple(found[:limit]), next=str(skip + limit) if more else None)


def _candidates(conn: Connection, query: TicketQuery) -> Iterator[Row[*tuple[str, str | None]]]:
    if not query.text:
        yield from conn.execute(_ALL)
        return
    expression = match_expression(query.text)
    if expression:
        yield from conn.execute(_HITS, {"match": expression})


def _snippet(message: str | None, query: TicketQuery) -> str:
    return snippet(read_message(message).body, query.text) if message else ""


def _roster(conn: Connection) -> Roster:
    agents = map(read_agent, conn.execute(text("SELECT doc FROM agent")).scalars())
    teams = map(read_team, conn.execute(text("SELECT doc FROM team")).scalars())
    return Roster(
        agents={fold(agent.handle): agent.id for agent in agents}, teams={fold(team.name): team.id for team in teams}
    )
