"""Searching tickets over all their text, as you type, with filters; what was found opens, or stays as a view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input, Static

from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import bindings
from console.screens.moved_words import moved_words
from console.styles import use_style
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList, Rows
from console.widgets.selecting_list import SelectingList
from console.wording import STATUS, TIER_MARK, word
from console.workplace import Workplace
from desk.ids import TicketId
from desk.query import QueryError, parse_query
from desk.rows import SearchHit
from desk.text import clean_name

LIMIT = 200
REST_S = 0.08
HIT_BEGINS, HIT_ENDS = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Found:
    """What to show next: a ticket, or the view the search was saved as."""

    ticket_id: TicketId | None = None
    saved_view: str = ""
    selected: tuple[TicketId, ...] = ()
    """Tickets to act on."""


class HitList(SelectingList[SearchHit], can_focus=False):
    """Tickets that fit, with the place that fits marked."""

    def ticket_of(self, row: SearchHit) -> TicketId:
        """The ticket found."""
        return row.row.id

    def stamp(self, row: SearchHit) -> bool:
        """Whether it is selected."""
        return self.is_picked(row)

    def paint(self, row: SearchHit, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Two lines: which ticket; where it fits."""
        ground = inks.cursor if selected else None
        first = Line(width, ground).add("▌" if selected else " ", inks.key)
        first.add("✓" if self.is_picked(row) else " ", inks.key).add(f"{clean_name(row.row.ref):8}", inks.key)
        first.add(clean_name(row.row.subject), inks.strong, max(10, width - 40)).add("  ", inks.dim)
        first.add(f"{clean_name(row.row.customer_name)} {TIER_MARK[row.row.tier]}".strip(), inks.text)
        first.to(width - 10, inks.dim).add(word(STATUS, row.row.status), inks.dim)
        second = Line(width, ground).add("▌" if selected else " ", inks.key).to(10, inks.dim)
        for text, is_hit in marked(row.snippet):
            second.add(text, inks.link if is_hit else inks.dim)
        return [first.strip(inks.text), second.strip(inks.dim)]

    nothing_fits: var[bool] = var(False)
    """Whether an empty list means that something was searched for."""

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """Nothing fits, or nothing was asked."""
        sentence = _("No ticket fits.") if self.nothing_fits else ""
        return [Line(width).add("   ", inks.dim).add(sentence, inks.dim).strip(inks.text)]


def marked(snippet: str) -> list[tuple[str, bool]]:
    """A snippet as clean runs of text, each with whether it is a hit."""
    runs = []
    for number, part in enumerate(snippet.split(HIT_BEGINS)):
        hit, _sep, rest = part.partition(HIT_ENDS) if number else ("", "", part)
        runs += [(clean_name_spaced(hit), True)] if hit else []
        runs += [(clean_name_spaced(rest), False)] if rest else []
    return runs


def clean_name_spaced(text: str) -> str:
    """Clean text on one line that keeps the spaces at its ends."""
    from desk.text import clean_text

    return clean_text(text, newlines=False)


