"""One page, one transaction: rows, cursor, overlay and log together. Also sessions, and rebuilding beside the old
rows."""

import sqlite3
from collections.abc import Iterable

import msgspec

from console.store import outbox, overlay, schema, text_index
from console.store.articles import create_article_search
from console.store.facts import ME, log, meta, set_meta
from console.store.ingest import Ingest, refresh_overlay
from console.store.moved import departing, note_moved
from console.store.pages import Applied, ChangesPage, PageRecord, SnapshotPage
from desk.outbox import UNFINISHED
from desk.records import Article
from desk.wire import Session

CURSOR, FEED, DIGEST, REBUILDING, GENERATION = "cursor", "feed", "scopes_digest", "rebuilding", "generation"
TAKING_AWAY = frozenset({"leave", "delete", "purge"})


def prefix_in_use(writer: sqlite3.Connection) -> str:
    """Where pages go: the base tables, or those of a rebuild that is under way."""
    return schema.SHADOW if meta(writer, REBUILDING) else ""


def apply_changes(writer: sqlite3.Connection, page: ChangesPage, *, confirmed: bool) -> Applied:
    """Store a page of changes and move the cursor behind it."""
    prefix = prefix_in_use(writer)
    ingest = Ingest(writer, prefix)
    ingest.put(record for record in page.items if record.op == "put")
    departed = departing(writer, prefix, page.items, page.now)
    ingest.leave((record for record in page.items if record.op in TAKING_AWAY), confirmed=confirmed)
    note_moved(writer, departed, ingest.evicted)
    revoked = frozenset(record.s for record in page.items if record.op == "revoke")
    ingest.drop_scopes(revoked)
    if any(record.op == "purge" for record in page.items):
        set_meta(writer, text_index.PURGED, "1")
    set_meta(writer, CURSOR, page.next)
    changed = _finish(writer, ingest, prefix, page.items)
    _log_skipped(writer, ingest, page.now)
    return Applied(
        changed=frozenset(changed),
        evicted=frozenset(ingest.evicted),
        granted=frozenset(record.s for record in page.items if record.op == "grant"),
        revoked=revoked,
        skipped=len(ingest.skipped),
        cursor=page.next,
        pos=page.pos,
        head=page.head,
        more=page.more,
        now=page.now,
        scopes_digest=page.scopes_digest,
    )


def apply_snapshot(writer: sqlite3.Connection, page: SnapshotPage, scope: str) -> Applied:
    """Store a page of a scope. The first page of all sets the cursor from which changes are read."""
    prefix = prefix_in_use(writer)
    ingest = Ingest(writer, prefix)
    records = [msgspec.structs.replace(item, s=scope, p=page.read_at) for item in page.items]
    ingest.put(records)
    if meta(writer, CURSOR) is None:
        set_meta(writer, CURSOR, page.as_of)
        set_meta(writer, FEED, page.feed)
    changed = _finish(writer, ingest, prefix, records)
    _log_skipped(writer, ingest, 0)
    return Applied(
        changed=frozenset(changed),
        skipped=len(ingest.skipped),
        cursor=meta(writer, CURSOR) or "",
        pos=page.read_at,
        next=page.next,
        done=page.done,
    )


def _finish(
    writer: sqlite3.Connection, ingest: Ingest, prefix: str, records: Iterable[PageRecord]
) -> set[tuple[str, str]]:
    """What the agent sees differently now: nothing, while a rebuild fills tables beside."""
    if prefix:
        return set()
    return ingest.changed | refresh_overlay(writer, ingest, records)


def _log_skipped(writer: sqlite3.Connection, ingest: Ingest, at: int) -> None:
    for what in ingest.skipped:
        log(writer, at, f"skipped {what}")


def begin_rebuild(writer: sqlite3.Connection) -> None:
    """Start a second set of base tables; a rebuild that was under way starts over. The cursor is forgotten."""
    _drop_tables(writer, schema.SHADOW)
    generation = int(meta(writer, GENERATION) or 0) + 1
    for statement in schema.base_tables(schema.SHADOW, generation):
        writer.execute(statement)
    set_meta(writer, GENERATION, str(generation))
    set_meta(writer, REBUILDING, "1")
    set_meta(writer, CURSOR, None)


