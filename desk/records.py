"""The nouns of a support desk, exactly as they are stored, sent over the wire and shown.

Every record is a frozen struct with an id and a version ``v`` that only grows. Unknown fields are ignored when
decoding, so an older console reads a newer backend. Instants are UTC milliseconds (:data:`desk.ids.Instant`); money
is in minor units of its currency; amounts of crypto assets are decimal text because their scale differs by asset.

Longer than other files on purpose: the vocabulary of the desk is read as one page.
"""

from enum import StrEnum

from msgspec import field

from desk.clock_events import ClockAction as ClockAction
from desk.clock_events import ClockEvent as ClockEvent
from desk.clock_events import ClockName as ClockName
from desk.frozen import Frozen as Frozen
from desk.ids import (
    AccountId,
    AgentId,
    ArticleId,
    CommandId,
    CustomerId,
    GapId,
    IncidentId,
    Instant,
    MacroId,
    MessageId,
    ProcedureId,
    TeamId,
    TicketId,
    TransferId,
)
from desk.ticket_parts import Attachment as Attachment
from desk.ticket_parts import DuplicateHint, Escalation, FollowUp, Link, MergeMark, ProcedureRun, Review


class Role(StrEnum):
    """What a person at the desk may do, from least to most; see :mod:`desk.permissions`."""

    AGENT = "agent"
    SENIOR = "senior"
    LEAD = "lead"
    ADMIN = "admin"


class Status(StrEnum):
    """Where a ticket stands. ``waiting`` waits for the customer, ``on_hold`` for somebody else."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Severity(StrEnum):
    """How bad it is for the customer. ``emergency`` sorts before everything else."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Channel(StrEnum):
    """How the customer reaches us; a reply goes out the same way."""

    EMAIL = "email"
    CHAT = "chat"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"


class Tier(StrEnum):
    """The customer's service tier."""

    STANDARD = "standard"
    PLUS = "plus"
    VIP = "vip"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """``reply`` is seen by the customer, ``note`` by the desk only, ``event`` is a line the system wrote."""

    REPLY = "reply"
    NOTE = "note"
    EVENT = "event"


