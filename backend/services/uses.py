"""Counts how often macros and articles are used.

A use is a small row; it reaches the record, and with it every console, only every quarter of an hour, as one put for
each record that was used: a busy desk would otherwise send a popular article to everybody with every reply.
"""

from msgspec.structs import replace
from sqlalchemy import delete, select, text

from backend import tables
from backend.meta import get_meta, set_meta
from backend.prepared import Prepared
from backend.services.filing import file_macro, file_org
from backend.services.lookup import article_by_id, macro_by_id
from backend.transaction import Transaction
from desk.commands import AnyCommand, ApplyMacro, AskReview, Reply
from desk.ids import MS_PER_S, ArticleId, MacroId
from desk.outcome import View

FOLD_S = 900
MAX_ARTICLES = 20
"""Articles of one reply that are counted."""

_FOLDED_AT = "uses_folded_at"
_uses = tables.use_count.c
_ADD = Prepared(
    text("INSERT INTO use_count (kind, id, uses) VALUES (:kind, :id, 1) ON CONFLICT DO UPDATE SET uses = uses + 1")
)
_ALL = select(_uses.kind, _uses.id, _uses.uses).order_by(_uses.kind, _uses.id)


def count_uses(tx: Transaction, command: AnyCommand, view: View) -> None:
    """Count what an accepted command used. A macro with a text counts when its reply goes out, one without when its
    changes are applied: so each use counts once."""
    if isinstance(command, Reply | AskReview):
        used = [("article", str(article_id)) for article_id in dict.fromkeys(command.article_ids)][:MAX_ARTICLES]
        used += [("macro", str(command.macro_id))] if command.macro_id else []
    elif isinstance(command, ApplyMacro) and view.macro is not None and not view.macro.body:
        used = [("macro", str(command.macro_id))]
    else:
        return
    for kind, record_id in used:
        _ADD.run(tx.conn, {"kind": kind, "id": record_id})


def fold_uses(tx: Transaction) -> int:
    """Add what was counted to the records, if that is due; returns how many changed. What is not there any more is
    forgotten."""
    if tx.now - int(get_meta(tx.conn, _FOLDED_AT, "0")) < FOLD_S * MS_PER_S:
        return 0
    counted = tx.conn.execute(_ALL).all()
    changed = 0
    for kind, record_id, uses in counted:
        macro = macro_by_id(tx.conn, MacroId(record_id)) if kind == "macro" else None
        article = article_by_id(tx.conn, ArticleId(record_id)) if kind == "article" else None
        if macro is not None:
            file_macro(tx, replace(macro, v=macro.v + 1, uses=macro.uses + uses))
        elif article is not None:
            file_org(tx, replace(article, v=article.v + 1, uses=article.uses + uses))
        changed += macro is not None or article is not None
    tx.conn.execute(delete(tables.use_count))
    set_meta(tx.conn, _FOLDED_AT, str(tx.now))
    return changed
