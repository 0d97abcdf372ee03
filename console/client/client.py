"""The calls of the protocol, one method each. Every method raises :class:`console.client_errors.ClientError` only."""

import platform
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
from httpx_sse import EventSource, SSEError

from console.client import blobs
from console.client.answers import decode
from console.client.connection import COMMAND_S, STREAM_READ_S, Connection
from console.client.events import StreamEvent
from console.client_errors import NotOurServer, ServerProblem, SignedOut, WrongVersion
from console.sign_in import Login, TokenSource
from desk.commands import Envelope
from desk.ids import CommandId, TicketId
from desk.records import Attachment
from desk.wire import (
    PROTOCOL,
    AuditPage,
    BlobStored,
    CommandBatch,
    Outcomes,
    PresenceUpdate,
    Refresh,
    SearchResult,
    Session,
    SignIn,
    TicketView,
    Tokens,
)

T = TypeVar("T")


class Client:
    """A signed-in (or not yet signed-in) user of one backend. Made once, used from one event loop, closed at the end.

    ``transport`` replaces the network (tests hand in an ASGI application); ``ca_file`` is trusted in addition to what
    the machine trusts.
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        ca_file: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        device: str = "",
    ) -> None:
        self._connection = Connection(base_url, tokens, ca_file=ca_file, transport=transport)
        self._device = device or platform.node() or "console"

    @property
    def base_url(self) -> str:
        """The backend's address, checked and without a trailing slash."""
        return self._connection.base_url

    @property
    def host(self) -> str:
        """The backend's host, as a person would write it."""
        return self._connection.host

    async def close(self) -> None:
        """Close every connection."""
        await self._connection.close()

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    # Signing in and out

    async def login(self, user: str, password: str) -> Tokens:
        """Sign in and keep the tokens. Raises :class:`WrongCredentials`."""
        body = msgspec.json.encode(SignIn(user=user, password=password, device=self._device))
        answer = await self._connection.call("POST", "/v1/auth/login", body=body, signed=False, timeout_s=COMMAND_S)
        tokens = decode(answer, Tokens)
        await self._connection.keep(Login.from_tokens(tokens))
        return tokens

    async def revoke(self) -> None:
        """End the sign-in on the backend and forget it here. A backend that no longer knows it is fine."""
        login = await self._connection.login()
        try:
            if login is not None and login.refresh:
                body = msgspec.json.encode(Refresh(refresh_token=login.refresh))
                await self._connection.call("POST", "/v1/auth/revoke", body=body, signed=False, timeout_s=COMMAND_S)
        except SignedOut:
            pass  # it was over already, which is what was asked for
        finally:
            await self._connection.keep(None)

    # Reading

    async def session(self) -> Session:
        """Who I am and what I may read. Raises :class:`WrongVersion` when the protocol is not ours."""
        answer = await self._connection.call("GET", "/v1/sync/session")
        proto = decode(answer, _Proto).proto
        if proto != PROTOCOL:
            raise WrongVersion(proto, PROTOCOL)
        return decode(answer, Session)

    async def snapshot(self, scope: str, after: str | None = None, *, limit: int = 500) -> bytes:
        """One page of a scope as it is now, newest first, as it came (:class:`desk.wire.Snapshot`)."""
        params: dict[str, str | int] = {"scope": scope, "limit": limit}
        if after is not None:
            params["after"] = after
        return (await self._connection.call("GET", "/v1/sync/snapshot", params=params)).body

    async def changes(self, cursor: str, *, limit: int = 500, wait_s: int = 0) -> bytes:
        """One page of changes as it came (:class:`desk.wire.Changes`); ``wait_s`` > 0 waits for one."""
        params: dict[str, str | int] = {"cursor": cursor, "limit": limit, "wait": wait_s}
        return (await self._connection.call("GET", "/v1/sync/changes", params=params)).body

    async def stream(self, cursor: str) -> AsyncGenerator[StreamEvent, None]:
        """Events as they happen, from a cursor on, until the backend says ``bye`` or the connection ends.

        The first one is ours: ``open``, once the backend has accepted.
        """
        headers = {
            "accept": "text/event-stream",
            "accept-encoding": "identity",  # a compressing proxy would hold events back
            "cache-control": "no-store",
            "last-event-id": cursor,
        }
        async with self._connection.open("GET", "/v1/sync/stream", headers=headers, read_s=STREAM_READ_S) as response:
            yield StreamEvent(kind="open", data=b"")
            try:
                async with aclosing(EventSource(response).aiter_sse()) as events:
                    async for event in events:
                        yield StreamEvent(kind=event.event, data=event.data.encode(), id=event.id)
            except SSEError:
                seen = response.headers.get("content-type", "something unreadable")
                raise NotOurServer(self._connection.host, seen) from None

    async def ticket(self, ticket_id: TicketId) -> TicketView:
        """A ticket outside the replica; the backend keeps it live for me for a day."""
        return decode(await self._connection.call("GET", f"/v1/tickets/{ticket_id}"), TicketView)

    async def search(self, text: str, *, limit: int = 50, after: str | None = None) -> SearchResult:
        """Search on the backend, beyond the replica."""
        params: dict[str, str | int] = {"q": text, "limit": limit}
        if after is not None:
            params["after"] = after
        return decode(await self._connection.call("GET", "/v1/search", params=params), SearchResult)

    async def audit(
        self, ticket_id: TicketId | None, wanted: Mapping[str, str], *, before: int | None = None, limit: int = 100
    ) -> AuditPage:
        """Who changed what, newest first: of one ticket, or (None: leads only) of what is ``wanted``, by ``entity``,
        ``actor``, ``action`` and ``q``."""
        path = "/v1/audit" if ticket_id is None else f"/v1/tickets/{ticket_id}/audit"
        params: dict[str, str | int] = {"limit": limit, **{name: value for name, value in wanted.items() if value}}
        if before is not None:
            params["before"] = before
        return decode(await self._connection.call("GET", path, params=params), AuditPage)

    # Writing

    async def commands(self, envelopes: Iterable[Envelope]) -> Outcomes:
        """Hand commands over; one outcome each, in order."""
        body = msgspec.json.encode(CommandBatch(commands=tuple(envelopes)))
        answer = await self._connection.call("POST", "/v1/commands", body=body, timeout_s=COMMAND_S)
        return decode(answer, Outcomes)

    async def outcomes(self, ids: Iterable[CommandId]) -> Outcomes:
        """The stored outcomes of commands whose answer got lost; those the backend never saw are missing."""
        params = {"ids": ",".join(ids)}
        return decode(await self._connection.call("GET", "/v1/commands", params=params), Outcomes)

    async def presence(self, update: PresenceUpdate) -> None:
        """Tell what I look at."""
        body = msgspec.json.encode(update)
        await self._connection.call("PUT", "/v1/presence", body=body, timeout_s=COMMAND_S)

    # Files

    async def put_blob(self, path: Path, progress: blobs.Progress = blobs.ignore_progress) -> BlobStored:
        """Store a file; it is read twice, first for its digest. Stored before, nothing is sent again."""
        return await blobs.put(self._connection, path, progress)

    async def get_blob(
        self, attachment: Attachment, path: Path, progress: blobs.Progress = blobs.ignore_progress
    ) -> None:
        """Fetch a file to ``path``; it appears there whole and verified, or not at all."""
        await blobs.get(self._connection, attachment, path, progress)

    # Health

    async def healthy(self) -> bool:
        """Whether the backend answers at all, for the probe of an offline console."""
        try:
            await self._connection.call("GET", "/healthz", signed=False, timeout_s=COMMAND_S)
        except ServerProblem:
            return False
        return True


class _Proto(msgspec.Struct, frozen=True):
    """The one field of a session that every version has; a version 1 session may leave it out."""

    feed: str
    proto: int = PROTOCOL
