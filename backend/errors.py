"""What can go wrong in the backend.

BackendError
├── ProblemError        an answer to a caller: RFC 9457, with a stable slug
├── UnknownDatabase     the URL names a database this backend does not run on
└── NewerDatabase       the file was written by a newer backend
"""

import sqlite3

from sqlalchemy.exc import OperationalError

from desk.wire import PROBLEM_PREFIX, Problem, ProblemSlug

STATUS: dict[ProblemSlug, tuple[int, str]] = {
    "cursor-expired": (410, "The cursor is older than the feed reaches"),
    "feed-changed": (409, "The cursor belongs to another feed"),
    "cursor-malformed": (400, "The cursor cannot be read"),
    "not-signed-in": (401, "Not signed in"),
    "token-expired": (401, "The access token has expired"),
    "token-reused": (401, "The refresh token was used before"),
    "wrong-credentials": (401, "Wrong name or password"),
    "not-allowed": (403, "Not allowed"),
    "not-found": (404, "Not found"),
    "id-reused": (422, "The command id was used for another command"),
    "malformed": (400, "The request cannot be read"),
    "too-large": (413, "Too large"),
    "too-many-requests": (429, "Too many requests"),
    "digest-mismatch": (422, "The bytes do not have that digest"),
    "unavailable": (503, "Not available right now"),
    "internal": (500, "Something went wrong here"),
}
"""The status and title of each problem."""


DATABASE_FAILS = (OperationalError, sqlite3.OperationalError)
"""What a full disk, a lock held too long or a lost file looks like, through SQLAlchemy and from the driver."""


class BackendError(Exception):
    """The root of all errors the backend raises itself."""


class UnknownDatabase(BackendError):
    """The database URL is not one this backend runs on."""


class NewerDatabase(BackendError):
    """The database was written by a newer version of the backend."""


class ProblemError(BackendError):
    """An answer that is not a success; ``detail`` says in one sentence what to do."""

    def __init__(self, slug: ProblemSlug, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{slug}: {detail}")
        self.slug = slug
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.status, self.title = STATUS[slug]

    def body(self) -> Problem:
        """The problem document."""
        return Problem(type=PROBLEM_PREFIX + self.slug, title=self.title, status=self.status, detail=self.detail)
