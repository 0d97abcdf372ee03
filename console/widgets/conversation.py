"""A ticket's conversation, of any length: only the messages in view are laid out.

The place is an anchor (message, line in it), not a line number, so nothing above or below has to be measured. Painted
messages are kept by (line, look). It opens at the newest unread, stays at the end when it was there and something
comes, and tells how far has been read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.i18n import ngettext
from console.keys import bindings
from console.widgets.delivery import delivery
from console.widgets.event_words import event_sentence, merged_in
from console.widgets.inks import InkPot, Inks
from console.widgets.line import Line
from console.widgets.line_list import Rows
from console.widgets.message_block import Look, can_unfold, has_more, key_of, paint_message
from console.widgets.when import clock_time, day
from desk.ids import CommandId, TicketId
from desk.records import MessageKind
from desk.rows import RowSource, ThreadLine
from desk.text import clean_name

PAGE = 64
"""Messages read from the source at once."""
KEPT_BLOCKS = 512
TICK_S = 1.0


class Conversation(Widget, can_focus=True):
    """Shows a thread. ``refusals`` word what became of one's own messages, ``names`` the people in system lines."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("conversation", "list")
    KEY_CONTEXTS = ("conversation", "list", "desk")

    names: reactive[Mapping[str, str]] = reactive(dict, repaint=False)
    refusals: reactive[Mapping[CommandId, str]] = reactive(dict, repaint=False)
    hint: reactive[str] = reactive("")
    me: reactive[str] = reactive("", repaint=False)

    @dataclass
    class ReachedMessage(Message):
        """Everything up to message ``n`` has been on the screen."""

        conversation: "Conversation"
        n: int

    @dataclass
    class MergeToggled(Message):
        """Somebody wants to see the conversation of a ticket that was merged in here, or no longer."""

        source_id: TicketId

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._source: RowSource[ThreadLine] = Rows[ThreadLine]()
        self._count = 0
        self._pages: dict[int, list[ThreadLine]] = {}
        self._blocks: dict[tuple[ThreadLine, Look], list[Strip]] = {}
        self._blocks_width = 0
        self._unfolded: dict[tuple[str, int], int] = {}
        self._new_from: int | None = None
        """The number of the first unread message."""
        self._anchor = (0, 0)
        self._at_end = True
        self._frame: list[Strip] | None = None
        self._shown_last = -1
        self._reached_n = 0
        self._ink_pot = InkPot()

    # What the owner does

    def open(self, source: RowSource[ThreadLine], first_unread: int | None) -> None:
        """Show another thread, at index ``first_unread`` (None: at its end)."""
        self._unfolded.clear()
        self._blocks.clear()
        self._reached_n = 0
        self._at_end = first_unread is None
        self._take(source)
        self._new_from = None if first_unread is None else self._line(first_unread).message.n
        self._anchor = self._end() if first_unread is None else self._before_end((first_unread, 0))
        self._changed()

    def reload(self, source: RowSource[ThreadLine]) -> None:
        """Show the same thread after a change; the place stays, or follows the end when that was in view."""
        followed = self._at_end
        self._take(source)
        self._anchor = self._end() if followed else self._before_end(self._anchor)
        self._changed()

    def clear(self) -> None:
        """Show no thread."""
        self.open(Rows[ThreadLine](), None)

    def lines_in_view(self) -> list[ThreadLine]:
        """The messages that are at least partly visible."""
        return [self._line(i) for i in range(self._anchor[0], min(self._shown_last + 1, self._count))]

    @property
    def count(self) -> int:
        """Messages in the thread."""
        return self._count

    def _take(self, source: RowSource[ThreadLine]) -> None:
        self._source, self._count = source, source.count()
        self._pages.clear()

    def _changed(self) -> None:
        self._frame = None
        self.refresh()

    def on_mount(self) -> None:
        """Let the seconds until a send tick."""
        self.set_interval(TICK_S, self._tick)

    def _tick(self) -> None:
        """Repaint only while something in view counts down."""
        if any(line.state is not None for line in self.lines_in_view()):
            self._changed()

    def watch_names(self) -> None:
        """Names are part of the lines."""
        self._changed()

    def watch_refusals(self) -> None:
        """Refusals are part of the lines."""
        self._changed()

    # Moving

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        self._scroll(lines)

    def action_page(self, pages: int) -> None:
        """Scroll by pages, two lines kept."""
        self._scroll(pages * max(1, self.size.height - 2))

    def action_first(self) -> None:
        """Go to the first message."""
        self._go((0, 0))

    def action_last(self) -> None:
        """Go to the end."""
        self._go(self._end())

    def action_fold(self) -> None:
        """Show more of what is in view: long or quoted messages, and tickets that were merged in; when all is shown,
        fold it again."""
        lines = self.lines_in_view()
        for line in lines:
            if (source_id := merged_in(line.message)) is not None and not line.merged_from:
                self.post_message(self.MergeToggled(source_id))
        foldable = [line.message for line in lines if can_unfold(line.message)]
        more = [message for message in foldable if has_more(message, self._unfolded.get(key_of(message), 0))]
        for message in more or foldable:
            self._unfolded[key_of(message)] = self._unfolded.get(key_of(message), 0) + 1 if more else 0
        if foldable:
            self._changed()

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    def _go(self, anchor: tuple[int, int]) -> None:
        self._at_end = anchor >= self._end()
        if anchor != self._anchor:
            self._anchor = anchor
            self._changed()

    def _scroll(self, lines: int) -> None:
        """Move the anchor by lines, message by message."""
        if not self._count:
            return
        index, offset = self._anchor
        offset += lines
        while offset < 0 and index > 0:
            index -= 1
            offset += len(self._block(index))
        while index < self._count - 1 and offset >= (height := len(self._block(index))):
            offset -= height
            index += 1
        self._go(self._before_end((index, max(0, offset))))

    def _end(self) -> tuple[int, int]:
        """The anchor at which the last line is the lowest visible one."""
        left = self.size.height or 1
        for index in range(self._count - 1, -1, -1):
            height = len(self._block(index))
            if height >= left:
                return index, height - left
            left -= height
        return 0, 0

    def _before_end(self, anchor: tuple[int, int]) -> tuple[int, int]:
        """The anchor, or the end where that comes first. A message has at least one line, so with a screenful of
        messages to come nothing needs to be laid out to know."""
        if self._count - anchor[0] > (self.size.height or 1):
            return anchor
        return min(anchor, self._end())

    def _on_resize(self, event: events.Resize) -> None:
        self._anchor = self._before_end(self._anchor)
        self._changed()

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines. The frame is kept while nothing in it changed."""
        _inks, changed = self._inks()
        width, height = self.size
        if self._frame is None or changed or len(self._frame) != height or self._blocks_width != width:
            self._frame = self._paint(width, height)
        if crop.size == self.size:
            return self._frame
        x, right = crop.column_span
        return [line.crop(x, right) for line in self._frame[crop.y : crop.bottom]]

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        return self.render_lines(Region(0, 0, *self.size))[y]

    def _inks(self) -> tuple[Inks, bool]:
        inks, changed = self._ink_pot.inks(self.app)
        if changed or self._blocks_width != self.size.width or len(self._blocks) > KEPT_BLOCKS:
            self._blocks.clear()
            self._blocks_width = self.size.width
            changed = True
        return inks, changed

    def _paint(self, width: int, height: int) -> list[Strip]:
        """The lines from the anchor on, which keeps to the end once that has been in view."""
        if self._at_end:
            self._anchor = self._end()
        index, offset = self._anchor
        lines: list[Strip] = []
        first = index
        while index < self._count and len(lines) < height + offset:
            lines.extend(self._block(index))
            index += 1
        self._shown_last = index - 1
        self._at_end = self._at_end or (index >= self._count and len(lines) <= offset + height)
        inks, _changed = self._inks()
        if not self._count:
            lines = self._empty(width, inks)
        elif len(lines) <= offset + height + 1:
            self._reached(index - 1)
        elif index - 1 > first:
            self._reached(index - 2)
        blank = Strip.blank(width, inks.text)
        return (lines[offset:] + [blank] * height)[:height]

    def _empty(self, width: int, inks: Inks) -> list[Strip]:
        blank = Strip.blank(width, inks.text)
        hint = self.hint or _("Enter opens a ticket here.")
        return [blank, Line(width).add("   ", inks.dim).add(hint, inks.dim).strip(inks.text)]

    def _reached(self, index: int) -> None:
        """Tell how far has been seen, once for each message further."""
        line = self._line(self._own_index(index))
        if line.state is None and not line.in_review and line.message.n > self._reached_n:
            self._reached_n = line.message.n
            self.post_message(self.ReachedMessage(self, line.message.n))

    def _own_index(self, index: int) -> int:
        """The last line up to ``index`` that is of the ticket itself and of none merged into it."""
        while index > 0 and self._line(index).merged_from:
            index -= 1
        return index

    def _line(self, index: int) -> ThreadLine:
        """Message ``index``, from a page read before where there is one."""
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = list(self._source.window(number * PAGE, PAGE))
        return page[place]

    def _block(self, index: int) -> list[Strip]:
        """Message ``index`` laid out."""
        inks, _changed = self._inks()
        line = self._line(index)
        look = self._look(index, line)
        block = self._blocks.get((line, look))
        if block is None:
            block = self._blocks[(line, look)] = paint_message(line.message, look, max(20, self.size.width), inks)
        return block

    def _look(self, index: int, line: ThreadLine) -> Look:
        """All that the painted message depends on but itself, the width and the theme."""
        message = line.message
        refusal = self.refusals.get(line.command_id, "") if line.command_id else ""
        state, refused = delivery(line, self._clock(), refusal) if line.state or line.in_review else ("", False)
        if not state and self.me and message.author_id == self.me:
            state = _("sent")
        event = message.kind is MessageKind.EVENT
        return Look(
            when=clock_time(message.at),
            state=state,
            refused=refused,
            sentence=event_sentence(message.body, clean_name(message.author_name), self.names) if event else "",
            divider=self._divider(index, line),
            unfolded=self._unfolded.get(key_of(message), 0),
            merged_from=line.merged_from,
            in_review=line.in_review,
        )

    def _divider(self, index: int, line: ThreadLine) -> str:
        """A date above the first message of a day, and where the unread begins."""
        words = []
        today = day(line.message.at)
        if index == 0 or day(self._line(index - 1).message.at) != today:
            words.append(today)
        if line.message.n == self._new_from and not line.merged_from:
            last = self._line(self._own_index(self._count - 1))
            n = last.message.n - line.message.n + 1 - last.in_review
            words.append(ngettext("{n} new", "{n} new", n).format(n=n))
        return " · ".join(words)
