"""What a command does: :func:`decide` is the one place where that is said, for the backend and for every console.

It is total and pure: any command on any view gives an :class:`~desk.outcome.Outcome` or a
:class:`~desk.outcome.Refusal`, and the same again. The order of the questions: is it there and in sight, may the actor,
is it open to change, is the value possible, would it change anything, has somebody else moved it.
"""

from collections.abc import Callable
from typing import Any

from desk import commands as c
from desk.decisions import (
    articles,
    customers,
    escalation,
    fields,
    gaps,
    incidents,
    joining,
    macros,
    messages,
    people,
    procedures,
    reading,
    review,
)
from desk.decisions.case import Case, Verdict
from desk.ids import Instant
from desk.outcome import View
from desk.permissions import may, may_act_in_bulk, may_see
from desk.records import Agent, Status, Ticket

_ALLOWED_WHEN_CLOSED = (
    c.Note,
    c.Follow,
    c.Seen,
    c.Unmerge,
    c.SetFollowUp,
    c.LinkTickets,
    c.JoinIncident,
    c.DecideReview,
    c.WithdrawReview,
)

_BESIDE_TICKETS: dict[type, Callable[[Case, Any], Verdict]] = {
    c.OpenTicket: messages.open_ticket,
    c.NoteCustomer: customers.note_customer,
    c.SaveCustomer: customers.save,
    c.VerifyCustomer: customers.verify,
    c.MergeCustomers: customers.merge,
    c.UnmergeCustomers: customers.unmerge,
    c.SaveArticle: articles.save,
    c.SubmitArticle: articles.submit,
    c.PublishArticle: articles.publish,
    c.ReturnArticle: articles.give_back,
    c.RetireArticle: articles.retire,
    c.RateArticle: articles.rate,
    c.ReportGap: gaps.report,
    c.CloseGap: gaps.close,
    c.SaveIncident: incidents.save,
    c.UpdateIncident: incidents.update,
    c.CloseIncident: incidents.close,
    c.SaveMacro: macros.save,
    c.ArchiveMacro: macros.archive,
    c.SaveProcedure: procedures.save,
    c.SaveAgent: people.save_agent,
    c.SaveTeam: people.save_team,
}

_ON_TICKET: dict[type, Callable[[Case, Any, Ticket], Verdict]] = {
    c.Reply: messages.reply,
    c.Note: messages.note,
    c.Take: fields.take,
    c.Assign: fields.assign,
    c.SetStatus: fields.set_status,
    c.Snooze: fields.snooze,
    c.SetSeverity: fields.set_severity,
    c.MoveTeam: fields.move_team,
    c.ApplyMacro: fields.run_macro,
    c.Tag: fields.tag,
    c.Follow: reading.follow,
    c.Seen: reading.seen,
    c.Escalate: escalation.escalate,
    c.AcceptEscalation: escalation.accept,
    c.ReturnEscalation: escalation.give_back,
    c.SetFollowUp: escalation.follow_up,
    c.AskReview: review.ask,
    c.DecideReview: review.settle,
    c.WithdrawReview: review.withdraw,
    c.Merge: joining.merge,
    c.Unmerge: joining.unmerge,
    c.Split: joining.split,
    c.LinkTickets: joining.link,
    c.DismissDuplicate: joining.dismiss_duplicate,
    c.JoinIncident: incidents.join,
    c.AnswerStep: procedures.answer,
    c.StopProcedure: procedures.stop,
}


def decide(envelope: c.Envelope, view: View, actor: Agent, now: Instant) -> Verdict:
    """What becomes of a command, given by ``actor``, on the records of ``view``, at ``now``."""
    case = Case(envelope=envelope, view=view, actor=actor, now=now)
    if envelope.bulk_id and not may_act_in_bulk(actor):
        return case.refuse("not-allowed", "Acting on many tickets at once takes a lead.")
    beside = _BESIDE_TICKETS.get(type(envelope.command))
    return beside(case, envelope.command) if beside else _decide_on_ticket(case)


def _decide_on_ticket(case: Case) -> Verdict:
    command, ticket = case.envelope.command, case.view.ticket
    if ticket is None or not may_see(case.actor, ticket) or ticket.id != getattr(command, "ticket_id", None):
        return case.refuse("not-found", "This ticket is not there, or not in your sight.")
    if not may(case.actor, command, ticket):
        return case.refuse("not-allowed", "Your role does not permit this; ask a senior.")
    if ticket.merge is not None and not isinstance(command, _ALLOWED_WHEN_CLOSED):
        return case.refuse("merged", f"{ticket.ref} was merged into {ticket.merge.into_ref}; go on there.")
    if ticket.status is Status.CLOSED and not isinstance(command, _ALLOWED_WHEN_CLOSED):
        return case.refuse("closed", "A closed ticket takes notes only; open a new one for the customer.")
    return _ON_TICKET[type(command)](case, command, ticket)
