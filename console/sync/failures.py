"""What to do after something failed: one pure decision per kind of error."""

from msgspec import Struct

from console.client_errors import ClientError, ServerProblem, SignedOut, WrongVersion
from console.i18n import gettext as _
from console.sync.backoff import PROBE_S, Backoff
from console.sync.events import State


class OtherUser(ClientError):
    """The sign-in is of somebody else than the replica."""

    def __init__(self, replica_of: str, signed_in: str) -> None:
        super().__init__(replica_of, signed_in)
        self.replica_of = replica_of
        self.signed_in = signed_in

    @property
    def sentence(self) -> str:
        """Names both."""
        return _("This replica belongs to {owner}, but {user} is signed in. Open another file with --db.").format(
            owner=self.replica_of, user=self.signed_in
        )


class NextStep(Struct, frozen=True, kw_only=True):
    """The state to show, and when to try again; ``wait_s`` None: not before somebody asks for it."""

    state: State
    sentence: str
    wait_s: float | None


def after_failure(error: ClientError, backoff: Backoff) -> NextStep:
    """How to go on after a failed connection. Offline consoles look again every 15 seconds at the latest."""
    if isinstance(error, SignedOut):
        return NextStep(state="signed-out", sentence=error.sentence, wait_s=None)
    if isinstance(error, WrongVersion | OtherUser):
        return NextStep(state="refused", sentence=error.sentence, wait_s=None)
    if isinstance(error, ServerProblem) and error.rebuild:
        return NextStep(state="connecting", sentence="", wait_s=backoff.failed())
    if isinstance(error, ServerProblem) and not error.retry:
        return NextStep(state="refused", sentence=error.sentence, wait_s=None)
    wait_s = backoff.failed(error.after_s)
    if error.after_s is None:
        wait_s = min(wait_s, PROBE_S)
    return NextStep(state="offline", sentence=error.sentence, wait_s=wait_s)
