"""Why a text cannot go out as it is. Pure; the rules are the desk's, the words are the reader's."""

from collections.abc import Sequence

from console.i18n import gettext as _
from console.widgets.attachment_list import AttachmentLine
from console.wording import FINDING, word
from desk.outgoing import check_outgoing
from desk.records import Ticket
from desk.wire import Finding


def why_not_sent(slot: str, body: str, limit: int | None, files: Sequence[AttachmentLine]) -> str:
    """One sentence with what to do; empty when nothing is wrong."""
    if any(line.error for line in files):
        return _("A file cannot be attached; remove it with ctrl+r, or choose another.")
    if any(line.attachment is None for line in files):
        return _("A file is still being read; send again in a moment.")
    if not body.strip() and not files:
        return _("Write something first.")
    if limit is not None and len(body) > limit:
        return _("This channel takes {limit} characters; shorten the text or send it in two.").format(limit=limit)
    return why_held(check_outgoing(body)) if slot == "reply" else ""


def why_held(findings: Sequence[Finding]) -> str:
    """What a text does that nobody at the desk may do; empty without findings."""
    if not findings:
        return ""
    reasons = list(dict.fromkeys(word(FINDING, finding.kind) for finding in findings))
    return _("Not sent: {reasons}. Nobody at the desk may do that; change the marked words.").format(
        reasons=_(", ").join(reasons)
    )


def who_came_between(ticket: Ticket, seen_n: int) -> str:
    """What was written since the author last looked and stands against sending at once; empty when nothing does."""
    if ticket.last_agent_n > seen_n:
        return _("A colleague answered meanwhile. Read it; ctrl+d again sends yours on top.")
    if ticket.last_customer_n > seen_n:
        return _("The customer wrote meanwhile. Read it; ctrl+d again sends yours as it is.")
    return ""
