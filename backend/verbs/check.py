"""``check``: look for inconsistencies; exit code 1 when there are any."""

import argparse
import sys

from backend.audit_chain import verify_chain
from backend.cli import FAILED, OK
from backend.integrity import counts, findings, unindexed
from backend.verbs.database_option import existing_database


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """Nothing but the database."""


def run(args: argparse.Namespace) -> int:
    """Print how many rows there are, and every finding on stderr."""
    with existing_database(args) as database, database.read() as conn:
        for kind, count in counts(conn).items():
            sys.stdout.write(f"{kind:<12} {count:>12,}\n")
        chain = verify_chain(conn)
        sys.stdout.write(f"{'audit':<12} {chain.rows:>12,}  head {chain.head or '-'}\n")
        waiting = unindexed(conn)
        if waiting:
            sys.stdout.write(f"{waiting:,} messages wait to be indexed for search; `serve` does it\n")
        wrong = 0
        for finding in findings(conn):
            wrong += 1
            sys.stderr.write(f"finding: {finding}\n")
    sys.stdout.write("no findings\n" if not wrong else f"{wrong} findings\n")
    return FAILED if wrong else OK
