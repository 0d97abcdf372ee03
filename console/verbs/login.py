"""``console login URL --user NAME``: sign in to a backend."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from console.client.address import check_address
from console.connecting import client_of, credentials_of
from console.errors import CommandError, UsageError
from console.handover import make_room
from console.i18n import gettext as _
from console.profile import Owner, Profile
from console.sign_in import MemoryTokens, TokenSource
from console.verbs.printing import print_json, print_line
from desk.wire import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("url", metavar="URL", help="the backend's address, https://…")
    parser.add_argument("--user", metavar="NAME", required="CONSOLE_TOKEN" not in os.environ, help="your user name")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificate to trust in addition")


def run(args: argparse.Namespace) -> int:
    """Probe where the sign-in can be kept, sign in, and remember whose replica this is."""
    profile = Profile.find(args.db)
    token = os.environ.get("CONSOLE_TOKEN", "")
    owner = Owner(
        server=check_address(args.url),
        user=args.user or "",
        ca_file=str(args.ca_file.absolute()) if args.ca_file else "",
    )
    if owner.ca_file and not Path(owner.ca_file).is_file():
        raise UsageError(_("There is no file {path}.").format(path=owner.ca_file))
    credentials = credentials_of(profile, owner)
    where = credentials.where  # probed before the password is asked for
    if where == "memory":
        raise CommandError(
            _(
                "There is no keyring here that could keep the sign-in. Set CONSOLE_PASSPHRASE to keep it in an "
                "encrypted file, or CONSOLE_TOKEN for automation."
            ),
            "no-keyring",
        )
    session = asyncio.run(_check(owner, credentials) if token else _sign_in(owner, credentials, _password(args)))
    owner = Owner(server=owner.server, user=session.me.handle, ca_file=owner.ca_file) if token else owner
    make_room(profile, owner)
    profile.set_owner(owner)
    _tell(args, session, owner, where)
    return 0


def _password(args: argparse.Namespace) -> str:
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError(_("There is no terminal to ask for the password; use --password-stdin."))
    import getpass

    return getpass.getpass(_("Password of {user}: ").format(user=args.user), sys.stderr)


async def _sign_in(owner: Owner, credentials: TokenSource, password: str) -> Session:
    """Signs in; the tokens are kept only once the backend turned out to be of our version."""
    fresh = MemoryTokens()
    async with client_of(owner, fresh) as client:
        await client.login(owner.user, password)
        session = await client.session()
    await asyncio.to_thread(credentials.save, fresh.load())
    return session


async def _check(owner: Owner, credentials: TokenSource) -> Session:
    async with client_of(owner, credentials) as client:
        return await client.session()


def _tell(args: argparse.Namespace, session: Session, owner: Owner, where: str) -> None:
    if args.json:
        print_json({"user": owner.user, "server": owner.server, "role": session.me.role, "kept_in": where})
        return
    places = {
        "environment": _("the environment"),
        "keyring": _("the system's keyring"),
        "file": _("an encrypted file"),
    }
    line = _("Signed in as {name} ({role}). The sign-in is kept in {place}.")
    print_line(line.format(name=session.me.name, role=session.me.role, place=places[where]))
