"""A plan while a lead looks at it: what it was made of, what they changed, and the lines that are shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from console.balancing import Asked
from console.bulk import BulkItem, BulkPlan
from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.choices import Choice
from console.widgets.balance_loads import LoadRow
from console.widgets.balance_moves import MoveRow
from console.widgets.ground_words import ground_words, grounds_line
from desk import fit
from desk.balance import Candidate, Move, Plan, Unplaced, candidates, loads_after, room_ground
from desk.commands import Assign
from desk.fit import Ground
from desk.ids import AgentId, TicketId
from desk.records import Agent, Ticket

_STANDING = frozenset({"unassigned", "away", "off_shift", "gone", "over", "late"})
"""Grounds that hold whoever gets the ticket."""
_NEAR, _WORSE = fit.SKILL, 2 * fit.MOVED_STARTED
_OTHERS_SHOWN = 4


@dataclass
class BalanceDraft:
    """The moves that are left, with what to go back to. ``only`` shows what one person gives or gets."""

    asked: Asked
    plan: Plan
    names: dict[str, str]
    """Teams by id, to word grounds."""
    only: AgentId | None = None
    edited: set[TicketId] = field(default_factory=set)
    _before: list[tuple[Plan, set[TicketId]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tickets: dict[TicketId, Ticket] = {ticket.id: ticket for ticket in self.asked.tickets}
        self.agents: dict[AgentId, Agent] = {agent.id: agent for agent in self.asked.agents}

    # What is shown

    def rows(self) -> "MoveRows":
        """The moves, the most urgent first, then what nobody can take."""
        shown = [one for one in self._lines() if self.only in (None, one.from_id, _taker(one))]
        return MoveRows(self, shown)

    def loads(self) -> dict[AgentId, int]:
        """What everybody holds after the moves that are left."""
        return loads_after(self.plan.moves, self.asked.loads)

    def load_rows(self) -> list[LoadRow]:
        """Whom the plan changes, and who holds too many, the greatest change first."""
        before, after, now = self.asked.loads, self.loads(), self.asked.now
        rows = []
        for agent_id in {*before, *after}:
            agent = self.agents.get(agent_id)
            capacity = agent.capacity if agent is not None else 0
            held, then = before.get(agent_id, 0), after.get(agent_id, 0)
            absent = "gone" if agent is None else fit.why_absent(agent, self.asked.policy, now)
            if held != then or (then and (then > capacity or absent in ("gone", "away"))):
                handle = agent.handle if agent is not None else agent_id
                rows.append(LoadRow(agent_id=agent_id, handle=handle, before=held, after=then, capacity=capacity,
                                    word=_ABSENT[absent]() if absent else ""))  # fmt: skip
        return sorted(rows, key=lambda row: (-abs(row.after - row.before), row.handle))

    def summary(self) -> str:
        """The sums in one line."""
        moves, kept, left = len(self.plan.moves), self.plan.kept, len(self.plan.unplaced)
        sums = (
            (len(self.tickets), _("{n} looked at")),
            (moves, _("{n} to move")),
            (kept, _("{n} best left alone")),
            (left, _("{n} that nobody can take")),
        )
        return " · ".join(words.format(n=f"{n:,}") for n, words in sums if n)

    def reasons(self, one: Move | Unplaced) -> str:
        """Why, in one line; loads as they are after what was changed by hand."""
        return grounds_line(self._current(one, self.loads()), self.names)

    def details(self, ticket_id: TicketId, *, others: bool) -> list[str]:
        """Everything about one line of the plan, and with ``others`` who else could take it."""
        one, ticket = self._one(ticket_id), self.tickets[ticket_id]
        words = [ground_words(ground, self.names) for ground in self._current(one, self.loads())]
        lines = [" · ".join(filter(None, (ticket.ref, ticket.customer_name, ticket.subject))), " · ".join(words)]
        if others:
            found = self.candidates(ticket_id)
            rest = [choice for choice in self._choices(found) if choice.value != _taker(one)]
            lines += [f"  @{choice.label}  {choice.detail}" for choice in rest[:_OTHERS_SHOWN]]
            more = len(rest) - _OTHERS_SHOWN
            if not rest:
                lines.append("  " + _("Nobody else can take it now."))
            elif more > 0:
                lines.append("  " + ngettext("and {n} other", "and {n} others", more).format(n=more))
        return lines

    # Changing it

    def candidates(self, ticket_id: TicketId) -> Sequence[Candidate]:
        """Who can take a ticket once the other moves are made, the best first; never who has it already."""
        others = [move for move in self.plan.moves if move.ticket_id != ticket_id]
        ticket, asked = self.tickets[ticket_id], self.asked
        after = loads_after(others, asked.loads)
        found = candidates(ticket, asked.agents, after, asked.policy, asked.now, asked.knows)
        return [one for one in found if one.agent_id != ticket.assignee_id]

    def choices(self, ticket_id: TicketId) -> list[Choice[AgentId]]:
        """The same to choose from, each with what it costs to choose it, in words."""
        return self._choices(self.candidates(ticket_id))

    def _choices(self, found: Sequence[Candidate]) -> list[Choice[AgentId]]:
        best = min((one.cost for one in found), default=0)
        after = self.loads()
        chosen = []
        for one in found:
            agent = self.agents[one.agent_id]
            load = f"{after.get(agent.id, 0)}/{agent.capacity}"
            detail = " · ".join((cost_words(one.cost - best), load, grounds_line(one.why, self.names)))
            chosen.append(Choice(agent.id, agent.handle, detail))
        return chosen

    def give(self, ticket_id: TicketId, agent_id: AgentId) -> None:
        """Give a ticket of the plan to somebody whom a person chose."""
        one, agent = self._one(ticket_id), self.agents[agent_id]
        ticket, asked = self.tickets[ticket_id], self.asked
        kept = tuple(ground for ground in one.why if ground.code in _STANDING)
        found = fit.grounds(ticket, agent, asked.now, asked.knows)
        room = room_ground(agent, asked.loads, asked.loads)
        why = (*kept, Ground(code="chosen"), *found, room)
        move = Move(ticket_id=ticket_id, from_id=one.from_id, to_id=agent_id, why=why)
        self._remember()
        self.edited = {*self.edited, ticket_id}
        self.plan = replace(
            self.plan,
            moves=tuple(move if old.ticket_id == ticket_id else old for old in self.plan.moves)
            + ((move,) if isinstance(one, Unplaced) else ()),
            unplaced=tuple(old for old in self.plan.unplaced if old.ticket_id != ticket_id),
        )

    def drop(self, ticket_id: TicketId) -> None:
        """Leave a ticket where it is."""
        self._remember()
        self.plan = replace(
            self.plan,
            moves=tuple(move for move in self.plan.moves if move.ticket_id != ticket_id),
            kept=self.plan.kept + 1,
        )

    def undo(self) -> bool:
        """Go back by one change; whether there was one."""
        if not self._before:
            return False
        self.plan, self.edited = self._before.pop()
        return True

    def bulk(self) -> BulkPlan:
        """The moves that are left, to be previewed and applied."""
        moves = self.plan.moves
        title = ngettext("Balance: assign {n} ticket", "Balance: assign {n} tickets", len(moves))
        items = [
            BulkItem(
                move.ticket_id,
                Assign(ticket_id=move.ticket_id, assignee_id=move.to_id),
                note=self.reasons(move),
                v=self.tickets[move.ticket_id].v,
            )
            for move in moves
        ]
        return BulkPlan(title.format(n=f"{len(moves):,}"), items)

    # Inside

    def _remember(self) -> None:
        self._before.append((self.plan, self.edited))

    def _one(self, ticket_id: TicketId) -> Move | Unplaced:
        return next(one for one in self._lines() if one.ticket_id == ticket_id)

    def _lines(self) -> list[Move | Unplaced]:
        return [*self.plan.moves, *self.plan.unplaced]

    def _current(self, one: Move | Unplaced, after: dict[AgentId, int]) -> list[Ground]:
        """The grounds, with loads as they are now that the plan was changed."""
        people = {"over": one.from_id, "room": _taker(one)}
        found = []
        for ground in one.why:
            agent = self.agents.get(people.get(ground.code) or AgentId(""))
            current = ground if agent is None else room_ground(agent, self.asked.loads, after)
            found.append(replace(ground, detail=current.detail))
        return found

    def row(self, one: Move | Unplaced) -> MoveRow:
        """One line. Who has the ticket, and the loads, are shown elsewhere on the screen."""
        ticket, to_id = self.tickets[one.ticket_id], _taker(one)
        why = [ground for ground in one.why if ground.code not in ("unassigned", "over", "room")]
        return MoveRow(
            ticket_id=ticket.id,
            ref=ticket.ref,
            customer_name=ticket.customer_name,
            subject=ticket.subject,
            lang=fit.base_language(ticket.lang),
            from_id=one.from_id,
            to_id=to_id,
            giver=self._handle(one.from_id),
            taker=self._handle(to_id),
            why=grounds_line(why, self.names),
            mark="!" if fit.is_breaching(ticket, self.asked.now) else "",
            edited=ticket.id in self.edited,
        )

    def _handle(self, agent_id: AgentId | None) -> str:
        if agent_id is None:
            return ""
        agent = self.agents.get(agent_id)
        return agent.handle if agent is not None else str(agent_id)


@dataclass(frozen=True, slots=True)
class MoveRows:
    """The lines of a draft, each worded when it is painted."""

    draft: BalanceDraft
    lines: Sequence[Move | Unplaced]

    def count(self) -> int:
        """How many there are."""
        return len(self.lines)

    def window(self, first: int, n: int) -> Sequence[MoveRow]:
        """Rows ``first`` … ``first + n - 1``, fewer at the end."""
        return [self.draft.row(one) for one in self.lines[first : first + n]]


def _taker(one: Move | Unplaced) -> AgentId | None:
    return one.to_id if isinstance(one, Move) else None


def cost_words(points: int) -> str:
    """How much worse than the best somebody is."""
    if points >= _WORSE:
        return _("much worse")
    if points >= _NEAR:
        return _("worse")
    return _("nearly as good") if points else _("the best")


_ABSENT = {
    "gone": lambda: _("gone"),
    "away": lambda: _("away"),
    "off_shift": lambda: _("off shift"),
}
