"""Whatever is said, sent, answered and heard, in any order: what is shown is base plus replay, and ends as the base."""

import tempfile
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import Raw

from bench.desk_data import ME, SCOPE, session, ticket
from console.store import Store
from desk.commands import AnyCommand, Envelope, Note, Reply, SetStatus, Tag
from desk.decide import decide
from desk.ids import CommandId
from desk.outcome import Outcome, View
from desk.records import Message, Policy, Status, Ticket
from desk.wire import Applied, Changes, Record, Rejected

TICKET = ticket(4, messages=0)


class OneTicket(RuleBasedStateMachine):
    """A console and a backend that share the rules, and a network that may be slow."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name, "local.db"))
        self.store.apply_session(session())
        self.server: Ticket = TICKET
        self.messages: list[Message] = []
        self.clock = 1_000
        self.pos = 0
        self.hear()

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def answer(self, envelope: Envelope) -> Applied | Rejected:
        view = View(policy=Policy(), ticket=self.server)
        outcome = decide(envelope, view, ME, self.clock)
        if not isinstance(outcome, Outcome):
            return Rejected(id=envelope.id, code=outcome.code, why=outcome.why)
        [self.server] = [change for change in outcome.changes if isinstance(change, Ticket)]
        self.messages += outcome.messages
        return Applied(id=envelope.id, v=self.server.v)

    @rule(what=st.sampled_from(["reply", "note", "tag", "solve"]))
    def say(self, what: str) -> None:
        self.clock += 1
        commands: dict[str, AnyCommand] = {
            "reply": Reply(ticket_id=TICKET.id, body=f"reply {self.clock}"),
            "note": Note(ticket_id=TICKET.id, body=f"note {self.clock}"),
            "tag": Tag(ticket_id=TICKET.id, add=(f"tag-{self.clock}",)),
            "solve": SetStatus(ticket_id=TICKET.id, status=Status.SOLVED),
        }
        self.store.enqueue(Envelope(id=CommandId(f"c{self.clock}"), command=commands[what], composed_at=self.clock))

    @rule(answered=st.booleans())
    def send(self, answered: bool) -> None:
        for entry in self.store.due(self.clock):
            if self.store.mark_sending([entry.id]):
                outcome = self.answer(entry.envelope)
                if answered or isinstance(outcome, Rejected):
                    self.store.record_outcome(outcome, self.clock)

    @rule()
    def hear(self) -> None:
        self.pos += 1
        doc = Raw(msgspec.json.encode(self.server))
        talk = tuple(self.messages)
        record = Record(p=self.pos, s=SCOPE, k="ticket", id=TICKET.id, v=self.server.v, d=doc, ev=talk)
        page = Changes(
            items=(record,), next=f"f.{self.pos}", pos=self.pos, head=self.pos, more=False, now=0, scopes_digest=""
        )
        self.store.apply_page(page)
        self.store.apply_page(page)

    @invariant()
    def every_text_is_shown_once(self) -> None:
        thread = self.store.thread(TICKET.id)
        bodies = [line.message.body for line in thread.window(0, thread.count()) if line.message.body]
        texts = [body for body in bodies if body.startswith(("reply", "note"))]
        assert len(texts) == len(set(texts))
        assert {message.body for message in self.messages if message.body.startswith(("reply", "note"))} <= set(texts)

    @invariant()
    def nothing_unfinished_means_no_overlay(self) -> None:
        if not self.store.outbox_count():
            assert not self.store.reader().execute("SELECT 1 FROM overlay_ticket").fetchone()


OneTicket.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestOneTicket = OneTicket.TestCase
