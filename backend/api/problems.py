"""Turns every failure into a problem document (RFC 9457) with a stable slug."""

import logging
import math
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import Send

from backend.errors import STATUS, ProblemError
from desk.wire import Problem, ProblemSlug

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)

_BY_STATUS: dict[int, ProblemSlug] = {
    400: "malformed",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "not-found",
    413: "too-large",
    429: "too-many-requests",
}


def _headers(problem: ProblemError) -> dict[str, str]:
    headers = {}
    if problem.retry_after_s is not None:
        headers["retry-after"] = str(max(1, math.ceil(problem.retry_after_s)))
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return headers


async def send_problem(problem: ProblemError, send: Send) -> None:
    """A problem as the answer of a plain ASGI application."""
    body = msgspec.json.encode(problem.body())
    headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), **_headers(problem)}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def problem_answer(problem: ProblemError, status: int | None = None) -> Response[bytes]:
    """A problem as an answer."""
    return Response(
        msgspec.json.encode(problem.body()),
        status_code=status or problem.status,
        media_type=MEDIA_TYPE,
        headers=_headers(problem),
    )


def on_problem(_: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    """A problem that we raised ourselves."""
    return problem_answer(error)


def on_http_exception(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """A problem that the framework found: an unknown path, a parameter that cannot be read."""
    slug = _BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "malformed")
    answer = problem_answer(ProblemError(slug, _sentence(error)), error.status_code)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def on_database_error(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The database cannot be read at the moment."""
    _log.error("the database failed: %s", error)
    return problem_answer(ProblemError("unavailable", "The backend cannot read at the moment.", retry_after_s=5))


def on_anything(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A mistake of ours: logged with its trace, told without."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_answer(ProblemError("internal", "The mistake was logged; try again later."))


def _sentence(error: HTTPException) -> str:
    if error.status_code == 404:
        return "There is no such path."
    if error.status_code == 405:
        return "This path does not take that method."
    reasons = getattr(error, "extra", None)
    if isinstance(reasons, list) and reasons and isinstance(reasons[0], dict):
        return "; ".join(f"{reason.get('key', 'request')}: {reason.get('message', '')}" for reason in reasons)
    return str(error.detail).partition(" for ")[0]


def problems(*slugs: ProblemSlug) -> dict[int, ResponseSpec]:
    """The problems a call can answer with, for its schema; those any call can are added."""
    titles: dict[int, list[str]] = {}
    for slug in dict.fromkeys((*slugs, "too-many-requests", "unavailable")):
        status, title = STATUS[slug]
        titles.setdefault(status, []).append(title)
    return {
        status: ResponseSpec(Problem, generate_examples=False, description="; ".join(names), media_type=MEDIA_TYPE)
        for status, names in titles.items()
    }
