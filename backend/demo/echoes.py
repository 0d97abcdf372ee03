"""Customers who write again elsewhere because nobody has answered yet: what duplicates are made of."""

from collections.abc import Iterable
from random import Random

from backend.demo.minting import mint
from backend.demo.story import Story
from backend.services.intake import start_ticket
from backend.transaction import Transaction
from desk.ids import MessageId, TicketId
from desk.intake import Incoming, NewTicket
from desk.records import Author, Channel, Message, Status, Ticket

MOST = 6
"""So many write twice."""

_AGAIN = {
    "zh": "刚才在另一个渠道也发过，怕你们没看到。",
    "en": "I wrote on the other channel too, not sure you saw it.",
}
_MIN_MS = 60_000


def share(tickets: int) -> int:
    """How many of so many tickets are such."""
    return min(MOST, tickets // 60)


def unanswered(stories: Iterable[Story]) -> list[tuple[Ticket, Message]]:
    """The new tickets that nobody has taken, with what their customer wrote first."""
    found = []
    for story in stories:
        ticket = story.conversation.ticket
        if ticket.status is Status.NEW and ticket.assignee_id is None:
            first = next(line for line in story.conversation.messages if line.author is Author.CUSTOMER)
            found.append((ticket, first))
    return found


def write_again(tx: Transaction, first: Ticket, said: Message, rng: Random) -> Ticket:
    """The same customer with the same matter on another channel, some minutes ago."""
    at = min(max(said.at + 5 * _MIN_MS, tx.now - rng.randrange(3, 25) * _MIN_MS), tx.now)
    channel = Channel.EMAIL if first.channel is not Channel.EMAIL else Channel.CHAT
    start = NewTicket(
        id=TicketId(mint(at, rng)),
        ref="",
        subject=first.subject,
        customer_id=first.customer_id,
        customer_name=first.customer_name,
        team_id=first.team_id,
        channel=channel,
        created_at=at,
        lang=first.lang,
        tier=first.tier,
        severity=first.severity,
        tags=first.tags,
        at_risk_minor=first.at_risk_minor,
    )
    message = Incoming(
        id=MessageId(mint(at, rng)),
        author=Author.CUSTOMER,
        author_id=first.customer_id,
        author_name=first.customer_name,
        body=f"{said.body}\n{_AGAIN['zh' if first.lang == 'zh' else 'en']}",
        at=at,
    )
    return start_ticket(tx, start, (message,))
