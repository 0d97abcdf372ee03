"""How a bulk is summed up in words. Pure."""

from collections.abc import Iterable

from console.i18n import gettext as _
from console.i18n import ngettext
from console.refusals import refusal_sentence
from desk.bulk import Bulk, BulkRow, BulkState, Tally, tally


def counted(rows: Iterable[BulkRow]) -> Tally:
    """How many rows are in which state."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    return tally(counts)


def preview_words(counts: Tally) -> str:
    """``4,812 will change · 143 already so · 45 refused``."""
    words = [_("{n} will change").format(n=f"{counts.planned:,}")]
    if counts.same:
        words.append(_("{n} already so").format(n=f"{counts.same:,}"))
    if counts.refused:
        words.append(_("{n} refused").format(n=f"{counts.refused:,}"))
    return " · ".join(words)


def progress_words(bulk: Bulk) -> str:
    """What became of how many."""
    counts = bulk.tally
    words = [
        (_("{n} done"), counts.applied),
        (_("{n} wait"), counts.planned),
        (_("{n} on their way"), counts.queued),
        (_("{n} already so"), counts.same),
        (_("{n} refused"), counts.refused),
        (_("{n} taken back"), counts.dropped),
    ]
    return " · ".join(text.format(n=f"{n:,}") for text, n in words if n) or _("Nothing to do.")


def state_words(bulk: Bulk) -> str:
    """Where it stands, and which key acts."""
    match bulk.state:
        case BulkState.STOPPED if bulk.why:
            return _("stopped: {why}").format(why=refusal_sentence(bulk.why))
        case BulkState.STOPPED:
            return _("stopped; s goes on")
        case BulkState.DONE:
            return _("finished; u takes it back")
    return _("Esc leaves, it goes on")


def what_was_dropped(dropped: int, lasting: int) -> str:
    """What an undo did besides undoing."""
    words = []
    if dropped:
        words.append(ngettext("{n} was not sent yet.", "{n} were not sent yet.", dropped).format(n=f"{dropped:,}"))
    if lasting:
        words.append(
            ngettext(
                "{n} was sent and cannot be taken back.", "{n} were sent and cannot be taken back.", lasting
            ).format(n=f"{lasting:,}")
        )
    return " ".join(words) or _("There is nothing to take back.")
