"""What :func:`desk.decide.decide` is told and what it answers. Data only; the rules are in :mod:`desk.decide`."""

from typing import Literal, TypeAlias

from msgspec import Struct

from desk.records import (
    Article,
    ClockEvent,
    Customer,
    Frozen,
    Macro,
    Message,
    Policy,
    ReadMark,
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
    "bad-value",  # a value out of range: a snooze in the past, an ill-formed tag
]


class View(Struct, frozen=True, kw_only=True):
    """What a decision may look at: the records a command names, as they are before it.

    ``unseen`` are the messages after the envelope's ``seen_n``, in order. ``assignee_ok`` tells whether the named
    assignee is an active agent of the ticket's team (the caller looks it up); ``team_ok`` whether the named team
    exists; ``mark`` is the actor's read mark of the ticket. ``vote`` is this agent's earlier vote on the article
    (None: none). ``calendar`` names the calendar of the team that the ticket belongs to after the command.
    ``next_ref`` is the reference a new ticket gets; the console passes ``""`` and shows the ticket as "new".
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


Changed: TypeAlias = Ticket | Customer | Article | ReadMark


class Outcome(Frozen, frozen=True, kw_only=True):
    """The command's effect: records as they are after it (each with ``v`` one higher), new messages (``n`` given, ids
    and attachments final), clock events to store. ``notice`` is a stable code worth telling the author, or empty."""

    changes: tuple[Changed, ...]
    messages: tuple[Message, ...] = ()
    clock_events: tuple[ClockEvent, ...] = ()
    notice: str = ""


class Refusal(Frozen, frozen=True, kw_only=True):
    """Why not: a stable code and one English sentence that says what to do.

    For ``conflict``, ``what`` is ``reply`` or the field group that moved; for ``held``, ``findings`` are the places.
    """

    code: RefusalCode
    why: str
    what: str = ""
    findings: tuple[Finding, ...] = ()
