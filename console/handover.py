"""When a replica's file gets another owner: nobody's unsent words may go with it."""

from console.errors import ReplicaTrouble
from console.i18n import gettext as _
from console.profile import Owner, Profile
from console.store import Store


def make_room(profile: Profile, owner: Owner) -> None:
    """See that the replica is nobody else's. One that holds somebody's unsent work is refused
    (:class:`ReplicaTrouble`); an idle one goes, because its rows can be fetched again."""
    before = profile.owner
    if before is None or (before.server, before.user) == (owner.server, owner.user) or not profile.db.exists():
        return
    store = Store.open(profile.db)
    try:
        unsent = store.outbox_count() + len(store.attention()) + len(store.drafts())
    finally:
        store.close()
    if unsent:
        raise ReplicaTrouble(
            _("{path} belongs to {account} and holds {n} unsent texts. Choose another file with --db.").format(
                path=profile.db, account=before.account, n=unsent
            ),
            "other-owner",
        )
    for suffix in ("", "-wal", "-shm"):
        profile.db.with_name(profile.db.name + suffix).unlink(missing_ok=True)
