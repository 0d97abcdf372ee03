"""The incidents of the sample desk: one that goes on, and one that is over. Tickets join them by their rules, each at
the moment in which its customer wrote, as they would on a real day."""

from collections.abc import Sequence

from msgspec.structs import replace

from desk.ids import AgentId, IncidentId, Instant
from desk.incidents import answers, join_by_rule, rule_of
from desk.outcome import Outcome
from desk.records import Incident, IncidentUpdate, Policy, Ticket

_HOUR_MS = 3_600_000
_LEAD, _SENIOR = AgentId("agent-ana"), AgentId("agent-nora")


def incidents(now: Instant) -> tuple[Incident, ...]:
    """Both, as they stand at ``now``."""
    return (_withdrawals(now), _codes(now))


def _withdrawals(now: Instant) -> Incident:
    """It goes on since last night; its customers were told twice."""
    opened_at = now - 20 * _HOUR_MS
    return Incident(
        id=IncidentId("incident-withdrawals"),
        v=4,
        title={"en": "Withdrawals delayed: networks congested", "zh": "提现延迟：多条网络拥堵"},
        opened_by=_SENIOR,
        opened_at=opened_at,
        rules=("tag:withdrawal", "network:ethereum tag:transfer"),
        updates=(
            IncidentUpdate(
                id="incident-withdrawals-1",
                at=opened_at + _HOUR_MS // 2,
                by=_LEAD,
                body={
                    "en": "Several networks are congested, so withdrawals take longer than usual. Your money is safe "
                    "and nothing needs to be sent again. We write again as soon as it moves.",
                    "zh": "目前多条区块链网络拥堵，提现到账会比平时慢。您的资金是安全的，无需重新提交。"
                    "一有进展我们会马上通知您。",
                },
            ),
            IncidentUpdate(
                id="incident-withdrawals-2",
                at=now - 2 * _HOUR_MS - _HOUR_MS // 3,
                by=_LEAD,
                body={
                    "en": "Withdrawals go out again, the oldest ones first. Most arrive within three hours; you do not "
                    "have to do anything.",
                    "zh": "提现已恢复处理，按提交时间先后发出，大部分会在三小时内到账。您无需进行任何操作。",
                },
            ),
        ),
    )


def _codes(now: Instant) -> Incident:
    """It was over the day before yesterday."""
    opened_at = now - 50 * _HOUR_MS
    return Incident(
        id=IncidentId("incident-codes"),
        v=3,
        title={"en": "Login codes by text message late", "zh": "短信验证码延迟"},
        opened_by=_SENIOR,
        opened_at=opened_at,
        rules=("tag:login",),
        updates=(
            IncidentUpdate(
                id="incident-codes-1",
                at=opened_at + _HOUR_MS,
                by=_LEAD,
                body={
                    "en": "Text messages with login codes arrive late today. Please use the authenticator app, or wait "
                    "for the code; each one is valid for ten minutes.",
                    "zh": "今天短信验证码到达较慢。请改用身份验证器，或稍等短信；每个验证码十分钟内有效。",
                },
            ),
        ),
        closed_at=now - 24 * _HOUR_MS,
    )


def joined(
    ticket: Ticket, wrote: str, known: Sequence[Incident], policy: Policy, at: Instant, calendar: str
) -> Outcome | None:
    """What becomes of a ticket when its customer has just written: in the incident that it answers at that moment, and
    told what was the last update then; None when it answers none."""
    incident = rule_of(ticket, wrote, _as_of(known, at), at)
    return join_by_rule(ticket, incident, policy, at, calendar) if incident is not None else None


def joined_long_ago(
    ticket: Ticket, wrote: str, known: Sequence[Incident], policy: Policy, at: Instant, calendar: str
) -> Outcome | None:
    """The same for a ticket that is taken in as a whole, ended ``at``: what its customer was told is not repeated."""
    then = (one for one in _as_of(known, ticket.created_at) if answers(one, ticket, wrote, at))
    incident = next(then, None)
    if incident is None:
        return None
    outcome = join_by_rule(ticket, replace(incident, updates=()), policy, at, calendar)
    (member,) = outcome.changes
    assert isinstance(member, Ticket)
    return replace(outcome, changes=(replace(member, joined_at=ticket.created_at),))


def _as_of(known: Sequence[Incident], at: Instant) -> list[Incident]:
    """The incidents that went on at an instant, with what had been said by then."""
    return [
        replace(one, closed_at=None, updates=tuple(update for update in one.updates if update.at <= at))
        for one in known
        if one.opened_at <= at < (one.closed_at or at + 1)
    ]
