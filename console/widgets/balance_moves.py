"""The moves of a plan, one line each: which ticket, from whom to whom, and why; then the tickets nobody can take."""

from textual.reactive import reactive
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.line_list import LineList
from desk.ids import AgentId, TicketId
from desk.records import Frozen
from desk.text import clean_name

_REF_CELLS, _LANG_CELLS, _NAME_CELLS, _PERSON_CELLS = 9, 4, 15, 11
_WIDE = 110
"""From so many cells on the subject has a column of its own."""
_SUBJECT_CELLS = 34


class MoveRow(Frozen, frozen=True, kw_only=True):
    """One ticket of a plan as shown. ``to_id`` None: nobody can take it. ``giver`` and ``taker`` are handles, empty for
    nobody; ``mark`` is ``!`` where it is urgent, ``edited`` whether a person chose the taker; ``why`` is one line."""

    ticket_id: TicketId
    ref: str
    customer_name: str
    subject: str
    lang: str
    from_id: AgentId | None
    to_id: AgentId | None
    giver: str
    taker: str
    why: str
    mark: str = ""
    edited: bool = False


def heads(width: int) -> list[tuple[int, str]]:
    """Where each column begins, and its heading."""
    columns = [(4, _REF_CELLS, _("ticket")), (0, _LANG_CELLS, ""), (0, _NAME_CELLS, _("customer"))]
    if width >= _WIDE:
        columns.append((0, _SUBJECT_CELLS, _("subject")))
    columns += [(0, _PERSON_CELLS, _("from")), (0, _PERSON_CELLS + 2, _("to")), (0, 0, _("why"))]
    at, placed = 4, []
    for _begin, cells, words in columns:
        placed.append((at, words))
        at += cells
    return placed


class MoveList(LineList[MoveRow]):
    """Shows the plan."""

    KEY_CONTEXTS = ("balance", "list")

    empty_sentence: reactive[str] = reactive("", repaint=False)

    def paint(self, row: MoveRow, width: int, inks: Inks, *, selected: bool) -> list[Strip]:
        """Mark, ticket, language, customer, (subject,) from → to, why."""
        line = Line(width, inks.cursor if selected else None).add("▌" if selected else " ", inks.key)
        line.add(row.mark or " ", inks.breaching).add("× " if row.to_id is None else "→ ", inks.dim)
        words = [clean_name(row.ref), clean_name(row.lang), clean_name(row.customer_name)]
        if width >= _WIDE:
            words.append(clean_name(row.subject))
        styles = [inks.key, inks.dim, inks.text, inks.dim]
        starts = [at for at, _words in heads(width)]
        for at, end, text, style in zip(starts, starts[1:], words, styles, strict=False):
            line.to(at, inks.dim).add(text, style, end - at - 1)
        giver, taker, why = starts[-3:]
        line.to(giver, inks.dim).add(f"@{row.giver}" if row.giver else _("nobody"), inks.dim, _PERSON_CELLS - 1)
        line.to(taker, inks.dim)
        if row.to_id is None:
            line.add(_("stays"), inks.breaching, _PERSON_CELLS)
        else:
            line.add(f"@{row.taker}", inks.strong, _PERSON_CELLS - 1).add("*" if row.edited else "", inks.key)
        return [line.to(why, inks.dim).add(row.why, inks.text).strip(inks.text)]

    def empty_lines(self, width: int, inks: Inks) -> list[Strip]:
        """One sentence instead of rows."""
        return [Line(width).add("  ", inks.dim).add(self.empty_sentence, inks.dim).strip(inks.text)]