class ArticleState(StrEnum):
    """A draft, and one that waits for a senior's review, is visible to the desk only; so is one that was retired."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Reason(Frozen, frozen=True, kw_only=True):
    """Why an urgency instant is earlier or later than the plain deadline.

    ``code`` is stable (``vip``, ``at_risk``, ``severity``, ``reopened``, ``burst``, ``waiting``, ``emergency``,
    ``overridden``); ``shift_s`` is negative for earlier; ``detail`` is data for the label (an amount, a count), never
    prose.
    """

    code: str
    shift_s: int
    detail: str = ""


class Ticket(Frozen, frozen=True, kw_only=True):
    """One customer's matter, with everything a queue row and the rules need and no conversation.

    ``moved`` holds, per field group (:data:`desk.conversation.GROUPS`), the version at which the group last changed;
    it is what ``expected_version`` is compared with. ``moved_by`` is who changed it (empty: no agent), for nobody
    conflicts with themselves. ``clock_events`` is the compacted list that still matters
    for deadlines; the backend keeps every event. ``due_at``, ``due_clock``, ``urgency_at`` and ``reasons`` are derived
    by :mod:`desk.clocks` and :mod:`desk.urgency` whenever the ticket changes, and never depend on the current time.
    ``waiting_since`` is when the customer's unanswered burst began and ``unanswered`` how many messages it has.
    ``at_risk_minor`` is US cents. ``customer_name`` and ``tier`` repeat the customer's, so that a row needs no join.

    ``escalated_at`` is set while an escalation is open. ``merge`` tells where a merged ticket went and ``merged_ids``
    what came in. ``joined_at`` is when it joined its incident, ``solved_at`` when it was last solved, ``taken_at`` when
    an agent last took it, ``taken_by`` who that was, ``taken_urgency_at`` its urgency and ``passed_over`` how many more
    urgent unassigned tickets of the team waited then.
    ``networks`` and ``tx_ids`` are the blockchain networks and transaction ids that the customer named.
    """

    id: TicketId
    v: int
    ref: str
    subject: str
    customer_id: CustomerId
    customer_name: str
    team_id: TeamId
    channel: Channel
    created_at: Instant
    updated_at: Instant
    urgency_at: Instant
    lang: str = "en"
    tier: Tier = Tier.STANDARD
    status: Status = Status.NEW
    severity: Severity = Severity.NORMAL
    assignee_id: AgentId | None = None
    tags: tuple[str, ...] = ()
    followers: tuple[AgentId, ...] = ()
    mentioned: tuple[AgentId, ...] = ()
    last_n: int = 0
    last_customer_n: int = 0
    last_agent_n: int = 0
    last_customer_at: Instant | None = None
    last_agent_at: Instant | None = None
    waiting_since: Instant | None = None
    unanswered: int = 0
    snoozed_until: Instant | None = None
    snoozed_until_answer: bool = False
    escalated_at: Instant | None = None
    reopened: int = 0
    at_risk_minor: int = 0
    due_at: Instant | None = None
    due_clock: ClockName | None = None
    reasons: tuple[Reason, ...] = ()
    clock_events: tuple[ClockEvent, ...] = ()
    moved: dict[str, int] = field(default_factory=dict)
    moved_by: dict[str, str] = field(default_factory=dict)
    source_id: str = ""
    escalation: Escalation | None = None
    follow_up: FollowUp | None = None
    review: Review | None = None
    run: ProcedureRun | None = None
    merge: MergeMark | None = None
    merged_ids: tuple[TicketId, ...] = ()
    links: tuple[Link, ...] = ()
    duplicate: DuplicateHint | None = None
    incident_id: IncidentId | None = None
    joined_at: Instant | None = None
    solved_at: Instant | None = None
    taken_at: Instant | None = None
    taken_by: AgentId | None = None
    taken_urgency_at: Instant | None = None
    passed_over: int = 0
    networks: tuple[str, ...] = ()
    tx_ids: tuple[str, ...] = ()


class Message(Frozen, frozen=True, kw_only=True):
    """One entry of a conversation; ``n`` counts 1, 2, 3 … within its ticket.

    ``hidden`` stands in for a message this reader may not see; only ``ticket_id`` and ``n`` are set then.
    ``command_id`` is the command that wrote it, unique per ticket for ever. An ``event`` has a stable ``body`` of the
    form ``code key=value …`` which the console words in the reader's language.
    """

    ticket_id: TicketId
    n: int
    id: MessageId = MessageId("")
    kind: MessageKind = MessageKind.REPLY
    author: Author = Author.SYSTEM
    author_id: str = ""
    author_name: str = ""
    body: str = ""
    at: Instant = 0
    command_id: CommandId | None = None
    attachments: tuple[Attachment, ...] = ()
    hidden: bool = False


class Contact(Frozen, frozen=True, kw_only=True):
    """One way to reach a customer, and how and when it was verified to be theirs (empty and None: not verified)."""

    channel: Channel
    address: str
    verified_how: str = ""
    verified_at: Instant | None = None


class CustomerNote(Frozen, frozen=True, kw_only=True):
    """Something the desk should remember about a customer."""

    id: str
    author_id: AgentId
    author_name: str
    text: str
    at: Instant


class Customer(Frozen, frozen=True, kw_only=True):
    """Who writes to us. ``verified_how``/``verified_at`` tell of the identity check (empty and None: none passed).

    ``do_not_contact``: they are answered when they write and never written to first. Records of one person are merged
    by ``merged_into`` on the one and ``alias_ids`` on the other; tickets stay where they are, and so it can be undone.
    """

    id: CustomerId
    v: int
    name: str
    language: str = "en"
    tier: Tier = Tier.STANDARD
    contacts: tuple[Contact, ...] = ()
    verified_how: str = ""
    verified_at: Instant | None = None
    country: str = ""
    created_at: Instant = 0
    notes: tuple[CustomerNote, ...] = ()
    source_id: str = ""
    do_not_contact: bool = False
    merged_into: CustomerId | None = None
    alias_ids: tuple[CustomerId, ...] = ()


class Account(Frozen, frozen=True, kw_only=True):
    """A wallet or exchange account of a customer. ``kind`` is ``exchange`` or ``wallet``."""

    id: AccountId
    v: int
    customer_id: CustomerId
    kind: str
    label: str
    network: str = ""
    address: str = ""
    status: str = "active"
    opened_at: Instant = 0


class Transfer(Frozen, frozen=True, kw_only=True):
    """Money of a customer on the move.

    ``kind``: ``withdrawal``, ``deposit``, ``order``. ``status``: ``pending``, ``confirming``, ``completed``,
    ``failed``, ``open``, ``filled``, ``cancelled``. ``amount`` is decimal text in ``asset``; ``value_minor`` is US
    cents at that time.
    """

    id: TransferId
    v: int
    customer_id: CustomerId
    kind: str
    status: str
    asset: str
    amount: str
    value_minor: int = 0
    network: str = ""
    tx_id: str = ""
    address: str = ""
    memo: str = ""
    confirmations: int = 0
    confirmations_needed: int = 0
    detail: str = ""
    at: Instant = 0


class Agent(Frozen, frozen=True, kw_only=True):
    """A person at the desk. ``handle`` is what others mention: ``@mei``. ``capacity`` is tickets held at once.

    ``shift`` names the calendar of their working hours in :attr:`Policy.calendars`. ``needs_review``: a senior approves
    their replies before they go out.
    """

    id: AgentId
    v: int
    handle: str
    name: str
    role: Role = Role.AGENT
    team_ids: tuple[TeamId, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = 25
    away: bool = False
    active: bool = True
    away_until: Instant | None = None
    shift: str = "always"
    needs_review: bool = False


class Team(Frozen, frozen=True, kw_only=True):
    """A group of agents that share a queue and a calendar (a name in :attr:`Policy.calendars`).

    ``auto_route``: new tickets are given to the agent that :mod:`desk.balance` would choose.
    """

    id: TeamId
    v: int
    name: str
    calendar: str = "always"
    auto_route: bool = False


class Sharing(StrEnum):
    """Who may use a macro: its owner, a team, or everybody."""

    PERSONAL = "personal"
    TEAM = "team"
    SHARED = "shared"


class Macro(Frozen, frozen=True, kw_only=True):
    """A prepared answer and the changes that go with it.

    ``shortcut`` is what follows ``::``. ``title`` and ``body`` are by language; a body is a Jinja template over the
    variables of :mod:`desk.macros`. ``condition`` is an expression over the same variables that tells whether the macro
    is offered for a ticket (empty: always). None and empty mean: leave as it is. ``uses`` counts up to the last full
    quarter of an hour; ``updated_at`` is when somebody last changed it.
    """

    id: MacroId
    v: int
    shortcut: str
    title: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)
    status: Status | None = None
    severity: Severity | None = None
    team_id: TeamId | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    condition: str = ""
    sharing: Sharing = Sharing.SHARED
    owner_id: AgentId | None = None
    shared_with: TeamId | None = None
    needs_review: bool = False
    archived: bool = False
    uses: int = 0
    updated_at: Instant = 0


class Revision(Frozen, frozen=True, kw_only=True):
    """A change to a published article that is not public yet, begun by ``by``; ``submitted``: it waits for a senior's
    review. ``base_text_v`` is what it was translated from."""

    title: str
    body_md: str
    by: AgentId
    at: Instant
    summary: str = ""
    tags: tuple[str, ...] = ()
    submitted: bool = False
    base_text_v: int = 0


class Article(Frozen, frozen=True, kw_only=True):
    """A page of the knowledge base in one language; translations of one page share ``group_id``.

    ``summary`` is the short answer that is inserted into a draft (empty: the first paragraph is used). ``url`` is the
    public link (empty: none). ``source_id`` is the id it was imported under. ``text_v`` grows when the text changes; a
    translation was made from ``base_id`` when that had ``base_text_v``, and is out of date once it moved on.
    ``remark`` is what a reviewer returned it with; ``uses`` counts up to the last full quarter of an hour. At version
    ``edited_v`` the text or its revision last moved, by ``edited_by``: votes and uses move only ``v``. ``gap_id`` is
    the gap that it was written for.
    """

    id: ArticleId
    v: int
    lang: str
    title: str
    body_md: str
    state: ArticleState = ArticleState.PUBLISHED
    group_id: str = ""
    summary: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    helped: int = 0
    not_helped: int = 0
    updated_at: Instant = 0
    source_id: str = ""
    text_v: int = 0
    base_id: ArticleId | None = None
    base_text_v: int = 0
    revision: Revision | None = None
    author_id: AgentId | None = None
    from_ticket_id: TicketId | None = None
    remark: str = ""
    uses: int = 0
    edited_v: int = 0
    edited_by: AgentId | None = None
    gap_id: GapId | None = None


class Gap(Frozen, frozen=True, kw_only=True):
    """Something that was searched for and that no article answers. Its id is made of the language and the folded query,
    so that everybody who misses the same thing adds to one gap. ``searches`` counts searches without a result,
    ``wanted`` who asked for an article; ``article_id`` closes it."""

    id: GapId
    v: int
    query: str
    lang: str
    searches: int = 0
    wanted: tuple[AgentId, ...] = ()
    ticket_ids: tuple[TicketId, ...] = ()
    at: Instant = 0
    article_id: ArticleId | None = None
    closed_at: Instant | None = None


class IncidentUpdate(Frozen, frozen=True, kw_only=True):
    """What the customers of an incident were told, by language."""

    id: str
    at: Instant
    by: AgentId
    body: dict[str, str]


class Incident(Frozen, frozen=True, kw_only=True):
    """Many tickets with one cause. ``title`` is by language. Each of ``rules`` is a ticket query (:mod:`desk.query`);
    a new ticket that answers one of them joins and is told the last update. ``closed_at`` None: it goes on."""

    id: IncidentId
    v: int
    title: dict[str, str]
    opened_by: AgentId
    opened_at: Instant
    rules: tuple[str, ...] = ()
    updates: tuple[IncidentUpdate, ...] = ()
    closed_at: Instant | None = None


class Procedure(Frozen, frozen=True, kw_only=True):
    """Steps to be gone through in a ticket, by language, each written in Markdown (:mod:`desk.procedures`)."""

    id: ProcedureId
    v: int
    source: dict[str, str]
    updated_at: Instant = 0
    archived: bool = False


class ReadMark(Frozen, frozen=True, kw_only=True):
    """How far one agent has read one ticket. Its record id is the ticket's id, its scope the agent's own."""

    ticket_id: TicketId
    v: int
    n: int


class Interval(Frozen, frozen=True, kw_only=True):
    """Open hours within a day: minutes after local midnight, ``0 <= start_min < end_min <= 1440``."""

    start_min: int
    end_min: int


class Calendar(Frozen, frozen=True, kw_only=True):
    """When a clock runs. ``week`` has seven entries, Monday first, each with any number of intervals.

    ``zone`` is an IANA name. ``holidays`` are local dates ``YYYY-MM-DD`` on which nothing runs.
    """

    zone: str
    week: tuple[tuple[Interval, ...], ...]
    holidays: tuple[str, ...] = ()


class Targets(Frozen, frozen=True, kw_only=True):
    """Service targets of one severity, in seconds of open time."""

    first_reply_s: int
    next_reply_s: int
    resolve_s: int


class UrgencyWeights(Frozen, frozen=True, kw_only=True):
    """How far each reason moves a ticket's urgency, in seconds earlier (``waiting_s``: later)."""

    severity_s: dict[str, int] = field(default_factory=lambda: {"low": -3600, "high": 1800, "urgent": 5400})
    tier_s: dict[str, int] = field(default_factory=lambda: {"plus": 600, "vip": 1800})
    at_risk_s: tuple[tuple[int, int], ...] = ((100_000, 600), (1_000_000, 3600), (10_000_000, 7200))
    """Pairs of (US cents at risk from, seconds), ascending; the last that applies counts."""
    reopened_s: int = 900
    burst_s: int = 300
    """For each message of an unanswered burst after the first, at most three."""
    waiting_s: int = 86_400


