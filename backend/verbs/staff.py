"""``user add`` and ``token create``: who may sign in, and what automation signs in with."""

import argparse
import getpass
import re
import sys

from msgspec.structs import replace

from backend.auth import create_api_token
from backend.cli import OK, UsageError, add_database
from backend.config import system_clock
from backend.database import Database
from backend.errors import BackendError
from backend.passwords import hash_password
from backend.procedures import give_procedures
from backend.services.auditing import audit_change
from backend.services.filing import file_org
from backend.services.lookup import agent_by_handle, team_by_id
from backend.services.people import file_agent, set_password_hash
from backend.transaction import Transaction
from backend.verbs.database_option import existing_database
from desk.ids import AgentId, TeamId
from desk.records import Agent, Role, Team
from desk.text import clean_name

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_LEAST_PASSWORD = 8


class UnknownUser(BackendError):
    """Nobody has that name."""


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """The options of ``user`` or ``token``."""
    actions = parser.add_subparsers(dest="action", metavar="add" if verb == "user" else "create", required=True)
    if verb == "token":
        create = actions.add_parser("create", help="create a token that acts as a user; it is printed once")
        add_database(create)
        create.add_argument("name", metavar="NAME", help="whom it acts as")
        create.add_argument("--label", default="automation", help="what it is for, as shown in the audit log")
        return
    add = actions.add_parser("add", help="add a person, or change their role, teams and password")
    add_database(add)
    add.add_argument("name", metavar="NAME", help="what they sign in with and are mentioned by: lower case, no spaces")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--team", action="append", metavar="TEAM", default=[], help="may be repeated; made when new")
    add.add_argument("--full-name", metavar="TEXT", help="how others see them (default: NAME)")
    add.add_argument("--language", action="append", metavar="LANG", default=[], help="may be repeated")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def run(args: argparse.Namespace) -> int:
    """Add the user or create the token."""
    return _create_token(args) if args.verb == "token" else _add_user(args)


def _add_user(args: argparse.Namespace) -> int:
    if not _HANDLE.fullmatch(args.name):
        raise UsageError(f"{args.name!r} cannot be a name: use lower-case letters, digits, dots and dashes.")
    password = _password(from_stdin=args.password_stdin)
    with existing_database(args) as database:
        stored_hash = hash_password(password)
        with database.write(system_clock()) as tx, tx.unit():
            give_procedures(tx)
            teams = tuple(_team(tx, name) for name in args.team)
            known = agent_by_handle(tx.conn, args.name)
            agent = known or Agent(id=AgentId(f"agent-{args.name}"), v=0, handle=args.name, name=args.name)
            agent = replace(
                agent,
                v=agent.v + 1,
                name=clean_name(args.full_name or agent.name),
                role=Role(args.role),
                team_ids=teams or agent.team_ids,
                languages=tuple(args.language) or agent.languages,
                active=True,
            )
            file_agent(tx, agent)
            set_password_hash(tx, agent.id, stored_hash)
            audit_change(tx, "", "user-changed" if known else "user-added", known, agent)
    sys.stdout.write(f"{args.name} ({args.role}) {'changed' if known else 'added'}\n")
    if not agent.team_ids and agent.role is not Role.ADMIN:
        sys.stdout.write("they are in no team and see no queue yet; run this again with --team TEAM\n")
    return OK


def _team(tx: Transaction, name: str) -> TeamId:
    """The team of that id, made when there is none."""
    label = clean_name(name)
    team_id = TeamId("-".join(label.casefold().split()))
    if not team_id:
        raise UsageError("a team needs a name.")
    if team_by_id(tx.conn, team_id) is None:
        team = Team(id=team_id, v=1, name=label)
        file_org(tx, team)
        audit_change(tx, "", "team-added", None, team)
    return team_id


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    else:
        raise UsageError("there is no terminal to ask on; give the password with --password-stdin.")
    if len(password) < _LEAST_PASSWORD:
        raise UsageError(f"the password is too short; use at least {_LEAST_PASSWORD} characters.")
    return password


def _create_token(args: argparse.Namespace) -> int:
    with existing_database(args) as database:
        token = _token_of(database, args.name, args.label)
    sys.stdout.write(token + "\n")
    return OK


def _token_of(database: Database, name: str, label: str) -> str:
    with database.write(system_clock()) as tx:
        agent = agent_by_handle(tx.conn, name)
        if agent is None or not agent.active:
            raise UnknownUser(f"there is no user {name}; add one with `console-backend user add {name} --role ROLE`")
        return create_api_token(tx, agent.id, clean_name(label))
