"""What crosses HTTP: the bodies of protocol version 1, and the slugs of its problems.

Both shells encode and decode with these structs, so a field exists in one place. JSON, UTF-8; instants are UTC
milliseconds. The calls themselves are described in docs/protocol.md.
"""

from typing import Literal, TypeAlias

from msgspec import Raw, Struct

from desk.audit import Detail
from desk.commands import Envelope
from desk.ids import AgentId, CommandId, Instant, TeamId, TicketId
from desk.records import Account, Agent, Customer, Message, Policy, Ticket, Transfer

PROTOCOL = 1
MAX_COMMANDS = 50
MAX_BODY_BYTES = 1024 * 1024
MAX_BLOB_BYTES = 25 * 1024 * 1024
MAX_PAGE = 500
MAX_WAIT_S = 25

Op: TypeAlias = Literal["put", "leave", "delete", "purge", "grant", "revoke"]
Depth: TypeAlias = Literal["full", "head"]


class Wire(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The common shape of all bodies."""


class MovedTo(Wire, frozen=True, kw_only=True):
    """Where a ticket went that left a team's queue: the team that has it, and who moved it (empty: no agent)."""

    team_id: TeamId
    by: AgentId | None = None


class Record(Wire, frozen=True, kw_only=True):
    """One line of the feed: what happened to one entity in one scope.

    ``p`` position, ``s`` scope, ``k`` kind (:data:`desk.records.KINDS`), ``id``, ``op``, ``v`` version. ``d`` is the
    whole row of a ``put``, read when the page was served; a second put of the same row in one page leaves it out.
    ``ev`` are the messages of a ticket that the reader may not have yet, in order of ``n``. ``cmd`` is the command
    that caused it; ``to`` goes with a ``leave`` of a ticket that another team has now. An empty
    :class:`~msgspec.Raw` stands for no row: msgspec cannot decode a union with one.
    """

    p: int
    s: str
    k: str
    id: str
    op: Op = "put"
    v: int = 0
    d: Raw = Raw()
    ev: tuple[Message, ...] = ()
    cmd: CommandId | None = None
    to: MovedTo | None = None


class ScopeInfo(Wire, frozen=True, kw_only=True):
    """A scope I may read: ``org``, ``team:<id>``, ``user:<id>``, ``role:<name>``. ``gen`` grows when it was granted
    anew."""

    id: str
    gen: int = 1
    depth: Depth = "full"


class Limits(Wire, frozen=True, kw_only=True):
    """What the backend accepts."""

    commands: int = MAX_COMMANDS
    body_bytes: int = MAX_BODY_BYTES
    blob_bytes: int = MAX_BLOB_BYTES
    page: int = MAX_PAGE
    wait_s: int = MAX_WAIT_S


class Session(Wire, frozen=True, kw_only=True):
    """``GET /v1/sync/session``: who I am, where the feed stands, what I may read."""

    feed: str
    head: int
    min_pos: int
    now: Instant
    me: Agent
    scopes: tuple[ScopeInfo, ...]
    scopes_digest: str
    policy: Policy
    proto: int = PROTOCOL
    limits: Limits = Limits()


class SnapshotItem(Wire, frozen=True, kw_only=True):
    """One entity of a scope as it is now; tickets bring their whole conversation (``ev``) unless the scope is
    ``head``."""

    k: str
    id: str
    v: int
    d: Raw
    ev: tuple[Message, ...] = ()


class Snapshot(Wire, frozen=True, kw_only=True):
    """``GET /v1/sync/snapshot``: a page of a scope, newest first. ``as_of`` is the cursor to start reading changes
    from; ``read_at`` the position at which this page was read; ``next`` is opaque and None when ``done``."""

    feed: str
    as_of: str
    read_at: int
    items: tuple[SnapshotItem, ...]
    next: str | None = None
    done: bool = False


class Changes(Wire, frozen=True, kw_only=True):
    """``GET /v1/sync/changes`` and the stream's ``page`` event: what came after a cursor.

    ``next`` is the cursor after this page, ``pos`` its position, ``head`` the end of the feed.
    """

    items: tuple[Record, ...]
    next: str
    pos: int
    head: int
    more: bool
    now: Instant
    scopes_digest: str


class Viewer(Wire, frozen=True, kw_only=True):
    """Somebody has a ticket open; ``writing`` tells of a composer with text in it."""

    agent_id: AgentId
    name: str
    ticket_id: TicketId
    writing: Literal["", "reply", "note"] = ""


class Presence(Wire, frozen=True, kw_only=True):
    """The stream's ``presence`` event: all who are online, and who looks at what, among tickets I may see. For leads,
    ``active_at`` tells when each agent of their teams last did something, some seconds late."""

    online: tuple[AgentId, ...] = ()
    viewers: tuple[Viewer, ...] = ()
    active_at: dict[AgentId, Instant] = {}


class PresenceUpdate(Wire, frozen=True, kw_only=True):
    """``PUT /v1/presence``: what I look at now (None: no ticket). Forgotten 45 s after the last update."""

    ticket_id: TicketId | None = None
    writing: Literal["", "reply", "note"] = ""


class CommandBatch(Wire, frozen=True, kw_only=True):
    """``POST /v1/commands``: at most :data:`MAX_COMMANDS`, applied in order, each in a transaction of its own."""

    commands: tuple[Envelope, ...]


class Finding(Wire, frozen=True, kw_only=True):
    """Something in an outgoing text that must not go out: ``kind`` and the half-open character range."""

    kind: str
    start: int
    end: int


class Applied(Wire, frozen=True, kw_only=True, tag_field="outcome", tag="applied"):
    """It happened. ``v`` is the version of the ticket (article, customer) after it, ``n`` the message it wrote.
    ``notice`` is a stable code for something worth saying, such as ``customer-wrote-meanwhile``."""

    id: CommandId
    v: int
    n: int | None = None
    notice: str = ""


class Duplicate(Wire, frozen=True, kw_only=True, tag_field="outcome", tag="duplicate"):
    """It had happened before, under this id; the rest is as then."""

    id: CommandId
    v: int
    n: int | None = None


class Conflict(Wire, frozen=True, kw_only=True, tag_field="outcome", tag="conflict"):
    """The ticket moved on; the author decides. ``what`` is ``reply`` or a field group; ``current`` the ticket now;
    ``messages`` what the author had not seen."""

    id: CommandId
    what: str
    current: Ticket | None = None
    messages: tuple[Message, ...] = ()


class Rejected(Wire, frozen=True, kw_only=True, tag_field="outcome", tag="rejected"):
    """It may not be, or makes no sense; ``code`` is stable (:mod:`desk.outcome`), ``why`` one English sentence."""

    id: CommandId
    code: str
    why: str


class Held(Wire, frozen=True, kw_only=True, tag_field="outcome", tag="held"):
    """The text holds what must not go out."""

    id: CommandId
    findings: tuple[Finding, ...]


class Retry(Wire, frozen=True, kw_only=True, tag_field="outcome", tag="retry"):
    """Not now; ask again after so many seconds."""

    id: CommandId
    after_s: float


CommandOutcome: TypeAlias = Applied | Duplicate | Conflict | Rejected | Held | Retry


class Outcomes(Wire, frozen=True, kw_only=True):
    """Answer of ``POST /v1/commands`` (one each, in order) and of ``GET /v1/commands?ids=`` (those known)."""

    outcomes: tuple[CommandOutcome, ...]


class TicketView(Wire, frozen=True, kw_only=True):
    """``GET /v1/tickets/{id}``: a ticket with its conversation and what belongs to its customer."""

    ticket: Ticket
    messages: tuple[Message, ...]
    customer: Customer | None = None
    accounts: tuple[Account, ...] = ()
    transfers: tuple[Transfer, ...] = ()


class Found(Wire, frozen=True, kw_only=True):
    """One hit of ``GET /v1/search?q=&limit=&after=``; ``snippet`` marks hits with U+0002 … U+0003."""

    ticket: Ticket
    snippet: str = ""


class SearchResult(Wire, frozen=True, kw_only=True):
    """``GET /v1/search``: hits best first, ``next`` for the following page."""

    items: tuple[Found, ...]
    next: str | None = None


class AuditEntry(Wire, frozen=True, kw_only=True):
    """One row of the audit. ``seq`` counts up; ``actor_id`` is empty for the system and for whoever works at the
    backend's own command line. ``device`` is told to leads only; ``label`` is the entity as people name it (a ticket's
    reference), empty when it has no such name."""

    seq: int
    at: Instant
    actor_id: AgentId
    action: str
    entity_id: str
    detail: Detail
    actor_name: str = ""
    device: str = ""
    label: str = ""


class AuditPage(Wire, frozen=True, kw_only=True):
    """``GET /v1/audit`` and ``GET /v1/tickets/{id}/audit``: rows, newest first. ``next`` is what to send as ``before``
    for older ones (None: there are none)."""

    items: tuple[AuditEntry, ...]
    next: int | None = None


class SignIn(Wire, frozen=True, kw_only=True):
    """``POST /v1/auth/login``. ``device`` names the machine for the device list."""

    user: str
    password: str
    device: str = ""


class Refresh(Wire, frozen=True, kw_only=True):
    """``POST /v1/auth/refresh`` and ``POST /v1/auth/revoke``."""

    refresh_token: str


class Tokens(Wire, frozen=True, kw_only=True):
    """What a sign-in or refresh gives. A refresh token works once; using an old one revokes the family."""

    access_token: str
    refresh_token: str
    expires_at: Instant
    me: Agent


class BlobStored(Wire, frozen=True, kw_only=True):
    """``PUT /v1/blobs/{sha256}``."""

    sha256: str
    size_bytes: int
    media_type: str


class Problem(Wire, frozen=True, kw_only=True):
    """RFC 9457. ``type`` is ``urn:agent-console:problem:<slug>``; ``detail`` says in one sentence what to do."""

    type: str
    title: str
    status: int
    detail: str = ""


PROBLEM_PREFIX = "urn:agent-console:problem:"

ProblemSlug: TypeAlias = Literal[
    "cursor-expired",  # 410 the cursor is older than the feed reaches; rebuild
    "feed-changed",  # 409 another feed, or a position it never had; rebuild
    "cursor-malformed",  # 400
    "not-signed-in",  # 401
    "token-expired",  # 401 refresh once
    "token-reused",  # 401 the refresh token was used before; sign in again
    "wrong-credentials",  # 401
    "not-allowed",  # 403
    "not-found",  # 404 not there, or not visible to this user
    "id-reused",  # 422 the command id was used for another command
    "malformed",  # 400
    "too-large",  # 413
    "too-many-requests",  # 429 with Retry-After
    "digest-mismatch",  # 422 the blob's bytes do not have that digest
    "unavailable",  # 503 with Retry-After
    "internal",  # 500
]
