"""What :func:`desk.decide.decide` is told and what it answers. Data only; the rules are in :mod:`desk.decide`."""

from typing import Literal, TypeAlias

from msgspec import Struct

from desk.ids import TicketId
from desk.records import (
    Agent,
    Article,
    ClockEvent,
    Customer,
    Frozen,
    Gap,
    Incident,
    Macro,
    Message,
    Policy,
    Procedure,
    ReadMark,
    Team,
    Ticket,
)
from desk.wire import Finding

RefusalCode: TypeAlias = Literal[
    "not-allowed",  # the actor's role or teams do not permit it
    "not-found",  # what it names is not there, or not visible to the actor
    "conflict",  # the conversation or a field group moved on
    "held",  # the text holds what must not go out
    "no-change",  # it already is that way
    "closed",  # a closed ticket takes no replies or changes but a note
    "empty",  # a text that must not be empty is
    "too-long",  # over the channel's or the field's limit
    "unknown-team",
    "unknown-agent",
    "unknown-macro",
    "unknown-article",
    "unknown-customer",
    "unknown-incident",
    "incident-closed",  # nothing joins a closed incident, and its customers are told no more
    "unknown-procedure",
    "needs-review",  # the reply goes to the review lane instead
    "do-not-contact",  # the customer is not written to first
    "another-customer",  # tickets of different customers are not merged
    "merged",  # the ticket was merged into another, or is about to be merged in a circle
    "circle",  # the link would make a circle
    "review-waits",  # a reply on the ticket waits for approval
    "bad-template",  # a macro whose template or condition cannot be read
    "bad-procedure",  # a procedure with a missing branch or another mistake
    "bad-rule",  # an incident's rule that is no ticket query
    "bad-value",  # a value out of range: a snooze in the past, an ill-formed tag
]


class View(Struct, frozen=True, kw_only=True):
    """What a decision may look at: the records a command names, as they are before it.

    ``unseen`` are the messages after the envelope's ``seen_n``, in order. ``assignee_ok`` tells whether the named
    assignee is an active agent of the ticket's team (the caller looks it up); ``team_ok`` whether the named team
    exists; ``mark`` is the actor's read mark of the ticket. ``vote`` is this agent's earlier vote on the article
    (None: none). ``calendar`` names the calendar of the team that the ticket belongs to after the command.
    ``next_ref`` is the reference a new ticket gets; the console passes ``""`` and shows the ticket as "new".

    ``other`` is the second ticket of a merge or link (with ``other_calendar``), ``same_customer`` whether both belong
    to one person (merged records included), ``chosen`` the messages to split off. ``further_blocked`` is every ticket
    that the one to be blocked blocks, directly or through others; ``blockers`` are the references of the open tickets
    that block the one to be solved. ``incident``, ``procedure``, ``gap``, ``agent``, ``team`` and
    ``other_customer`` are what the command names; ``base_article`` is what an article is a translation of.
    ``passed_over`` is how many more urgent unassigned tickets of the team wait.
    """

    policy: Policy
    ticket: Ticket | None = None
    unseen: tuple[Message, ...] = ()
    customer: Customer | None = None
    article: Article | None = None
    macro: Macro | None = None
    mark: ReadMark | None = None
    vote: bool | None = None
    assignee_ok: bool = True
    team_ok: bool = True
    calendar: str = "always"
    next_ref: str = ""
    other: Ticket | None = None
    other_calendar: str = "always"
    same_customer: bool = False
    chosen: tuple[Message, ...] = ()
    further_blocked: frozenset[TicketId] = frozenset()
    blockers: tuple[str, ...] = ()
    incident: Incident | None = None
    procedure: Procedure | None = None
    gap: Gap | None = None
    agent: Agent | None = None
    team: Team | None = None
    other_customer: Customer | None = None
    base_article: Article | None = None
    passed_over: int = 0


Changed: TypeAlias = Ticket | Customer | Article | ReadMark | Incident | Macro | Procedure | Gap | Agent | Team


class Outcome(Frozen, frozen=True, kw_only=True):
    """The command's effect: records as they are after it (each with ``v`` one higher), new messages (``n`` given, ids
    and attachments final), clock events to store. Messages and clock events are the first change's, which is a ticket;
    what happens to other tickets is in ``also``, each with its own. ``notice`` is a stable code worth telling the
    author, or empty."""

    changes: tuple[Changed, ...]
    messages: tuple[Message, ...] = ()
    clock_events: tuple[ClockEvent, ...] = ()
    notice: str = ""
    also: tuple["Outcome", ...] = ()


class Refusal(Frozen, frozen=True, kw_only=True):
    """Why not: a stable code and one English sentence that says what to do.

    For ``conflict``, ``what`` is ``reply`` or the field group that moved; for ``held``, ``findings`` are the places.
    """

    code: RefusalCode
    why: str
    what: str = ""
    findings: tuple[Finding, ...] = ()
