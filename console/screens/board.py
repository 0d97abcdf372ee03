"""The board, for leads: everybody with what they carry, the piles nobody answers for, and the teams.

It is painted at once from what the replica says of people; the figures follow from one pass over the tickets, made in a
thread, and again whenever something changed. Dismissed with a ticket query to go on with at the desk, or None.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from console.i18n import gettext as _
from console.keys import bindings, in_context
from console.screens.board_acting import BoardActing
from console.screens.board_people import Crowd, led_teams, people_of, picked_query, piles_of, queue_query, teams_of
from console.screens.choices import Choice, Picked
from console.styles import FOLDER
from console.widgets.board_columns import COLUMNS, Person, column, in_order, most_first, placed
from console.widgets.board_person import BoardPerson, PersonShown
from console.widgets.board_piles import Pile, PileList, TeamHead, TeamLine, TeamList
from console.widgets.board_table import BoardHead, BoardTable
from console.widgets.key_line import KeyLine
from console.widgets.line_list import LineList, Rows
from console.workplace import Workplace
from desk.ids import AgentId, TeamId
from desk.load import Load
from desk.records import Agent, Team
from desk.wire import Presence

_LOOK_EVERY_S = 0.5
_WAIT_FOR_FIGURES_S = 0.15
"""A first frame that has the figures is worth so much; it costs two frames less."""
_RECOUNT_EVERY_S = 30.0
"""Deadlines, shifts and absences pass with time alone."""
_REST = 4.0
"""Between two counts passes at least this many times what one takes."""


@dataclass(slots=True)
class BoardMemory:
    """How the board was left: it opens the same way again."""

    sort: str = "breaching"
    turned: bool = False
    first: int = 0
    team_id: TeamId | None = None
    agent_id: AgentId | None = None


class BoardScreen(BoardActing):
    """Agents, piles and teams."""

    CSS_PATH = str(FOLDER / "board.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("board")
    KEY_CONTEXTS = ("list", "board")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012  # Textual declares it on the instance

    presence: var[Presence | None] = var[Presence | None](None, init=False)
    """Who is connected, as the stream told last; None while nobody is told."""

    def __init__(
        self,
        workplace: Workplace,
        me: Agent,
        memory: BoardMemory,
        presence: Presence | None,
        first_count: "asyncio.Future[Load]",
    ) -> None:
        """``first_count`` is under way already, so that it runs while this screen is made."""
        super().__init__(workplace)
        self._first_count: asyncio.Future[Load] | None = first_count
        self._memory = memory
        self.set_reactive(BoardScreen.presence, presence)
        self._crowd = self._read_crowd(me)
        self._people: list[Person] = []
        self._version = workplace.store.data_version()
        self._stale = self._counting = False
        self._counted_at = self._count_took_s = 0.0
        self.table = BoardTable(id="board-table")
        self.head = BoardHead(id="board-head")
        self.piles = PileList(id="board-piles")
        self.teams = TeamList(id="board-teams")

    def compose(self) -> ComposeResult:
        """Heading; piles and teams beside the people (above them where it is narrow); the person; the keys."""
        yield Static("", id="board-heading", markup=False)
        with Horizontal(id="board-panes"):
            with Vertical(id="board-left"):
                yield self.piles
                yield TeamHead(id="board-team-head")
                yield self.teams
            with Vertical(id="board-right"):
                yield self.head
                yield self.table
        yield BoardPerson(id="board-person")
        yield KeyLine(id="keys")

    async def on_mount(self) -> None:
        """Paint the people, with their figures where those are all but there; else the figures follow."""
        if (first := self._first_count) is not None:
            await asyncio.wait((first,), timeout=_WAIT_FOR_FIGURES_S)
        if first is not None and first.done() and first.exception() is None:
            self._first_count = None
            self._crowd = msgspec.structs.replace(self._crowd, load=first.result())
            self._counted_at = time.monotonic()
        self.query_one(KeyLine).keys = [key for key in in_context("board") if key.hint]
        self.table.focus()
        self._show()
        if self._crowd.load is None:
            self.look()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)

    def on_resize(self) -> None:
        """Columns that were moved out of sight may have room now."""
        self.call_after_refresh(self._place_columns, self._memory.first)

    # Reading

    def _read_crowd(self, me: Agent) -> Crowd:
        """What the replica says of people, without their figures: a few milliseconds for hundreds."""
        store = self.workplace.store
        return Crowd(
            me=me,
            agents=store.agents(),
            teams=store.teams(),
            policy=store.policy(),
            now=self.workplace.clock(),
            presence=self.presence,
        )

    def _look_if_changed(self) -> None:
        """Read again when somebody wrote to the replica or time made a difference, with time left for keys."""
        if not self.is_current or self._counting:
            return
        since = time.monotonic() - self._counted_at
        changed = self.workplace.store.data_version() != self._version and since > _REST * self._count_took_s
        if changed or since > _RECOUNT_EVERY_S:
            self.look()

    def look(self) -> None:
        """Read people and figures again, and show them; any number of calls while one reads ask for one more."""
        self._stale = True
        if not self._counting:
            self._counting = True
            self.attempt(self._count(), group="count")

    async def _count(self) -> None:
        """Read in a thread, and show what was read."""
        try:
            while self._stale:
                self._stale, begun = False, time.monotonic()
                self._crowd = await self._read_all()
                self._counted_at = time.monotonic()
                self._count_took_s = self._counted_at - begun
                self._show()
        finally:
            self._counting = False

    async def _read_all(self) -> Crowd:
        """People and figures; the first time the people are at hand, and the figures nearly so."""
        if (first := self._first_count) is not None:
            self._first_count = None
            return msgspec.structs.replace(self._crowd, load=await first)
        self._version = self.workplace.store.data_version()
        return await asyncio.to_thread(self._read)

    def _read(self) -> Crowd:
        crowd = self._read_crowd(self.workplace.me() or self._crowd.me)
        return msgspec.structs.replace(crowd, load=self.workplace.store.load(crowd.now))

    def watch_presence(self) -> None:
        """Somebody came, went, or did something."""
        self._crowd = msgspec.structs.replace(self._crowd, presence=self.presence)
        self._show()

    # Showing

    def _show(self) -> None:
        """Put everything in place; each cursor stays on what it was on."""
        memory, crowd = self._memory, self._crowd
        if memory.team_id is not None and memory.team_id not in crowd.teams:
            memory.team_id = None
        self._show_people(in_order(people_of(crowd, memory.team_id), memory.sort, turned=memory.turned))
        self.piles.show(Rows(piles_of(crowd, memory.team_id)))
        lines = teams_of(crowd, memory.team_id)
        under = self.teams.current
        at = next((i for i, line in enumerate(lines) if under is not None and line.team.id == under.team.id), None)
        self.teams.show(Rows(lines), cursor=at)
        self.query_one("#board-heading", Static).update(Content(self._heading()))

    def _show_people(self, people: list[Person]) -> None:
        memory = self._memory
        self._people = people
        self.head.sort, self.head.turned = memory.sort, memory.turned
        self.head.first = self.table.first = memory.first
        self.table.now = self._crowd.now
        self.table.empty = _("Nobody is in your teams yet.") if self._crowd.agents else _("Nobody is known here yet.")
        at = next((i for i, person in enumerate(people) if person.agent.id == memory.agent_id), None)
        self.table.show(Rows(people), cursor=at)
        if memory.agent_id is None and self._crowd.load is not None and (under := self.table.current) is not None:
            memory.agent_id = under.agent.id
        self._show_person()

    def _heading(self) -> str:
        """What this is: whose board, how many are here, what they hold, how it is sorted."""
        memory, crowd = self._memory, self._crowd
        team = crowd.teams.get(memory.team_id) if memory.team_id is not None else None
        words = [
            _("Board"),
            team.name if team is not None else _("all my teams"),
            _("{present} of {people} can take tickets").format(
                present=sum(person.present for person in self._people), people=len(self._people)
            ),
        ]
        if crowd.load is None:
            words.append(_("counting…"))
        else:
            held = sum(person.load.open for person in self._people if person.load is not None)
            words.append(_("{n} tickets held").format(n=f"{held:,}"))
        return " · ".join(words)

    def _show_person(self) -> None:
        """All that is known of who is under the cursor."""
        person = self.person()
        names = {team_id: team.name for team_id, team in self._crowd.teams.items()}
        shown = PersonShown(person, names, self._crowd.now) if person is not None else None
        self.query_one(BoardPerson).shown = shown

    @on(LineList.Moved)
    def _moved(self, message: LineList.Moved) -> None:
        """The cursor stays on this person, whatever the order becomes."""
        if message.list is self.table and (person := self.person()) is not None:
            self._memory.agent_id = person.agent.id
            self._show_person()

    def person(self) -> Person | None:
        """Who is under the cursor."""
        return self.table.current

    def team_meant(self) -> Team | None:
        """The team under the cursor of the list of teams, else the one that is shown alone, else the only one."""
        if self.teams.has_focus and (line := self.teams.current) is not None:
            return line.team
        if self._memory.team_id is not None:
            return self._crowd.teams.get(self._memory.team_id)
        led = led_teams(self._crowd.me, self._crowd.teams)
        return led[0] if len(led) == 1 else None

    # Order and columns

    def action_sort(self, step: int) -> None:
        """Sort by the next or previous column, and bring it into sight."""
        ids = [one.id for one in COLUMNS]
        at = (ids.index(column(self._memory.sort).id) + step) % len(ids)
        self._memory.sort, self._memory.turned = ids[at], False
        width = self.head.size.width
        first = self._memory.first
        while at and not any(place.column.id == ids[at] for place in placed(width, first)):
            first += 1 if at - 1 >= first else -1
        self._memory.first = first
        self._show()

    def action_turn(self) -> None:
        """The other way round."""
        self._memory.turned = not self._memory.turned
        self._show()

    def action_columns(self, step: int) -> None:
        """Move to other columns."""
        self._place_columns(self._memory.first + step)

    def _place_columns(self, first: int) -> None:
        """Begin with the ``first``-th column, as far as that makes sense on this width."""
        if self.head.size.width:
            self._memory.first = max(0, min(first, most_first(self.head.size.width)))
            self.head.first = self.table.first = self._memory.first

    # Going

    def action_pane(self, step: int) -> None:
        """People, piles, teams."""
        places = [place for place in (self.table, self.piles, self.teams) if place.region.area]
        at = next((i for i, place in enumerate(places) if place.has_focus), 0)
        places[(at + step) % len(places)].focus()

    @on(LineList.Chosen)
    def _chosen(self, message: LineList.Chosen) -> None:
        """A click on the line under the cursor is Enter there."""
        if isinstance(message.list, BoardTable | PileList | TeamList):
            self._open(message.list.current)

    def action_open(self) -> None:
        """Somebody's queue, a pile's tickets, or a team's people."""
        lists = (self.piles, self.teams)
        self._open(next((place.current for place in lists if place.has_focus), self.table.current))

    def _open(self, row: object) -> None:
        match row:
            case Person(agent=agent):
                self.dismiss(queue_query(agent))
            case Pile(query=query):
                self.dismiss(query)
            case TeamLine(team=team):
                self._show_team(None if team.id == self._memory.team_id else team.id)

    def action_picked(self) -> None:
        """What somebody took over more urgent tickets."""
        if (person := self.person()) is not None:
            self.dismiss(picked_query(person.agent))

    def action_team(self) -> None:
        """Show one team alone, or all."""
        self.attempt(self._choose_team())

    async def _choose_team(self) -> None:
        everybody = Choice(TeamId(""), _("All my teams"))
        lines = teams_of(self._crowd, self._memory.team_id)
        choices = [Choice(line.team.id, line.team.name, _team_words(line)) for line in lines]
        picked = await self._pick(_("Show the people of"), [everybody, *choices])
        if picked and picked.values:
            self._show_team(picked.values[0] or None)

    def _show_team(self, team_id: TeamId | None) -> None:
        self._memory.team_id = team_id
        self._show()

    def action_find(self) -> None:
        """Find somebody by name."""
        self.attempt(self._find())

    async def _find(self) -> None:
        choices = [Choice(one.agent.id, f"{one.agent.name} @{one.agent.handle}", one.state) for one in self._people]
        picked: Picked[AgentId] | None = await self._pick(_("Find somebody"), choices)
        if picked and picked.values:
            self._memory.agent_id = picked.values[0]
            self._show_people(self._people)
            self.table.focus()

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss(None)


def _team_words(line: TeamLine) -> str:
    """A team in a few words, for choosing it."""
    words = [_("{present} of {people} here").format(present=line.present, people=line.people)]
    if line.load is not None:
        words.append(_("{n} unassigned").format(n=line.load.unassigned))
    return " · ".join(words)
