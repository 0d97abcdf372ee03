"""``console`` alone: open the desk on the replica of this profile. Shows what is there, whatever the network does."""

import argparse

from console.i18n import gettext as _
from console.profile import Profile
from console.sign_in import TokenSource
from console.store import Store
from console.verbs.desk import add_screen_argument, open_desk, refuse_without_terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_screen_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Open it."""
    refuse_without_terminal(_("or use a verb such as `console tickets`"))
    profile = Profile.find(args.db)
    profile.prepare()
    store = Store.open(profile.db)
    try:
        return open_desk(args, profile, store, _unlocked(profile))
    finally:
        store.close()


def _unlocked(profile: Profile) -> TokenSource | None:
    """The sign-in in the encrypted file, opened: its passphrase is asked for here, before the screen is drawn."""
    owner = profile.owner
    if owner is None:
        return None
    from console.connecting import credentials_of

    credentials = credentials_of(profile, owner)
    if not credentials.locked:
        return None
    credentials.load()
    return credentials
