"""The balance, for leads: a plan of who should have which ticket, explained, changed by hand, then applied as a bulk.

Nothing moves until the preview of the bulk is accepted. Dismissed with the id of the bulk that was applied, or None.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from console.balancing import Asked, PlanningFailed, planned
from console.i18n import gettext as _
from console.keys import bindings, in_context
from console.screens.balance_draft import BalanceDraft
from console.screens.choices import Choice, Picked
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.balance_loads import LoadList
from console.widgets.balance_moves import MoveList, MoveRow, heads
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.key_line import KeyLine, Tone
from console.widgets.line import Line
from console.widgets.line_list import LineList, Rows
from console.workplace import Workplace
from desk.fit import why_absent
from desk.ids import AgentId, Instant, TeamId
from desk.people import is_away
from desk.query import QueryError, parse_query
from desk.records import Agent, Role
from desk.text import clean_name

_log = logging.getLogger(__name__)

MOST = 5_000
"""Tickets of one plan; the most urgent are taken."""
_WORD_EVERY_S = 0.5
_NOBODY = AgentId("")


class MoveHead(Bar):
    """The headings of the moves."""

    def paint(self, width: int, inks: Inks) -> list[Strip]:
        """Each over its column."""
        line = Line(width)
        for at, words in heads(width):
            line.to(at, inks.dim).add(words, inks.dim)
        return [line.strip(inks.dim)]


class BalanceScreen(Screen[str | None]):
    """Plans for the tickets of a query, or (without one) for what lies badly in the teams I lead."""

    CSS_PATH = str(FOLDER / "balance.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("balance")
    KEY_CONTEXTS = ("balance", "list")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012  # Textual declares it on the instance

    others_shown: var[bool] = var(False)
    """Whether the details say who else could take the ticket."""

    def __init__(self, workplace: Workplace, query_text: str = "") -> None:
        super().__init__()
        self.workplace = workplace
        self._query_text = query_text
        self._draft: BalanceDraft | None = None
        self._begun_at: float | None = None
        self._doing = ""

    def compose(self) -> ComposeResult:
        """What it is, the sums, the moves beside the people, the whole of one move, the keys."""
        yield Static("", id="balance-heading", markup=False)
        yield Static("", id="balance-summary", markup=False)
        with Horizontal(id="balance-panes"):
            with Vertical(id="balance-left"):
                yield MoveHead(id="balance-head")
                yield MoveList(id="balance-moves")
            with Vertical(id="balance-right"):
                yield Static("", id="balance-loads-head", markup=False)
                yield LoadList(id="balance-loads")
        yield Static("", id="balance-detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Begin to plan."""
        self.query_one(KeyLine).keys = [key for key in in_context("balance") if key.hint]
        heading = _("Balance · unassigned, late, or with somebody away, gone or over capacity")
        if self._query_text:
            heading = _("Balance · {query}").format(query=self._query_text)
        self.query_one("#balance-heading", Static).update(Content(clean_name(heading, limit=300)))
        legend = _(" who · before → after / capacity · █ stays + comes - goes")
        self.query_one("#balance-loads-head", Static).update(Content(legend))
        self.query_one(MoveList).focus()
        self.set_interval(_WORD_EVERY_S, self._show_progress)
        self.plan()

    # Planning

    @work(exit_on_error=False, exclusive=True, group="plan")
    async def plan(self) -> None:
        """Read in a thread, plan in a process; a new call stops the one before."""
        self._draft = None
        self._begun_at, self._doing = time.monotonic(), _("Reading the tickets…")
        self._show()
        try:
            asked = await asyncio.to_thread(self._read)
            people = sum(1 for agent in asked.agents if not why_absent(agent, asked.policy, asked.now))
            self._doing = _("Planning {tickets} tickets over {people} people…").format(
                tickets=f"{len(asked.tickets):,}", people=f"{people:,}"
            )
            self._show_progress()
            plan = await planned(asked)
        except QueryError as error:
            self._stop(str(error))
        except (StoreError, PlanningFailed) as error:
            self._stop(error.sentence)
        except OSError:
            _log.exception("the process that plans could not be started")
            self._stop(PlanningFailed().sentence)
        except asyncio.CancelledError:
            self._stop(_("Stopped; r plans anew."))
            raise
        else:
            self._begun_at = None
            names = {str(team.id): team.name for team in self.workplace.store.teams().values()}
            self._draft = BalanceDraft(asked, plan, names)
            self._show()
            if len(asked.tickets) == MOST:
                self._say(_("Only the {n} most urgent tickets were looked at.").format(n=f"{MOST:,}"), "warning")

    def _read(self) -> Asked:
        """What the replica says of tickets, people and their loads."""
        store, now = self.workplace.store, self.workplace.clock()
        agents, policy, load = store.agents(), store.policy(), store.load(now)
        held = {agent_id: figures.open for agent_id, figures in load.agents.items() if figures.open}
        if self._query_text:
            query = parse_query(f"{self._query_text} is:active")
            tickets = store.tickets_answering(query, now, MOST)
        else:
            full = [agent_id for agent_id, n in held.items() if _gives(agents.get(agent_id), n, now)]
            tickets = store.misplaced(self._led_teams(), sorted(full), now, MOST)
        return Asked(
            tickets=tuple(tickets),
            agents=tuple(agents.values()),
            loads=held,
            policy=policy,
            now=now,
            knows={c: dict(known) for c, known in store.knows({ticket.customer_id for ticket in tickets}).items()},
        )

    def _led_teams(self) -> list[TeamId]:
        """The teams I lead; an admin leads all."""
        me, teams = self.workplace.me(), self.workplace.store.teams()
        return [] if me is None else [team for team in teams if me.role is Role.ADMIN or team in me.team_ids]

    def _stop(self, sentence: str) -> None:
        """No plan: say why."""
        self._begun_at = None
        if self.is_mounted:
            self._show()
            self._say(sentence, "warning")

    def _show_progress(self) -> None:
        """What is being done, and for how long already."""
        if self._begun_at is not None:
            seconds = int(time.monotonic() - self._begun_at)
            words = f"{self._doing} {_('{n} s').format(n=seconds)}" if seconds else self._doing
            self.query_one("#balance-summary", Static).update(Content(f"{words} · {_('Esc stops')}"))

    # Showing

    def _show(self) -> None:
        """The plan as it is now, or what stands in its place."""
        moves, draft = self.query_one(MoveList), self._draft
        if draft is None:
            moves.empty_sentence = _("The plan comes here.") if self._begun_at is not None else _("There is no plan.")
            moves.show(Rows[MoveRow]())
            self.query_one(LoadList).show(Rows())
            self._show_progress()
            if self._begun_at is None:
                self.query_one("#balance-summary", Static).update(Content(_("No plan · r plans anew")))
        else:
            moves.empty_sentence = self._nothing(draft)
            moves.show(draft.rows())
            self.query_one(LoadList).show(Rows(draft.load_rows()))
            words = draft.summary()
            if draft.only is not None:
                handle = draft.agents[draft.only].handle if draft.only in draft.agents else draft.only
                words += " · " + _("shown: @{handle}").format(handle=handle)
            self.query_one("#balance-summary", Static).update(Content(clean_name(words, limit=300)))
        self._show_detail()

    def _nothing(self, draft: BalanceDraft) -> str:
        if draft.only is not None:
            return _("Nothing of this person is left in the plan; f shows all.")
        if not draft.tickets:
            return _("No ticket answers this.") if self._query_text else _("Everything is where it should be.")
        return _("No ticket would be better off elsewhere.")

    @on(LineList.Moved)
    def _show_detail(self) -> None:
        """The whole of the line under the cursor."""
        row = self._row()
        lines = self._draft.details(row.ticket_id, others=self.others_shown) if self._draft and row else [""]
        text = "\n".join(clean_name(line, limit=400) for line in lines)
        self.query_one("#balance-detail", Static).update(Content(text))

    def watch_others_shown(self) -> None:
        """More or less of it."""
        if self.is_mounted:
            self._show_detail()

    def _row(self) -> MoveRow | None:
        return self.query_one(MoveList).current

    # Keys

    @on(LineList.Chosen)
    def action_why(self) -> None:
        """Say who else could take it, or no longer."""
        self.others_shown = not self.others_shown

    def action_pane(self) -> None:
        """From the moves to the people, and back."""
        moves, loads = self.query_one(MoveList), self.query_one(LoadList)
        (loads if moves.has_focus else moves).focus()

    def action_drop(self) -> None:
        """Leave the ticket under the cursor where it is."""
        row = self._row()
        if self._draft is None or row is None:
            self._say(_("There is no move here."))
        elif row.to_id is None:
            self._say(_("It stays where it is already."))
        else:
            self._draft.drop(row.ticket_id)
            self._show()
            self._say(_("{ref} stays where it is; u takes that back.").format(ref=row.ref), "done")

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._draft is None or not self._draft.undo():
            self._say(_("Nothing was changed in this plan."))
        else:
            self._show()
            self._say(_("Taken back."), "done")

    def action_edit(self) -> None:
        """Choose somebody else."""
        row = self._row()
        if self._draft is None or row is None:
            self._say(_("There is no move here."))
        else:
            self._edit(self._draft, row)

    @work(exit_on_error=False, exclusive=True, group="choose")
    async def _edit(self, draft: BalanceDraft, row: MoveRow) -> None:
        choices = draft.choices(row.ticket_id)
        if not choices:
            self._say(_("Nobody else can take {ref} now.").format(ref=row.ref), "warning")
            return
        picked = await self._pick(_("Give {ref} to").format(ref=row.ref), choices)
        if picked and picked.values and picked.values[0] != row.to_id:
            draft.give(row.ticket_id, picked.values[0])
            self._show()
            handle = draft.agents[picked.values[0]].handle
            self._say(_("{ref} goes to @{handle}; u takes that back.").format(ref=row.ref, handle=handle), "done")

    def action_filter(self) -> None:
        """Show one person's moves, or all."""
        if self._draft is not None:
            self._filter(self._draft)

    @work(exit_on_error=False, exclusive=True, group="choose")
    async def _filter(self, draft: BalanceDraft) -> None:
        people = [
            Choice(row.agent_id, row.handle, f"{row.before} → {row.after} / {row.capacity}")
            for row in draft.load_rows()
        ]
        picked = await self._pick(_("Show what one person gives or gets"), [Choice(_NOBODY, _("All")), *people])
        if picked and picked.values:
            draft.only = picked.values[0] or None
            self._show()

    async def _pick(self, title: str, choices: Iterable[Choice[AgentId]]) -> Picked[AgentId] | None:
        from console.screens.picker import Picker

        return await self.app.push_screen_wait(Picker(title, list(choices)))

    def action_again(self) -> None:
        """Plan anew, of what there is now."""
        self.plan()

    def action_apply(self) -> None:
        """Preview what is left of the plan; it is done from there."""
        draft = self._draft
        if draft is None:
            self._say(_("Wait for the plan, or press r for a new one."))
        elif not draft.plan.moves:
            self._say(_("No move is left to be made."))
        else:
            from console.screens.bulk import BulkScreen

            self.app.push_screen(BulkScreen(self.workplace, draft.bulk()), self._applied)

    def _applied(self, bulk_id: str | None) -> None:
        """Done: back to where one was. Not done: the plan is still here."""
        if bulk_id is not None:
            self.dismiss(bulk_id)

    def action_close(self) -> None:
        """Stop planning; or back."""
        if self._begun_at is not None:
            self.workers.cancel_group(self, "plan")
        else:
            self.dismiss(None)

    def _say(self, sentence: str, tone: Tone = "info") -> None:
        self.query_one(KeyLine).say(clean_name(sentence, limit=300), tone)


def _gives(agent: Agent | None, held: int, now: Instant) -> bool:
    """Whether what somebody holds should be looked at: they are gone, away, or hold too many."""
    if agent is None or not agent.active:
        return True
    return is_away(agent, now) or held > agent.capacity
