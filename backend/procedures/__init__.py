"""The procedures that come with the desk, and how a desk gets them.

A procedure is ``<id>.<language>.md`` beside this module, written as ``docs/procedures.md`` says. They are records like
any other once a desk has them: leads change and archive them in the console, and a newer release never overwrites that.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import func, select

from backend import tables
from backend.services.filing import file_org
from backend.transaction import Transaction
from desk.ids import Instant, ProcedureId
from desk.records import Procedure

FOLDER = Path(__file__).parent


@cache
def _sources() -> dict[str, dict[str, str]]:
    """The texts by procedure and language."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.*.md")):
        name, lang, _ = path.name.split(".")
        found.setdefault(name, {})[lang] = path.read_text(encoding="utf-8").strip()
    return found


def shipped(now: Instant) -> list[Procedure]:
    """The procedures as they come, at version 1."""
    return [Procedure(id=ProcedureId(name), v=1, source=source, updated_at=now) for name, source in _sources().items()]


def give_procedures(tx: Transaction) -> int:
    """File them in a desk that has none and never had any; returns how many."""
    if tx.conn.execute(select(func.count()).select_from(tables.procedure)).scalar_one():
        return 0
    procedures = shipped(tx.now)
    for procedure in procedures:
        file_org(tx, procedure)
    return len(procedures)
