"""The tables of local.db. :mod:`console.store.migrations` creates them; nothing here runs on its own.

Base tables (what the backend confirmed) are made by :func:`base_tables` with a prefix, because a rebuild fills a second
set beside the first. Own tables hold what only this agent has: outbox, drafts, read marks, settings.

``ticket.row`` is local. A message's ``row`` is ``ticket.row * 2**20 + n``: a conversation lies in one run of one B-tree
and needs no index, and the same number is its row in the full-text table.
"""

from desk.folding import TOKENIZER

MESSAGE_BITS = 20
MAX_MESSAGES = (1 << MESSAGE_BITS) - 1
"""The most messages of one ticket that a replica keeps."""

SHADOW = "next_"
"""Prefix of the base tables that a rebuild fills."""

TICKET_COLUMNS = (
    *("id", "v", "ref", "team_id", "assignee_id", "customer_id", "status", "severity", "channel", "lang", "tier"),
    *("created_at", "updated_at", "urgency_at", "due_at", "asleep_until", "escalated_at", "last_n", "active"),
    *("tags", "people", "unanswered", "follow_up_at", "in_review", "duplicate", "incident_id", "networks"),
    *("answered_at", "picked_by", "picked_at", "picked_urgency_at", "doc"),
)
"""``active``: neither solved nor closed. ``asleep_until``: 0 when not snoozed, :data:`ASLEEP` until the customer
answers. ``tags`` and ``people`` (``f:<id>`` follows, ``m:<id>`` mentioned) are lists, each item between two
separators; so is ``networks``. ``in_review``: a reply of it waits for approval; ``duplicate``: it may be one.
``answered_at``: the last answer. ``picked_*`` are NULL unless it was taken over more urgent ones
(:mod:`desk.picking`)."""

SEPARATOR = "\x1f"
ASLEEP = 1 << 62

_TICKET_TYPES = {
    **dict.fromkeys(TICKET_COLUMNS, "TEXT NOT NULL"),
    **dict.fromkeys(("v", "created_at", "updated_at", "urgency_at"), "INTEGER NOT NULL"),
    **dict.fromkeys(("asleep_until", "last_n", "active", "unanswered"), "INTEGER NOT NULL"),
    **dict.fromkeys(("in_review", "duplicate"), "INTEGER NOT NULL"),
    "follow_up_at": "INTEGER",
    "incident_id": "TEXT",
    **dict.fromkeys(("due_at", "escalated_at", "answered_at", "picked_at", "picked_urgency_at"), "INTEGER"),
    **dict.fromkeys(("assignee_id", "picked_by"), "TEXT"),
    "id": "TEXT NOT NULL UNIQUE",
}
_TICKET_DECLARED = ", ".join(f"{name} {_TICKET_TYPES[name]}" for name in TICKET_COLUMNS)

TICKET_INDEXES = {
    "all": "(urgency_at, id)",
    "active": "(urgency_at, id, team_id, asleep_until) WHERE active=1",
    "assignee": "(assignee_id, urgency_at, id, asleep_until) WHERE active=1 AND assignee_id IS NOT NULL",
    "unassigned": "(urgency_at, id, asleep_until, team_id, created_at) WHERE active=1 AND assignee_id IS NULL",
    "load": "(assignee_id, team_id, status, unanswered, due_at, asleep_until, answered_at) WHERE active=1",
    "picked": "(team_id, picked_at, picked_urgency_at, picked_by) WHERE picked_by IS NOT NULL",
    "escalated": "(urgency_at, id) WHERE active=1 AND escalated_at IS NOT NULL",
    "emergency": "(urgency_at, id) WHERE active=1 AND severity='emergency'",
    "due": "(due_at) WHERE active=1 AND due_at IS NOT NULL",
    "snoozed": "(urgency_at, id, asleep_until) WHERE active=1 AND asleep_until > 0",
    "waiting": "(urgency_at, id) WHERE status='waiting'",
    "customer": "(customer_id, created_at)",
    "ref": "(ref)",
    "follow_up": "(follow_up_at, id) WHERE follow_up_at IS NOT NULL",
    "review": "(urgency_at, id) WHERE in_review=1",
    "duplicate": "(urgency_at, id) WHERE duplicate=1",
    "incident": "(incident_id, urgency_at, id) WHERE incident_id IS NOT NULL",
}

KIND_COLUMNS: dict[str, dict[str, str]] = {
    "customer": {"name": "TEXT NOT NULL", "folded_name": "TEXT NOT NULL"},
    "account": {"customer_id": "TEXT NOT NULL"},
    "transfer": {"customer_id": "TEXT NOT NULL", "at": "INTEGER NOT NULL"},
    "agent": {},
    "team": {},
    "macro": {},
    "article": {"lang": "TEXT NOT NULL", "source_id": "TEXT NOT NULL", "state": "TEXT NOT NULL"},
    "policy": {},
    "incident": {},
    "procedure": {},
    "gap": {},
}
"""The columns each kind has besides ``row``, ``id``, ``v`` and ``doc``."""

_KIND_INDEXES = {
    "customer": ("folded_name",),
    "account": ("customer_id",),
    "transfer": ("customer_id, at",),
    "article": ("source_id",),
}


