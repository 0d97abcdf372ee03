"""A long list in which tickets are selected, to act on all of them: one by one, a range, or whatever its owner names.

What is selected is remembered by ticket, not by place: it stays when rows move, and when they leave the view. A
subclass says which ticket a row is about and shows :meth:`SelectingList.is_picked` in its ``stamp``.
"""

from abc import abstractmethod
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from textual.message import Message

from console.widgets.line_list import LineList
from desk.ids import TicketId

Row = TypeVar("Row", bound=Hashable)
PAGE = 256


class SelectingList(LineList[Row]):
    """A list with a selection."""

    @dataclass
    class Picked(Message):
        """Other tickets are selected now."""

        list: "SelectingList[Hashable]"
        count: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._picked: dict[TicketId, None] = {}
        self._anchor: TicketId | None = None

    @abstractmethod
    def ticket_of(self, row: Row) -> TicketId:
        """The ticket a row is about."""

    # What is selected

    @property
    def picked(self) -> tuple[TicketId, ...]:
        """The tickets selected, in the order in which they were."""
        return tuple(self._picked)

    @property
    def picked_count(self) -> int:
        """How many there are."""
        return len(self._picked)

    def is_picked(self, row: Row) -> bool:
        """Whether the ticket of a row is selected."""
        return bool(self._picked) and self.ticket_of(row) in self._picked

    # Selecting

    def pick(self, ticket_ids: Iterable[TicketId]) -> None:
        """Select these, too."""
        self._picked.update(dict.fromkeys(ticket_ids))
        self._changed()

    def unpick(self, ticket_ids: Iterable[TicketId]) -> None:
        """Select these no longer."""
        for ticket_id in ticket_ids:
            self._picked.pop(ticket_id, None)
        self._changed()

    def pick_none(self) -> None:
        """Select nothing."""
        if self._picked:
            self._picked, self._anchor = {}, None
            self._changed()

    def toggle(self) -> None:
        """Select the row under the cursor, or no longer."""
        row = self.current
        if row is None:
            return
        self._anchor = self.ticket_of(row)
        if self._anchor in self._picked:
            self.unpick([self._anchor])
        else:
            self.pick([self._anchor])

    def range_to_cursor(self) -> tuple[int, int]:
        """The first row and the number of rows from the last one selected to the cursor; both included."""
        anchor = self._place_of(self._anchor) if self._anchor else None
        first, last = sorted((self.cursor if anchor is None else anchor, self.cursor))
        return first, last - first + 1

    def pick_range(self) -> None:
        """Select from the last one selected to the cursor; for lists whose rows are in memory."""
        self.pick([self.ticket_of(row) for row in self.source.window(*self.range_to_cursor())])

    def pick_all(self) -> None:
        """Select every row; for lists whose rows are in memory."""
        self.pick([self.ticket_of(row) for row in self.source.window(0, self.source.count())])

    def _place_of(self, ticket_id: TicketId) -> int | None:
        """Where a ticket stands now; a source that knows is asked, any other is read."""
        if (index_of := getattr(self.source, "index_of", None)) is not None:
            found: int | None = index_of(ticket_id)
            return found
        for first in range(0, self.source.count(), PAGE):
            for index, row in enumerate(self.source.window(first, PAGE), first):
                if self.ticket_of(row) == ticket_id:
                    return index
        return None

    def _changed(self) -> None:
        if self.is_mounted:
            self.repaint_stamped()
            self.post_message(self.Picked(self, len(self._picked)))  # type: ignore[arg-type]  # Row is hashable
