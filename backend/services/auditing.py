"""Writes the audit: who changed what, from what to what, and which searches leads made in other people's data."""

from msgspec import Struct

from backend.rows import KIND_OF
from backend.transaction import Transaction
from desk.audit import Detail, changes_between, write_detail
from desk.commands import Envelope
from desk.ids import AgentId
from desk.outcome import Changed, Outcome, View
from desk.records import Frozen, ReadMark


def audit_command(
    tx: Transaction, actor_id: AgentId, device: str, envelope: Envelope, view: View, outcome: Outcome
) -> None:
    """One row for every record that a command changed; having read something is no change."""
    for number, change in enumerate(outcome.changes):
        if isinstance(change, ReadMark):
            continue
        before = _before(view, change)
        known = before is not None or change.v == 1  # else it was no part of the decision: told without its fields
        detail = Detail(
            kind=KIND_OF[type(change)],
            v=change.v,
            command_id=envelope.id,
            bulk_id=envelope.bulk_id,
            messages=() if number else tuple(message.n for message in outcome.messages),
            changes=changes_between(before, change) if known else (),
        )
        action = str(envelope.command.__struct_config__.tag)
        tx.audit(actor_id, action, change.id, write_detail(detail), device)
    for other in outcome.also:
        audit_command(tx, actor_id, device, envelope, view, other)


def audit_change(tx: Transaction, actor_id: str, action: str, before: Frozen | None, after: Changed) -> None:
    """One row for a change without a command: by the system (an empty ``actor_id``), a customer, or somebody at the
    backend's command line. Nothing is written when no field moved that the audit tells of."""
    assert not isinstance(after, ReadMark)
    changes = changes_between(before, after)
    if changes:
        detail = Detail(kind=KIND_OF[type(after)], v=after.v, changes=changes)
        tx.audit(actor_id, action, after.id, write_detail(detail))


def audit_search(tx: Transaction, actor_id: AgentId, device: str, action: str, asked: str) -> None:
    """One row for a search; a secret that was searched for is not repeated."""
    from desk.key_material import find_key_material  # 12 ms, for those who search

    for finding in sorted(find_key_material(asked), key=lambda finding: -finding.start):
        asked = f"{asked[: finding.start]}…{asked[finding.end :]}"
    with tx.unit():
        tx.audit(actor_id, action, "", write_detail(Detail(text=asked)), device)


def _before(view: View, change: Struct) -> Struct | None:
    """The record as the decision saw it (None: it is new)."""
    for record in (
        view.ticket, view.other, view.customer, view.other_customer, view.article, view.base_article, view.macro,
        view.incident, view.procedure, view.gap, view.agent, view.team,
    ):  # fmt: skip
        if record is not None and type(record) is type(change) and record.id == getattr(change, "id", None):
            return record
    return None