def base_tables(prefix: str = "", generation: int = 0) -> list[str]:
    """The statements that create one set of base tables. Index names carry the generation: SQLite cannot rename
    them."""
    statements = [f"CREATE TABLE {prefix}ticket (row INTEGER PRIMARY KEY, {_TICKET_DECLARED})"]
    statements += [
        f"CREATE INDEX ix{generation}_ticket_{name} ON {prefix}ticket {what}" for name, what in TICKET_INDEXES.items()
    ]
    statements.append(f"CREATE TABLE {prefix}message (row INTEGER PRIMARY KEY, doc TEXT NOT NULL)")
    for kind, columns in KIND_COLUMNS.items():
        own = "".join(f", {name} {declared}" for name, declared in columns.items())
        statements.append(
            f"CREATE TABLE {prefix}{kind} "
            f"(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, v INTEGER NOT NULL{own}, doc TEXT NOT NULL)"
        )
        statements += [
            f"CREATE INDEX ix{generation}_{kind}_{at} ON {prefix}{kind} ({columns_})"
            for at, columns_ in enumerate(_KIND_INDEXES.get(kind, ()))
        ]
    statements += [
        f"CREATE TABLE {prefix}{name} (kind TEXT NOT NULL, id TEXT NOT NULL, scope TEXT NOT NULL, p INTEGER NOT NULL, "
        "PRIMARY KEY (id, kind, scope)) WITHOUT ROWID"
        for name in ("membership", "gone")
    ]
    statements += [
        f"CREATE TABLE {prefix}text_waiting (ticket_row INTEGER PRIMARY KEY, from_n INTEGER NOT NULL)",
        f"CREATE TABLE {prefix}article_waiting (id TEXT PRIMARY KEY) WITHOUT ROWID",
        f"CREATE TABLE {prefix}ticket_text (ticket_row INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    ]
    return statements


BASE_TABLES = (
    "ticket",
    "message",
    *KIND_COLUMNS,
    "membership",
    "gone",
    "text_waiting",
    "article_waiting",
    "ticket_text",
)


def text_table() -> str:
    """The full-text table of conversations and headers: rows are message rows, a ticket's header has ``n`` 0."""
    return f"CREATE VIRTUAL TABLE ticket_fts USING fts5(text, content='', tokenize='{TOKENIZER}')"


OVERLAY_TABLES = (
    f"CREATE TABLE overlay_ticket (row INTEGER PRIMARY KEY, {_TICKET_DECLARED})",
    "CREATE TABLE overlay_message (ticket_id TEXT NOT NULL, n INTEGER NOT NULL, command_id TEXT NOT NULL, "
    "doc TEXT NOT NULL, PRIMARY KEY (ticket_id, n)) WITHOUT ROWID",
    "CREATE TABLE overlay (kind TEXT NOT NULL, id TEXT NOT NULL, doc TEXT NOT NULL, "
    "PRIMARY KEY (kind, id)) WITHOUT ROWID",
)
"""Confirmed rows with unfinished commands replayed on top; empty when nothing is unfinished. ``overlay_ticket.row`` is
the base row, or negative for a ticket that only this console knows."""

OWN_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE saved_view (name TEXT PRIMARY KEY, query TEXT NOT NULL, place INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE scope (id TEXT PRIMARY KEY, gen INTEGER NOT NULL, depth TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE read_mark (ticket_id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, "
    "kind TEXT NOT NULL, target_kind TEXT NOT NULL, target_id TEXT NOT NULL, envelope TEXT NOT NULL, "
    "state TEXT NOT NULL, not_before INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, "
    "next_at INTEGER NOT NULL DEFAULT 0, outcome TEXT, acked_v INTEGER, replaces TEXT, blocks_to INTEGER)",
    "CREATE INDEX ix_outbox_open ON outbox (lane, seq) WHERE state<>'done'",
    "CREATE TABLE draft (lane TEXT NOT NULL, slot TEXT NOT NULL, rev INTEGER NOT NULL, body TEXT NOT NULL, "
    "attachments TEXT NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (lane, slot)) WITHOUT ROWID",
    "CREATE TABLE trash (id TEXT PRIMARY KEY, entry TEXT NOT NULL, trashed_at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE sync_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, what TEXT NOT NULL)",
)
"""What only this agent has: never touched by a reset, salvaged from a damaged file."""

BULK_TABLES = (
    "DROP INDEX ix_outbox_open",
    "CREATE INDEX ix_outbox_lane ON outbox (lane, seq)",
    "CREATE INDEX ix_outbox_state ON outbox (state, seq)",
    "CREATE INDEX ix_outbox_target ON outbox (target_id, target_kind)",
    "CREATE TABLE bulk (id TEXT PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL, planned_at INTEGER NOT NULL, "
    "offline INTEGER NOT NULL, why TEXT NOT NULL, undoes TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE bulk_item (row INTEGER PRIMARY KEY, bulk_id TEXT NOT NULL, n INTEGER NOT NULL, "
    "command_id TEXT UNIQUE, state TEXT NOT NULL, v INTEGER, code TEXT NOT NULL, why TEXT NOT NULL, "
    "doc TEXT NOT NULL, envelope TEXT, inverse TEXT)",
    "CREATE UNIQUE INDEX ix_bulk_item_place ON bulk_item (bulk_id, n)",
    "CREATE INDEX ix_bulk_item_state ON bulk_item (bulk_id, state, n)",
)
"""Own tables, too: bulks with what became of each command, and what a long outbox is read by."""

MOVED_TABLE = (
    "CREATE TABLE moved (id TEXT PRIMARY KEY, ref TEXT NOT NULL, at INTEGER NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID"
)
"""Tickets that went to teams out of sight; see :mod:`console.store.moved`."""
