"""``audit verify`` and ``audit show``: whether the audit log is whole, and what it says."""

import argparse
import sys
from datetime import UTC, datetime

import msgspec

from backend.audit_chain import Chain, verify_chain
from backend.cli import FAILED, OK, add_database
from backend.services.audit_log import audit_rows
from backend.verbs.database_option import existing_database
from desk.ids import MS_PER_S, Instant
from desk.text import clean_name
from desk.wire import AuditEntry


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """The options of both actions."""
    actions = parser.add_subparsers(dest="action", metavar="verify|show", required=True)
    verify = actions.add_parser("verify", help="walk the chain of hashes; exit code 1 at the first row that breaks it")
    add_database(verify)
    verify.add_argument("--json", action="store_true", help="print JSON with stable keys")
    verify.add_argument(
        "--head", metavar="HASH", default="", help="a head noted earlier: it must be in the chain still"
    )
    show = actions.add_parser("show", help="print the newest rows")
    add_database(show)
    show.add_argument("--entity", metavar="ID", default="", help="of this ticket (id or reference), agent, article …")
    show.add_argument("--limit", type=int, default=100, metavar="N", help="at most N rows (default 100)")
    show.add_argument("--json", action="store_true", help="print JSON lines with stable keys")


def run(args: argparse.Namespace) -> int:
    """Verify or show."""
    return _verify(args) if args.action == "verify" else _show(args)


def _verify(args: argparse.Namespace) -> int:
    with existing_database(args) as database, database.read() as conn:
        chain = verify_chain(conn, args.head)
    whole = chain.broken_seq is None and chain.holds_head is not False
    if args.json:
        sys.stdout.write(msgspec.json.encode({**msgspec.to_builtins(chain), "whole": whole}).decode() + "\n")
    elif whole:
        sys.stdout.write(f"{chain.rows:,} rows, each follows from the one before; head {chain.head or '-'}\n")
    if not whole:
        sys.stderr.write(f"console-backend: {_what_broke(chain)}\n")
    return OK if whole else FAILED


def _what_broke(chain: Chain) -> str:
    if chain.broken_seq is not None:
        return f"the audit log was changed at row {chain.broken_seq}; the {chain.rows:,} rows before it are whole."
    return "the chain is whole, but the head that was noted is not in it: rows were taken off its end."


def _show(args: argparse.Namespace) -> int:
    with existing_database(args) as database, database.read() as conn:
        for entry in audit_rows(conn, args.entity, max(args.limit, 1)):
            sys.stdout.write((msgspec.json.encode(entry).decode() if args.json else _line(entry)) + "\n")
    return OK


def _line(entry: AuditEntry) -> str:
    """When, who, what, on what, and each field from what to what."""
    changes = ", ".join(f"{c.field}: {c.old or '-'} → {c.new or '-'}" for c in entry.detail.changes)
    who = entry.actor_name or entry.actor_id or "-"
    told = (_utc(entry.at), who, entry.action, entry.label or entry.entity_id or "-", changes or entry.detail.text)
    return "  ".join(clean_name(part, limit=2_000) for part in told).rstrip()


def _utc(at: Instant) -> str:
    return datetime.fromtimestamp(at / MS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