def finish_rebuild(writer: sqlite3.Connection) -> None:
    """Put the second set in place of the first. Own tables stay; search is indexed again behind it."""
    if not meta(writer, REBUILDING):
        return
    _drop_tables(writer, "")
    for table in schema.BASE_TABLES:
        writer.execute(f"ALTER TABLE {schema.SHADOW}{table} RENAME TO {table}")
    writer.execute("DROP TABLE ticket_fts")
    writer.execute(schema.text_table())
    create_article_search(writer)
    set_meta(writer, REBUILDING, None)
    states = ", ".join(f"'{state}'" for state in sorted(UNFINISHED))
    targets = set(writer.execute(f"SELECT DISTINCT target_kind, target_id FROM outbox WHERE state IN ({states})"))
    outbox.finish_confirmed(writer, targets)
    for table in ("overlay_ticket", "overlay_message", "overlay"):
        writer.execute(f"DELETE FROM {table}")
    overlay.rebuild(writer, targets)


def _drop_tables(writer: sqlite3.Connection, prefix: str) -> None:
    for table in schema.BASE_TABLES:
        writer.execute(f"DROP TABLE IF EXISTS {prefix}{table}")


LOCAL_SCOPE = "local"


def put_local_articles(writer: sqlite3.Connection, articles: Iterable[Article]) -> int:
    """Store articles read from files on this machine; returns how many were new or changed."""
    ingest = Ingest(writer)
    ingest.put(
        PageRecord(k="article", id=article.id, v=article.v, s=LOCAL_SCOPE, d=msgspec.Raw(msgspec.json.encode(article)))
        for article in articles
    )
    return len(ingest.changed)


class ScopeChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a session says that was not so before: scopes to fetch (new, granted anew, or deeper than before), scopes to
    drop, and whether it speaks of another feed."""

    fetch: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    feed_changed: bool = False


def apply_session(writer: sqlite3.Connection, session: Session) -> ScopeChange:
    """Remember who I am and how the desk is run; compare scopes with those at hand."""
    before = {row[0]: (row[1], row[2]) for row in writer.execute("SELECT id, gen, depth FROM scope")}
    now = {scope.id: (scope.gen, scope.depth) for scope in session.scopes}
    feed = meta(writer, FEED)
    set_meta(writer, ME, msgspec.json.encode(session.me).decode())
    set_meta(writer, DIGEST, session.scopes_digest)
    if feed is None:
        set_meta(writer, FEED, session.feed)
    writer.execute(
        "INSERT INTO policy (id, v, doc) VALUES ('policy', ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET v=excluded.v, doc=excluded.doc WHERE excluded.v > v",
        (session.policy.v, msgspec.json.encode(session.policy).decode()),
    )
    writer.execute("DELETE FROM scope")
    writer.executemany("INSERT INTO scope (id, gen, depth) VALUES (?, ?, ?)", [(s, *how) for s, how in now.items()])
    return ScopeChange(
        fetch=tuple(scope for scope, (gen, depth) in now.items() if _needs_fetch(before.get(scope), gen, depth)),
        drop=tuple(scope for scope in before if scope not in now),
        feed_changed=feed is not None and feed != session.feed,
    )


def _needs_fetch(before: tuple[int, str] | None, gen: int, depth: str) -> bool:
    return before is None or gen > before[0] or (depth == "full" and before[1] == "head")


def drop_scopes(writer: sqlite3.Connection, scopes: Iterable[str]) -> Applied:
    """Take away what was here for these scopes alone."""
    ingest = Ingest(writer, prefix_in_use(writer))
    ingest.drop_scopes(scopes)
    changed = _finish(writer, ingest, prefix_in_use(writer), ())
    return Applied(changed=frozenset(changed), evicted=frozenset(ingest.evicted))
