"""Fetches: the session, the bootstrap, the changes since, and then what happens while it happens.

Pages are applied in the engine's thread, each in one transaction of the store; between two the interpreter is left to
whoever paints.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

import msgspec

from console.client_errors import NotOurServer, ServerProblem, TooMany
from console.store import Store
from console.store.errors import SuspiciousEviction
from console.sync.clock_offset import ClockOffset
from console.sync.failures import OtherUser
from console.sync.notices import NoticesOfPage
from console.sync.path_choice import FIRST_PING_S, PathChoice
from console.sync.reporting import Reporter
from console.sync.scopes import Fetching, in_order
from console.sync.slices import SliceSize, slices_of_changes, slices_of_snapshot
from console.sync.turns import Turns
from desk.ids import MS_PER_S, Instant
from desk.wire import MAX_PAGE, MAX_WAIT_S, Presence, Session

if TYPE_CHECKING:
    from console.client import Client
    from console.store.pages import Applied

_log = logging.getLogger("console.sync.pull")

T = TypeVar("T")

SYNCED_AT, CLOCK_OFFSET = "synced_at", "clock_offset"
"""Facts kept in the replica: when it was last as new as the backend, and the clock offset in milliseconds."""
_CURSOR, _REBUILDING = "cursor", "rebuilding"
_CHANGES_EVERY_S = 1.0


class SessionMoved(Exception):
    """What I may read has changed; ask for the session again."""


class Puller:
    """Reads the feed into local.db. How far it came is in the file, so a new one goes on where the last one ended.

    ``considerate`` keeps pages small and pauses between them, for a console that somebody works in.
    """

    def __init__(
        self,
        store: Store,
        client: "Client",
        report: Reporter,
        clock: Callable[[], Instant],
        *,
        path: PathChoice,
        considerate: bool = True,
        turns: Turns | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._report = report
        self._clock = clock
        self._path = path
        self._considerate = considerate
        self._turns = turns or Turns()
        self._offset = ClockOffset()
        self._fetching = Fetching(store)
        self._slices = SliceSize() if considerate else SliceSize(MAX_PAGE)
        self._digest = ""
        self._changed_at = 0.0
        self.arrived = asyncio.Event()
        """Set whenever rows came in, for those who work behind the sync."""
        self.caught_up = asyncio.Event()
        """Set once this replica is as new as the backend."""
        self.answered = asyncio.Event()
        """Set once the backend has said who I am: from then on sending makes sense, too."""

    async def catch_up(self) -> None:
        """Be as new as the backend: session, snapshots where needed, then all changes."""
        try:
            await self._connect()
            await self._fetch()
            await self._changes()
        except ServerProblem as problem:
            if not problem.rebuild:
                raise
            _log.info("%s: fetching everything again", problem.slug)
            self._begin_rebuild(await self._session())
            await self._fetch()
            await self._changes()
        self._note_synced()

    async def follow(self) -> None:
        """Stay as new as the backend until the connection ends, which raises :class:`ClientError`, or until the
        session should be asked for again, which raises :class:`SessionMoved`."""
        while True:
            self._report.state("live")
            if self._path.may_stream(self._clock()):
                await self._stream()
            else:
                await self._apply(await self._client.changes(self._cursor(), limit=MAX_PAGE, wait_s=MAX_WAIT_S))
            await self._changes()
            self._note_synced()

    # The session

    async def _connect(self) -> None:
        """Ask who I am and what I may read, and act on what that changes here."""
        session = await self._session()
        unsure = self._fetching.unsure()
        self._fetching.comparing()
        scopes = self._store.apply_session(session)
        if scopes.feed_changed or self._store.meta(_REBUILDING):
            self._begin_rebuild(session)
            return
        if scopes.drop:
            self._report.rows(self._store.drop_scopes(scopes.drop).changed, "feed")
        everything = unsure or self._store.meta(_CURSOR) is None
        fetch = [scope.id for scope in session.scopes] if everything else scopes.fetch
        left = {scope: after for scope, after in self._fetching.left().items() if scope not in scopes.drop}
        self._fetching.set({**left, **dict.fromkeys(in_order(fetch))})

    async def _session(self) -> Session:
        asked_at = self._clock()
        session = await _patiently(self._client.session)
        self._offset.read(asked_at, self._clock(), session.now)
        self._store.set_meta(CLOCK_OFFSET, str(self._offset.ms))
        mine = self._store.me()
        if mine is not None and mine.id != session.me.id:
            raise OtherUser(mine.handle, session.me.handle)
        self._digest = session.scopes_digest
        self.answered.set()
        return session

    def _begin_rebuild(self, session: Session) -> None:
        """Fetch everything again, beside what is shown."""
        self._store.begin_rebuild()
        self._store.apply_session(session)
        self._fetching.set(dict.fromkeys(in_order(scope.id for scope in session.scopes)))

    # Snapshots

    async def _fetch(self) -> None:
        """The scopes that are still to be fetched, newest rows first, while changes already apply between pages."""
        left = self._fetching.left()
        if left:
            self._report.state("bootstrapping")
        done = 0
        while left:
            scope, after = next(iter(left.items()))
            page = await self._snapshot(scope, after)
            for part, rows in self._readable(slices_of_snapshot(page, self._slices)):
                applied = await self._timed(rows, self._store.apply_snapshot, part, scope)
                done += rows
                self._arrived(applied.changed, "bootstrap")
                self._report.state("bootstrapping", done=done)
                left[scope] = None if applied.done else applied.next
            if left[scope] is None:
                del left[scope]
            self._fetching.set(left)
            if not self._store.meta(_REBUILDING) and time.monotonic() - self._changed_at > _CHANGES_EVERY_S:
                await self._changes()
        if self._store.meta(_REBUILDING):
            self._store.finish_rebuild()
            self._report.everything("bootstrap")
            self.arrived.set()

    async def _snapshot(self, scope: str, after: str | None) -> bytes:
        """A page of a scope; one that was taken from me since the session means to ask for that again."""
        try:
            return await _patiently(lambda: self._client.snapshot(scope, after, limit=MAX_PAGE))
        except ServerProblem as problem:
            if problem.status in (403, 404):
                raise SessionMoved from None
            raise

    # Changes

    async def _changes(self) -> None:
        more = True
        while more:
            page = await _patiently(lambda: self._client.changes(self._cursor(), limit=MAX_PAGE))
            more = (await self._apply(page)).more
        self._changed_at = time.monotonic()

    async def _apply(self, page: bytes) -> "Applied":
        """One page into the store, with what follows from it. Raises :class:`SessionMoved`."""
        applied: Applied | None = None
        for part, rows in self._readable(slices_of_changes(page, self._cursor(), self._slices)):
            noticed = NoticesOfPage(self._store, part)
            applied = await self._apply_part(part, rows)
            self._arrived(applied.changed, "feed")
            for notice in noticed.after():
                self._report.notified(notice)
        assert applied is not None
        if applied.scopes_digest not in ("", self._digest):
            raise SessionMoved
        return applied

    async def _apply_part(self, part: bytes, rows: int) -> "Applied":
        try:
            return await self._timed(rows, self._store.apply_page, part)
        except SuspiciousEviction as suspicion:
            _log.warning("%s", suspicion.sentence)
            await self._session()  # raises, unless the backend still knows me; what it says twice is so
            return self._store.apply_page(part, confirmed=True)

    def _readable(self, slices: "Iterator[tuple[bytes, int]]") -> "Iterator[tuple[bytes, int]]":
        """The slices; raises :class:`NotOurServer` when the page is none."""
        try:
            yield from slices
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise NotOurServer(self._client.host, "something unreadable") from None

    async def _timed(self, rows: int, apply: "Callable[..., Applied]", *arguments: object) -> "Applied":
        """Apply a slice when it is its turn, and learn from how long it took."""

        def timed() -> "Applied":
            started = time.perf_counter()
            applied = apply(*arguments)
            if self._considerate:
                self._slices.took(time.perf_counter() - started, rows)
            return applied

        return await self._turns.take(timed) if self._considerate else timed()

    def _arrived(self, changed: Iterable[tuple[str, str]], cause: str) -> None:
        if changed:
            self._report.rows(changed, cause)
            self._report.outbox(self._store.outbox_count(), len(self._store.attention()))
            self.arrived.set()

    def _cursor(self) -> str:
        return self._store.meta(_CURSOR) or ""

    def _note_synced(self) -> None:
        self.caught_up.set()
        if not self._store.read_only:
            self._store.set_meta(SYNCED_AT, str(self._clock()))

    # The stream

    async def _stream(self) -> None:
        """Events until the stream ends. One that stays silent at first is given up for a long poll."""
        opened_at = self._clock()
        async with aclosing(self._client.stream(self._cursor())) as events:
            try:
                await anext(events)  # the backend accepted
                async with asyncio.timeout(FIRST_PING_S):
                    event = await anext(events)
                while event.kind not in ("bye", "behind"):
                    await self._take(event.kind, event.data)
                    event = await anext(events)
            except TimeoutError:
                _log.info("the stream is held back; polling instead")
                self._path.buffered(self._clock())
                return
            except StopAsyncIteration:
                _log.info("the stream ended after %d s", (self._clock() - opened_at) // MS_PER_S)
                self._path.ended(opened_at, self._clock())

    async def _take(self, kind: str, data: bytes) -> None:
        if kind == "page":
            await self._apply(data)
        elif kind == "presence":
            try:
                self._report.presence(msgspec.json.decode(data, type=Presence))
            except (msgspec.DecodeError, msgspec.ValidationError):
                _log.warning("presence that cannot be read")
        elif kind == "reset":
            raise SessionMoved


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask; when the backend says that was too often, wait as long as it says and ask again."""
    while True:
        try:
            return await ask()
        except TooMany as refused:
            await asyncio.sleep(refused.after_s or 1.0)
