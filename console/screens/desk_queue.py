"""The desk's queue: which view is shown, its rows and the counts of all views, kept fresh without losing the place."""

import asyncio
import time

from textual import on
from textual.reactive import var
from textual.screen import ModalScreen

from console.i18n import gettext as _
from console.i18n import mark
from console.keys import table
from console.screens.desk_panes import Panes
from console.store.queue import QueueSource
from console.widgets.views_bar import ViewsBar, ViewTab
from desk.ids import TicketId
from desk.query import QueryError, TicketQuery, parse_query
from desk.views import VIEWS

LABELS = {
    "mine": mark("Mine"),
    "unassigned": mark("Unassigned"),
    "team": mark("My team"),
    "escalated": mark("Escalated"),
    "emergency": mark("Emergency"),
    "breaching": mark("Breaching"),
    "snoozed": mark("Snoozed"),
    "waiting": mark("Waiting"),
    "all": mark("All"),
    "review": mark("To approve"),
    "followup": mark("Follow-up"),
    "duplicates": mark("Duplicates"),
}
WHEN_ANY = frozenset({"review", "followup", "duplicates"})
"""Views that take room in the bar only while there is something in them."""
ALARMING = frozenset({"emergency", "breaching"})
FIRST_VIEW = "team"
SETTING = "desk.view"
SAVED = "saved:"
QUERY = "query:"
"""Begins the name of a view that is neither built in nor saved: what another place asked for."""
REST_S = 4.0
"""Between two reloads passes at least this many times what one takes, so that a busy feed leaves time for keys."""
BULK_REST_S = 1.5
"""The same while many tickets change one after the other for a minute."""
PAGE = 256
RECOUNT_S = 30.0
"""Breaching and snoozed change with time alone."""


