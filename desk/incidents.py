"""Incidents: which one a ticket answers, what its customer is told, and how it burns down. Pure.

The backend asks :func:`rule_of` of every new ticket and lets it join with :func:`join_by_rule`; the console asks the
same rules of the tickets that are already there, and offers them.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec.structs import replace

from desk.conversation import finish, with_lines
from desk.decisions.events import event
from desk.frozen import Frozen
from desk.ids import AgentId, Instant, MessageId
from desk.outcome import Outcome
from desk.query import QueryError, Roster, TicketQuery, matches, parse_query
from desk.records import Agent, Author, Channel, Incident, IncidentUpdate, Message, MessageKind, Policy, Ticket
from desk.urgency import SETTLED

MAX_RULES = 20
MAX_RULE = 500
MAX_TITLE = 200
MAX_UPDATE = 8_000
UPDATE_LANGUAGES = ("en", "zh")
"""The languages in which the customers of an incident are told."""

_NOBODY = Agent(id=AgentId(""), v=0, handle="", name="", active=False)
_PERSONAL = {"is": {"unread", "mentioned", "followed"}, "team": {"mine"}}
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？…]+[”’）】」]*|\n+")
_WHITE_SPACE = re.compile(r"\s+")
_CUT = " …"


def read_rule(text: str) -> TicketQuery:
    """The query that a rule is; raises :exc:`~desk.query.QueryError`. A rule is asked of a ticket and not by somebody:
    what depends on who asks is no rule, nor is what every new ticket answers, or none."""
    query = parse_query(text)
    if not query.filters and not query.words:
        raise QueryError("Every ticket would answer this; name a network, a tag or words.")
    for part in query.filters:
        if part.field in ("assignee", "incident"):
            raise QueryError(f"A new ticket has no {part.field} yet; leave “{part.field}:” out.")
        for value in part.values:
            if value in _PERSONAL.get(part.field, ()):
                raise QueryError(f"“{part.field}:{value}” depends on who asks; leave it out.")
    return query


def rule_of(
    ticket: Ticket, text: str, incidents: Iterable[Incident], now: Instant, roster: Roster | None = None
) -> Incident | None:
    """The open incident that a ticket answers with what its customer wrote, the first opened of several."""
    if not may_join_by_rule(ticket):
        return None
    still_open = sorted((one for one in incidents if one.closed_at is None), key=lambda one: (one.opened_at, one.id))
    return next((one for one in still_open if answers(one, ticket, text, now, roster)), None)


def may_join_by_rule(ticket: Ticket) -> bool:
    """Whether a rule may speak for a ticket: nobody answered it yet, and nobody put it in or took it out by hand."""
    return (
        ticket.incident_id is None
        and "incident" not in ticket.moved
        and not ticket.last_agent_n
        and ticket.status not in SETTLED
        and ticket.merge is None
    )


def answers(incident: Incident, ticket: Ticket, text: str, now: Instant, roster: Roster | None = None) -> bool:
    """Whether a ticket, with the text of its conversation, answers one of an incident's rules."""
    queries = (query for rule in incident.rules if (query := _rule(rule)) is not None)
    return any(matches(query, ticket, _NOBODY, now, roster=roster, text=text) for query in queries)


@lru_cache(maxsize=512)
def _rule(text: str) -> TicketQuery | None:
    """A stored rule; None for one that this version cannot read, which then matches nothing."""
    try:
        return read_rule(text)
    except QueryError:
        return None


def join_by_rule(ticket: Ticket, incident: Incident, policy: Policy, now: Instant, calendar: str = "always") -> Outcome:
    """The ticket in the incident, told the last update if there is one. That is nobody's answer: the customer goes on
    waiting for one, the clocks go on, and the status stays."""
    line = Message(
        id=MessageId(f"{incident.id}.{ticket.id}.joined"),
        ticket_id=ticket.id,
        n=ticket.last_n + 1,
        kind=MessageKind.EVENT,
        author=Author.SYSTEM,
        body=event("incident_matched", incident=incident.id),
        at=now,
    )
    lines = (line, *_notice(ticket, incident, policy, now, line.n + 1))
    joined = replace(ticket, incident_id=incident.id, joined_at=now)
    stored, clock_events = finish(ticket, with_lines(joined, len(lines)), policy, calendar, now)
    return Outcome(changes=(stored,), messages=lines, clock_events=clock_events)


