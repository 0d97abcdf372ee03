"""decide() on anything at all: it always answers, always the same, and what it answers is well-formed."""

from typing import Any, get_args, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json

from desk.commands import AnyCommand, Envelope
from desk.decide import decide
from desk.ids import AgentId
from desk.outcome import Outcome, Refusal, View
from desk.permissions import may, may_see
from desk.records import Agent, ReadMark, Role, Ticket
from tests.anything import INSTANTS, a

AGENTS = a(Agent)
_ENVELOPE = {key: a(hint, key) for key, hint in get_type_hints(Envelope).items() if key != "command"}
_VIEW = {key: a(hint, key) for key, hint in get_type_hints(View).items()}
_COMMANDS = {kind: a(kind) for kind in get_args(AnyCommand)}
_ALWAYS = ("policy", "ticket", "unseen", "mark", "customer", "assignee_ok", "team_ok", "calendar", "passed_over")
_ASKED_FOR = {
    "macro_id": ("macro",),
    "source_id": ("other", "other_calendar", "same_customer", "other_customer"),
    "other_id": ("other", "other_calendar", "blocked_by_other", "further_blocked"),
    "ns": ("chosen", "next_ref"),
    "incident_id": ("incident",),
    "into_id": ("incident",),
    "procedure_id": ("procedure",),
    "gap_id": ("gap",),
    "agent_id": ("agent",),
    "team_id": ("team",),
    "article_id": ("article", "vote", "base_article"),
    "status": ("blockers",),
}
"""What of a view is looked at, by the fields of the command; the rest is left out, for drawing it takes most of the
time."""


@st.composite
def situations(draw: st.DrawFn) -> tuple[Envelope, View]:
    """A command and what it is decided on."""
    kind = draw(st.sampled_from(list(_COMMANDS)))
    fields = {"command": _COMMANDS[kind], **_ENVELOPE}
    envelope = draw(st.builds(Envelope, **fields))
    asked = {name for key, names in _ASKED_FOR.items() if hasattr(envelope.command, key) for name in names}
    view = draw(st.builds(View, **{name: _VIEW[name] for name in (*_ALWAYS, *sorted(asked)) if name in _VIEW}))
    return envelope, view


@settings(max_examples=150, deadline=None)
@given(situations(), AGENTS, INSTANTS)
def test_it_always_answers_and_always_the_same(asked: tuple[Envelope, View], actor: Agent, now: int) -> None:
    envelope, view = asked
    verdict = decide(envelope, view, actor, now)
    assert isinstance(verdict, Outcome | Refusal)
    assert decide(envelope, view, actor, now) == verdict
    assert json.encode(verdict)


@settings(max_examples=150, deadline=None)
@given(situations(), AGENTS, INSTANTS)
def test_an_outcome_continues_the_ticket_without_holes(asked: tuple[Envelope, View], actor: Agent, now: int) -> None:
    envelope, view = asked
    verdict = decide(envelope, view, actor, now)
    if isinstance(verdict, Refusal):
        assert verdict.why.endswith(".")
        return
    before_n = view.ticket.last_n if view.ticket else 0
    for number, message in enumerate(verdict.messages, 1):
        assert message.n == before_n + number
    assert [message.command_id for message in verdict.messages[1:]] == [None] * len(verdict.messages[1:])
    for changed in verdict.changes:
        if isinstance(changed, Ticket):
            assert changed.v == (view.ticket.v if view.ticket else 0) + 1
            assert changed.last_n == before_n + len(verdict.messages)
        if isinstance(changed, ReadMark):
            assert view.mark is None or changed.n > view.mark.n


@settings(max_examples=150, deadline=None)
@given(situations(), AGENTS, INSTANTS)
def test_nothing_happens_that_is_not_permitted(asked: tuple[Envelope, View], actor: Agent, now: int) -> None:
    envelope, view = asked
    verdict = decide(envelope, view, actor, now)
    if isinstance(verdict, Outcome):
        assert actor.active
        about = next((record for record in _records(view) if record is not None and _is_about(envelope, record)), None)
        assert may(actor, envelope.command, about)


@given(a(AnyCommand), a(Ticket | None))
def test_the_default_is_no(command: AnyCommand, ticket: Ticket | None) -> None:
    stranger = Agent(id=AgentId("zz"), v=1, handle="zz", name="ZZ")
    left = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", role=Role.ADMIN, active=False)
    assert not may(left, command, ticket)
    if ticket is not None:
        assert not may_see(left, ticket)
        assert may_see(stranger, ticket) is False
        assert not may(stranger, command, ticket)


def _records(view: View) -> tuple[Any, ...]:
    """All that a command may be about."""
    others = (view.incident, view.macro, view.procedure, view.gap, view.agent, view.team)
    return (view.ticket, view.customer, view.article, *others)


_BESIDE_TICKETS = ("Customer", "Article", "Incident", "Macro", "Procedure", "Gap", "Agent", "Team")


def _is_about(envelope: Envelope, record: Any) -> bool:
    """Whether a record is what the command changes: the kind it is named after, or a ticket."""
    kind = type(envelope.command).__name__
    if kind == "OpenTicket":
        return False
    named = next((name for name in _BESIDE_TICKETS if name in kind.replace("Customers", "Customer")), "Ticket")
    of_tickets = ("JoinIncident", "ApplyMacro", "StopProcedure", "MoveTeam")
    return type(record).__name__ == ("Ticket" if kind in of_tickets else named)
