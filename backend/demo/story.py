"""Tells one ticket: turns a plot into a conversation, step by step, in the customer's language and manner."""

from collections.abc import Iterable, Sequence
from random import Random

from msgspec import Struct

from backend.bulk import Conversation
from backend.demo.enclosures import Enclosure, attachment_of, enclosure
from backend.demo.minting import mint
from backend.demo.people import CustomerFile
from backend.demo.phrase import fill
from backend.demo.play import OldPlay, Play
from backend.demo.plot import Plot
from backend.demo.scenario import Common, Told, common
from backend.demo.slots import Subject, subject_of
from backend.demo.voice import as_sent, casually, in_script_of, quoting
from desk.commands import (
    AcceptEscalation,
    AnyCommand,
    AskReview,
    DecideReview,
    Escalate,
    Follow,
    Note,
    Reply,
    ReturnEscalation,
    SetFollowUp,
    SetStatus,
    Snooze,
    Take,
)
from desk.ids import Instant, TeamId, TicketId
from desk.intake import NewTicket
from desk.records import Agent, Attachment, Author, Channel, Incident, Policy, Role, Severity, Status, Transfer
from desk.ticket_parts import EscalationTier, HandOver, IdentityCheck

_HOUR_MS = 3_600_000


class Story(Struct, frozen=True):
    """A ticket as told. ``read_n`` is how far its assignee has read; ``transfer`` is the movement it is about;
    ``enclosures`` are the files that the customer sent."""

    conversation: Conversation
    transfer: Transfer | None
    read_n: int
    enclosures: tuple[Enclosure, ...]


class Cast(Struct, frozen=True):
    """Who can take part: the policy, each team's agents with how many tickets each holds, each team's calendar, what
    agents are called in Chinese, which teams share a written team's tickets, and the incidents tickets may join."""

    policy: Policy
    agents: dict[TeamId, list[tuple[Agent, int]]]
    calendars: dict[str, str]
    zh_names: dict[str, str]
    branches: dict[TeamId, tuple[TeamId, ...]]
    incidents: tuple[Incident, ...] = ()

    def team(self, plot: Plot) -> TeamId:
        """The team that the ticket is with."""
        return Random(f"{plot.seed}/team").choice(self.branches[plot.scenario.team])

    def owner(self, team_id: TeamId, lang: str, rng: Random) -> Agent:
        """Somebody of the team who speaks the language, the busier ones more often."""
        team = [(agent, share) for agent, share in self.agents[team_id] if share]
        able = [(agent, share) for agent, share in team if lang in agent.languages] or team
        return rng.choices([agent for agent, _ in able], [share for _, share in able])[0]

    def colleague(self, of: Agent, team_id: TeamId, rng: Random) -> Agent:
        """Somebody else of the team to be asked, a senior if there is one."""
        near = [agent for agent, _ in self.agents[team_id] if agent.id != of.id]
        seniors = [a for a in near if a.role is Role.SENIOR]
        return rng.choice(seniors or near)

    def senior(self, of: Agent, team_id: TeamId, rng: Random) -> Agent:
        """Somebody else of the team who may approve and accept; a lead where it has no senior."""
        near = [agent for agent, _ in self.agents[team_id] if agent.id != of.id and agent.role is not Role.AGENT]
        return rng.choice([agent for agent in near if agent.role is Role.SENIOR] or near)


def in_teams(agents: Iterable[tuple[Agent, int]]) -> dict[TeamId, list[tuple[Agent, int]]]:
    """Agents, with how many tickets each holds, by the teams they are in."""
    by_team: dict[TeamId, list[tuple[Agent, int]]] = {}
    for agent, share in agents:
        for team_id in agent.team_ids:
            by_team.setdefault(team_id, []).append((agent, share))
    return by_team


