"""The knowledge panel: search as you type, a list of articles, and a preview, in one column.

The panel shows what it is given. The query is typed above the list; the arrow keys move in the list from there too, so
that an answer can be found and inserted without leaving the keyboard's home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import bindings
from console.widgets.article_view import ArticlePage, ArticleView
from console.widgets.marked import marked
from desk.ids import ArticleId
from desk.rows import ArticleHit
from desk.text import clean_name, clean_text, truncate


class QueryLine(Input):
    """The query; only cleaned text stands in it."""

    KEY_CONTEXTS = ("knowledge",)

    def validate_value(self, value: str) -> str:
        """Clean what was typed or pasted."""
        return clean_text(value, newlines=False)


class HitList(OptionList):
    """The articles found."""

    KEY_CONTEXTS = ("knowledge",)


_INDENT = "    "
_SNIPPET_LINES = 2
_EDGES = 3
"""The padding of the panel, and the bar beside its list."""
_LEAST_CELLS = 20


class KnowledgePanel(Vertical):
    """Finds articles and offers what can be done with one."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("knowledge")

    hits: reactive[tuple[ArticleHit, ...]] = reactive(())
    heading: reactive[str] = reactive("")
    _filled_width = 0
    """What the list is: hits for a query, or suggestions for the open ticket."""

    @dataclass
    class Queried(Message):
        """Another query stands in the line (empty: rank articles for the open ticket)."""

        query: str

    @dataclass
    class ArticleOpened(Message):
        """Somebody wants to read this article; answer with :meth:`KnowledgePanel.show_page`."""

        article_id: ArticleId

    @dataclass
    class InsertAsked(Message):
        """The short answer of this article should go into the draft."""

        article_id: ArticleId

    @dataclass
    class LinkAsked(Message):
        """The link of this article should be copied."""

        article_id: ArticleId

    @dataclass
    class Voted(Message):
        """Somebody says whether this article helped."""

        article_id: ArticleId
        helped: bool

    @dataclass
    class ArticleMissed(Message):
        """Nothing answers this query, and somebody asks for an article that does."""

        query: str

    @dataclass
    class ArticleWritten(Message):
        """Somebody wants to write: on this article, or (None) a new one."""

        article_id: ArticleId | None

    class Left(Message):
        """The panel was left."""

    def compose(self) -> ComposeResult:
        """The query, the heading, the list, and the place of the preview."""
        yield QueryLine(id="knowledge-query", compact=True)
        yield Static("", id="knowledge-heading", markup=False)
        yield HitList(id="knowledge-hits", markup=False, compact=True)
        yield ArticleView(id="article-view")

    def on_mount(self) -> None:
        """Say what to type; the preview opens later."""
        self.border_title = Content(_("Knowledge"))
        self.query_line.placeholder = _("Search articles; empty: for this ticket")
        self.query_one(ArticleView).display = False
        self._fill()

    # What the screen tells

    @property
    def query_line(self) -> QueryLine:
        """The line with the query."""
        return self.query_one(QueryLine)

    @property
    def query_text(self) -> str:
        """The query as typed, without spaces at its ends."""
        return self.query_line.value.strip()

    @property
    def reading(self) -> bool:
        """Whether the preview is open."""
        return self.query_one(ArticleView).display

    def ask(self, query: str) -> None:
        """Put a query into the line, and the cursor behind it."""
        self.close_page()
        self.query_line.value = query
        self.query_line.focus()

    def show_hits(self, hits: Sequence[ArticleHit], *, suggested: bool) -> None:
        """Show what was found, best first."""
        if suggested:
            self.heading = _("For this ticket") if hits else _("Nothing to suggest; type a query")
        else:
            self.heading = ngettext("{n} article", "{n} articles", len(hits)).format(n=len(hits))
        self.hits = tuple(hits)
        self._fill()

    def show_page(self, page: ArticlePage) -> None:
        """Open the preview, or change what it shows."""
        view = self.query_one(ArticleView)
        fresh = view.page is None or view.page.article.id != page.article.id
        view.page = page
        self._read(True)
        view.focus()
        if fresh:
            view.scroll_home(animate=False)

    def close_page(self) -> None:
        """Back to the list."""
        self._read(False)

    def _read(self, reading: bool) -> None:
        """Show the preview or the list."""
        self.query_one(ArticleView).display = reading
        self.query_one("#knowledge-heading").display = not reading
        self.query_one(OptionList).display = not reading

    def _fill(self) -> None:
        """Rebuild the list; with nothing found, its one line asks for the article that is missing."""
        if not self.is_mounted:
            return
        self.query_one("#knowledge-heading", Static).update(Content(self.heading))
        options = self.query_one(OptionList)
        options.clear_options()
        cells = max(_LEAST_CELLS, self.size.width - _EDGES)
        options.add_options(Option(_hit_lines(hit, cells), id=hit.id) for hit in self.hits)
        if not self.hits and self.query_text:
            ask = _("Ask for an article about “{query}”: Enter").format(query=self.query_text)
            options.add_option(Option(Content(ask)))
        options.highlighted = 0 if options.option_count else None
        self._filled_width = self.size.width

    def on_resize(self, event: events.Resize) -> None:
        """Break the snippets again."""
        if self.hits and event.size.width != self._filled_width:
            place = self.query_one(OptionList).highlighted
            self._fill()
            self.query_one(OptionList).highlighted = place

    # What the agent does

    @on(Input.Changed, "#knowledge-query")
    def _on_query_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        event.stop()
        self.post_message(self.Queried(self.query_text))

    @on(Input.Submitted, "#knowledge-query")
    def _on_query_submitted(self, event: Input.Submitted) -> None:
        """Enter reads the chosen article."""
        event.stop()
        self.action_preview()

    @on(OptionList.OptionSelected)
    def _on_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click, reads the article."""
        event.stop()
        self.action_preview()

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list while the query has the focus."""
        if self.query_line.has_focus and event.key in ("up", "down"):
            options = self.query_one(OptionList)
            if event.key == "down":
                options.action_cursor_down()
            else:
                options.action_cursor_up()
            event.stop()
        elif self.query_line.has_focus and event.key == "tab" and self.hits:
            self.query_one(OptionList).focus()
            event.stop()

    @property
    def chosen_id(self) -> ArticleId | None:
        """The article that keys act on: the one being read, else the one pointed at."""
        view = self.query_one(ArticleView)
        if self.reading and view.page:
            return view.page.article.id
        index = self.query_one(OptionList).highlighted
        return self.hits[index].id if index is not None and index < len(self.hits) else None

    def action_preview(self) -> None:
        """Read the article, or ask for one that is missing."""
        if self.reading:
            return
        if chosen := self.chosen_id:
            self.post_message(self.ArticleOpened(chosen))
        elif self.query_text:
            self.post_message(self.ArticleMissed(self.query_text))

    def action_insert(self) -> None:
        """Insert the short answer."""
        if chosen := self.chosen_id:
            self.post_message(self.InsertAsked(chosen))

    def action_copy_link(self) -> None:
        """Copy the link."""
        if chosen := self.chosen_id:
            self.post_message(self.LinkAsked(chosen))

    def action_vote(self, helped: bool) -> None:
        """Say whether it helped."""
        if chosen := self.chosen_id:
            self.post_message(self.Voted(chosen, helped))

    def action_edit_article(self) -> None:
        """Change it."""
        if chosen := self.chosen_id:
            self.post_message(self.ArticleWritten(chosen))

    def action_write_article(self) -> None:
        """Write a new one."""
        self.post_message(self.ArticleWritten(None))

    def action_query(self) -> None:
        """Type another query."""
        self.close_page()
        self.query_line.focus()

    def action_close(self) -> None:
        """From the preview to the list; from the list away."""
        if self.reading:
            self.close_page()
            self.query_one(OptionList).focus()
        else:
            self.post_message(self.Left())


def _hit_lines(hit: ArticleHit, cells: int) -> Content:
    """Score, language and title; then the snippet."""
    head = Content(f"{hit.score:3.0f} ") + Content.styled(clean_name(hit.lang) + " ", "dim")
    title = truncate(clean_name(hit.title), cells - head.cell_length)
    snippet = [Content(_INDENT) + line for line in marked(hit.snippet, cells - len(_INDENT), _SNIPPET_LINES)]
    return Content("\n").join([head + Content.styled(title, "bold"), *snippet])
