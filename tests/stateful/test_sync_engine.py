"""The sync engine against the real backend: nothing lost, nothing twice, whatever the line does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.embedded import EmbeddedServer
from console.client import Client
from console.clock import system_clock
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.sync.engine import SyncEngine
from console.sync.events import Notified, PresenceChanged, StateChanged
from desk.commands import Assign, Note, Reply, SetStatus
from desk.ids import AgentId, TeamId, TicketId
from desk.outbox import SendState
from desk.records import Status, Ticket

OpenConsole = Callable[..., Any]


@pytest.fixture
def ticket(server: EmbeddedServer) -> Ticket:
    return server.customer_writes("t-en", "My withdrawal has been pending for nine hours")


def agent_replies(server: EmbeddedServer, ticket: Ticket, open_console: OpenConsole) -> list[str]:
    """What agents have said to the customer, read by a fresh console from the backend."""
    reader = open_console("li", f"reader-{system_clock()}.db").live()
    thread = reader.store.thread(ticket.id)
    lines = thread.window(0, thread.count())
    return [line.message.body for line in lines if line.message.author == "agent"]


def test_a_first_start_fetches_everything_i_may_see(server: EmbeddedServer, open_console: OpenConsole) -> None:
    server.add_team("t-zh", "中文")
    mine = {server.customer_writes("t-en", f"question {n}").id for n in range(150)}
    server.customer_writes("t-zh", "别队的工单")
    console = open_console().live()
    queue = console.store.queue(_all_tickets(), system_clock())
    assert {row.id for row in queue.window(0, 500)} == mine
    assert "bootstrapping" in console.states()


def test_a_change_elsewhere_arrives_by_itself(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    console = open_console().live()
    server.customer_writes(ticket.id, "Are you there?")
    console.wait(lambda: "Are you there?" in console.bodies(ticket), "the new message")
    assert console.changed("ticket", ticket.id)


def test_a_reply_written_offline_goes_out_later(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    console = open_console().live()
    server.stop()
    state = console.wait_state("offline")
    assert state.sentence.startswith("127.0.0.1")
    console.reply(ticket, "We are looking into it.")
    assert "We are looking into it." in console.bodies(ticket)
    assert console.outbox_states() == ["queued"]
    server.start()
    console.engine.retry()
    console.wait_sent()
    assert agent_replies(server, ticket, open_console) == ["We are looking into it."]


def test_a_lost_answer_never_doubles_a_reply(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket, bad_line: Any
) -> None:
    console = open_console(url=bad_line.url).live()
    bad_line.lose = b"POST /v1/commands"
    entry = console.reply(ticket, "Only once, please.")
    console.wait(lambda: bad_line.lost, "an answer was lost")
    bad_line.lose = b""
    console.wait(lambda: console.store.outbox_entry(entry.id).state == SendState.DONE, "sent")
    assert agent_replies(server, ticket, open_console) == ["Only once, please."]


def test_what_was_being_sent_at_a_crash_is_sent_once(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    console = open_console().live()
    console.engine.stop(10)
    entry = console.reply(ticket, "Written before the crash.")
    console.store.mark_sending([entry.id])  # the process dies here: no answer was stored

    async def the_backend_had_it() -> None:
        async with Client(server.url, console.tokens) as client:
            await client.commands([entry.envelope])

    _run(the_backend_had_it())
    revived = open_console().live()
    revived.wait_sent()
    assert agent_replies(server, ticket, open_console) == ["Written before the crash."]


def test_a_second_answer_to_the_customer_waits_for_its_author(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    mei, li = open_console().live(), open_console("li").live()
    li.reply(ticket, "Li was first.")
    mei.wait(lambda: "Li was first." in mei.bodies(ticket), "Li's reply")
    entry = mei.reply(ticket, "Mei had not seen it.", seen_n=1)
    mei.wait(lambda: mei.store.attention(), "attention")
    waiting = mei.store.outbox_entry(entry.id)
    assert waiting.state is SendState.CONFLICT
    assert waiting.envelope.command.body == "Mei had not seen it."
    assert agent_replies(server, ticket, open_console) == ["Li was first."]


def test_one_stuck_ticket_holds_up_no_other(server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket) -> None:
    other = server.customer_writes("t-en", "Another matter")
    console = open_console().live()
    console.say(SetStatus(ticket_id=TicketId("t-that-never-was"), status=Status.SOLVED))
    console.reply(other, "Done.")
    console.wait(lambda: len(console.store.attention()) == 1 and not console.store.outbox_count(), "both decided")
    assert "Done." in agent_replies(server, other, open_console)


def test_many_commands_keep_their_order_in_each_ticket(server: EmbeddedServer, open_console: OpenConsole) -> None:
    tickets = [server.customer_writes("t-en", f"question {n}") for n in range(6)]
    console = open_console().live()
    for n in range(5):
        for each in tickets:
            console.store.enqueue(console.written(Note(ticket_id=each.id, body=f"note {n}")))
    console.engine.nudge()
    console.wait_sent()
    reader = open_console("li").live()
    for each in tickets:
        assert reader.bodies(each)[1:] == [f"note {n}" for n in range(5)]


def test_a_reply_can_be_taken_back_in_time(server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket) -> None:
    console = open_console().live()
    entry = console.reply(ticket, "Too hasty.", undo_s=60)
    console.say(Note(ticket_id=server.customer_writes("t-en", "other").id, body="goes at once"))
    console.wait(lambda: console.outbox_states().count("done") == 1, "the note was sent")
    assert console.store.undo(entry.id).command.body == "Too hasty."
    assert agent_replies(server, ticket, open_console) == []


def test_of_two_consoles_on_a_file_one_leads_and_the_other_takes_over(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    first = open_console(db="shared.db").live()
    second = open_console(db="shared.db")
    second.engine.start()
    second.wait_state("follower")
    second.reply(ticket, "Written in the second window.")
    second.wait_sent()
    assert agent_replies(server, ticket, open_console) == ["Written in the second window."]
    assert first.engine.stop(10)
    second.wait_state("live")
    server.customer_writes(ticket.id, "Thank you")
    second.wait(lambda: "Thank you" in second.bodies(ticket), "the new leader hears the customer")


def test_a_held_back_stream_becomes_a_long_poll(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket, bad_line: Any
) -> None:
    bad_line.hold = b"GET /v1/sync/stream"
    console = open_console(url=bad_line.url).live()
    server.customer_writes(ticket.id, "Through the buffer")
    console.wait(lambda: "Through the buffer" in console.bodies(ticket), "the message")
    assert console.state.state == "live"


def test_an_ended_sign_in_loses_nothing(server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket) -> None:
    server.add_agent("ana", teams=("t-en",), password="correct horse")
    tokens = MemoryTokens()

    async def sign_in() -> None:
        async with Client(server.url, tokens) as client:
            await client.login("ana", "correct horse")

    async def revoke_elsewhere(login: Login | None) -> None:
        async with Client(server.url, MemoryTokens(login)) as client:
            await client.revoke()

    _run(sign_in())
    console = open_console("ana", tokens=tokens).live()
    _run(revoke_elsewhere(tokens.load()))
    console.reply(ticket, "Written while signed out.")
    state = console.wait_state("signed-out")
    assert "console login" in state.sentence
    assert console.store.outbox_count() == 1
    _run(sign_in())
    console.engine.retry()
    console.wait_sent()
    assert agent_replies(server, ticket, open_console) == ["Written while signed out."]


def test_a_message_of_five_megabytes_needs_attention_and_stops_nobody(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    console = open_console().live()
    other = server.customer_writes("t-en", "Another matter")
    console.wait(lambda: console.store.ticket(other.id), "the other ticket")
    huge = console.say(Note(ticket_id=ticket.id, body="x" * 5_000_000))
    console.reply(other, "Small.")
    console.wait(lambda: console.store.attention() and not console.store.outbox_count(), "both decided")
    entry = console.store.outbox_entry(huge.id)
    assert entry.state is SendState.REJECTED
    assert entry.outcome.why
    assert len(entry.envelope.command.body) == 5_000_000


def test_another_team_means_other_tickets(server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket) -> None:
    server.add_team("t-vip", "VIP")
    theirs = server.customer_writes("t-vip", "From the VIP queue")
    console = open_console().live()
    assert console.store.ticket(theirs.id) is None
    server.change_agent("mei", lambda mei: msgspec.structs.replace(mei, team_ids=(TeamId("t-vip"),)))
    console.wait(lambda: console.store.ticket(theirs.id), "the new team's tickets")
    console.wait(lambda: console.store.ticket(ticket.id) is None, "the old team's tickets gone")


def test_a_restored_backend_is_fetched_anew_and_words_are_kept(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket, tmp_path: Path
) -> None:
    console = open_console().live()
    server.stop()
    console.wait_state("offline")
    console.store.save_draft(ticket.id, "reply", "half a sentence", 0, system_clock())
    server.config = _on(server.config, tmp_path / "restored.db")
    server.start()
    server.add_team("t-en", "English")
    server.add_agent("mei", teams=("t-en",))
    new = server.customer_writes("t-en", "Only in the restored one")
    console.tokens.save(Login(access=server.token("mei")))
    console.engine.retry()
    console.wait(lambda: console.state.state in ("signed-out", "live"), "an answer")
    if console.state.state == "signed-out":
        console.engine.retry()
    console.wait(lambda: console.store.ticket(new.id) and console.state.state == "live", "the new rows")
    assert console.store.ticket(ticket.id) is None
    assert console.store.draft(ticket.id, "reply").body == "half a sentence"


def test_i_am_told_when_somebody_gives_me_a_ticket_or_mentions_me(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    mei, li = open_console().live(), open_console("li").live()
    li.say(Assign(ticket_id=ticket.id, assignee_id=AgentId("mei")))
    li.say(Note(ticket_id=ticket.id, body="@mei please look", mentions=(AgentId("mei"),)))

    def told() -> set[str]:
        return {event.kind for event in mei.events if isinstance(event, Notified)}

    mei.wait(lambda: told() == {"assignment", "mention"}, "both notices")
    assert not [event for event in li.events if isinstance(event, Notified)]


def test_others_see_what_i_look_at(server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket) -> None:
    mei, li = open_console().live(), open_console("li").live()
    li.engine.looking_at(ticket.id, "reply")

    def seen() -> bool:
        told = [event.presence for event in mei.events if isinstance(event, PresenceChanged)]
        return any(v.ticket_id == ticket.id and v.writing == "reply" for p in told[-1:] for v in p.viewers)

    mei.wait(seen, "li writing")
    assert mei.state.state == "live"


def test_attachments_can_be_written_offline_and_read_elsewhere(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket, tmp_path: Path
) -> None:
    shot = tmp_path / "shot.png"
    shot.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2000)
    mei, li = open_console().live(), open_console("li").live()
    server.stop()
    mei.wait_state("offline")
    attachment = mei.engine.attach(shot).result(10)
    assert (attachment.name, attachment.media_type) == ("shot.png", "image/png")
    mei.say(Reply(ticket_id=ticket.id, body="See the picture.", attachments=(attachment,)))
    server.start()
    for console in (mei, li):
        console.engine.retry()
    mei.wait_sent()
    li.wait(lambda: "See the picture." in li.bodies(ticket), "the reply")
    seen: list[int] = []
    saved = li.engine.save(attachment, tmp_path / "shot.png", lambda done, total: seen.append(done)).result(10)
    assert saved.name == "shot (2).png"
    assert saved.read_bytes() == shot.read_bytes()
    assert seen[-1] == shot.stat().st_size
    assert saved.stat().st_mode & 0o777 == 0o600


class Portal:
    """A real little HTTP server that is no backend of ours."""

    def __init__(self, status: int, content_type: str, body: bytes, **headers: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                for name, value in {"content-type": content_type, **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_PUT = do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def portal() -> Iterator[Callable[..., Portal]]:
    opened: list[Portal] = []

    def start(status: int, content_type: str, body: bytes, **headers: str) -> Portal:
        opened.append(Portal(status, content_type, body, **headers))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.mark.parametrize(
    ("status", "content_type", "body", "state", "words"),
    [
        (200, "text/html", b"<html>Welcome to the airport</html>", "offline", "a web page"),
        (511, "text/html", b"<html>Sign in</html>", "offline", "a web page"),
        (200, "application/json", b'{"hello": "world"}', "offline", "application/json"),
        (200, "application/json", b'{"feed": "f", "proto": 9}', "refused", "Update the console"),
        (502, "text/html", b"<html>Bad gateway</html>", "offline", "does not answer"),
    ],
)
def test_a_server_that_is_not_ours_gets_one_sentence(
    open_console: OpenConsole, portal: Any, status: int, content_type: str, body: bytes, state: str, words: str
) -> None:
    console = open_console(url=portal(status, content_type, body).url)
    console.engine.start()
    assert words in console.wait_state(state).sentence


def test_a_redirect_is_not_followed(server: EmbeddedServer, open_console: OpenConsole, portal: Any) -> None:
    elsewhere = portal(302, "text/plain", b"", location=f"{server.url}/v1/sync/session")
    console = open_console(url=elsewhere.url)
    console.engine.start()
    assert "a redirect to" in console.wait_state("offline").sentence


def test_a_replica_of_somebody_else_is_left_alone(
    server: EmbeddedServer, open_console: OpenConsole, ticket: Ticket
) -> None:
    mei = open_console(db="one.db").live()
    mei.engine.stop(10)
    mei.reply(ticket, "By Mei.")
    li = open_console("li", db="one.db")
    li.engine.start()
    assert "belongs to mei" in li.wait_state("refused").sentence
    assert agent_replies(server, ticket, open_console) == []
    assert mei.store.outbox_count() == 1


def test_a_replica_that_cannot_be_written_says_so(server: EmbeddedServer, tmp_path: Path) -> None:
    Store.open(tmp_path / "kept.db").close()
    told: list[StateChanged] = []
    heard = threading.Event()

    def hear(event: object) -> None:
        if isinstance(event, StateChanged):
            told.append(event)
            heard.set()

    with closing(Store.open(tmp_path / "kept.db", read_only=True)) as store:
        engine = SyncEngine(store, lambda: Client(server.url, MemoryTokens()), on_event=hear)
        engine.start()
        assert heard.wait(10)
        assert engine.stop(10)
    assert told[0].state == "refused"
    assert "read" in told[0].sentence


def test_the_state_is_told_with_the_time_it_began(open_console: OpenConsole) -> None:
    console = open_console().live()
    told = [event for event in console.events if isinstance(event, StateChanged)]
    assert all(later.since >= earlier.since for earlier, later in pairwise(told))


def _all_tickets() -> Any:
    from desk.views import VIEWS

    return VIEWS["all"]


def _on(config: Any, database: Path) -> Any:
    from dataclasses import replace

    return replace(config, database=f"sqlite:///{database}")


def _run(work: Any) -> None:
    import asyncio

    asyncio.run(work)
