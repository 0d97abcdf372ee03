"""How one ticket looks in the queue, on one line or on two. Pure painting: a row in, strips out.

Two lines::

    !! 0:42  first   王磊  VIP                       tg zh  mei
       USDT 提现九小时未到账                #withdrawal  2 new

Urgency is said by marks, the tier by letters, unread by a word; colours only repeat them.
"""

from dataclasses import dataclass

from rich.style import Style
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.when import countdown
from console.wording import CHANNEL_SHORT, CLOCK, ESCALATION_SHORT, ESCALATION_STATE, STATUS, TIER_MARK, word
from desk.ids import Instant
from desk.records import Severity, Status
from desk.rows import QueueRow
from desk.text import clean_name, truncate, width
from desk.ticket_parts import EscalationState

BREACHING_MS = 15 * 60 * 1000
"""A deadline nearer than this is marked."""
_NAME_AT = 18
_ONE_LINE_SUBJECT_AT = 38
_SUBJECT_AT = 4
_SUBJECT_LEAST = 16


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a row shows besides the ticket itself."""

    clock: str
    breaching: bool
    assignee: str = ""
    presence: str = ""
    chosen: bool = False
    comes_back: bool = False


def stamp(row: QueueRow, now: Instant, assignee: str = "", presence: str = "", *, chosen: bool = False) -> Stamp:
    """What ``row`` shows besides the ticket itself at ``now``."""
    breaching = row.due_at is not None and row.due_at - now <= BREACHING_MS and row.status in _RUNNING
    comes_back = row.follow_up_at is not None and row.follow_up_at <= now
    return Stamp(_clock(row, now), breaching, assignee, presence, chosen, comes_back)


_RUNNING = frozenset({Status.NEW, Status.OPEN, Status.ON_HOLD})


def _clock(row: QueueRow, now: Instant) -> str:
    """The clock cell: a countdown and its clock, or why none runs. At most 13 cells."""
    if row.snoozed_until is not None and row.snoozed_until > now:
        return f"{countdown(row.snoozed_until, now):>6} {_('asleep')}"
    if row.due_at is None or row.due_clock is None or row.status not in _RUNNING:
        status = word(STATUS, row.status)
        return " " * max(0, 12 - width(status)) + status
    return f"{countdown(row.due_at, now):>6} {word(CLOCK, row.due_clock)}"


def paint_row(row: QueueRow, stamp: Stamp, cells: int, inks: Inks, *, ground: Style | None, lines: int) -> list[Strip]:
    """The row as ``lines`` (1 or 2) strips of ``cells`` cells on ``ground``, the cursor's colour or None."""
    if lines == 1:
        return [_one_line(row, stamp, cells, inks, ground)]
    return [_first_line(row, stamp, cells, inks, ground), _second_line(row, stamp, cells, inks, ground)]


def _begin(row: QueueRow, stamp: Stamp, cells: int, inks: Inks, ground: Style | None) -> Line:
    """The cursor's bar, the urgency mark, the mark of what is selected, and the clock."""
    line = Line(cells, ground)
    line.add("▌" if ground else " ", inks.key)
    if row.severity is Severity.EMERGENCY:
        line.add("!!", inks.emergency)
    else:
        line.add("! " if stamp.breaching else "  ", inks.breaching)
    line.add("✓" if stamp.chosen else " ", inks.key)
    line.add(stamp.clock, _clock_ink(row, stamp, inks), _NAME_AT - 4)
    return line.to(_NAME_AT, inks.dim)


def _clock_ink(row: QueueRow, stamp: Stamp, inks: Inks) -> Style:
    if row.severity is Severity.EMERGENCY:
        return inks.emergency
    return inks.breaching if stamp.breaching else inks.dim


def _name(line: Line, row: QueueRow, inks: Inks, most: int) -> None:
    """The customer and the tier; strong while something is unread."""
    tier = TIER_MARK[row.tier]
    room = most - (len(tier) + 1 if tier else 0)
    line.add(clean_name(row.customer_name), inks.strong if _unread(row) else inks.text, room)
    if tier:
        line.add(" " + tier, inks.vip)


def _unread(row: QueueRow) -> int:
    return max(0, row.last_n - row.read_n)


def _origin(row: QueueRow, stamp: Stamp) -> str:
    """Channel, language and who has it."""
    return f"{CHANNEL_SHORT[row.channel]:>4} {clean_name(row.lang)[:2]:<2} {truncate(stamp.assignee or '—', 8)}"


