"""One thing asked of many tickets: what a screen plans, and :class:`console.screens.bulk.BulkScreen` previews and
applies.

A bulk is many ordinary commands that share one ``bulk_id``; nothing of it is decided otherwise than a single command.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.commands import AnyCommand
from desk.ids import TicketId


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One command about one ticket. ``note`` is a line shown beside it: why a plan moves it, the language of a text.
    ``v`` is the ticket's version that whoever planned it looked at (None: the one the preview looks at); somebody
    else's change of the same fields since then is a conflict."""

    ticket_id: TicketId
    command: AnyCommand
    note: str = ""
    v: int | None = None


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What is about to be done, in the order in which it will be. ``title`` is one line: ``Assign 312 tickets to Mei``.

    Several items about one ticket stand one after the other: each is decided on what the one before makes of it.
    """

    title: str
    items: Sequence[BulkItem]
