"""The queue as windows over SQL: the first page at once, the order of all rows as an array of numbers loaded behind
it."""

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeAlias

from console.store.conditions import Condition, Parameter
from console.store.queue_rows import READ_N, gone_row, pending_by_lane, queue_row, rows_by_number
from desk.ids import TicketId
from desk.rows import QueueRow

PAGE = 256
KEPT_PAGES = 32
CHUNK = 4_096

Key: TypeAlias = tuple[int, str]


class QueueSource:
    """A list of tickets in order of urgency, as it was when asked for. A change is seen by asking for a new one.

    Until :meth:`load` has run (in a worker), only the first page is there and :meth:`count` is its length.
    """

    def __init__(self, reader: Callable[[], sqlite3.Connection], where: Condition) -> None:
        self._reader = reader
        self._where = where
        self._pending = pending_by_lane(reader())
        self._numbers: array[int] | None = None
        self._pages: OrderedDict[int, list[QueueRow]] = OrderedDict()
        first = self._first_page()
        self._first = [row for _number, row in first]
        if len(first) < PAGE:
            self._numbers = array("q", [number for number, _row in first])

    @property
    def loaded(self) -> bool:
        """Whether the order of all rows is known."""
        return self._numbers is not None

    def count(self) -> int:
        """How many rows there are; before :meth:`load`, how many are at hand."""
        return len(self._first) if self._numbers is None else len(self._numbers)

    def window(self, first: int, n: int) -> Sequence[QueueRow]:
        """Rows ``first`` … ``first + n - 1``, fewer at the end."""
        first, last = max(first, 0), min(first + n, self.count())
        rows: list[QueueRow] = []
        while first < last:
            page, offset = divmod(first, PAGE)
            taken = self._page(page)[offset : offset + last - first]
            if not taken:
                break
            rows += taken
            first += len(taken)
        return rows

    def index_of(self, ticket_id: TicketId) -> int | None:
        """Where a ticket stands; None when it is not in the list, or not loaded yet."""
        for index, row in enumerate(self._first):
            if row.id == ticket_id:
                return index
        found = self._key_of("id = ?", ticket_id)
        if found is None or self._numbers is None:
            return None
        number, key = found
        guess = self._search(key)
        if guess < len(self._numbers) and self._numbers[guess] == number:
            return guess
        try:
            return self._numbers.index(number)
        except ValueError:
            return None

    def load(self) -> None:
        """Learn the order of all rows. Takes a second for a million; other threads run on meanwhile."""
        if self._numbers is not None:
            return
        sql, parameters = self._select("t.row, t.urgency_at, t.id")
        cursor = self._reader().execute(sql, parameters)
        numbers = array("q")
        while chunk := cursor.fetchmany(CHUNK):
            numbers.extend([row[0] for row in chunk])
        self._numbers = numbers

    def ids(self, first: int = 0, n: int | None = None) -> list[TicketId]:
        """The tickets of rows ``first`` … ``first + n - 1`` (None: to the end), of the whole list even before it was
        loaded. For a worker: a hundred thousand take a second."""
        from console.store.selection import ids_of_rows

        self.load()
        assert self._numbers is not None
        last = len(self._numbers) if n is None else first + n
        return ids_of_rows(self._reader(), self._numbers[first:last])

    def forget_pages(self) -> None:
        """Read every page but the first anew when it is next asked for."""
        self._pages.clear()

    def _page(self, page: int) -> list[QueueRow]:
        if page == 0:
            return self._first
        rows = self._pages.get(page)
        if rows is None:
            rows = self._read_page(page)
            self._pages[page] = rows
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page)
        return rows

    def _read_page(self, page: int) -> list[QueueRow]:
        assert self._numbers is not None
        numbers = self._numbers[page * PAGE : (page + 1) * PAGE]
        found = rows_by_number(self._reader(), numbers, self._pending)
        return [found.get(number) or gone_row() for number in numbers]

    def _first_page(self) -> list[tuple[int, QueueRow]]:
        sql, parameters = self._select(f"t.row, t.urgency_at, t.id, t.doc, {READ_N}")
        rows = self._reader().execute(f"{sql} LIMIT {PAGE}", parameters)
        return [
            (number, queue_row(doc, read_n, self._pending.get(ticket_id, 0)))
            for number, _urgency_at, ticket_id, doc, read_n in rows
        ]

    def _select(self, columns: str) -> tuple[str, tuple[Parameter, ...]]:
        """All rows in order. ``columns`` starts with row, urgency_at, id. Two indexes are merged while an overlay
        stands."""
        where = self._where
        base = f"SELECT {columns} FROM ticket t WHERE {where.sql}"
        if not self._reader().execute("SELECT 1 FROM overlay_ticket LIMIT 1").fetchone():
            return f"{base} ORDER BY t.urgency_at, t.id", where.parameters
        sql = (
            f"{base} AND t.row NOT IN (SELECT row FROM overlay_ticket) UNION ALL "
            f"SELECT {columns} FROM overlay_ticket t WHERE {where.sql} ORDER BY 2, 3"
        )
        return sql, where.parameters * 2

    def _search(self, key: Key) -> int:
        """Where a key belongs, by halving: twenty rows looked at in a million."""
        assert self._numbers is not None
        low, high = 0, len(self._numbers)
        while low < high:
            middle = (low + high) // 2
            found = self._key_of("row = ?", self._numbers[middle])
            if found is not None and found[1] < key:
                low = middle + 1
            else:
                high = middle
        return low

    def _key_of(self, what: str, value: Parameter) -> tuple[int, Key] | None:
        for table in ("overlay_ticket", "ticket"):
            found = self._reader().execute(f"SELECT row, urgency_at, id FROM {table} WHERE {what}", (value,)).fetchone()
            if found is not None:
                return found[0], (found[1], found[2])
        return None
