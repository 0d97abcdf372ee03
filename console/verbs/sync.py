"""``console sync``: fetch what is new and send what is waiting, once or for as long as it runs."""

import argparse
import asyncio
import threading
import time

from console.connecting import client_of, credentials_of, make_engine
from console.errors import ExitCode, NotSignedIn
from console.i18n import gettext as _
from console.profile import Profile
from console.store import Store
from console.sync.events import StateChanged, SyncEvent
from console.sync.once import Round, sync_once
from console.verbs.printing import iso, print_json, print_line
from console.verbs.replica import nobody_yet, replica

_FOLLOW_LIMIT_S = 30.0
_LOOK_S = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    parser.add_argument("--once", action="store_true", help="one round, then exit (default: until interrupted)")


def run(args: argparse.Namespace) -> int:
    """Sync. Exit code 1 when something needs attention."""
    with replica(args, fresh=True) as (profile, store):
        if not args.once:
            return _until_interrupted(args, profile, store)
        done = sync_now(profile, store)
        if args.json:
            synced_at = store.meta("synced_at")
            print_json(
                {
                    "synced": done.led,
                    "synced_at": iso(int(synced_at)) if synced_at else None,
                    "tickets": store.counts(int(time.time() * 1000))["all"],
                    "outbox": done.unfinished,
                    "attention": done.attention,
                }
            )
        elif done.led:
            print_line(_("Synced. {n} waiting, {m} need attention.").format(n=done.unfinished, m=done.attention))
        else:
            print_line(_("Another console on this file is syncing already."))
        return ExitCode.FAILED if done.attention else ExitCode.OK


def sync_now(profile: Profile, store: Store) -> Round:
    """One round by ourselves, or by the console that leads: then wait until it has sent what is waiting.

    Raises :class:`console.client_errors.ClientError`.
    """
    owner = profile.owner
    if owner is None:
        raise NotSignedIn(nobody_yet())

    async def one_round() -> Round:
        async with client_of(owner, credentials_of(profile, owner)) as client:
            return await sync_once(store, client)

    done = asyncio.run(one_round())
    return done if done.led else _wait_for_leader(store)


def _wait_for_leader(store: Store) -> Round:
    give_up_at = time.monotonic() + _FOLLOW_LIMIT_S
    while store.outbox_count() and time.monotonic() < give_up_at:
        time.sleep(_LOOK_S)
    return Round(led=False, unfinished=store.outbox_count(), attention=len(store.attention()))


def _until_interrupted(args: argparse.Namespace, profile: Profile, store: Store) -> int:
    if profile.owner is None:
        raise NotSignedIn(nobody_yet())
    over = threading.Event()
    ended: list[StateChanged] = []

    def tell(event: SyncEvent) -> None:
        if not isinstance(event, StateChanged):
            return
        if args.json:
            print_json({"state": event.state, "since": iso(event.since), "message": event.sentence})
        elif event.state != "bootstrapping":
            print_line(f"{event.state}  {event.sentence}".rstrip())
        if event.state in ("signed-out", "refused"):
            ended.append(event)
            over.set()

    engine = make_engine(profile, store, tell)
    engine.start()
    try:
        over.wait()
    finally:
        engine.stop()
    return ExitCode.NOT_SIGNED_IN if ended[0].state == "signed-out" else ExitCode.UNREACHABLE
