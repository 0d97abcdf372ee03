"""``console status``: who is signed in, what is waiting, how fresh the replica is. Needs no network."""

import argparse

from console.clock import system_clock
from console.errors import ExitCode, NotSignedIn
from console.i18n import gettext as _
from console.profile import Profile
from console.store import Store
from console.verbs.printing import iso, print_json, print_line
from console.verbs.replica import nobody_yet, replica
from console.version import version
from desk.ids import Instant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb: none."""


def run(args: argparse.Namespace) -> int:
    """Say it. Exit code 1 when something needs attention, 3 when nobody has signed in."""
    with replica(args) as (profile, store):
        if profile.owner is None and store.me() is None:
            raise NotSignedIn(nobody_yet())
        facts = _facts(profile, store, system_clock())
    if args.json:
        print_json(facts)
    else:
        _tell(facts)
    return ExitCode.FAILED if facts["attention"] else ExitCode.OK


def _facts(profile: Profile, store: Store, now: Instant) -> dict[str, object]:
    owner, agent = profile.owner, store.me()
    synced_at = store.meta("synced_at")
    counts = store.counts(now)
    return {
        "version": version(),
        "server": owner.server if owner else None,
        "user": owner.user if owner else None,
        "name": agent.name if agent else None,
        "role": agent.role if agent else None,
        "db": str(profile.db),
        "db_bytes": profile.db.stat().st_size,
        "read_only": store.read_only,
        "synced_at": iso(int(synced_at)) if synced_at else None,
        "clock_offset_ms": int(store.meta("clock_offset") or 0),
        "views": counts,
        "outbox": store.outbox_count(),
        "attention": len(store.attention()),
        "notice": store.notice,
    }


def _tell(facts: dict[str, object]) -> None:
    views = facts["views"]
    assert isinstance(views, dict)
    synced_at = facts["synced_at"]
    print_line(_("{name} ({role}) at {server}").format(name=facts["name"], role=facts["role"], server=facts["server"]))
    print_line(_("Last synced: {at}").format(at=synced_at or _("never")))
    print_line("  ".join(f"{name} {count}" for name, count in views.items()))
    print_line(_("Outbox: {n} waiting, {m} need attention").format(n=facts["outbox"], m=facts["attention"]))
    print_line(str(facts["db"]))
    if facts["notice"]:
        print_line(str(facts["notice"]))