class Policy(Frozen, frozen=True, kw_only=True):
    """How this desk is run. One record, id ``policy``."""

    id: str = "policy"
    v: int = 1
    targets: dict[str, Targets] = field(default_factory=dict)
    """By severity; a severity that is missing uses ``normal``, and without that the defaults of :mod:`desk.clocks`."""
    calendars: dict[str, Calendar] = field(default_factory=dict)
    """By name; the name ``always`` needs no entry."""
    urgency: UrgencyWeights = field(default_factory=UrgencyWeights)
    channel_limits: dict[str, int] = field(
        default_factory=lambda: {"telegram": 4096, "whatsapp": 4096, "chat": 4000, "email": 100_000}
    )
    undo_send_s: int = 5
    company_domains: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Tags offered first when tagging."""
    tier_s: dict[str, int] = field(default_factory=lambda: {"senior": 4 * 3600, "emergency": 900})
    """Open time a tier has from escalation to its answer, in seconds."""


KINDS: dict[str, type[Frozen]] = {
    "ticket": Ticket,
    "customer": Customer,
    "account": Account,
    "transfer": Transfer,
    "agent": Agent,
    "team": Team,
    "macro": Macro,
    "article": Article,
    "policy": Policy,
    "incident": Incident,
    "procedure": Procedure,
    "gap": Gap,
    "read_mark": ReadMark,
}
"""Kinds of the feed, by the name they have on the wire. Messages travel with their ticket."""