def _first_line(row: QueueRow, stamp: Stamp, cells: int, inks: Inks, ground: Style | None) -> Strip:
    line = _begin(row, stamp, cells, inks, ground)
    origin = _origin(row, stamp) if cells >= 48 else truncate(stamp.assignee or "—", 8)
    right_at = cells - (17 if cells >= 48 else 9)
    _name(line, row, inks, right_at - line.cells - 1)
    return line.to(right_at, inks.dim).add(origin, inks.dim).strip(inks.dim)


def _second_line(row: QueueRow, stamp: Stamp, cells: int, inks: Inks, ground: Style | None) -> Strip:
    line = Line(cells, ground).add("▌" if ground else " ", inks.key).to(_SUBJECT_AT, inks.dim)
    right = _right_words(row, stamp, inks, cells - _SUBJECT_AT - _SUBJECT_LEAST)
    right_at = cells - 1 - sum(width(text) for text, _ in right)
    line.add(clean_name(row.subject), inks.text, right_at - _SUBJECT_AT - 1)
    line.to(right_at, inks.dim)
    for text, ink in right:
        line.add(text, ink)
    return line.strip(inks.dim)


def _right_words(row: QueueRow, stamp: Stamp, inks: Inks, room: int) -> list[tuple[str, Style]]:
    """What the second line ends in, the most important last and first to find room."""
    words: list[tuple[str, Style]] = []
    if unread := _unread(row):
        words.append((_("{n} new").format(n=min(unread, 999)), inks.strong))
    if row.pending:
        words.append((_("sending"), inks.dim))
    if stamp.presence:
        words.append((stamp.presence, inks.desk))
    if row.escalated:
        accepted = row.escalation_state is EscalationState.ACCEPTED
        words.append((_escalated(row), inks.text if accepted else inks.breaching))
    words.extend((text, inks.breaching if alarming else inks.key) for text, alarming in _marks(row, stamp))
    words.extend((f"#{clean_name(tag)}", inks.dim) for tag in row.tags[:2])
    kept: list[tuple[str, Style]] = []
    for text, ink in words:
        cells = width(text) + 2
        if cells <= room:
            room -= cells
            kept.append(("  " + text, ink))
    kept.reverse()
    return kept


def _marks(row: QueueRow, stamp: Stamp) -> list[tuple[str, bool]]:
    """What else a ticket waits for or belongs to, in short words; each with whether somebody is to act on it."""
    marks: list[tuple[str, bool]] = []
    if row.in_review:
        marks.append((_("review"), True))
    if stamp.comes_back:
        marks.append((_("follow-up"), True))
    if row.duplicate_of:
        marks.append((f"≈ {clean_name(row.duplicate_of)}", False))
    if row.in_incident:
        marks.append((_("incident"), False))
    if row.merged:
        marks.append((_("+{n} merged").format(n=row.merged), False))
    return marks


def _escalated(row: QueueRow) -> str:
    """The tier that was asked and whether it has answered: ``T2 asked``."""
    if row.escalated_to is None or row.escalation_state is None:
        return _("escalated")
    return f"{word(ESCALATION_SHORT, row.escalated_to)} {word(ESCALATION_STATE, row.escalation_state)}"


def _one_line(row: QueueRow, stamp: Stamp, cells: int, inks: Inks, ground: Style | None) -> Strip:
    line = _begin(row, stamp, cells, inks, ground)
    _name(line, row, inks, _ONE_LINE_SUBJECT_AT - _NAME_AT - 1)
    line.to(_ONE_LINE_SUBJECT_AT, inks.dim)
    unread = _("{n} new").format(n=min(_unread(row), 99)) if _unread(row) else ""
    right = f"{stamp.presence or unread} {truncate(stamp.assignee or '—', 8)}".strip()
    right_at = cells - 1 - width(right)
    subject_ends = right_at - 1
    mark, alarming = next(iter(_marks(row, stamp)), ("", False))
    has_room = mark and right_at - width(mark) - 3 - _ONE_LINE_SUBJECT_AT >= _SUBJECT_LEAST
    if has_room:
        subject_ends -= width(mark) + 2
    line.add(clean_name(row.subject), inks.text, subject_ends - _ONE_LINE_SUBJECT_AT)
    if has_room:
        line.to(subject_ends + 1, inks.dim).add(mark, inks.breaching if alarming else inks.key)
    return line.to(right_at, inks.dim).add(right, inks.strong if unread else inks.dim).strip(inks.dim)
