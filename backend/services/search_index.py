"""Fills the full text index of messages, behind the writes: a reply is answered before it can be found."""

from sqlalchemy import Connection, text

from backend.meta import get_meta, set_meta
from backend.rows import read_message
from backend.transaction import Transaction
from desk.folding import segment

_PENDING = text(
    "SELECT m.seq, m.doc, CASE WHEN m.n = 1 THEN json_extract(t.doc, '$.subject') ELSE '' END AS subject"
    " FROM message m JOIN ticket t ON t.id = m.ticket_id WHERE m.seq > :seq ORDER BY m.seq LIMIT :count"
)
_INDEX = text("INSERT INTO message_fts (rowid, text) VALUES (:seq, :text)")
_NEWEST = text("SELECT coalesce(max(seq), 0) FROM message")


def messages_to_index(conn: Connection) -> int:
    """About how many messages search does not find yet."""
    newest = int(conn.execute(_NEWEST).scalar_one())
    return max(0, newest - int(get_meta(conn, "indexed_seq", "0")))


def index_messages(tx: Transaction, count: int) -> int:
    """Index the next ``count`` messages, with its ticket's subject for the first of each. Returns how many."""
    after = int(get_meta(tx.conn, "indexed_seq", "0"))
    rows = tx.conn.execute(_PENDING, {"seq": after, "count": count}).all()
    if rows:
        found = [{"seq": seq, "text": segment(f"{subject}\n{read_message(doc).body}")} for seq, doc, subject in rows]
        tx.conn.execute(_INDEX, found)
        set_meta(tx.conn, "indexed_seq", str(rows[-1].seq))
    return len(rows)
