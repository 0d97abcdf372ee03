"""One running backend: everything its handlers share. Made with the server, living in its event loop."""

import asyncio
import logging
from contextlib import suppress

from backend.auth import Principal, hash_of, principal_of
from backend.bus import Bus
from backend.config import Config
from backend.database import Database
from backend.errors import DATABASE_FAILS, ProblemError
from backend.feed import feed_state
from backend.files import folder_beside
from backend.limits import Limiter
from backend.presence import PresenceBoard
from backend.reader import Reader
from backend.services.housekeeping import keep_house
from backend.services.people import last_actions
from backend.writer import Writer
from desk.ids import MS_PER_S, Instant

_CALLER_KNOWN_S = 5
"""How long a token is believed without looking it up again, should another process revoke it."""
_LOOK_AROUND_S = 0.5
"""How often the feed is looked at for rows that another process wrote."""
_ACTIONS_RECALLED_S = 7 * 86_400
"""Who did nothing for longer did nothing lately."""

_log = logging.getLogger(__name__)


class Runtime:
    """The database with its writer and readers, and what is known only in memory."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.database = Database(config.database)
        self.blobs = config.blobs or folder_beside(self.database.path)
        self.bus = Bus()
        self.writer = Writer(self.database, config.clock, self.bus.advance)
        self.reader = Reader(self.database)
        self.presence_changes = Bus()
        self.presence = PresenceBoard(config.presence_s, self.presence_changes.advance_by_one)
        limits = config.limits
        self.requests = Limiter(limits.requests, config.clock, "requests")
        self.commands = Limiter(limits.commands, config.clock, "commands")
        self.bulk_commands = Limiter(limits.bulk_commands, config.clock, "commands of a bulk")
        self.sign_ins = Limiter(limits.sign_ins, config.clock, "sign-ins")
        self._callers: dict[str, tuple[Principal, Instant]] = {}
        self._chores: list[asyncio.Task[None]] = []
        self.ready = False

    async def start(self) -> None:
        """Start writing and the chores; call in the event loop."""
        self.writer.start()
        self.blobs.mkdir(mode=0o700, parents=True, exist_ok=True)
        await self._look_at_feed()
        since = self.config.clock() - _ACTIONS_RECALLED_S * MS_PER_S
        self.presence.recall(await self.reader.run(lambda conn: last_actions(conn, since)))
        self._chores = [asyncio.create_task(self._look_around()), asyncio.create_task(self._keep_house())]
        self.ready = True

    async def stop(self) -> None:
        """Finish what was accepted and let go of the database."""
        self.ready = False
        self.close_streams()
        for chore in self._chores:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore
        await self.writer.stop()
        await asyncio.to_thread(self.reader.close)
        self.database.close()

    def close_streams(self) -> None:
        """Let everybody who waits go: the server is about to shut down."""
        self.bus.close()
        self.presence_changes.close()

    async def caller(self, authorization: str) -> Principal:
        """Who sent this ``Authorization`` header; raises the problem to answer with."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ProblemError("not-signed-in", "Sign in and send the access token as a bearer token.")
        now = self.config.clock()
        key = hash_of(token)
        known = self._callers.get(key)
        if known is None or not known[1] <= now < known[1] + _CALLER_KNOWN_S * MS_PER_S:
            self._callers.pop(key, None)
            known = (await self.reader.run(lambda conn: principal_of(conn, token, now)), now)
            self._callers[key] = known
        principal = known[0]
        if principal.expires_at is not None and principal.expires_at <= now:
            raise ProblemError("token-expired", "Refresh the access token.")
        return principal

    def forget_callers(self) -> None:
        """Look every token up again: one was revoked."""
        self._callers.clear()

    async def _look_at_feed(self) -> None:
        state = await self.reader.run(lambda conn: feed_state(conn, self.database.feed_id))
        self.bus.advance(state.head)

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AROUND_S)
            self.presence.look_around(self.config.clock())
            try:
                await self._look_at_feed()
            except DATABASE_FAILS as error:
                _log.error("the feed could not be read: %s", error)

    async def _keep_house(self) -> None:
        while True:
            self._callers.clear()
            try:
                indexed = await self.writer.run(lambda tx: keep_house(tx, self.config))
            except ProblemError as error:
                _log.error("housekeeping was put off: %s", error)
                indexed = 0
            await asyncio.sleep(0 if indexed else self.config.housekeeping_s)
