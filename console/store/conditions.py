"""Ticket queries as SQL: the same answer as :func:`desk.query.matches`, found by index.

Conditions are over a table or join called ``t`` with the ticket columns. Constants that partial indexes name are
written out (they come from enumerations); everything else is a parameter.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from console.store.schema import SEPARATOR
from desk.folding import fold
from desk.ids import MS_PER_S, Instant
from desk.picking import shown_since
from desk.query import BREACH_WINDOW_S, Filter, Roster, TicketQuery
from desk.query_fields import ME, MINE, NONE
from desk.records import Agent, Frozen, Severity, Status

Parameter: TypeAlias = str | int


class Condition(Frozen, frozen=True, kw_only=True):
    """What follows WHERE, and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


class Asker(Frozen, frozen=True, kw_only=True):
    """Who asks and when: what ``me``, ``mine`` and ``now`` mean."""

    me: Agent
    now: Instant
    roster: Roster


def condition(query: TicketQuery, asker: Asker) -> Condition:
    """The condition for a query; always true for the empty one."""
    parts = [_filter(part, asker) for part in query.filters]
    parts += [
        Condition(sql=f"instr(ticket_words(t.doc), ?) {'=' if word.negated else '>'} 0", parameters=(fold(word.text),))
        for word in query.words
    ]
    return Condition(
        sql=" AND ".join(part.sql for part in parts) or "1",
        parameters=tuple(value for part in parts for value in part.parameters),
    )


def _filter(part: Filter, asker: Asker) -> Condition:
    alternatives = _BY_FIELD[part.field](part.values, asker)
    sql = " OR ".join(f"({one.sql})" if len(alternatives) > 1 else one.sql for one in alternatives)
    parameters = tuple(value for one in alternatives for value in one.parameters)
    if part.negated:
        return Condition(sql=f"({sql}) IS NOT TRUE", parameters=parameters)
    return Condition(sql=f"({sql})" if len(alternatives) > 1 else sql, parameters=parameters)


def _among(column: str, values: Sequence[str]) -> Condition:
    distinct = tuple(dict.fromkeys(values))
    if len(distinct) == 1:
        return Condition(sql=f"t.{column} = ?", parameters=distinct)
    return Condition(sql=f"t.{column} IN ({', '.join('?' * len(distinct))})", parameters=distinct)


def _status(values: Sequence[str], asker: Asker) -> list[Condition]:
    return [Condition(sql=f"t.status = '{Status(value)}'") for value in values]


def _severity(values: Sequence[str], asker: Asker) -> list[Condition]:
    return [Condition(sql=f"t.severity = '{Severity(value)}'") for value in values]


def _column(name: str) -> Callable[[Sequence[str], Asker], list[Condition]]:
    return lambda values, asker: [_among(name, values)]


def _assignee(values: Sequence[str], asker: Asker) -> list[Condition]:
    conditions = [Condition(sql="t.assignee_id IS NULL")] if NONE in values else []
    ids = _agent_ids([value for value in values if value != NONE], asker)
    return [*conditions, _among("assignee_id", ids)] if ids else conditions


def _picker(values: Sequence[str], asker: Asker) -> list[Condition]:
    lately, by = picked(asker.now), _among("picked_by", _agent_ids(values, asker))
    return [Condition(sql=f"({lately.sql} AND {by.sql})", parameters=lately.parameters + by.parameters)]


def _agent_ids(values: Sequence[str], asker: Asker) -> list[str]:
    """Whom handles, ids and ``me`` mean."""
    ids: list[str] = []
    for value in values:
        if value in (ME, f"@{asker.me.handle.casefold()}"):
            ids.append(asker.me.id)
        else:
            ids += [value, asker.roster.agents.get(value.removeprefix("@"), value)]
    return ids


def _team(values: Sequence[str], asker: Asker) -> list[Condition]:
    ids: list[str] = []
    for value in values:
        if value == MINE:
            ids += asker.me.team_ids
        else:
            ids += [value, asker.roster.teams.get(value.casefold(), value)]
    return [_among("team_id", ids)]


def _lang(values: Sequence[str], asker: Asker) -> list[Condition]:
    return [_among("lang", [value.split("-")[0] for value in values])]


def _tag(values: Sequence[str], asker: Asker) -> list[Condition]:
    return [_listed("tags", value) for value in values]


