"""Tells the backend which ticket I look at: at once when that changes, and again before it forgets."""

import asyncio
import logging
from typing import TYPE_CHECKING, Literal, TypeAlias

from console.client_errors import ClientError
from desk.ids import TicketId
from desk.wire import PresenceUpdate

if TYPE_CHECKING:
    from console.client import Client

_log = logging.getLogger("console.sync.presence")

Writing: TypeAlias = Literal["", "reply", "note"]

_AGAIN_S = 20.0
"""The backend forgets after 45 s."""
_AT_MOST_EVERY_S = 0.5


class PresenceTeller:
    """Holds what I look at. ``look`` may be called from the engine's thread only."""

    def __init__(self) -> None:
        self._now = PresenceUpdate()
        self._changed = asyncio.Event()

    def look(self, ticket_id: TicketId | None, writing: Writing) -> None:
        """I look at this now."""
        update = PresenceUpdate(ticket_id=ticket_id, writing=writing)
        if update != self._now:
            self._now = update
            self._changed.set()

    async def run(self, client: "Client") -> None:
        """Tell, for ever. A failure is no matter: the next telling makes up for it."""
        while True:
            self._changed.clear()
            try:
                await client.presence(self._now)
            except ClientError as error:
                _log.debug("presence not told: %s", type(error).__name__)
            await asyncio.sleep(_AT_MOST_EVERY_S)
            try:
                async with asyncio.timeout(_AGAIN_S):
                    await self._changed.wait()
            except TimeoutError:
                continue
