"""Articles that agents looked for and did not find: asked for here, until somebody writes them.

The backend has no command for this, so the requests stay on this machine, among the settings.
"""

from typing import Protocol

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from desk.folding import fold
from desk.ids import Instant, TicketId
from desk.records import Ticket

_SETTING = "kb.gaps"
_MOST_GAPS = 500
_MAX_QUERY = 200


class Gap(Struct, frozen=True):
    """A query that found nothing useful. ``times`` counts who asked for it again; ``ticket_ids`` are where, the newest
    last."""

    query: str
    lang: str
    asked_at: Instant
    times: int = 1
    ticket_ids: tuple[TicketId, ...] = ()


class KeepsSettings(Protocol):
    """What recording gaps needs of the store."""

    def setting(self, key: str) -> str | None:
        """A setting of the agent's."""

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting."""


def ask_for(store: KeepsSettings, query: str, ticket: Ticket | None, now: Instant) -> Gap:
    """Record that an article on ``query`` is missing; asking again, however written, counts up."""
    query = " ".join(query.split())[:_MAX_QUERY]
    lang = ticket.lang if ticket else ""
    known = {(fold(gap.query), gap.lang): gap for gap in gaps(store)}
    key = (fold(query), lang)
    gap = known.pop(key, None) or Gap(query, lang, now, times=0)
    tickets = tuple(one for one in gap.ticket_ids if not ticket or one != ticket.id) + ((ticket.id,) if ticket else ())
    gap = replace(gap, asked_at=now, times=gap.times + 1, ticket_ids=tickets)
    kept = [*known.values(), gap][-_MOST_GAPS:]
    store.set_setting(_SETTING, json.encode(kept).decode())
    return gap


def gaps(store: KeepsSettings) -> list[Gap]:
    """What was asked for, the newest last; empty when the setting was damaged."""
    try:
        return json.decode(store.setting(_SETTING) or "[]", type=list[Gap])
    except DecodeError:
        return []


def close_gap(store: KeepsSettings, query: str) -> None:
    """Somebody has written it: forget the request, in every language."""
    left = [gap for gap in gaps(store) if fold(gap.query) != fold(query)]
    store.set_setting(_SETTING, json.encode(left).decode())
