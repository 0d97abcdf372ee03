"""Puts profile, credentials, client and sync engine together. The only place that knows all four."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.client_errors import SignedOut
from console.i18n import gettext as _
from console.profile import Owner, Profile

if TYPE_CHECKING:
    from console.client import Client
    from console.credentials import Credentials
    from console.sign_in import TokenSource
    from console.store import Store
    from console.sync.engine import SyncEngine
    from console.sync.events import SyncEvent


def credentials_of(profile: Profile, owner: Owner, *, prompt: bool = True) -> "Credentials":
    """Where the owner's sign-in is kept. ``prompt`` allows asking for the file's passphrase on a terminal."""
    from console.credentials import Credentials

    return Credentials(profile.home, owner.account, ask_passphrase=ask_passphrase if prompt else None)


def client_of(owner: Owner, tokens: "TokenSource") -> "Client":
    """A client of the owner's backend. Imports httpx (54 ms)."""
    from console.client import Client

    return Client(owner.server, tokens, ca_file=Path(owner.ca_file) if owner.ca_file else None)


def make_engine(
    profile: Profile,
    store: "Store",
    on_event: "Callable[[SyncEvent], None]",
    *,
    tokens: "TokenSource | None" = None,
) -> "SyncEngine":
    """A sync engine for a replica, not started. Cheap: its thread imports what it needs.

    ``on_event`` is called in the engine's thread. ``tokens`` replace the stored sign-in (the demo's).
    """
    from console.sync.engine import SyncEngine

    def factory() -> "Client":
        owner = profile.owner
        if owner is None:
            raise SignedOut
        return client_of(owner, tokens or credentials_of(profile, owner, prompt=False))

    return SyncEngine(store, factory, on_event=on_event)


def ask_passphrase() -> str | None:
    """Ask on the terminal; None when there is none to ask on."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    import getpass

    return getpass.getpass(_("Passphrase of the stored sign-in (none keeps it in memory only): "), sys.stderr) or None
