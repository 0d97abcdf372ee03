"""``import``: load articles, tickets or mail from files.

What is loaded is committed in batches, so an import that was interrupted is simply run again. Bad lines are named on
stderr while the rest is loaded; the exit code is 1 when there were any.
"""

import argparse
import sys
from pathlib import Path

from backend.cli import FAILED, OK, add_database
from backend.config import system_clock
from backend.importing.report import Report
from backend.verbs.database_option import existing_database
from desk.audit import Detail, write_detail

DEFAULT_TEAM = "Support"

_FORMATS = {
    "articles": "JSON Lines (.gz too) with id, lang, title, body_md, tags; or folders of Markdown and HTML pages",
    "tickets": "JSON Lines (.gz too) with id, subject, customer, messages and more",
    "mail": "mbox files; mails of one thread become one ticket",
}


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """What to load, and where it goes."""
    kinds = parser.add_subparsers(dest="kind", metavar="articles|tickets|mail", required=True)
    for kind, what in _FORMATS.items():
        sub = kinds.add_parser(kind, help=what, description=what)
        add_database(sub)
        sub.add_argument("files", nargs="+", type=Path, metavar="FILE")
        if kind != "articles":
            sub.add_argument("--team", default=DEFAULT_TEAM, help=f"who gets them (default: {DEFAULT_TEAM})")
        if kind == "mail":
            sub.add_argument("--ours", action="append", default=[], metavar="DOMAIN", help="senders who are the desk")


def run(args: argparse.Namespace) -> int:
    """Load and say how it went."""
    report = Report(args.kind)
    now = system_clock()
    for path in args.files:
        if not path.exists():
            raise FileNotFoundError(2, "no such file", str(path))
    with existing_database(args) as database:
        if args.kind == "articles":
            from backend.importing.articles import import_articles

            import_articles(database, args.files, now, report)
        elif args.kind == "tickets":
            from backend.importing.tickets import import_tickets

            import_tickets(database, args.files, now, report, team=args.team)
        else:
            from backend.importing.mail import import_mail

            import_mail(database, args.files, now, report, team=args.team, ours=tuple(args.ours))
        if report.seen:
            with database.write(system_clock()) as tx, tx.unit():
                tx.audit("", "import", "", write_detail(Detail(kind=args.kind, text=report.summary())))
    sys.stdout.write(report.summary() + "\n")
    return FAILED if report.bad else OK
