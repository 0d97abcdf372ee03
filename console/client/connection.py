"""One pool of connections to one backend, and the three rules of every request.

The token goes to this origin only (redirects are errors), a refusal for an old token is answered by one refresh, and
whatever fails leaves as a :class:`console.client_errors.ClientError`.
"""

import asyncio
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import httpx
import msgspec

from console.client.address import check_address, is_loopback
from console.client.answers import Answer, decode, error_of
from console.client_errors import SignedOut, Unreachable, UntrustedServer
from console.sign_in import Login, TokenSource
from console.version import version
from desk.wire import Refresh, Tokens

T = TypeVar("T")

CONNECT_S = 5.0
READ_S = 30.0
COMMAND_S = 20.0
STREAM_READ_S = 40.0
_TURN_S = 20.0


class Connection:
    """An ``httpx.AsyncClient`` made once (a client per call costs 20 ms) with our rules around it."""

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        ca_file: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.base_url = check_address(base_url)
        self.host = httpx.URL(self.base_url).netloc.decode()
        self._tokens = tokens
        self._clock = clock
        self._refreshing = asyncio.Lock()
        self._login: Login | None = None
        self._loaded = False
        loopback = is_loopback(httpx.URL(self.base_url).host)
        self._http = httpx.AsyncClient(
            base_url=self.base_url,
            transport=transport,
            verify=_trust(self.base_url, ca_file),
            trust_env=not loopback,  # a company's proxy cannot reach this machine
            follow_redirects=False,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=60),
            headers={"user-agent": f"agent-console/{version()} {sys.platform}"},
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def login(self) -> Login | None:
        """The sign-in in use; read from its keeper the first time."""
        if not self._loaded:
            self._login = await asyncio.to_thread(self._tokens.load)
            self._loaded = True
        return self._login

    async def keep(self, login: Login | None) -> None:
        """Use a new sign-in and hand it to its keeper."""
        await asyncio.to_thread(self._tokens.save, login)
        self._login, self._loaded = login, True

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        signed: bool = True,
        timeout_s: float = READ_S,
    ) -> Answer:
        """One request with a body in memory; a good answer, or a raised error."""
        return await self._with_refresh(signed, lambda login: self._once(method, path, params, body, login, timeout_s))

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        content: Callable[[], AsyncIterator[bytes]] | None = None,
        read_s: float = READ_S,
    ) -> AsyncIterator[httpx.Response]:
        """A request whose answer (or body) is streamed. ``content`` makes the body anew for a second attempt."""

        async def start(login: Login | None) -> httpx.Response:
            request = self._http.build_request(
                method,
                path,
                params=params,
                content=content() if content else None,
                headers={**(headers or {}), **_bearer(login)},
                timeout=httpx.Timeout(read_s, connect=CONNECT_S),
            )
            try:
                response = await self._http.send(request, stream=True)
            except (httpx.HTTPError, OSError) as error:
                self._fail(error)
            if not response.is_success:
                await self._raise_for(response)
            return response

        response = await self._with_refresh(True, start)
        try:
            yield response
        except (httpx.HTTPError, OSError) as error:
            self._fail(error)
        finally:
            await response.aclose()

    async def _raise_for(self, response: httpx.Response) -> NoReturn:
        try:
            body = await response.aread()
        except (httpx.HTTPError, OSError) as error:
            self._fail(error)
        finally:
            await response.aclose()
        error_found = error_of(_answer(response, body), self._clock())
        raise error_found or Unreachable(self.host, f"HTTP {response.status_code}")

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: bytes | None,
        login: Login | None,
        timeout_s: float,
    ) -> Answer:
        headers = _bearer(login)
        if body is not None:
            headers["content-type"] = "application/json"
        try:
            response = await self._http.request(
                method,
                path,
                params=params,
                content=body,
                headers=headers,
                timeout=httpx.Timeout(timeout_s, connect=CONNECT_S),
            )
        except (httpx.HTTPError, OSError) as error:
            self._fail(error)
        answer = _answer(response, response.content)
        if (failure := error_of(answer, self._clock())) is not None:
            raise failure
        return answer

    async def _with_refresh(self, signed: bool, attempt: Callable[[Login | None], Awaitable[T]]) -> T:
        if not signed:
            return await attempt(None)
        login = await self.login()
        if login is None:
            raise SignedOut
        try:
            return await attempt(login)
        except SignedOut as refused:
            renewed = await self._refresh(login, refused)
        return await attempt(renewed)

    async def _refresh(self, stale: Login, refused: SignedOut) -> Login:
        """A working sign-in after ``stale`` was refused; ours, or one another process has fetched meanwhile."""
        async with self._refreshing:
            if self._login is not None and self._login != stale:
                return self._login
            turn = self._tokens.turn()
            await asyncio.to_thread(turn.__enter__)
            try:
                kept = await asyncio.to_thread(self._tokens.load)
                if kept is not None and kept.access != stale.access:
                    self._login = kept
                    return kept
                if not stale.refresh:
                    raise refused
                answer = await self._once(
                    "POST",
                    "/v1/auth/refresh",
                    None,
                    msgspec.json.encode(Refresh(refresh_token=stale.refresh)),
                    None,
                    COMMAND_S,
                )
                login = Login.from_tokens(decode(answer, Tokens))
                await self.keep(login)
                return login
            finally:
                await asyncio.to_thread(turn.__exit__, None, None, None)

    def _fail(self, error: Exception) -> NoReturn:
        reason = type(error).__name__
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise UntrustedServer(self.host, reason) from error
        raise Unreachable(self.host, reason) from error


def _answer(response: httpx.Response, body: bytes) -> Answer:
    return Answer(str(response.url), response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)


def _bearer(login: Login | None) -> dict[str, str]:
    return {"authorization": f"Bearer {login.access}"} if login else {}


def _trust(base_url: str, ca_file: Path | None) -> ssl.SSLContext:
    """Whom to trust. Plain http (loopback only) gets a context that trusts nobody, which costs nothing to make."""
    if base_url.startswith("http://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context
