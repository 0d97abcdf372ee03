"""``init``: create the database."""

import argparse
import sys

from backend.cli import OK
from backend.database import Database
from backend.verbs.database_option import database_url


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """Nothing but the database."""


def run(args: argparse.Namespace) -> int:
    """Create what is missing; doing it again changes nothing."""
    database = Database(database_url(args))
    sys.stdout.write(f"{database.path} is ready; add somebody with `console-backend user add NAME --role admin`\n")
    database.close()
    return OK