class _Telling:
    """The state of one telling."""

    def __init__(self, plot: Plot, ref: str, whose: CustomerFile, cast: Cast) -> None:
        self.rng = Random(plot.seed + "/words")
        self.plot, self.whose, self.cast = plot, whose, cast
        self.lang = "zh" if whose.customer.language == "zh" else "en"
        team_id = cast.team(plot)
        self.agent = cast.owner(team_id, self.lang, self.rng)
        self.subject: Subject = subject_of(plot, whose, self._introduced(), self.rng)
        self.told: Told = plot.scenario.zh if self.lang == "zh" else plot.scenario.en
        self.common: Common = common(self.lang)
        self.colleague = cast.colleague(self.agent, team_id, self.rng)
        self.senior = cast.senior(self.agent, team_id, Random(plot.seed + "/senior"))
        self.slots = {**self.subject.slots, "handle": self.colleague.handle}
        self.greeted = False
        self.line = self.rng.randrange(60)
        self.used: set[str] = set()
        self.enclosure = self._sent_along()
        self.ticket_id = TicketId(mint(plot.times[0], self.rng))
        start = NewTicket(
            id=self.ticket_id,
            ref=ref,
            subject=self.words(self.told.subject, customer=True),
            customer_id=whose.customer.id,
            customer_name=whose.customer.name,
            team_id=team_id,
            channel=plot.channel,
            created_at=plot.times[0],
            lang=whose.customer.language,
            tier=whose.customer.tier,
            severity=plot.severity,
            tags=plot.scenario.tags,
            at_risk_minor=self._at_risk(),
        )
        kind = OldPlay if plot.state == "closed" else Play
        self.play = kind(start, cast.policy, cast.calendars[team_id], self.rng, cast.incidents)

    def _introduced(self) -> str:
        """What the agent calls themselves in the customer's language."""
        name = self.agent.name
        return self.cast.zh_names.get(self.agent.handle, name) if self.lang == "zh" else name.split()[0]

    def _sent_along(self) -> Enclosure | None:
        """A file that the customer sends; none is left of what was closed."""
        if self.plot.state == "closed":
            return None
        rng = Random(self.plot.seed + "/file")
        return enclosure(self.whose, self.lang, rng, moved=self.subject.transfer is not None)

    def _at_risk(self) -> int:
        transfer = self.subject.transfer
        return transfer.value_minor if transfer and self.plot.scenario.at_risk else 0

    def words(self, templates: Sequence[str], *, customer: bool = False) -> str:
        """One of the wordings, not one said before, filled in."""
        fresh = [t for t in templates if t not in self.used] or list(templates)
        template = self.rng.choice(fresh)
        self.used.add(template)
        if customer:
            template = in_script_of(self.whose.customer.country, template)
        return fill(template, self.slots, self.rng)

    def in_line(self, templates: Sequence[str]) -> Sequence[str]:
        """Of wordings that belong together step by step, the one of this ticket's line."""
        line = templates[self.line % len(templates)] if templates else ""
        return [line] if line and line not in self.used else templates

    def customer_says(self, templates: Sequence[str], at: Instant, until: Instant, *, first: bool = False) -> None:
        """The customer writes, in a chat perhaps several lines, the last one before ``until``."""
        customer = self.whose.customer
        text = self.words(templates, customer=True)
        hello = self.words(self.common.hello, customer=True) if first else ""
        bye = self.words(self.common.bye, customer=True) if self.plot.channel is Channel.EMAIL else ""
        lines = as_sent(text, self.plot.channel, self.rng, first=first, hello=hello, bye=bye)
        pause_ms = min(40_000, max((until - at) // (len(lines) + 1), 1))
        for i, line in enumerate(lines):
            sent = line if self.plot.channel is Channel.EMAIL else casually(line, self.rng)
            earlier = self.play.last_answer(self.agent.id)
            if self.plot.channel is Channel.EMAIL and earlier and self.rng.random() < 0.4:
                sent = quoting(sent, earlier, self.lang, self.agent.name)
            files = self._enclosed() if first and i == len(lines) - 1 else ()
            self.play.receive(Author.CUSTOMER, customer.id, customer.name, sent, at + i * pause_ms, files)

    def _enclosed(self) -> tuple[Attachment, ...]:
        """What the customer sends along with the opening."""
        return (attachment_of(self.enclosure),) if self.enclosure else ()

    def agent_says(self, templates: Sequence[str], at: Instant, then: Status) -> None:
        """The agent answers; the first time with a word about who they are."""
        text = self.words(templates)
        if not self.greeted:
            self.greeted = True
            text = self.words(self.common.reassure) + "\n\n" + text
        elif self.plot.channel is Channel.EMAIL and self.lang == "en":
            text = f"Hi {self.slots['name']},\n\n{text}"
        if self.plot.channel is Channel.EMAIL:
            text += f"\n\n{self.slots['agent']}"
        if self.agent.needs_review and self.plot.state != "closed":
            self.approved(text, at, then)
        else:
            self.give(Reply(ticket_id=self.ticket_id, body=text, then=then), at)

    def approved(self, text: str, at: Instant, then: Status) -> None:
        """The agent answers by way of a senior, who approves it a little later."""
        self.give(AskReview(ticket_id=self.ticket_id, body=text, then=then), at)
        asked = self.play.review_id
        self.play.give(self.senior, DecideReview(ticket_id=self.ticket_id, review_id=asked, approve=True), at + 1)

    def give(self, command: AnyCommand, at: Instant) -> None:
        """The agent acts."""
        self.play.give(self.agent, command, at)

    def note(self, templates: Sequence[str], at: Instant, *, mention: bool = False) -> None:
        """The agent writes for the desk only."""
        mentions = (self.colleague.id,) if mention else ()
        self.give(Note(ticket_id=self.ticket_id, body=self.words(templates), mentions=mentions), at)

    def escalate(self, at: Instant) -> None:
        """Hand the ticket to the seniors, an emergency to the emergency channel."""
        words, transfer = self.common, self.subject.transfer
        checked = self.rng.random() < 0.7
        sheet = HandOver(
            tried=self.words(words.tried),
            identity=IdentityCheck.PASSED if checked else IdentityCheck.NOT_NEEDED,
            identity_how=self.rng.choice(words.identity) if checked else "",
            reference=(transfer.tx_id or transfer.detail or transfer.id) if transfer else "none",
            at_risk_minor=transfer.value_minor if transfer else 0,
            question=self.words(words.question),
        )
        emergency = self.plot.severity is Severity.EMERGENCY
        tier = EscalationTier.EMERGENCY if emergency else EscalationTier.SENIOR
        self.give(Escalate(ticket_id=self.ticket_id, tier=tier, sheet=sheet), at)

    def step(self, name: str, at: Instant, until: Instant) -> None:
        """Tell one step of the story."""
        told, words = self.told, self.common
        match name:
            case "open":
                self.customer_says(told.open, at, until, first=True)
            case "bot":
                templates = words.bot if self.rng.random() < 0.8 else words.bot_plain
                self.play.receive(Author.BOT, "", "Bot", self.words(templates), at)
            case "more":
                self.customer_says((*told.more, *words.more[: 0 if told.more else None]), at, until)
            case "upset":
                self.customer_says(words.upset, at, until)
            case "detail":
                self.customer_says(self.in_line(told.detail), at, until)
            case "back":
                self.customer_says(told.back or words.back, at, until)
            case "thanks":
                self.customer_says(told.thanks or words.thanks, at, until)
            case "take":
                out_of_turn = self.rng.random() < 0.06
                over = self.rng.randrange(3, 9) if out_of_turn else 0
                self.play.give(self.agent, Take(ticket_id=self.ticket_id), at, passed_over=over)
            case "ask":
                self.agent_says(self.in_line(told.ask), at, Status.WAITING)
            case "hold":
                self.agent_says(told.hold or words.hold, at, Status.ON_HOLD)
            case "answer":
                self.agent_says(self.in_line(told.answer), at, Status.WAITING)
            case "done":
                self.agent_says(self.in_line(told.answer), at, Status.SOLVED)
            case "note":
                self.note(self.in_line(told.note) or words.note, at)
            case "mention":
                self.note(words.mention, at, mention=True)
            case "escalate":
                self.escalate(at)
            case "accept":
                self.play.give(self.senior, AcceptEscalation(ticket_id=self.ticket_id), at)
            case "give_back":
                answer = self.words(words.guidance)
                self.play.give(self.senior, ReturnEscalation(ticket_id=self.ticket_id, answer=answer), at)
            case "remind":
                again_at = at + self.rng.randrange(1, 30) * _HOUR_MS
                what = self.words(words.remind)
                self.give(SetFollowUp(ticket_id=self.ticket_id, at=again_at, what=what), at)
            case "draft":
                body = self.words(self.in_line(told.answer))
                self.give(AskReview(ticket_id=self.ticket_id, body=body, then=Status.SOLVED), at)
            case "solve":
                self.give(SetStatus(ticket_id=self.ticket_id, status=Status.SOLVED), at)
            case "close":
                self.give(SetStatus(ticket_id=self.ticket_id, status=Status.CLOSED), at)
            case "sleep_until":
                wake_at = self.plot.times[-1] + self.rng.randrange(21, 60) * _HOUR_MS
                self.give(Snooze(ticket_id=self.ticket_id, until_at=wake_at), at)
            case "sleep_answer":
                self.give(Snooze(ticket_id=self.ticket_id, until_answer=True), at)
            case _:
                raise ValueError(f"no such step: {name}")


def tell(plot: Plot, ref: str, whose: CustomerFile, cast: Cast, now: Instant) -> Story:
    """The ticket with its whole conversation."""
    telling = _Telling(plot, ref, whose, cast)
    ends = (*plot.times[1:], now)
    for name, at, until in zip(plot.steps, plot.times, ends, strict=True):
        telling.step(name, at, until)
    if telling.rng.random() < 0.06 and "take" in plot.steps:
        telling.play.give(telling.colleague, Follow(ticket_id=telling.ticket_id), plot.times[-1])
    conversation = telling.play.end()
    ticket = conversation.ticket
    read_n = ticket.last_n
    if ticket.waiting_since is not None and telling.rng.random() < 0.6:
        read_n = max((m.n for m in conversation.messages if m.at < ticket.waiting_since), default=0)
    return Story(conversation, telling.subject.transfer, read_n, (telling.enclosure,) if telling.enclosure else ())
