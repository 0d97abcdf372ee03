"""Carries out commands: each exactly once, decided by the same function the console used, with all that follows.

A command is one unit: its log entry, the records, messages and clock events, the feed rows and the audit row are
written together or not at all.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from backend import tables
from backend.errors import ProblemError
from backend.prepared import Prepared
from backend.services.auditing import audit_command
from backend.services.blobs import readable_blob
from backend.services.customers import give_tier
from backend.services.filing import file_customer, file_macro, file_org, file_read_mark, upsert
from backend.services.lookup import agent_by_id
from backend.services.people import file_agent
from backend.services.routing import with_owner
from backend.services.tickets import file_ticket
from backend.services.uses import count_uses
from backend.services.viewing import view_of, visible_ticket
from backend.transaction import Transaction
from desk.commands import (
    AnswerStep,
    AnyCommand,
    AskReview,
    Envelope,
    Note,
    NoteCustomer,
    OpenTicket,
    RateArticle,
    Reply,
    ReportGap,
    SaveArticle,
    SaveCustomer,
    SaveIncident,
    SaveMacro,
    SaveProcedure,
    Seen,
    Split,
    UpdateIncident,
)
from desk.decide import decide
from desk.ids import AgentId, CommandId
from desk.outcome import Outcome, Refusal, View
from desk.records import Agent, Customer, Macro, ReadMark, Ticket
from desk.wire import Applied, CommandOutcome, Conflict, Duplicate, Held, Rejected

_log = tables.command_log.c
_LOGGED = Prepared(select(_log.agent_id, _log.fingerprint, _log.outcome).where(_log.id == bindparam("id")))
_LOG = Prepared(insert(tables.command_log))
_VOTE = upsert(tables.vote)
_MINTED_BY_CONSOLES: dict[type, tuple[str, ...]] = {
    SaveArticle: ("article_id",),
    SaveIncident: ("incident_id",),
    UpdateIncident: ("update_id",),
    SaveMacro: ("macro_id",),
    SaveProcedure: ("procedure_id",),
    AnswerStep: ("run_id",),
    ReportGap: ("gap_id",),
    Split: ("new_ticket_id",),
    NoteCustomer: ("note_id",),
    OpenTicket: ("ticket_id",),
}
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

_encode = msgspec.json.Encoder().encode
_read_outcome = msgspec.json.Decoder(CommandOutcome).decode


def run_commands(
    tx: Transaction, actor_id: AgentId, device: str, envelopes: Sequence[Envelope]
) -> tuple[CommandOutcome, ...]:
    """Carry out commands in order and return one outcome each. Raises ``id-reused`` before any takes effect."""
    actor = agent_by_id(tx.conn, actor_id)
    if actor is None or not actor.active:
        raise ProblemError("not-signed-in", "This account is no longer active; ask an admin.")
    prints = [_fingerprint(actor, envelope) for envelope in envelopes]
    done: dict[CommandId, tuple[str, CommandOutcome | None]] = {}
    for envelope, fingerprint in zip(envelopes, prints, strict=True):
        known = done.get(envelope.id) or _logged(tx, envelope) or (fingerprint, None)
        if known[0] != fingerprint:
            raise ProblemError("id-reused", f"Command id {envelope.id} was used for another command; mint a new id.")
        done[envelope.id] = known
    outcomes: list[CommandOutcome] = []
    for envelope, fingerprint in zip(envelopes, prints, strict=True):
        earlier = done[envelope.id][1]
        outcome = _repeated(earlier) if earlier else _run(tx, actor, device, envelope, fingerprint)
        done[envelope.id] = (fingerprint, outcome)
        outcomes.append(outcome)
    return tuple(outcomes)


def outcomes_of(conn: Connection, actor_id: AgentId, ids: Iterable[CommandId]) -> tuple[CommandOutcome, ...]:
    """The stored outcomes of one's own commands, in the order asked; unknown ones are left out."""
    rows = (_LOGGED.row(conn, {"id": command_id}) for command_id in ids)
    return tuple(_read_outcome(row[2]) for row in rows if row is not None and row[0] == actor_id)


def _fingerprint(actor: Agent, envelope: Envelope) -> str:
    return hashlib.sha256(actor.id.encode() + b"\x1f" + _encode(envelope)).hexdigest()


def _logged(tx: Transaction, envelope: Envelope) -> tuple[str, CommandOutcome] | None:
    """The fingerprint and outcome of a command that came before; None when it is new."""
    row = _LOGGED.row(tx.conn, {"id": envelope.id})
    return None if row is None else (str(row[1]), _read_outcome(row[2]))


