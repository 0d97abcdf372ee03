"""Signing in from within the console: probes where the sign-in can be kept, signs in, remembers whose replica it is."""

import asyncio
from dataclasses import dataclass

from console.credentials import Credentials
from console.errors import ReplicaTrouble
from console.i18n import gettext as _
from console.profile import Owner, Profile
from console.sign_in import MemoryTokens, TokenSource


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in gives. ``tokens`` is for the sync engine; ``kept_in`` says where they are kept."""

    owner: Owner
    tokens: TokenSource
    kept_in: str


class SigningIn:
    """The door of one profile; the sign-in screen knocks at it."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    @property
    def server(self) -> str:
        """The address this replica belongs to, or empty."""
        owner = self._profile.owner
        return owner.server if owner else ""

    @property
    def user(self) -> str:
        """The user this replica belongs to, or empty."""
        owner = self._profile.owner
        return owner.user if owner else ""

    async def kept_in(self) -> str:
        """Where a sign-in would be kept: ``environment``, ``keyring``, ``file`` or ``memory``. Takes up to 3 s."""
        credentials = Credentials(self._profile.home, "probe")
        return await asyncio.to_thread(lambda: credentials.where)

    async def sign_in(self, server: str, user: str, password: str, passphrase: str) -> SignedIn:
        """Sign in and keep it; the open replica stays its owner's. Raises ClientError or CommandError, each with a
        ``sentence``."""
        from console.client.address import check_address
        from console.connecting import client_of

        before = self._profile.owner
        address = check_address(server)
        if before and (before.server, before.user) != (address, user):
            raise ReplicaTrouble(
                _("{path} belongs to {account}. Choose another file with --db.").format(
                    path=self._profile.db, account=before.account
                ),
                "other-owner",
            )
        ca_file = before.ca_file if before and before.server == address else ""
        owner = Owner(server=address, user=user, ca_file=ca_file)
        credentials = Credentials(self._profile.home, owner.account, ask_passphrase=lambda: passphrase or None)
        fresh = MemoryTokens()
        async with client_of(owner, fresh) as client:
            await client.login(user, password)
            await client.session()
        await asyncio.to_thread(self._profile.prepare)
        await asyncio.to_thread(credentials.save, fresh.load())
        self._profile.set_owner(owner)
        return SignedIn(owner, credentials, credentials.where)
