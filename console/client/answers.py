"""Reading an answer: is it ours, is it good, and which error is it otherwise. No I/O here."""

from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from console.client_errors import (
    ClientError,
    NotOurServer,
    ServerProblem,
    SignedOut,
    TooMany,
    Unreachable,
    WrongCredentials,
    retry_after_s,
)
from desk.wire import PROBLEM_PREFIX, Problem

T = TypeVar("T")

_GATEWAY_STATUS = frozenset({502, 503, 504})
_SIGNED_OUT_SLUGS = frozenset({"not-signed-in", "token-expired", "token-reused"})
_MOST_DETAIL = 300


class Answer(msgspec.Struct, frozen=True):
    """What the rules below look at: status, lower-case header names, and the body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """``application/json`` of ``application/json; charset=utf-8``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def host_of(url: str) -> str:
    """Host and port as a person would write them."""
    return urlsplit(url).netloc


def error_of(answer: Answer, now_ms: int) -> ClientError | None:
    """The error an answer stands for; None when it is a good one."""
    host = host_of(answer.url)
    if 300 <= answer.status < 400:
        # Never followed: the token would go to whoever is named there.
        there = host_of(answer.headers.get("location", ""))
        return NotOurServer(host, f"a redirect to {there}" if there else "a redirect")
    problem = _problem(answer)
    after_s = retry_after_s(answer.headers.get("retry-after"), now_ms)
    if problem is not None:
        return _named(problem, answer.status, after_s)
    if answer.status in _GATEWAY_STATUS:
        unreachable = Unreachable(host, f"HTTP {answer.status}")
        unreachable.after_s = after_s
        return unreachable
    if answer.media_type in ("text/html", "application/xhtml+xml"):
        return NotOurServer(host, "a web page")
    if answer.status >= 400:
        return NotOurServer(host, f"HTTP {answer.status}")
    return None


def decode(answer: Answer, kind: type[T]) -> T:
    """The body as a struct. Raises :class:`NotOurServer` when it is none."""
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        seen = answer.media_type or "something unreadable"
        raise NotOurServer(host_of(answer.url), seen) from None


def _problem(answer: Answer) -> Problem | None:
    if answer.status < 400 or answer.media_type != "application/problem+json":
        return None
    try:
        return msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return None


def _named(problem: Problem, status: int, after_s: float | None) -> ClientError:
    slug = problem.type.removeprefix(PROBLEM_PREFIX)
    if slug == "wrong-credentials":
        return WrongCredentials()
    if status == 401 or slug in _SIGNED_OUT_SLUGS:
        return SignedOut(slug)
    if status == 429:
        return TooMany(after_s if after_s is not None else 1.0)
    return ServerProblem(slug, _plain(problem.detail or problem.title), status, after_s)


def _plain(text: str) -> str:
    """A backend's words on one line, without control characters; it may not be our backend."""
    return "".join(c if c.isprintable() else " " for c in text[:_MOST_DETAIL]).strip()