class TicketSearch(ModalScreen[Found | None]):
    """Dismissed with what to show next, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("search")
    KEY_CONTEXTS = ("search",)

    def __init__(self, workplace: Workplace, query: str = "") -> None:
        super().__init__()
        self._workplace = workplace
        self._query = query
        self._asked = 0
        self._shown_for = ""
        self._opens_when_found = False

    def compose(self) -> ComposeResult:
        """The query, what was found, one line about it."""
        use_style(self.app, "picker.tcss")
        with Vertical(id="search", classes="window"):
            yield Input(
                self._query, placeholder=_("words, status:open, assignee:me, tag:fees …"), id="query", compact=True
            )
            yield HitList(id="hits")
            yield Static("", id="search-word", classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Say what the keys do, and search for what is there."""
        box = self.query_one("#search")
        box.border_title = Content(_("Search tickets"))
        box.border_subtitle = Content(_("Enter opens · Tab selects, ctrl+a all · ctrl+d acts · ctrl+s saves as a view"))
        hits = self.query_one(HitList)
        hits.set_reactive(HitList.row_height, 2)
        self._search(self._query)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._opens_when_found = False
        self._search(message.value)

    def _search(self, text: str) -> None:
        """Search in a worker; a later query replaces an earlier one."""
        self._asked += 1
        self.run_worker(self._find(text, self._asked), group="search", exclusive=True, exit_on_error=False)

    async def _find(self, text: str, asked: int) -> None:
        import asyncio

        await asyncio.sleep(REST_S)
        try:
            query = parse_query(text)
        except QueryError as error:
            self._tell(str(error))
            return
        store, now = self._workplace.store, self._workplace.clock()
        hits = await asyncio.to_thread(store.search, query, now, LIMIT) if text.strip() else []
        if asked == self._asked:
            self._show(hits, text)

    def _show(self, hits: Sequence[SearchHit], text: str) -> None:
        found = self.query_one(HitList)
        found.nothing_fits = bool(text.strip())
        found.show(Rows(hits), cursor=0)
        self._shown_for = text
        if self._opens_when_found:
            self.action_open()
        n = len(hits)
        most = "+" if n == LIMIT else ""
        moved = self._workplace.store.moved_ticket(text.strip(), self._workplace.clock()) if not n else None
        if moved is not None:
            store = self._workplace.store
            self._tell(moved_words(moved, store.agents(), store.teams()))
            return
        self._tell(ngettext("{n} ticket", "{n} tickets", n).format(n=f"{n}{most}") if text.strip() else "")

    def _tell(self, sentence: str) -> None:
        self.query_one("#search-word", Static).update(Content(clean_name(sentence)))

    def on_key(self, event: events.Key) -> None:
        """The text keeps the focus; arrows go to the list."""
        steps = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
        if (step := steps.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            self.query_one(HitList).action_move(step)

    @on(LineList.Chosen)
    def _clicked(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open the ticket under the cursor; typed faster than found, as soon as it is."""
        self._opens_when_found = self._shown_for != self.query_one(Input).value
        if self._opens_when_found:
            return
        if (hit := self.query_one(HitList).current) is not None:
            self.dismiss(Found(ticket_id=hit.row.id))

    def action_save(self) -> None:
        """Keep the search as a view, under the query's own words."""
        text = self.query_one(Input).value.strip()
        try:
            parse_query(text)
        except QueryError as error:
            self._tell(str(error))
            return
        if text:
            self._workplace.store.save_view(text, text)
            self.dismiss(Found(saved_view=text))

    def action_select(self) -> None:
        """Select the ticket under the cursor, or no longer, and move on."""
        hits = self.query_one(HitList)
        hits.toggle()
        hits.action_move(1)

    def action_select_all(self) -> None:
        """Select all that fits, also beyond what is listed."""
        text = self.query_one(Input).value.strip()
        if text:
            self.run_worker(self._select_all(text), group="select", exclusive=True, exit_on_error=False)

    async def _select_all(self, text: str) -> None:
        import asyncio

        store, now = self._workplace.store, self._workplace.clock()
        try:
            query = parse_query(text)
        except QueryError as error:
            self._tell(str(error))
            return
        self.query_one(HitList).pick(await asyncio.to_thread(lambda: store.queue(query, now).ids()))

    @on(SelectingList.Picked)
    def _show_picked(self, message: SelectingList.Picked) -> None:
        n = message.count
        words = ngettext("{n} selected · ctrl+d acts on it", "{n} selected · ctrl+d acts on them", n)
        self._tell(words.format(n=f"{n:,}") if n else "")

    def action_act(self) -> None:
        """Go back to the desk with what is selected, to act on it."""
        if picked := self.query_one(HitList).picked:
            self.dismiss(Found(selected=picked))
        else:
            self._tell(_("Select tickets first: Tab one, ctrl+a all that fit."))

    def action_close(self) -> None:
        """Leave."""
        self.dismiss(None)
