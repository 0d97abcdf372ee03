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
    """One command about one ticket. ``note`` is a line shown beside it: why a plan moves it, the language of a text."""

    ticket_id: TicketId
    command: AnyCommand
    note: str = ""


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What is about to be done, in the order in which it will be. ``title`` is one line: ``Assign 312 tickets to Mei``.

    At most one item a ticket: a ticket's second command would be decided on what the first one made of it.
    """

    title: str
    items: Sequence[BulkItem]
