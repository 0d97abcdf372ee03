"""What leads look at: the board and the balance; and everybody's own absence."""

import asyncio
from typing import TYPE_CHECKING

from console.i18n import gettext as _
from console.screens.desk_actions import TicketActing
from desk.records import Agent, Role
from desk.wire import Presence

if TYPE_CHECKING:
    from console.screens.board import BoardMemory, BoardScreen

LEADS = frozenset({Role.LEAD, Role.ADMIN})


class Leading(TicketActing):
    """The part for it. Whoever drilled into a queue from the board comes back to it with Escape."""

    _board: "BoardScreen | None" = None
    _board_memory: "BoardMemory | None" = None
    _drilled: str = ""
    """The view that the board opened."""

    def open_board(self) -> None:
        """Show the board, as it was left."""
        if self.me is None:
            self.say(_("Sign in first."), "warning")
        elif self.me.role not in LEADS:
            self.say(_("The board is for leads."), "warning")
        else:
            first_count = asyncio.ensure_future(asyncio.to_thread(self.store.load, self.workplace.clock()))
            from console.screens.board import BoardMemory, BoardScreen  # its widgets: 30 ms, while the count runs

            self._board_memory = self._board_memory or BoardMemory()
            presence = self._presence_known()
            self._board = BoardScreen(self.workplace, self.me, self._board_memory, presence, first_count)
            self.app.push_screen(self._board, self._board_left)

    def _board_left(self, query: str | None) -> None:
        """Show what was chosen there."""
        self._board = None
        if query:
            self.show_query(query)
            self._drilled = self.view
            self.show_pane("queue")

    def action_back(self) -> None:
        """From a queue that the board opened, back to the board."""
        if self._drilled and self.view == self._drilled and self.queue.has_focus:
            self._drilled = ""
            self.open_board()
        else:
            super().action_back()

    def show_presence(self, presence: Presence) -> None:
        """The board shows it too."""
        super().show_presence(presence)
        if self._board is not None:
            self._board.presence = presence

    def _presence_known(self) -> Presence | None:
        """Who is connected; None while this console is not."""
        return self._presence if self.status_line.sync.state == "live" else None

    def action_absence(self) -> None:
        """Set myself away, or back."""
        if self.me is None or self.store.read_only:
            self.say(self.store.notice or _("Sign in first: nobody works at this desk yet."), "warning")
        else:
            self.attempt(self._be_absent(self.store.agents().get(self.me.id, self.me)))

    async def _be_absent(self, me: Agent) -> None:
        from console.screens.absence import absence, absence_picker, judged

        now = self.workplace.clock()
        picked = await self.app.push_screen_wait(absence_picker(me, now))
        if picked is None:
            return
        wanted = absence(me, picked, now)
        if wanted is None:
            self.say(_("Type until when, such as 3h, 2d, 14:30 or 2026-12-01."), "warning")
            return
        command, sentence = wanted
        given = judged(self.workplace, command, me)
        if isinstance(given, str):
            self.say(given, "warning")
            return
        await self.in_thread(self.store.enqueue, given)
        self.say(sentence, "done")
        self.nudge()

    def open_balance(self) -> None:
        """Propose how to balance the load."""
        if self.me is None:
            self.say(_("Sign in first."), "warning")
        elif self.me.role not in LEADS:
            self.say(_("Balancing the load is for leads."), "warning")
        else:
            from console.screens.balance import BalanceScreen  # for leads, when first opened

            self.app.push_screen(BalanceScreen(self.workplace), self._balanced)

    def _balanced(self, bulk_id: str | None) -> None:
        """What was applied goes on in the background, and can be taken back here."""
        if bulk_id is not None:
            self.remember_bulk(bulk_id)
            self.say(_("It goes on in the background; g u shows it, u takes it back."), "done")
            self.nudge()
