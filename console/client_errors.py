"""What can go wrong between a console and its backend, each with one sentence for the person at the screen.

The tree::

    ClientError
    ├── Unreachable            no answer: connection, name, time limit, or a gateway that has nobody behind it
    │   └── UntrustedServer    an answer, but its certificate is not trusted
    ├── NotOurServer           an answer from something else: a captive portal, another site, a redirect away
    ├── WrongVersion           our backend, but of another protocol version
    ├── InsecureAddress        http:// to another machine; never tried
    ├── SignedOut              the sign-in is over (expired, revoked, or none yet)
    ├── WrongCredentials       user and password do not fit
    ├── TooMany                asked too often; ``after_s`` says how long to wait
    └── ServerProblem          a problem document; ``slug`` is stable, ``detail`` what the backend says to do

Neither the errors nor their sentences hold a token, a password or a body.
"""

from console.i18n import gettext as _
from desk.ids import MS_PER_S

REBUILD_SLUGS = frozenset({"cursor-expired", "feed-changed", "cursor-malformed"})
"""Problems after which the base tables are fetched again."""

_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


class ClientError(Exception):
    """The root. ``retry`` tells whether asking again may help, ``after_s`` how long the backend asked us to wait."""

    retry = False
    after_s: float | None = None

    @property
    def sentence(self) -> str:
        """One plain sentence in the reader's language, with what to do."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.sentence


class Unreachable(ClientError):
    """Nobody answered. ``reason`` is a short technical word for the log."""

    retry = True

    def __init__(self, host: str, reason: str = "") -> None:
        super().__init__(host, reason)
        self.host = host
        self.reason = reason

    @property
    def sentence(self) -> str:
        """Names the host."""
        return _("{host} does not answer. Your work is kept here and sent when it does.").format(host=self.host)


class UntrustedServer(Unreachable):
    """The certificate is not signed by anybody this machine trusts."""

    retry = True

    @property
    def sentence(self) -> str:
        """Names the host and the way out."""
        return _(
            "The certificate of {host} is not trusted here. If your company signs its own, "
            "sign in with --ca-file and its certificate."
        ).format(host=self.host)


class NotOurServer(ClientError):
    """Something else answered. ``seen`` says what came instead of our protocol."""

    retry = True  # a captive portal goes away once somebody has signed in to the network

    def __init__(self, host: str, seen: str) -> None:
        super().__init__(host, seen)
        self.host = host
        self.seen = seen

    @property
    def sentence(self) -> str:
        """Names the host and what came instead."""
        return _(
            "{host} answered with {seen}, not as an Agent Console backend. "
            "Check the address, and whether this network wants a sign-in of its own."
        ).format(host=self.host, seen=self.seen)


class WrongVersion(ClientError):
    """The backend speaks another version of the protocol."""

    def __init__(self, theirs: int, ours: int) -> None:
        super().__init__(theirs, ours)
        self.theirs = theirs
        self.ours = ours

    @property
    def sentence(self) -> str:
        """Says which side is older."""
        if self.theirs > self.ours:
            return _("The backend is newer (protocol {theirs}) than this console ({ours}). Update the console.").format(
                theirs=self.theirs, ours=self.ours
            )
        return _("The backend is older (protocol {theirs}) than this console ({ours}). Ask for its update.").format(
            theirs=self.theirs, ours=self.ours
        )


class InsecureAddress(ClientError):
    """An address that would carry passwords in the clear, or that is no address."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url

    @property
    def sentence(self) -> str:
        """Repeats the address as it was given."""
        return _("{url} is not a usable address. Give one that starts with https:// and names a host.").format(
            url=self.url
        )


class SignedOut(ClientError):
    """There is no valid sign-in any more. ``why`` is the problem's slug."""

    def __init__(self, why: str = "not-signed-in") -> None:
        super().__init__(why)
        self.why = why

    @property
    def sentence(self) -> str:
        """Says how to go on, and that nothing is lost."""
        return _("You are signed out. Sign in again with `console login`; what you wrote is kept.")


class WrongCredentials(ClientError):
    """User and password do not fit each other."""

    @property
    def sentence(self) -> str:
        """Does not say which of the two was wrong."""
        return _("The user name or the password is wrong.")


class TooMany(ClientError):
    """Asked too often."""

    retry = True

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s

    @property
    def sentence(self) -> str:
        """Says how long to wait."""
        return _("Too many requests; wait {n} s and try again.").format(n=max(1, round(self.after_s or 1)))


class ServerProblem(ClientError):
    """A problem document (RFC 9457). ``status`` is the HTTP status."""

    def __init__(self, slug: str, detail: str, status: int, after_s: float | None = None) -> None:
        super().__init__(slug, detail, status)
        self.slug = slug
        self.detail = detail
        self.status = status
        self.after_s = after_s
        self.retry = status in _RETRIED_STATUS

    @property
    def rebuild(self) -> bool:
        """Whether the base tables have to be fetched again."""
        return self.slug in REBUILD_SLUGS

    @property
    def sentence(self) -> str:
        """What the backend said, or its slug."""
        return self.detail or _("The backend refused: {slug}.").format(slug=self.slug)


def retry_after_s(header: str | None, now_ms: int) -> float | None:
    """Seconds named by a ``Retry-After`` header (a number or an HTTP date); None when absent or unreadable."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        from email.utils import parsedate_to_datetime

        try:
            at = parsedate_to_datetime(header).timestamp()
        except (ValueError, TypeError, OverflowError):
            return None
        return max(0.0, at - now_ms / MS_PER_S)