def _notice(ticket: Ticket, incident: Incident, policy: Policy, now: Instant, n: int) -> tuple[Message, ...]:
    """The last update as a message to the customer; nothing while there is none."""
    body = fitted(text_for(incident.updates[-1], ticket.lang), ticket.channel, policy) if incident.updates else ""
    if not body:
        return ()
    return (
        Message(
            id=MessageId(f"{incident.updates[-1].id}.{ticket.id}"),
            ticket_id=ticket.id,
            n=n,
            kind=MessageKind.REPLY,
            author=Author.BOT,
            body=body,
            at=now,
        ),
    )


def language_of(lang: str) -> str:
    """Which of the languages of an update a customer reads: Chinese who writes any Chinese, everybody else English."""
    return "zh" if lang.casefold().split("-")[0] in ("zh", "yue", "wuu") else "en"


def text_for(update: IncidentUpdate, lang: str) -> str:
    """The update in a customer's language; in another one when it has none in that."""
    return update.body.get(language_of(lang)) or next((body for body in update.body.values() if body), "")


def title_for(incident: Incident, lang: str) -> str:
    """The incident's title in a reader's language, or in any it has."""
    return incident.title.get(language_of(lang)) or next((title for title in incident.title.values() if title), "")


def fitted(body: str, channel: Channel, policy: Policy) -> str:
    """The text as it goes out on a channel: a longer one than the channel takes ends after the last whole sentence that
    fits, or, when not even the first does, between words."""
    limit = policy.channel_limits.get(channel, MAX_UPDATE)
    if len(body) <= limit:
        return body
    ends = [match.end() for match in _SENTENCE_END.finditer(body, 0, limit + 1) if match.end() <= limit]
    if ends and ends[-1] >= limit // 4:
        return body[: ends[-1]].rstrip()
    room = limit - len(_CUT)
    gaps = [match.start() for match in _WHITE_SPACE.finditer(body, 0, room + 1)]
    at = gaps[-1] if gaps and gaps[-1] >= room // 2 else room
    return (body[:at].rstrip() + _CUT)[:limit]


class Member(Frozen, frozen=True, kw_only=True):
    """What the burn-down knows of one ticket. ``solved_at`` is None while it is open."""

    joined_at: Instant
    solved_at: Instant | None = None


class BurnPoint(Frozen, frozen=True, kw_only=True):
    """How many tickets had joined by an instant, and how many of those were solved."""

    at: Instant
    joined: int
    solved: int

    @property
    def open(self) -> int:
        """Those still to be solved."""
        return self.joined - self.solved


def burn_down(members: Sequence[Member], begin: Instant, end: Instant, points: int) -> tuple[BurnPoint, ...]:
    """So many points, evenly apart from ``begin`` to ``end``; each counts what had happened by then. What a clock
    that is ahead puts later counts at the end. Empty without members."""
    if not members or points < 2:
        return ()
    end = max(end, begin + 1)
    joins = sorted(min(member.joined_at, end) for member in members)
    solves = sorted(min(max(one.solved_at, one.joined_at), end) for one in members if one.solved_at is not None)
    found, joined, solved = [], 0, 0
    for step in range(points):
        at = begin + (end - begin) * step // (points - 1)
        while joined < len(joins) and joins[joined] <= at:
            joined += 1
        while solved < len(solves) and solves[solved] <= at:
            solved += 1
        found.append(BurnPoint(at=at, joined=joined, solved=solved))
    return tuple(found)


def member_of(ticket: Ticket) -> Member:
    """A ticket of an incident as the burn-down sees it."""
    solved_at = (ticket.solved_at or ticket.updated_at) if ticket.status in SETTLED else None
    return Member(joined_at=ticket.joined_at or ticket.created_at, solved_at=solved_at)
