"""A conversation with those of tickets that were merged into it, unfolded where they came in."""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from console.store.threads import ThreadSource
from desk.ids import TicketId
from desk.rows import ThreadLine


class JoinedThread:
    """The lines of a conversation, with the lines of merged tickets right after the line that tells of each merge.

    ``merged`` are the unfolded tickets: the reference and the conversation by id. One that no line tells of is left
    out.
    """

    def __init__(self, thread: ThreadSource, merged: dict[TicketId, tuple[str, ThreadSource]]) -> None:
        self._thread = thread
        found = ((thread.index_of_merge(ticket_id), ref, inner) for ticket_id, (ref, inner) in merged.items())
        self._inserts = sorted(
            ((at + 1, ref, inner) for at, ref, inner in found if at is not None), key=lambda insert: insert[:2]
        )

    def count(self) -> int:
        """How many lines there are."""
        return self._thread.count() + sum(inner.count() for _at, _ref, inner in self._inserts)

    def window(self, first: int, n: int) -> Sequence[ThreadLine]:
        """Lines ``first`` … ``first + n - 1``, fewer at the end."""
        lines: list[ThreadLine] = []
        begin, end, taken = max(first, 0), max(first, 0) + n, 0
        shift = 0
        for at, ref, inner in self._inserts:
            lines += self._own(max(begin, taken + shift), min(end, at + shift), shift)
            taken, start, size = at, at + shift, inner.count()
            low, high = max(begin, start), min(end, start + size)
            if low < high:
                lines += [replace(line, merged_from=ref) for line in inner.window(low - start, high - low)]
            shift += size
        return [*lines, *self._own(max(begin, taken + shift), min(end, self._thread.count() + shift), shift)]

    def _own(self, low: int, high: int, shift: int) -> Collection[ThreadLine]:
        """Lines of the conversation itself, by their place in the whole."""
        return self._thread.window(low - shift, high - low) if low < high else ()
