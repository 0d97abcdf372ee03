"""What the parts of the desk share: the workplace, the widgets of the frame, the ticket an action is about.

The desk screen is put together from these parts, each on top of the one before, each doing one thing:

- :mod:`console.screens.desk_panes`: which panes are in sight, and which has the focus
- :mod:`console.screens.desk_queue`: the view shown, its rows and counts, moving between unread tickets
- :mod:`console.screens.desk_ticket`: the ticket shown, its conversation, what was read, who else is there
- :mod:`console.screens.desk_docks`: composer, knowledge and customer, mounted on first use
- :mod:`console.screens.desk_actions`: commands on the ticket, and taking them back
- :mod:`console.screens.desk_looking`: why it is first, links, copying
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from textual.reactive import var
from textual.screen import Screen

from console.i18n import gettext as _
from console.keys import table
from console.store.errors import StoreError
from console.widgets.conversation import Conversation
from console.widgets.key_line import KeyLine, Tone
from console.widgets.queue_list import QueueList
from console.widgets.status_line import StatusLine
from console.widgets.ticket_header import TicketHeader
from console.widgets.views_bar import ViewsBar
from console.workplace import Workplace
from desk.ids import AgentId, TeamId, TicketId
from desk.records import Agent, Team, Ticket

if TYPE_CHECKING:
    from console.store import Store

_log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


class DeskFrame(Screen[None]):
    """The state and the doors that every part of the desk uses."""

    shown_id: var[TicketId | None] = var(None)
    """The ticket in the conversation pane."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(name="desk")
        self.workplace = workplace
        clock = workplace.clock
        self.status_line = StatusLine(clock=clock, id="status")
        self.views_bar = ViewsBar(id="views")
        self.queue = QueueList(clock=clock, one_line=workplace.settings.density == "one-line", id="queue")
        self.header = TicketHeader(clock=clock, id="header")
        self.conversation = Conversation(clock=clock, id="conversation")
        self.key_line = KeyLine(id="keys")
        self.me: Agent | None = None
        self.agents: dict[AgentId, Agent] = {}
        self.teams: dict[TeamId, Team] = {}

    @property
    def store(self) -> "Store":
        """The replica."""
        return self.workplace.store

    def say(self, sentence: str, tone: Tone = "info") -> None:
        """One sentence in the last line."""
        self.key_line.say(sentence, tone)

    def target(self) -> Ticket | None:
        """The ticket an action is about: the one under the cursor while the queue has the focus, else the one shown."""
        if self.queue.has_focus or self.shown_id is None:
            row = self.queue.current
            return self.store.ticket(row.id) if row else None
        return self.store.ticket(self.shown_id)

    def target_or_why(self, key_id: str) -> Ticket | None:
        """The target of a key; without one, says why the key cannot act."""
        ticket = self.target()
        if ticket is None:
            self.say(table()[key_id].why_disabled(), "warning")
        return ticket

    def handle_of(self, agent_id: AgentId | None) -> str:
        """How an agent is called in short; empty for nobody."""
        if agent_id is None:
            return ""
        agent = self.agents.get(agent_id)
        return agent.handle if agent else "?"

    # Doing things that may take longer than a key may

    def attempt(self, doing: Coroutine[object, object, None], *, group: str = "default") -> None:
        """Run a coroutine beside the screen; what the store refuses becomes one sentence."""
        self.run_worker(self._guarded(doing), group=group, exit_on_error=False)

    async def _guarded(self, doing: Coroutine[object, object, None]) -> None:
        try:
            await doing
        except StoreError as error:
            self.say(error.sentence, "warning")
        except Exception:  # noqa: BLE001 - worker boundary: logged, and one sentence
            _log.exception("a worker of the desk failed")
            self.say(_("Something went wrong; the log says more. Nothing you typed is lost."), "warning")

    async def in_thread(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run blocking work of the store outside the screen's thread."""
        return await asyncio.to_thread(work, *args, **kwargs)
