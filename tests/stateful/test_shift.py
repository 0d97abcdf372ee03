"""One shift, played by five people at five consoles: an agent escalates, a senior accepts and answers, an incident of
300 tickets breaks in, a lead tells its customers and balances the load, and in the end every console knows the same.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from backend.embedded import EmbeddedServer
from backend.services.lookup import messages_after, ticket_by_id
from console.bulk import BulkItem
from console.clock import system_clock
from console.envelopes import new_id
from console.screens.bulk_preview import Names, preview
from desk.balance import propose
from desk.bulk import BulkState, Tally
from desk.commands import (
    AcceptEscalation,
    Assign,
    CloseIncident,
    Escalate,
    Reply,
    ReturnEscalation,
    SaveAgent,
    SaveIncident,
    SetStatus,
    UpdateIncident,
)
from desk.ids import AgentId, IncidentId, TicketId
from desk.incidents import fitted, text_for
from desk.query import parse_query
from desk.records import Agent, Author, Channel, IncidentUpdate, MessageKind, Policy, Role, Status, Ticket
from desk.ticket_parts import EscalationState, EscalationTier, HandOver, IdentityCheck

OpenConsole = Callable[..., Any]

TEAM = "t-en"
STAFF = {
    "mei": (Role.AGENT, ("zh", "en")),
    "bo": (Role.AGENT, ("zh",)),
    "amara": (Role.AGENT, ("en",)),
    "li": (Role.SENIOR, ("zh", "en")),
    "ana": (Role.LEAD, ("en", "zh")),
}
HIT = 300
"""Tickets of the incident."""
INCIDENT = IncidentId("incident-tron")
SHEET = HandOver(
    tried="Checked the withdrawal twice; the hot wallet shows it as sent.",
    identity=IdentityCheck.PASSED,
    identity_how="document and selfie",
    reference="7b3f9a2c11d84e5566aa77bb88cc99dd00ee11ff22aa33bb44cc55dd66ee77e1",
    at_risk_minor=1_240_000,
    question="May operations broadcast it again?",
)
UPDATE = {
    "en": "TRON is congested. Your funds are safe; withdrawals are queued and go out by themselves.",
    "zh": "波场网络拥堵。资金安全，提现已排队，恢复后会自动发出。",
}


def test_one_shift_and_every_console_knows_the_same(server: EmbeddedServer, open_console: OpenConsole) -> None:
    _people_come_in(server)
    matter = server.customer_writes(TEAM, "My withdrawal of 12,400 USDT never arrived.", customer="wang")
    desks = {who: open_console(who).live() for who in STAFF}

    _mei_escalates_and_li_answers(desks["mei"], desks["li"], matter)
    assert desks["bo"].engine.stop(10), "bo's line is gone while the incident breaks in"
    hit = _an_incident_breaks_in(server, desks["ana"])
    _ana_tells_its_customers(desks["ana"], hit)
    given = _ana_balances(desks["ana"], hit)
    desks["bo"] = open_console("bo").live()
    _it_is_over(desks["ana"], hit)

    tickets = [matter.id, *hit]
    truth = {ticket_id: _as_the_backend_has_it(server, ticket_id) for ticket_id in tickets}
    for who, desk in desks.items():
        desk.wait_sent()
        desk.wait(partial(_shows, desk, truth), f"{who} knows what the backend knows")
        assert desk.store.attention() == []
    assert {truth[ticket_id][0].assignee_id for ticket_id in given} <= set(STAFF) - {"amara"}
    assert {truth[ticket_id][0].status for ticket_id in hit} == {Status.SOLVED}


def _people_come_in(server: EmbeddedServer) -> None:
    for handle, (role, languages) in STAFF.items():
        if handle not in ("mei", "li"):
            server.add_agent(handle, role=role, teams=(TEAM,))
        server.change_agent(handle, partial(replace, languages=languages, capacity=200))


def _mei_escalates_and_li_answers(mei: Any, li: Any, matter: Ticket) -> None:
    mei.say(Escalate(ticket_id=matter.id, tier=EscalationTier.SENIOR, sheet=SHEET))
    li.wait(lambda: _escalated(li), "the escalation at li's desk")
    assert [ticket.escalation.sheet for ticket in _escalated(li) if ticket.escalation] == [SHEET]
    li.say(AcceptEscalation(ticket_id=matter.id))
    li.reply(matter, "Operations has sent it again; it is in block 61,204,118.")
    li.say(ReturnEscalation(ticket_id=matter.id, answer="Sent again by operations.", solved=True))
    li.wait_sent()
    mei.wait(lambda: mei.store.ticket(matter.id).escalation.state is EscalationState.SOLVED, "it came back solved")
    back = mei.store.ticket(matter.id)
    assert (back.assignee_id, back.escalation.owner_id, back.escalated_at) == ("mei", "li", None)


def _escalated(desk: Any) -> list[Ticket]:
    rows = desk.store.queue(parse_query("is:escalated"), system_clock())
    return [desk.store.ticket(row.id) for row in rows.window(0, 10)]


def _an_incident_breaks_in(server: EmbeddedServer, ana: Any) -> list[TicketId]:
    """The lead opens it by a rule; those who write afterwards are in it, and others are not."""
    ana.say(SaveIncident(incident_id=INCIDENT, title={"en": "TRON congested", "zh": "波场拥堵"}, rules=_RULES))
    ana.wait_sent()
    hit = [_somebody_writes(server, number).id for number in range(HIT)]
    other = server.customer_writes(TEAM, "How do I change my e-mail address?", customer="c-other")
    ana.wait(lambda: ana.store.count(_MEMBERS, system_clock()) == HIT, "all of them in the incident")
    ana.wait(lambda: ana.store.ticket(other.id) is not None, "the other ticket")
    assert ana.store.ticket(other.id).incident_id is None
    return hit


_RULES = ("network:tron pending", "network:tron 没到账")
_MEMBERS = parse_query(f"incident:{INCIDENT}")
_CHANNELS = (Channel.EMAIL, Channel.CHAT, Channel.TELEGRAM, Channel.WHATSAPP)


def _somebody_writes(server: EmbeddedServer, number: int) -> Ticket:
    zh = number % 2 == 0
    body = f"我从波场提的 USDT 一直没到账，第{number}单" if zh else f"My TRC20 withdrawal {number} is still pending."
    lang, channel = "zh" if zh else "en", _CHANNELS[number % 4]
    return server.customer_writes(TEAM, body, customer=f"c-{number}", lang=lang, channel=channel)


def _ana_tells_its_customers(ana: Any, hit: Sequence[TicketId]) -> None:
    """Each in their language and as long as the channel takes; what joins later is told by the backend."""
    ana.say(UpdateIncident(incident_id=INCIDENT, update_id="update-1", body=UPDATE))
    told = IncidentUpdate(id="update-1", at=0, by=AgentId("ana"), body=UPDATE)
    items = []
    for ticket in map(ana.store.ticket, hit):
        body = fitted(text_for(told, ticket.lang), ticket.channel, Policy())
        items.append(BulkItem(ticket.id, Reply(ticket_id=ticket.id, body=body, then=Status.ON_HOLD)))
    assert _bulk(ana, "Tell the customers", items) == Tally(applied=HIT)
    for ticket_id in hit:
        ticket = ana.store.ticket(ticket_id)
        thread = ana.store.thread(ticket_id)
        said = [line.message for line in thread.window(0, thread.count()) if line.message.author is Author.AGENT]
        replies = [message.body for message in said if message.kind is MessageKind.REPLY]
        assert replies == [UPDATE["zh" if ticket.lang == "zh" else "en"]]


def _ana_balances(ana: Any, hit: Sequence[TicketId]) -> list[TicketId]:
    """Amara went home; the plan gives nothing to her, and to bo only what is written in Chinese."""
    ana.say(SaveAgent(agent_id=AgentId("amara"), away=True))
    ana.wait_sent()
    ana.wait(lambda: ana.store.agents()[AgentId("amara")].away, "amara is away")
    people: dict[AgentId, Agent] = ana.store.agents()
    plan = propose(map(ana.store.ticket, hit), people.values(), {}, Policy(), system_clock(), {})
    assert len(plan.moves) == HIT and not plan.unplaced
    assert all(ana.store.ticket(move.ticket_id).lang == "zh" for move in plan.moves if move.to_id == "bo")
    items = [BulkItem(m.ticket_id, Assign(ticket_id=m.ticket_id, assignee_id=m.to_id)) for m in plan.moves]
    assert _bulk(ana, "Balance", items) == Tally(applied=HIT)
    return [move.ticket_id for move in plan.moves]


def _it_is_over(ana: Any, hit: Sequence[TicketId]) -> None:
    ana.say(CloseIncident(incident_id=INCIDENT))
    items = [BulkItem(ticket_id, SetStatus(ticket_id=ticket_id, status=Status.SOLVED)) for ticket_id in hit]
    assert _bulk(ana, "Solve them all", items) == Tally(applied=HIT)
    ana.wait_sent()


def _bulk(desk: Any, title: str, items: Sequence[BulkItem]) -> Tally:
    """What the preview screen does when it applies a plan, and how it ended."""
    store, now = desk.store, system_clock()
    names = Names.of(store.agents().values(), store.teams().values())
    bulk_id = new_id(now)
    store.bulks.plan(bulk_id, title, now, list(preview(store, items, 0, names, bulk_id, store.me().id, now)))
    desk.wait(lambda: store.bulks.bulk(bulk_id).state is BulkState.DONE, title)
    tally: Tally = store.bulks.bulk(bulk_id).tally
    return tally


def _as_the_backend_has_it(server: EmbeddedServer, ticket_id: TicketId) -> tuple[Ticket, tuple[str, ...]]:
    def read(tx: Any) -> tuple[Ticket, tuple[str, ...]]:
        ticket = ticket_by_id(tx.conn, ticket_id)
        assert ticket is not None
        return ticket, tuple(message.body for message in messages_after(tx.conn, ticket_id, 0))

    return server.write(read)


def _shows(desk: Any, truth: dict[TicketId, tuple[Ticket, tuple[str, ...]]]) -> bool:
    return all((desk.store.ticket(each), tuple(_bodies(desk, each))) == known for each, known in truth.items())


def _bodies(desk: Any, ticket_id: TicketId) -> list[str]:
    thread = desk.store.thread(ticket_id)
    return [line.message.body for line in thread.window(0, thread.count())]