def _listed(column: str, value: str) -> Condition:
    return Condition(sql=f"instr(t.{column}, ?) > 0", parameters=(f"{SEPARATOR}{value}{SEPARATOR}",))


def _customer(values: Sequence[str], asker: Asker) -> list[Condition]:
    return [
        Condition(
            sql="(t.customer_id = ? OR instr(ticket_customer(t.doc), ?) > 0)", parameters=(value, value.casefold())
        )
        for value in values
    ]


def _incident(values: Sequence[str], asker: Asker) -> list[Condition]:
    """With ``IS NOT NULL`` spelled out, for the index of tickets in incidents."""
    return [Condition(sql="(t.incident_id IS NOT NULL AND t.incident_id = ?)", parameters=(value,)) for value in values]


def _is(values: Sequence[str], asker: Asker) -> list[Condition]:
    return [_STATES[value](asker) for value in values]


def picked(now: Instant) -> Condition:
    """What was lately taken over more urgent tickets; as :func:`desk.picking.is_picked`."""
    return Condition(sql="(t.picked_by IS NOT NULL AND t.picked_at > ?)", parameters=(shown_since(now),))


def skipped(now: Instant) -> Condition:
    """What waits for an owner although another was picked; as :func:`desk.picking.is_skipped`, by confirmed picks."""
    return Condition(
        sql="(t.active=1 AND t.assignee_id IS NULL AND EXISTS (SELECT 1 FROM ticket p WHERE p.picked_by IS NOT NULL "
        "AND p.team_id = t.team_id AND p.picked_at > max(?, t.created_at) AND p.picked_urgency_at > t.urgency_at))",
        parameters=(shown_since(now),),
    )


_STATES: dict[str, Callable[[Asker], Condition]] = {
    "unread": lambda asker: Condition(sql="t.last_n > coalesce((SELECT n FROM read_mark WHERE ticket_id = t.id), 0)"),
    "breaching": lambda asker: Condition(
        sql="t.active=1 AND t.due_at <= ?", parameters=(asker.now + BREACH_WINDOW_S * MS_PER_S,)
    ),
    "snoozed": lambda asker: Condition(sql="t.asleep_until > 0 AND t.asleep_until > ?", parameters=(asker.now,)),
    "escalated": lambda asker: Condition(sql="t.escalated_at IS NOT NULL"),
    "emergency": lambda asker: Condition(sql="t.severity='emergency'"),
    "mentioned": lambda asker: _listed("people", f"m:{asker.me.id}"),
    "followed": lambda asker: _listed("people", f"f:{asker.me.id}"),
    "active": lambda asker: Condition(sql="t.active=1"),
    "followup": lambda asker: Condition(
        sql="t.follow_up_at IS NOT NULL AND t.follow_up_at <= ?", parameters=(asker.now,)
    ),
    "review": lambda asker: Condition(sql="t.in_review=1"),
    "duplicate": lambda asker: Condition(sql="t.duplicate=1"),
    "incident": lambda asker: Condition(sql="t.incident_id IS NOT NULL"),
    "unanswered": lambda asker: Condition(sql="t.unanswered > 0"),
    "picked": lambda asker: picked(asker.now),
    "skipped": lambda asker: skipped(asker.now),
}

_BY_FIELD: dict[str, Callable[[Sequence[str], Asker], list[Condition]]] = {
    "status": _status,
    "assignee": _assignee,
    "team": _team,
    "tag": _tag,
    "severity": _severity,
    "channel": _column("channel"),
    "lang": _lang,
    "tier": _column("tier"),
    "customer": _customer,
    "incident": _incident,
    "network": lambda values, asker: [_listed("networks", value) for value in values],
    "picker": _picker,
    "is": _is,
}


class _Words(msgspec.Struct):
    """What of a ticket the words of a query are looked for in."""

    ref: str = ""
    subject: str = ""
    customer_name: str = ""
    tags: tuple[str, ...] = ()


_decoder = msgspec.json.Decoder(_Words)


def ticket_words(doc: str) -> str:
    """SQL function: the folded text of a ticket's own fields."""
    ticket = _decoder.decode(doc)
    return fold(" ".join((ticket.ref, ticket.subject, ticket.customer_name, *ticket.tags)))


def ticket_customer(doc: str) -> str:
    """SQL function: the customer's name, case-folded."""
    return _decoder.decode(doc).customer_name.casefold()
