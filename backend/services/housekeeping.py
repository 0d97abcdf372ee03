"""What has to be done from time to time: ended watches, counted uses, old log rows, dead tokens, the search index."""

from sqlalchemy import bindparam, delete, func, or_, select

from backend import tables
from backend.config import Config
from backend.meta import set_meta
from backend.services.search_index import index_messages
from backend.services.tickets import end_watches
from backend.services.uses import fold_uses
from backend.transaction import Transaction
from desk.ids import MS_PER_S

_OLD_COMMANDS = delete(tables.command_log).where(tables.command_log.c.at < bindparam("before"))
_DEAD_TOKENS = delete(tables.token).where(
    or_(tables.token.c.expires_at < bindparam("before"), tables.token.c.revoked_at < bindparam("before"))
)
_LAST_OLD_TX = select(func.max(tables.feed.c.pos)).where(tables.feed.c.at < bindparam("before"))
_TRIM = delete(tables.feed).where(tables.feed.c.pos <= bindparam("upto"))
_HEAD = select(func.max(tables.feed.c.pos))
_TOKENS_KEPT_S = 86_400
_INDEXED_AT_ONCE = 200


def keep_house(tx: Transaction, config: Config) -> int:
    """Do what is due. Returns how many messages were indexed: when any were, there may be more."""
    with tx.unit():
        end_watches(tx)
    with tx.unit():
        fold_uses(tx)
    with tx.unit():
        tx.conn.execute(_OLD_COMMANDS, {"before": tx.now - config.command_log_kept_s * MS_PER_S})
        tx.conn.execute(_DEAD_TOKENS, {"before": tx.now - _TOKENS_KEPT_S * MS_PER_S})
        trim_feed(tx, tx.now - config.feed_kept_s * MS_PER_S)
        return index_messages(tx, _INDEXED_AT_ONCE)


def trim_feed(tx: Transaction, before_at: int) -> None:
    """Forget feed rows written before an instant, but never the last one, which says where the feed stands."""
    upto = tx.conn.execute(_LAST_OLD_TX, {"before": before_at}).scalar()
    head = int(tx.conn.execute(_HEAD).scalar() or 0)
    if upto is None:
        return
    upto = min(int(upto), head - 1)
    if upto > 0 and tx.conn.execute(_TRIM, {"upto": upto}).rowcount:
        set_meta(tx.conn, "min_pos", str(upto))
