"""The backend's tables, once, for every database it runs on. The only module that says how rows lie on disk.

A record is stored as it travels: ``doc`` is its JSON, so that a page is put together from bytes that are already
there. The columns beside it are only what is looked up or ordered by. :mod:`backend.rows` turns records into rows.

Changes go through :mod:`backend.services.filing` and :mod:`backend.services.tickets`, which write the feed along with
them. A bulk load into an empty database may insert the rows itself and skip the feed, because no console has read
anything yet: ``ticket``, ``message``, ``clock_event``, ``customer`` … as :func:`backend.rows.row_of` makes them, plus
``interest`` (standing) for :func:`backend.scopes.standing_agents` of each ticket, ``team_grant`` (gen 1) for each team
of an agent, and ticket references from :func:`backend.meta.take_refs`. Into a database in use it files the records in
units of a few hundred.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


meta = Table("meta", metadata, Column("key", Text, primary_key=True), _text("value"))
"""``schema``, ``feed`` (the feed's id), ``min_pos``, ``next_ref``, ``indexed_seq``."""

# ---- records -------------------------------------------------------------------------------------------------------

ticket = Table(
    "ticket",
    metadata,
    _id(),
    _number("v"),
    _text("ref"),
    _text("team_id"),
    _text("customer_id"),
    _number("updated_at"),
    Column("unassigned_at", Integer),
    Column("held_by", Text),
    _text("source_id"),
    _text("doc"),
    Index("ticket_ref", "ref", unique=True),
    Index("ticket_newest", "team_id", "updated_at", "id"),
    Index("ticket_customer", "customer_id", "team_id"),
)
"""``unassigned_at`` is the urgency of an active ticket that nobody has (else null): what waits to be taken.
``held_by`` is who has an active ticket (else null): what an agent carries."""
Index("ticket_held", ticket.c.held_by, sqlite_where=ticket.c.held_by.is_not(None))
Index("ticket_unassigned", ticket.c.team_id, ticket.c.unassigned_at, sqlite_where=ticket.c.unassigned_at.is_not(None))
Index("ticket_source", ticket.c.source_id, unique=True, sqlite_where=ticket.c.source_id != "")

ticket_tx = Table(
    "ticket_tx",
    metadata,
    _text("tx_id"),
    _text("ticket_id"),
    PrimaryKeyConstraint("tx_id", "ticket_id"),
    sqlite_with_rowid=False,
)
"""Which tickets name which blockchain transaction."""

message = Table(
    "message",
    metadata,
    Column("seq", Integer, primary_key=True),
    _text("ticket_id"),
    _number("n"),
    Column("command_id", Text),
    _text("doc"),
    Index("message_n", "ticket_id", "n", unique=True),
)
"""``seq`` is the order of writing; the search index follows it."""
Index(
    "message_command",
    message.c.ticket_id,
    message.c.command_id,
    unique=True,
    sqlite_where=message.c.command_id.is_not(None),
)

clock_event = Table(
    "clock_event",
    metadata,
    Column("seq", Integer, primary_key=True),
    _text("ticket_id"),
    _text("clock"),
    _text("action"),
    _number("at"),
    Index("clock_event_ticket", "ticket_id"),
)
"""Every clock event for ever; a ticket's ``doc`` holds the compacted ones."""

customer = Table("customer", metadata, _id(), _number("v"), _text("name"), _text("source_id"), _text("doc"))
Index("customer_source", customer.c.source_id, unique=True, sqlite_where=customer.c.source_id != "")

customer_alias = Table(
    "customer_alias",
    metadata,
    Column("customer_id", Text, primary_key=True),
    _text("person_id"),
    Index("customer_alias_person", "person_id"),
    sqlite_with_rowid=False,
)
"""Records that were merged into another of the same person: what ``merged_into`` says in their ``doc``."""

account = Table(
    "account",
    metadata,
    _id(),
    _number("v"),
    _text("customer_id"),
    _text("doc"),
    Index("account_customer", "customer_id"),
)
transfer = Table(
    "transfer",
    metadata,
    _id(),
    _number("v"),
    _text("customer_id"),
    _text("doc"),
    Index("transfer_customer", "customer_id"),
)
agent = Table("agent", metadata, _id(), _number("v"), _text("handle"), _text("doc"), UniqueConstraint("handle"))
team = Table("team", metadata, _id(), _number("v"), _text("doc"))
macro = Table("macro", metadata, _id(), _number("v"), _text("doc"))
policy = Table("policy", metadata, _id(), _number("v"), _text("doc"))
incident = Table("incident", metadata, _id(), _number("v"), _text("doc"))
procedure = Table("procedure", metadata, _id(), _number("v"), _text("doc"))
gap = Table("gap", metadata, _id(), _number("v"), _text("doc"))
article = Table(
    "article",
    metadata,
    _id(),
    _number("v"),
    _number("updated_at"),
    _text("source_id"),
    _text("doc"),
    Index("article_newest", "updated_at", "id"),
)
Index("article_source", article.c.source_id, unique=True, sqlite_where=article.c.source_id != "")

read_mark = Table(
    "read_mark",
    metadata,
    _text("agent_id"),
    _text("ticket_id"),
    _number("v"),
    _text("doc"),
    PrimaryKeyConstraint("agent_id", "ticket_id"),
    sqlite_with_rowid=False,
)
vote = Table(
    "vote",
    metadata,
    _text("agent_id"),
    _text("article_id"),
    _text("ticket_id"),
    Column("helped", Boolean, nullable=False),
    PrimaryKeyConstraint("agent_id", "article_id", "ticket_id"),
    sqlite_with_rowid=False,
)

use_count = Table(
    "use_count",
    metadata,
    _text("kind"),
    _text("id"),
    _number("uses"),
    PrimaryKeyConstraint("kind", "id"),
    sqlite_with_rowid=False,
)
"""Uses of macros and articles that are not in their records yet; housekeeping adds them up there."""

# ---- who sees what -------------------------------------------------------------------------------------------------

interest = Table(
    "interest",
    metadata,
    _text("agent_id"),
    _text("ticket_id"),
    Column("standing", Boolean, nullable=False),
    Column("watched_until", Integer),
    PrimaryKeyConstraint("agent_id", "ticket_id"),
    Index("interest_ticket", "ticket_id"),
    sqlite_with_rowid=False,
)
"""The tickets in an agent's ``user:`` scope: ``standing`` while assigned, followed or mentioned; ``watched_until``
after having opened it from beyond the replica."""

team_grant = Table(
    "team_grant",
    metadata,
    _text("agent_id"),
    _text("team_id"),
    _number("gen"),
    PrimaryKeyConstraint("agent_id", "team_id"),
    Index("team_grant_team", "team_id"),
    sqlite_with_rowid=False,
)
"""How many times an agent was given a team; a console that sees the number grow fetches the scope again."""

# ---- what happened -------------------------------------------------------------------------------------------------

feed = Table(
    "feed",
    metadata,
    Column("pos", Integer, primary_key=True),
    _number("tx"),
    _text("scope"),
    _text("kind"),
    _text("id"),
    _text("op"),
    _number("v"),
    _number("n_from"),
    _number("n_to"),
    Column("cmd", Text),
    _number("at"),
)
"""One row per entity and scope that changed, without the row itself. ``tx`` is the first position of its transaction;
``n_from`` … ``n_to`` are the messages a reader of this scope may lack (0, 0: none)."""

command_log = Table(
    "command_log",
    metadata,
    _id(),
    _text("agent_id"),
    _text("fingerprint"),
    _text("outcome"),
    _number("at"),
    Index("command_log_at", "at"),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    _number("at"),
    _text("actor_id"),
    _text("device"),
    _text("action"),
    _text("entity_id"),
    _text("detail"),
    _text("hash"),
    Index("audit_entity", "entity_id"),
)
"""Append-only; each ``hash`` covers its row and the hash before it. ``seq`` is the order in time, too. ``detail`` is
:class:`desk.audit.Detail` as JSON."""

# ---- getting in ----------------------------------------------------------------------------------------------------

credential = Table(
    "credential", metadata, Column("agent_id", Text, ForeignKey("agent.id"), primary_key=True), _text("password_hash")
)
token = Table(
    "token",
    metadata,
    Column("hash", Text, primary_key=True),
    _text("kind"),
    _text("family"),
    _text("agent_id"),
    _text("name"),
    _number("created_at"),
    Column("expires_at", Integer),
    Column("used_at", Integer),
    Column("revoked_at", Integer),
    Index("token_family", "family"),
    sqlite_with_rowid=False,
)
"""SHA-256 of every token given out. ``kind`` is ``access``, ``refresh`` or ``api``; ``name`` is the device or the
automation it was made for."""

# ---- files ---------------------------------------------------------------------------------------------------------

blob = Table("blob", metadata, Column("sha256", Text, primary_key=True), _number("size_bytes"), _text("media_type"))
blob_owner = Table(
    "blob_owner",
    metadata,
    _text("sha256"),
    _text("agent_id"),
    PrimaryKeyConstraint("sha256", "agent_id"),
    sqlite_with_rowid=False,
)
blob_use = Table(
    "blob_use",
    metadata,
    _text("sha256"),
    _text("ticket_id"),
    PrimaryKeyConstraint("sha256", "ticket_id"),
    sqlite_with_rowid=False,
)

# ---- mail ----------------------------------------------------------------------------------------------------------

mail = Table(
    "mail",
    metadata,
    Column("message_id", Text, primary_key=True),
    _text("ticket_id"),
    sqlite_with_rowid=False,
)
"""The Message-ID of every mail of a ticket, and of those that they refer to, so that a later answer to any of them
finds its ticket."""

SEARCH_DDL = "CREATE VIRTUAL TABLE IF NOT EXISTS message_fts USING fts5(text, content='', tokenize='porter unicode61')"
"""Rows are numbered by ``message.seq``; the text is what :func:`desk.folding.segment` makes of it."""
