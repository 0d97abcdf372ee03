"""``console demo``: open the desk on a sample backend that is started for it."""

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec

from console.client_errors import ClientError
from console.connecting import client_of
from console.errors import CommandError, UsageError
from console.i18n import gettext as _
from console.profile import Owner, Profile, checkout_root
from console.sign_in import MemoryTokens
from console.store import Store
from console.verbs.desk import add_screen_argument, draw_desk, open_desk, parse_size, refuse_without_terminal
from console.verbs.sample_backend import SampleBackend, sample_backend

_DEFAULT_ROLE, _DEFAULT_TICKETS, _DEFAULT_SEED = "agent", 400, 7
_MOST_TICKETS = 2_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--role", choices=("agent", "senior", "lead"), default=_DEFAULT_ROLE, help="who you are")
    parser.add_argument("--tickets", type=int, default=_DEFAULT_TICKETS, metavar="N", help="how many (default 400)")
    parser.add_argument("--open", type=int, default=0, metavar="N", help="how many of them are unsettled")
    parser.add_argument("--agents", type=int, default=0, metavar="N", help="a staff of so many (default: a dozen)")
    parser.add_argument("--teams", type=int, default=0, metavar="N", help="in so many teams (default: four)")
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED, metavar="N", help="another seed, another desk")
    parser.add_argument("--live", action="store_true", help="customers keep writing")
    add_screen_argument(parser)
    parser.add_argument("--screenshot", type=Path, metavar="FILE.svg", help="draw that screen to a file and exit")
    parser.add_argument("--size", type=parse_size, default=(200, 50), metavar="200x50", help="size of the screenshot")


def run(args: argparse.Namespace) -> int:
    """Start the backend, sign in, open the desk or draw it."""
    if args.screenshot is None:
        refuse_without_terminal(_("or draw a screen with --screenshot FILE.svg"))
    if not 1 <= args.tickets <= _MOST_TICKETS:
        raise UsageError(_("--tickets takes a number from 1 to {most}.").format(most=_MOST_TICKETS))
    profile = demo_profile(args)
    profile.prepare()
    with sample_backend(args) as backend:
        tokens = _sign_in(profile, backend, args.role)
        store = Store.open(profile.db)
        try:
            if args.screenshot is None:
                return open_desk(args, profile, store, tokens)
            _fill(profile, store, tokens)
            return draw_desk(args, profile, store)
        finally:
            store.close()


def demo_profile(args: argparse.Namespace) -> Profile:
    """Where the demo's replica lies: ``--db``, the checkout's root, or a folder of its own; one file a role."""
    found = Profile.find(args.db)
    if args.db:
        return found
    name = "local.db" if args.role == _DEFAULT_ROLE else f"local.db.{args.role}"
    folder = checkout_root() or found.home / "demo"
    return msgspec.structs.replace(found, db=folder / name)


def _sign_in(profile: Profile, backend: SampleBackend, role: str) -> MemoryTokens:
    """Sign in for as long as the demo runs; nothing is kept."""
    login = backend.users[role]
    owner = Owner(server=backend.url, user=login.user)
    before = profile.owner
    if before is not None and before.user != login.user and profile.db.exists():
        raise CommandError(
            _("{path} belongs to {account}. Choose another file with --db.").format(
                path=profile.db, account=before.account
            ),
            "other-owner",
        )
    tokens = MemoryTokens()

    async def sign_in() -> None:
        async with client_of(owner, tokens) as client:
            await client.login(login.user, login.password)

    asyncio.run(sign_in())
    profile.set_owner(owner)
    return tokens


def _fill(profile: Profile, store: Store, tokens: MemoryTokens) -> None:
    """Have everything here before drawing."""
    from console.sync.once import sync_once

    owner = profile.owner
    assert owner is not None

    async def fill() -> None:
        async with client_of(owner, tokens) as client:
            await sync_once(store, client)

    try:
        asyncio.run(fill())
    except ClientError as error:
        sys.stderr.write(f"{error.sentence}\n")
