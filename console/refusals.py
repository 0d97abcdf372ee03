"""Why the backend or the desk said no, in the reader's language.

Refusals carry a stable code and one English sentence with its particulars. An English reader gets that sentence; any
other reader gets the code's sentence here, so that no English stands in a Chinese screen.
"""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import language, mark
from desk.text import clean_text

SENTENCES: Mapping[str, str] = {
    "another-customer": mark("The tickets are of different customers; merge the customers first."),
    "merged": mark("It was merged into another one; go on there, or take that back first."),
    "circle": mark("That would go in a circle; choose another ticket."),
    "review-waits": mark("A reply on it waits for approval; settle that first."),
    "not-allowed": mark("Your role does not allow that; ask a senior or a lead."),
    "not-found": mark("It is not there any more, or out of your sight."),
    "conflict": mark("It moved on meanwhile; look at it as it is now and decide."),
    "held": mark("The text asks for a secret or contains one; change it."),
    "no-change": mark("It already is that way."),
    "closed": mark("The ticket is closed; write a note, or open a new ticket."),
    "empty": mark("Write something first."),
    "too-long": mark("The text is too long for where it goes; shorten it."),
    "unknown-team": mark("There is no such team."),
    "unknown-agent": mark("Nobody by that name can take it."),
    "unknown-macro": mark("This macro does not exist any more."),
    "unknown-procedure": mark("This procedure is not offered any more."),
    "bad-template": mark("The macro's text or condition cannot be read; open it in the macro editor to see where."),
    "bad-procedure": mark("The procedure has a mistake; open it in the procedure editor to see where."),
    "unknown-incident": mark("This incident does not exist."),
    "incident-closed": mark("The incident is closed; open it again first."),
    "bad-rule": mark("A rule cannot be read as a search; correct it."),
    "unknown-article": mark("This article does not exist any more."),
    "unknown-customer": mark("This customer is not known here."),
    "needs-review": mark("A senior approves this before it goes out: ask for approval instead."),
    "do-not-contact": mark("This customer asked not to be written to; answer once they write, or write a note."),
    "bad-value": mark("A value is out of range; check it and try again."),
    "stale": mark("It waited more than seven days; plan it again."),
    "id-reused": mark("It was sent once before with other words; send it anew."),
}


def refusal_sentence(code: str, why: str = "") -> str:
    """One sentence for a refusal; the particulars in ``why`` are English and shown to English readers."""
    if code not in SENTENCES or (why and language() == "en"):
        return clean_text(why or code)
    return _(SENTENCES[code])