def _repeated(outcome: CommandOutcome) -> CommandOutcome:
    return Duplicate(id=outcome.id, v=outcome.v, n=outcome.n) if isinstance(outcome, Applied) else outcome


def _run(tx: Transaction, actor: Agent, device: str, envelope: Envelope, fingerprint: str) -> CommandOutcome:
    if refusal := _ill_formed(envelope):
        return refusal
    with tx.unit(envelope.id):
        outcome = _decide(tx, actor, device, envelope)
        stored = {"fingerprint": fingerprint, "outcome": _encode(outcome).decode()}
        _LOG.run(tx.conn, {"id": envelope.id, "agent_id": actor.id, **stored, "at": tx.now})
    return outcome


def _ill_formed(envelope: Envelope) -> Rejected | None:
    """New ids are minted by consoles; they must at least be short plain words."""
    command = envelope.command
    minted: list[str] = [envelope.id, *([envelope.bulk_id] if envelope.bulk_id else [])]
    minted += [getattr(command, name) for name in _MINTED_BY_CONSOLES.get(type(command), ())]
    if all(_ID.fullmatch(value) for value in minted):
        return None
    return Rejected(id=envelope.id, code="bad-value", why="An id has 1 to 64 letters, digits, dots, dashes or colons.")


def _decide(tx: Transaction, actor: Agent, device: str, envelope: Envelope) -> CommandOutcome:
    command = envelope.command
    if refusal := _out_of_reach(tx, actor, envelope):
        return refusal
    view = view_of(tx, envelope, actor)
    verdict = decide(envelope, view, actor, tx.now)
    if isinstance(verdict, Refusal):
        return _refused(envelope, verdict, view)
    verdict = with_owner(tx, verdict)
    _file(tx, actor, verdict)
    if isinstance(command, SaveCustomer) and command.tier is not None:
        give_tier(tx, command.customer_id, command.tier)
    if isinstance(command, RateArticle):
        vote = {"agent_id": actor.id, "article_id": command.article_id, "ticket_id": command.ticket_id or ""}
        _VOTE.run(tx.conn, {**vote, "helped": command.helped})
    if not isinstance(command, Seen):
        audit_command(tx, actor.id, device, envelope, view, verdict)
        count_uses(tx, command, view)
    return _applied(envelope, verdict, view)


def _out_of_reach(tx: Transaction, actor: Agent, envelope: Envelope) -> Rejected | None:
    """A command may name only files and tickets that its author can reach: naming must not open a way to them."""
    command = envelope.command
    for file in command.attachments if isinstance(command, Reply | Note | AskReview) else ():
        if readable_blob(tx.conn, file.sha256, actor) is None:
            why = f"The file {file.name!r} is not here; upload it before the message."
            return Rejected(id=envelope.id, code="bad-value", why=why)
    if isinstance(command, RateArticle) and command.ticket_id and not visible_ticket(tx, command.ticket_id, actor):
        return Rejected(id=envelope.id, code="not-found", why="This ticket is not there, or not in your sight.")
    return None


def _file(tx: Transaction, actor: Agent, outcome: Outcome) -> None:
    for change in outcome.changes:
        match change:
            case Ticket():
                file_ticket(tx, change, outcome.messages, outcome.clock_events)
            case Agent():
                file_agent(tx, change)
            case Customer():
                file_customer(tx, change)
            case ReadMark():
                file_read_mark(tx, actor.id, change)
            case Macro():
                file_macro(tx, change)
            case _:
                file_org(tx, change)
    for other in outcome.also:
        _file(tx, actor, other)


def _applied(envelope: Envelope, outcome: Outcome, view: View) -> Applied:
    mine = next((message.n for message in outcome.messages if message.command_id == envelope.id), None)
    subject = outcome.changes[0] if outcome.changes else _unchanged(envelope.command, view)
    return Applied(id=envelope.id, v=0 if subject is None else subject.v, n=mine, notice=outcome.notice)


def _unchanged(command: AnyCommand, view: View) -> Ticket | Customer | ReadMark | None:
    if isinstance(command, Seen):
        return view.mark
    return view.ticket or view.customer


def _refused(envelope: Envelope, refusal: Refusal, view: View) -> CommandOutcome:
    if refusal.code == "conflict":
        # another's ticket under an id one wants to open is not shown
        current = None if isinstance(envelope.command, OpenTicket) else view.ticket
        return Conflict(id=envelope.id, what=refusal.what, current=current, messages=view.unseen)
    if refusal.code == "held":
        return Held(id=envelope.id, findings=refusal.findings)
    return Rejected(id=envelope.id, code=refusal.code, why=refusal.why)
