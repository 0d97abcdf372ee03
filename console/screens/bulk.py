"""One thing done to many tickets: first what would become of each, then (``ctrl+d``) what becomes of each.

Leaving does not stop it: the sync engine goes on in the background, and the screen may come back to it.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.bulk import BulkItem, BulkPlan
from console.envelopes import new_id
from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import bindings, in_context
from console.refusals import refusal_sentence
from console.screens.bulk_preview import Names, preview
from console.screens.bulk_words import counted, preview_words, progress_words, state_words, what_was_dropped
from console.store.bulks import PlannedItem, Taken
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.bulk_list import STATE, BulkList, BulkProgress
from console.widgets.key_line import KeyLine, Tone
from console.widgets.line_list import LineList, Rows
from console.workplace import Workplace
from desk.bulk import Bulk, BulkRow, BulkState, ItemState, refusal_groups
from desk.commands import NEEDS_SERVER
from desk.ids import AgentId
from desk.permissions import may_act_in_bulk
from desk.rows import RowSource
from desk.text import clean_name

_log = logging.getLogger(__name__)

CHECKED_AT_ONCE = 40
"""Tickets decided about between two moments in which keys are heard."""
_LOOK_EVERY_S = 0.25
_BREATH_S = 0.005
_GROUPS_SHOWN = 3
_BEFORE, _AFTERWARDS = ("bulk.apply", "bulk.drop"), ("bulk.stop", "bulk.undo")
FILTERS: tuple[ItemState | None, ...] = (None, ItemState.REFUSED, ItemState.PLANNED, ItemState.APPLIED, ItemState.SAME)


class BulkScreen(Screen[str | None]):
    """Dismissed with the id of the bulk that was applied here, or None when nothing was done."""

    CSS_PATH = str(FOLDER / "bulk.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings("bulk")
    KEY_CONTEXTS = ("bulk", "list")

    def __init__(
        self, workplace: Workplace, plan: BulkPlan | None = None, *, bulk_id: str = "", undo: bool = False
    ) -> None:
        """Preview ``plan``, or show the bulk that was applied as ``bulk_id``, and with ``undo`` take it back."""
        super().__init__()
        self.workplace = workplace
        self._plan = plan or BulkPlan("", ())
        self._planned: list[PlannedItem] = []
        self._planned_id = ""
        self._bulk_id = bulk_id
        self._bulk: Bulk | None = None
        self._undoes = ""
        self._checked = plan is None
        self._writing = False
        self._only: ItemState | None = None
        self._version = -1
        self._applied_here = False
        self._undo_at_once = undo

    def compose(self) -> ComposeResult:
        """Title, sums, the list, the whole of one ticket, how far it is, the keys."""
        yield Static("", id="bulk-heading", markup=False)
        yield Static("", id="bulk-summary", markup=False)
        yield BulkList(id="bulk-list")
        yield Static("", id="bulk-detail", markup=False)
        yield BulkProgress(id="bulk-progress")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Look at the plan, or at what is under way."""
        self._show_keys()
        self.query_one(BulkList).focus()
        self.set_interval(_LOOK_EVERY_S, self._look_if_changed)
        if not self._bulk_id:
            self.check()
        elif self._undo_at_once and (bulk := self.workplace.store.bulks.bulk(self._bulk_id)):
            self._attempt(self._undo(bulk))
        else:
            self.look()

    def _show_keys(self) -> None:
        """The keys that act now: before it is applied there is nothing to stop or take back."""
        idle = _AFTERWARDS if not self._bulk_id else _BEFORE
        keys = [key for key in in_context("bulk", "list") if key.hint and key.id not in idle]
        self.query_one(KeyLine).keys = keys

    @property
    def rows(self) -> RowSource[BulkRow]:
        """What the list shows now."""
        return self.query_one(BulkList).source

    # Before it is applied

    @work(exit_on_error=False, exclusive=True, group="check")
    async def check(self, then: Callable[[], object] | None = None) -> None:
        """Decide about every ticket of the plan, slice by slice, beside the keys."""
        self._planned, self._checked = [], False
        store, now = self.workplace.store, self.workplace.clock()
        names = Names.of(store.agents().values(), store.teams().values())
        me = self.workplace.me()
        bulk_id = new_id(now)
        shown = 0

        def decided(items: Sequence[BulkItem], first: int) -> list[PlannedItem]:
            return list(preview(store, items, first, names, bulk_id, me.id if me else AgentId(""), now))

        for items in _slices(self._plan.items):
            self._planned += await asyncio.to_thread(decided, items, len(self._planned))
            if len(self._planned) >= 2 * shown:
                shown = len(self._planned)
                self._show_preview()
            await asyncio.sleep(_BREATH_S)
        self._checked = True
        self._planned_id = bulk_id
        self._show_preview()
        if then is not None:
            then()

    def _show_preview(self) -> None:
        """The rows there are so far, and their sums."""
        rows = [item.row for item in self._planned]
        shown = rows if self._only is None else [row for row in rows if row.state is self._only]
        self._show_rows(Rows(shown))
        self.query_one("#bulk-heading", Static).update(Content(clean_name(self._plan.title, limit=200)))
        counts = counted(rows)
        groups = refusal_groups(rows)
        self._show_sums(preview_words(counts), [(why, count) for _code, why, count in groups])
        bar = self.query_one(BulkProgress)
        total = len(self._plan.items)
        bar.tally = None
        if not self._checked:
            bar.word = _("Looking at {done} of {total}…").format(done=f"{len(rows):,}", total=f"{total:,}")
        elif not counts.planned:
            bar.word = _("Nothing would change.")
        else:
            bar.word = ngettext(
                "ctrl+d does it to {n} ticket; nothing has been done yet.",
                "ctrl+d does it to {n} tickets; nothing has been done yet.",
                counts.planned,
            ).format(n=f"{counts.planned:,}")

    def action_apply(self) -> None:
        """Do it; or go on with one that was stopped."""
        if self._bulk_id:
            self._say(_("It is applied already; u takes it back."))
        elif not self._checked or self._writing:
            self._say(_("Wait until every ticket has been looked at."))
        elif why := self._why_not():
            self._say(why, "warning")
        else:
            self._attempt(self._apply())

    def _why_not(self) -> str:
        """Why it cannot be applied; empty when it can."""
        workplace, me = self.workplace, self.workplace.me()
        if me is None:
            return _("Sign in first.")
        if workplace.store.read_only:
            return workplace.store.notice
        if not may_act_in_bulk(me):
            return _("Acting on many tickets at once takes a lead.")
        if not any(item.envelope for item in self._planned):
            return _("Nothing would change.")
        needs_server = any(item.envelope and isinstance(item.envelope.command, NEEDS_SERVER) for item in self._planned)
        if needs_server and not (workplace.engine and workplace.engine.live):
            return _("This needs the server; you are offline.")
        return ""

    async def _apply(self) -> None:
        """Write the plan down, and let it run."""
        self._writing = True
        bulk_id, bulks = self._planned_id, self.workplace.store.bulks
        try:
            await asyncio.to_thread(
                bulks.plan, bulk_id, self._plan.title, self.workplace.clock(), self._planned, undoes=self._undoes
            )
        finally:
            self._writing = False
        self._bulk_id, self._applied_here, self._only = bulk_id, True, None
        self._plan, self._planned = BulkPlan(self._plan.title, ()), []
        self._show_keys()
        self.look()
        if self.workplace.engine is not None:
            self.workplace.engine.nudge()
        else:
            await asyncio.to_thread(_queue_all, self.workplace, bulk_id)

    def action_drop(self) -> None:
        """Leave the ticket under the cursor out of the plan."""
        row = self.query_one(BulkList).current
        if self._bulk_id or not self._checked:
            self._say(_("It is applied already; u takes it back.") if self._bulk_id else _("One moment."))
        elif row is not None:
            ticket_id = row.ticket_id
            self._plan = BulkPlan(self._plan.title, [i for i in self._plan.items if i.ticket_id != ticket_id])
            self._planned = [item for item in self._planned if item.row.ticket_id != ticket_id]
            self._show_preview()

    # While and after it is applied

    def _look_if_changed(self) -> None:
        """Read again only when somebody wrote to the replica."""
        if self._bulk_id and self.workplace.store.data_version() != self._version:
            self.look()

    @work(exit_on_error=False, exclusive=True, group="look")
    async def look(self) -> None:
        """Read how far it is, in a thread."""
        self._version = self.workplace.store.data_version()
        bulk, rows, groups = await asyncio.to_thread(self._read, self._bulk_id, self._only)
        if bulk is None:
            self.dismiss(None)
            return
        self._bulk = bulk
        self._show_rows(rows)
        self.query_one("#bulk-heading", Static).update(Content(clean_name(bulk.title, limit=200)))
        self._show_sums(progress_words(bulk), groups)
        bar = self.query_one(BulkProgress)
        bar.word, bar.tally = state_words(bulk), bulk.tally

    def _read(
        self, bulk_id: str, only: ItemState | None
    ) -> tuple[Bulk | None, RowSource[BulkRow], list[tuple[str, int]]]:
        bulks = self.workplace.store.bulks
        groups = [(refusal_sentence(code, why), count) for code, why, count in bulks.refusals(bulk_id)]
        return bulks.bulk(bulk_id), bulks.rows(bulk_id, only), groups

    def action_stop(self) -> None:
        """Stop before the next step, or go on."""
        if self._bulk is None:
            self._say(_("Nothing has been done yet; Esc leaves."))
        elif self._bulk.state is BulkState.RUNNING:
            self._attempt(self._to_thread(self.workplace.store.bulks.stop, _("Stopped; s goes on.")))
        elif self._bulk.state is BulkState.STOPPED:
            self._attempt(self._to_thread(self.workplace.store.bulks.go_on, _("It goes on.")))
        else:
            self._say(_("It is done; u takes it back."))

    async def _to_thread(self, doing: Callable[[str], object], sentence: str) -> None:
        await asyncio.to_thread(doing, self._bulk_id)
        self._say(sentence, "done")
        if self.workplace.engine is not None:
            self.workplace.engine.nudge()
        self.look()

    def action_undo(self) -> None:
        """Take all of it back: what was not sent is dropped, the rest is undone by another bulk."""
        if self._bulk is None:
            self._say(_("Nothing has been done yet; Esc leaves."))
        else:
            self._attempt(self._undo(self._bulk))

    async def _undo(self, bulk: Bulk) -> None:
        bulks = self.workplace.store.bulks
        if any(other.undoes == bulk.id for other in await asyncio.to_thread(bulks.history)):
            self._say(_("It was taken back already."))
            return
        dropped = await asyncio.to_thread(bulks.drop_rest, bulk.id)
        taken = await asyncio.to_thread(lambda: list(bulks.taken(bulk.id)))
        items = [item for one in taken for item in _taken_back(one)]
        lasting = sum(1 for one in taken if not one.inverses)
        if not items:
            self._say(what_was_dropped(dropped, lasting), "done" if not lasting else "warning")
            self.look()
            return
        self._bulk, self._bulk_id, self._undoes, self._only = None, "", bulk.id, None
        self._show_keys()
        self._plan = BulkPlan(_("Take back: {title}").format(title=bulk.title), items)
        if lasting or dropped:
            self._say(what_was_dropped(dropped, lasting))
        self.check(self.action_apply)

    # Both

    def _show_rows(self, rows: RowSource[BulkRow]) -> None:
        shown = self.query_one(BulkList)
        shown.applied = bool(self._bulk_id)
        shown.empty_sentence = _("No ticket here is “{state}”.").format(state=self._filter_word())
        shown.show(rows)
        self._show_detail()

    def _show_sums(self, words: str, groups: Sequence[tuple[str, int]]) -> None:
        """One line of sums, then the most frequent refusals."""
        lines = [words if self._only is None else f"{words} · " + _("shown: {state}").format(state=self._filter_word())]
        lines += [f"! {count:,}× {clean_name(why, limit=300)}" for why, count in groups[:_GROUPS_SHOWN]]
        if (more := len(groups) - _GROUPS_SHOWN) > 0:
            lines.append(ngettext("and {n} other reason", "and {n} other reasons", more).format(n=more))
        self.query_one("#bulk-summary", Static).update(Content("\n".join(lines)))

    def _filter_word(self) -> str:
        if self._only is None:
            return _("all")
        return _("will change") if self._only is ItemState.PLANNED and not self._bulk_id else _(STATE[self._only])

    @on(LineList.Moved)
    def _show_detail(self) -> None:
        """The whole of the ticket under the cursor."""
        row = self.query_one(BulkList).current
        lines = ["", ""]
        if row is not None:
            lines[0] = " · ".join(filter(None, (row.ref, row.customer_name, row.subject)))
            lines[1] = " · ".join(filter(None, (row.change, refusal_sentence(row.code, row.why) if row.code else "",
                                                row.note)))  # fmt: skip
        text = "\n".join(clean_name(line, limit=400) for line in lines)
        self.query_one("#bulk-detail", Static).update(Content(text))

    def action_filter(self) -> None:
        """Show all, or one state."""
        self._only = FILTERS[(FILTERS.index(self._only) + 1) % len(FILTERS)]
        if self._bulk_id:
            self.look()
        else:
            self._show_preview()

    def action_close(self) -> None:
        """Back; what was begun goes on."""
        self.dismiss(self._bulk_id if self._applied_here else None)

    def _say(self, sentence: str, tone: Tone = "info") -> None:
        self.query_one(KeyLine).say(sentence, tone)

    def _attempt(self, doing: Coroutine[object, object, None]) -> None:
        self.run_worker(self._guarded(doing), group="doing", exit_on_error=False)

    async def _guarded(self, doing: Coroutine[object, object, None]) -> None:
        try:
            await doing
        except StoreError as error:
            self._say(error.sentence, "warning")


def _slices(items: Sequence[BulkItem]) -> Iterable[Sequence[BulkItem]]:
    """Pieces of a plan; items of one ticket stay together."""
    first = 0
    while first < len(items):
        last = min(first + CHECKED_AT_ONCE, len(items))
        while last < len(items) and items[last].ticket_id == items[last - 1].ticket_id:
            last += 1
        yield items[first:last]
        first = last


def _taken_back(taken: Taken) -> Iterable[BulkItem]:
    """What takes one command back, unless somebody else has moved the ticket on since."""
    for command in taken.inverses:
        yield BulkItem(taken.row.ticket_id, command, v=taken.v)


def _queue_all(workplace: Workplace, bulk_id: str) -> None:
    """Without an engine nobody else puts the steps into the outbox; they go out once there is one."""
    while workplace.store.bulks.advance(bulk_id, live=False):
        pass
