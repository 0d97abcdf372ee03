"""The state of one's own message in words: what becomes of it, and what one can do."""

from console.i18n import gettext as _
from desk.ids import MS_PER_S, Instant
from desk.outbox import NEEDS_ATTENTION, SendState
from desk.rows import ThreadLine


def delivery(line: ThreadLine, now: Instant, refusal: str = "") -> tuple[str, bool]:
    """The words, and whether it needs its author. ``refusal`` says who came first, or why not."""
    match line.state:
        case None if line.in_review:
            return (_("nothing has gone out · R"), False)
        case None:
            return ("", False)
        case SendState.QUEUED if line.not_before > now:
            s = -(-(line.not_before - now) // MS_PER_S)
            return (_("sends in {n} s · u takes it back").format(n=s), False)
        case SendState.QUEUED:
            return (_("waiting to be sent"), False)
        case SendState.SENDING:
            return (_("sending"), False)
        case state if state in NEEDS_ATTENTION:
            return (_("NOT SENT: {why} · g o").format(why=refusal or _("it needs you")), True)
        case SendState.DISCARDED:
            return (_("discarded"), True)
        case _:
            return (_("sent"), False)
