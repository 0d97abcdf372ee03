"""Tickets selected in the queue, and acting on all of them.

A selection is made of tickets, not of rows: it stays when the queue is read again, when tickets move in it and when
another view is shown. What leaves this replica is no longer selected, and that is said.
"""

from typing import TYPE_CHECKING

from textual import on

from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import table
from console.screens.desk_looking import Looking
from console.store.queue import QueueSource
from console.widgets.selecting_list import SelectingList
from desk.permissions import may_act_in_bulk
from desk.records import Role

if TYPE_CHECKING:
    from console.bulk import BulkPlan

_SAMPLE = 12
"""Tickets of the plan that a screenshot of the preview is drawn of."""


class Selecting(Looking):
    """The part for it."""

    _pruning = False

    # Selecting

    def action_select(self) -> None:
        """Select, or no longer."""
        if self.queue.current is None:
            self.say(table()["desk.select"].why_disabled(), "warning")
        self.queue.toggle()

    def action_select_range(self) -> None:
        """Select from the last one selected to here."""
        self.attempt(self._select(*self.queue.range_to_cursor()), group="selecting")

    def action_select_all(self) -> None:
        """Select the whole view, also what is not in sight."""
        self.attempt(self._select(0, None), group="selecting")

    async def _select(self, first: int, n: int | None) -> None:
        if (source := self._source) is not None:
            self.queue.pick(await self.in_thread(source.ids, first, n))

    @on(SelectingList.Picked)
    def _show_picked(self, message: SelectingList.Picked) -> None:
        """Say before the keys how many there are, and what may be done with them."""
        if message.list is self.queue:
            n = message.count
            words = ngettext("{n} selected · : act · Esc none", "{n} selected · : act · Esc none", n)
            self.key_line.lead = words.format(n=f"{n:,}") if n else ""

    def action_back(self) -> None:
        """Select nothing any more, else go back."""
        if self.queue.picked_count and self.queue.has_focus:
            self.queue.pick_none()
        else:
            super().action_back()

    # Staying true

    def _show_rows(self, source: QueueSource, counts: dict[str, int]) -> None:
        """Fresh rows may mean that something selected is gone."""
        super()._show_rows(source, counts)
        if self.queue.picked_count and not self._pruning:
            self._pruning = True
            self.attempt(self._drop_gone(), group="pruning")

    async def _drop_gone(self) -> None:
        """Select no longer what is not on this machine any more."""
        try:
            gone = await self.in_thread(self.store.missing, self.queue.picked)
        finally:
            self._pruning = False
        if gone:
            self.queue.unpick(gone)
            sentence = ngettext(
                "{n} ticket left your sight; it is no longer selected.",
                "{n} tickets left your sight; they are no longer selected.",
                len(gone),
            )
            self.say(sentence.format(n=f"{len(gone):,}"), "warning")

    # Acting

    def action_bulk(self) -> None:
        """Act on the selection."""
        if not self.queue.picked_count:
            self.say(_("Select tickets first: x one, V up to here, * the whole view."), "warning")
        elif self.me is None or not may_act_in_bulk(self.me):
            self.say(_("Acting on many tickets at once takes a lead."), "warning")
        else:
            self.attempt(self._act_on_selection(), group="bulk")

    async def _act_on_selection(self) -> None:
        from console.screens.bulk_actions import BulkActions

        actions = BulkActions(self.workplace, self.app, self.agents, self.teams)
        if (plan := await actions.choose(self.queue.picked)) is not None:
            await self._preview(plan)

    async def _preview(self, plan: "BulkPlan") -> None:
        from console.screens.bulk import BulkScreen

        bulk_id = await self.app.push_screen_wait(BulkScreen(self.workplace, plan))
        if bulk_id is not None:
            self.queue.pick_none()
            self.remember_bulk(bulk_id)
            self.say(_("It goes on in the background; g u shows it, u takes it back."), "done")
            self.nudge()

    def _search_ended(self, outcome: object) -> None:
        """What was selected in a search is selected here, and acted on."""
        from console.screens.ticket_search import Found

        if isinstance(outcome, Found) and outcome.selected:
            self.queue.pick_none()
            self.queue.pick(outcome.selected)
            self.action_bulk()
        else:
            super()._search_ended(outcome)

    def open_bulk(self) -> None:
        """Show what is being done to many tickets, or was done last."""
        from console.screens.bulk import BulkScreen

        if (latest := self.store.bulks.latest()) is not None:
            self.app.push_screen(BulkScreen(self.workplace, bulk_id=latest.id))
        elif self.queue.picked_count:
            self.action_bulk()
        else:
            self.say(_("Nothing was done to many tickets yet: select some with x, V or *, then press :."))

    def preview_sample(self) -> None:
        """The preview of handing the first tickets of the view to one colleague; what a screenshot shows."""
        self.attempt(self._preview_sample(), group="bulk")

    async def _preview_sample(self) -> None:
        from console.bulk import BulkItem, BulkPlan
        from desk.commands import Assign

        rows = self.queue.source.window(0, _SAMPLE)
        others = [agent for agent in self.agents.values() if agent.active and agent.role is Role.AGENT]
        if rows and others:
            to = max(others, key=lambda agent: sum(1 for row in rows if row.assignee_id == agent.id))
            items = [BulkItem(row.id, Assign(ticket_id=row.id, assignee_id=to.id)) for row in rows]
            title = ngettext("Assign {n} ticket to {name}", "Assign {n} tickets to {name}", len(items))
            await self._preview(BulkPlan(title.format(n=len(items), name=to.name), items))