class QueueKeeping(Panes):
    """The part that owns the queue."""

    view: var[str] = var("", init=False)

    _source: QueueSource | None = None
    _stale = False
    _loading = False
    _filling = False
    """The replica began empty, and nobody has moved in it yet: the cursor stays on top while rows arrive."""

    def begin_queue(self) -> None:
        """Show the first rows at once: this is on the path of the first frame."""
        wanted = self.store.setting(SETTING) or FIRST_VIEW
        self.set_reactive(QueueKeeping.view, wanted if self._query_of(wanted) is not None else FIRST_VIEW)
        self._show_tabs({})
        self.queue.show(self._first_rows(), cursor=0)
        self._filling = self.queue.current is None

    def begin_counting(self) -> None:
        """Learn the rest behind the first frame."""
        self.reload_queue()
        self.set_interval(RECOUNT_S, self.reload_queue)

    # Views

    def _query_of(self, name: str) -> TicketQuery | None:
        """The query of a view; None when there is no such view (any more)."""
        if not name.startswith((SAVED, QUERY)):
            return VIEWS.get(name)
        saved = {SAVED + view.name: view.query for view in self.store.saved_views()}
        try:
            return parse_query(name.removeprefix(QUERY) if name.startswith(QUERY) else saved[name])
        except (KeyError, QueryError):
            return None

    def view_query(self) -> TicketQuery:
        """The query of the view shown."""
        return self._query_of(self.view) or VIEWS["all"]

    def show_saved(self, name: str) -> None:
        """Show a saved view."""
        self.show_view(SAVED + name)

    def show_query(self, query_text: str) -> None:
        """Show the tickets of a query as a view of its own, until another view is shown."""
        self.show_view(QUERY + query_text)

    def view_names(self) -> list[str]:
        """Built-in views, then saved ones, then the query that is shown."""
        passing = [self.view] if self.view.startswith(QUERY) else []
        return [*VIEWS, *(SAVED + view.name for view in self.store.saved_views()), *passing]

    def view_label(self, name: str) -> str:
        """What a view is called here."""
        return _(LABELS[name]) if name in LABELS else name.removeprefix(SAVED).removeprefix(QUERY)

    def show_view(self, name: str) -> None:
        """Show another view from its top."""
        if self._query_of(name) is None:
            self.say(_("There is no view {name}.").format(name=name), "warning")
            return
        self.view = name
        self._filling = False
        self.views_bar.shown = name
        self.queue.show(self._first_rows(), cursor=0)
        self.reload_queue()
        if not name.startswith(QUERY):
            self.attempt(self.in_thread(self.store.set_setting, SETTING, name), group="settings")

    def action_view(self, number: int) -> None:
        """Show the view of a number key."""
        names = self.view_names()
        if number > len(names):
            self.say(_("There is no view {name}.").format(name=number), "warning")
            return
        self.show_view(names[number - 1])

    @on(ViewsBar.Picked)
    def _view_picked(self, message: ViewsBar.Picked) -> None:
        self.show_view(message.name)

    # Rows and counts

    def _first_rows(self) -> QueueSource:
        self._source = self.store.queue(self.view_query(), self.workplace.clock())
        return self._source

    def reload_queue(self) -> None:
        """Read rows and counts again, soon; any number of calls while one runs ask for one more."""
        self._stale = True
        if not self._loading and not self.is_covered():
            self._loading = True
            self.attempt(self._reload(), group="queue")

    def is_covered(self) -> bool:
        """Whether another place fills the screen: nothing is read then for what nobody sees."""
        top = self.app.screen
        return top is not self and not isinstance(top, ModalScreen)

    def on_screen_resume(self) -> None:
        """In sight again: read what changed meanwhile."""
        if self._stale:
            self.reload_queue()

    async def _reload(self) -> None:
        try:
            while self._stale and not self.is_covered():
                self._stale = False
                view, started = self.view, time.monotonic()
                source, counts = await self.in_thread(self._read, self.view_query())
                if view == self.view:
                    self._show_rows(source, counts)
                if self._stale:
                    in_bulk = bool(self.status_line.bulk[1])
                    await asyncio.sleep(BULK_REST_S if in_bulk else min(1.0, REST_S * (time.monotonic() - started)))
        finally:
            self._loading = False

    def _read(self, query: TicketQuery) -> tuple[QueueSource, dict[str, int]]:
        """Rows and counts; runs in a thread of its own."""
        now = self.workplace.clock()
        source = self.store.queue(query, now)
        source.load()
        counts = self.store.counts(now)
        for saved in self.store.saved_views():
            counts[SAVED + saved.name] = self.store.count(parse_query(saved.query), now)
        return source, counts

    def _show_rows(self, source: QueueSource, counts: dict[str, int]) -> None:
        """Put fresh rows in place; the cursor stays on its ticket, or where that was."""
        row = self.queue.current
        self._filling = self._filling and self.queue.cursor == 0
        self._source = source
        self.queue.show(source, cursor=0 if self._filling else source.index_of(row.id) if row else None)
        self._show_tabs(counts | {self.view: source.count()})
        if self.status_line.sync.state == "live":
            self._filling = False
        if (under := self.queue.current) is None or row is None or under.id != row.id:
            self.follow_cursor()

    def follow_cursor(self) -> None:
        """Another ticket is under the cursor; a part that shows tickets does."""

    def _show_tabs(self, counts: dict[str, int]) -> None:
        self.views_bar.tabs = [
            ViewTab(name, self.view_label(name), counts.get(name), name in ALARMING)
            for name in self.view_names()
            if counts.get(name) or name == self.view or name not in WHEN_ANY
        ]
        self.views_bar.shown = self.view

    def place_cursor(self, ticket_id: TicketId) -> bool:
        """Move the cursor to a ticket, if it is in the view."""
        index = self._source.index_of(ticket_id) if self._source else None
        if index is not None:
            self.queue.cursor = index
        return index is not None

    # Unread

    def action_unread(self, direction: int) -> None:
        """Move the cursor to the next unread ticket in a direction, going round at the end."""
        index = self._unread_from(self.queue.cursor, direction)
        if index is None:
            self.say(table()["desk.next_unread"].why_disabled())
            return
        self.queue.cursor = index

    def _unread_from(self, start: int, direction: int) -> int | None:
        """The index of the nearest unread row, read in pages."""
        source = self.queue.source
        count = source.count()
        first, rows = 0, source.window(0, 0)
        for step in range(1, count + 1):
            index = (start + direction * step) % count
            if not first <= index < first + len(rows):
                first = index if direction > 0 else max(0, index - PAGE + 1)
                rows = source.window(first, PAGE)
            row = rows[index - first]
            if row.last_n > row.read_n:
                return index
        return None
