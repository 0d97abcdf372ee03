"""``console logout``: sign out, and forget the sign-in. The replica stays, and with it what was not sent yet."""

import argparse
import asyncio

from console.client_errors import ClientError
from console.connecting import client_of, credentials_of
from console.errors import NotSignedIn
from console.i18n import gettext as _
from console.profile import Profile
from console.verbs.printing import print_json, print_line
from console.verbs.replica import nobody_yet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb: none."""


def run(args: argparse.Namespace) -> int:
    """Revoke on the backend if it can be reached; forget here in any case."""
    profile = Profile.find(args.db)
    owner = profile.owner
    if owner is None:
        raise NotSignedIn(nobody_yet())
    credentials = credentials_of(profile, owner)

    async def revoke() -> str:
        async with client_of(owner, credentials) as client:
            try:
                await client.revoke()
            except ClientError as error:
                return error.sentence
        return ""

    trouble = asyncio.run(revoke())
    credentials.forget()
    if args.json:
        print_json({"user": owner.user, "server": owner.server, "revoked": not trouble})
    elif trouble:
        print_line(_("The sign-in is forgotten here. The backend could not be told: {why}").format(why=trouble))
    else:
        print_line(_("Signed out."))
    return 0
