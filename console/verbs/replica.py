"""Opening the replica a verb works on."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from console.errors import NotSignedIn
from console.i18n import gettext as _
from console.profile import Profile
from console.store import Store
from desk.records import Agent


@contextmanager
def replica(args: argparse.Namespace, *, fresh: bool = False) -> Iterator[tuple[Profile, Store]]:
    """The profile and its open local.db. ``fresh`` makes one when there is none; otherwise that is
    :class:`NotSignedIn`."""
    profile = Profile.find(args.db)
    if not fresh and not profile.db.exists():
        raise NotSignedIn(nobody_yet())
    profile.prepare()
    store = Store.open(profile.db)
    try:
        yield profile, store
    finally:
        store.close()


def me(store: Store) -> Agent:
    """Who works on this replica. Raises :class:`NotSignedIn` when it was never synced."""
    agent = store.me()
    if agent is None:
        raise NotSignedIn(nobody_yet())
    return agent


def nobody_yet() -> str:
    """What to do on an empty machine."""
    return _("Nobody has signed in here yet. Start with `console login URL --user NAME`, or try `console demo`.")
