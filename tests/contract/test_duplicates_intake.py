"""A new ticket that repeats an open one carries a suggestion from the first moment on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend.bulk import BulkLoader, Conversation
from backend.database import Database
from backend.embedded import EmbeddedServer
from backend.services.search_index import index_messages
from desk.ids import CustomerId, MessageId, TeamId, TicketId
from desk.intake import Incoming, NewTicket, begin
from desk.records import Channel, Customer, Policy, Team, Ticket
from desk.ticket_parts import DuplicateHint
from tests.contract.conftest import Reader

TX = "0x" + "5b" * 32
STUCK = "我的 USDT 提现一直没到账，已经九个小时了，交易哈希显示已确认"
PENDING = "My withdrawal of 200 USDT has been pending for nine hours and the hash shows confirmed"


def index(server: EmbeddedServer) -> None:
    """Bring the full text index up to the last message, as housekeeping does."""
    while server.write(lambda tx: index_messages(tx, 1_000)):
        pass


def reason(hint: DuplicateHint | None) -> tuple[str, str, bool] | None:
    return (hint.ref, hint.reason, hint.same_customer) if hint else None


def test_the_same_transaction_is_found_under_any_customer(backend_server: EmbeddedServer) -> None:
    first = backend_server.customer_writes("en", f"Where is {TX}?", customer="anna")
    mine = backend_server.customer_writes("en", f"Please look at {TX}", subject="Hello", customer="anna")
    theirs = backend_server.customer_writes("en", f"I never got {TX}", subject="Missing", customer="ben")
    assert reason(mine.duplicate) == (first.ref, "transaction", True)
    assert theirs.duplicate is not None
    assert theirs.duplicate.reason == "transaction" and not theirs.duplicate.same_customer


@pytest.mark.parametrize("said", [STUCK, PENDING])
def test_near_same_text_is_found_once_it_is_indexed(backend_server: EmbeddedServer, said: str) -> None:
    first = backend_server.customer_writes("zh", said, customer="anna")
    index(backend_server)
    again = backend_server.customer_writes("zh", f"{said} !!", customer="ben")
    assert reason(again.duplicate) == (first.ref, "text", False)
    other = backend_server.customer_writes("zh", "Something else: I cannot sign in on my new phone", customer="carl")
    assert other.duplicate is None


def test_what_a_customer_writes_next_is_looked_at_too_until_it_was_answered(backend_server: EmbeddedServer) -> None:
    first = backend_server.customer_writes("en", PENDING, customer="anna")
    again = backend_server.customer_writes("en", "hello?", subject="Hi", customer="anna")
    assert again.duplicate is None
    told = backend_server.customer_writes(again.id, PENDING)
    assert reason(told.duplicate) == (first.ref, "text", True)


def test_a_dismissed_suggestion_stays_away(backend_server: EmbeddedServer, read: Callable[[str], Reader]) -> None:
    backend_server.customer_writes("en", PENDING, customer="anna")
    again = backend_server.customer_writes("en", PENDING, customer="anna")
    assert again.duplicate is not None
    outcome = read("mei").command({"kind": "duplicate_dismiss", "ticket_id": again.id}, "d-1")
    assert outcome["outcome"] == "applied"
    assert backend_server.customer_writes(again.id, f"{PENDING}, please").duplicate is None


def test_a_ticket_that_was_solved_is_not_suggested(
    backend_server: EmbeddedServer, read: Callable[[str], Reader]
) -> None:
    first = backend_server.customer_writes("en", PENDING, customer="anna")
    read("mei").command({"kind": "status", "ticket_id": first.id, "status": "solved"}, "s-1")
    assert backend_server.customer_writes("en", PENDING, customer="anna").duplicate is None


def test_transactions_of_tickets_loaded_in_bulk_are_known(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    start = NewTicket(
        id=TicketId("t1"),
        ref="T-1",
        subject="Missing",
        customer_id=CustomerId("anna"),
        customer_name="Anna",
        team_id=TeamId("en"),
        channel=Channel.CHAT,
        created_at=1,
    )
    outcome = begin(start, (Incoming(id=MessageId("m"), body=f"Where is {TX}?", at=1),), Policy(), 1)
    ticket = outcome.changes[0]
    assert isinstance(ticket, Ticket)
    with database.write(1) as tx:
        loader = BulkLoader(tx)
        loader.org([Team(id=TeamId("en"), v=1, name="English")])
        loader.customers([Customer(id=CustomerId("anna"), v=1, name="Anna")])
        loader.conversations([Conversation(ticket=ticket, messages=outcome.messages)])
        loader.finish()
        rows = tx.conn.exec_driver_sql("SELECT tx_id, ticket_id FROM ticket_tx").all()
    database.close()
    assert [tuple(row) for row in rows] == [(tx_id, "t1") for tx_id in ticket.tx_ids]
    assert rows
