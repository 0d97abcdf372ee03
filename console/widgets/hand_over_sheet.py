"""The hand-over sheet of an escalated ticket, between its header and its conversation: what the next tier was told, and
what it answered. The words are the reader's; what was written is shown as its author wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from console.clock import Clock, system_clock
from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.chips import pieces
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.message_block import WIDEST_TEXT
from console.widgets.when import countdown, moment
from console.widgets.wrapping import wrap
from console.wording import ESCALATION_STATE, ESCALATION_TIER, IDENTITY, word
from desk.ids import Instant
from desk.text import SafeText, clean_name, clean_text
from desk.ticket_parts import OPEN_ESCALATION, Escalation, EscalationState, EscalationTier, is_tier_late

LABEL_CELLS = 10
MOST_LINES_A_PART = 4
"""The whole text is a note of the conversation; of a long part the sheet shows this much."""
ROOMY_CELLS = 76
"""Narrower, a part gets half as many lines, so that the conversation stays in sight."""


@dataclass(frozen=True, slots=True)
class SheetShown:
    """An escalation, and which keys its reader has for it (empty: none)."""

    escalation: Escalation
    hint: str = ""


class HandOverSheet(Bar):
    """Shows one sheet; as high as it needs."""

    shown: reactive[SheetShown | None] = reactive(None, layout=True)

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._left = ""

    def on_mount(self) -> None:
        """Let the tier's clock tick."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.shown is not None and _left(self.shown.escalation, self._clock()) != self._left:
            self.changed()

    def watch_shown(self) -> None:
        """Another sheet, or none."""
        self.display = self.shown is not None
        self.changed()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the sheet has at this width."""
        return 2 + sum(len(lines) for _label, lines in self._parts(width, self._ink_pot.inks(self.app)[0]))

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """The heading, a labelled part each, and a rule with the keys that parts it from the conversation."""
        if self.shown is None:
            return []
        ground = inks.note_ground
        strips = [self._heading(self.shown.escalation, width_, inks)]
        for label, lines in self._parts(width_, inks):
            for number, runs in enumerate(lines):
                line = Line(width_, ground).add(" ▒ ", inks.note)
                line.add("" if number else label, inks.dim, LABEL_CELLS).to(3 + LABEL_CELLS + 1, inks.dim)
                for text, ink in runs:
                    line.add(text, ink)
                strips.append(line.strip(inks.text))
        foot = Line(width_).add(" ── ", inks.faint).add(f"{self.shown.hint} " if self.shown.hint else "", inks.key)
        foot.add("─" * max(0, foot.left - 2), inks.faint)
        return [*strips, foot.strip(inks.text)]

    def _heading(self, escalation: Escalation, cells: int, inks: Inks) -> Strip:
        now = self._clock()
        self._left = left = _left(escalation, now)
        tier = word(ESCALATION_TIER, escalation.tier)
        line = Line(cells, inks.note_ground).add(" ▒ ", inks.note)
        alarm = escalation.tier is EscalationTier.EMERGENCY
        line.add(_("HAND-OVER to: {tier}").format(tier=tier), inks.emergency if alarm else inks.note + inks.strong)
        line.add(f" · {_standing(escalation)}", inks.strong)
        line.add(f" · {left}" if left else "", inks.emergency if is_tier_late(escalation, now) else inks.text)
        line.add(f" · {clean_name(escalation.by_name) or '?'} {moment(escalation.at, now)}", inks.dim)
        return line.strip(inks.text)

    def _parts(self, cells: int, inks: Inks) -> Iterator[tuple[str, list[list[tuple[str, Style]]]]]:
        """Each part's label and its lines."""
        if self.shown is None:
            return
        room = max(20, min(WIDEST_TEXT, cells - LABEL_CELLS - 5))
        most = MOST_LINES_A_PART if cells >= ROOMY_CELLS else MOST_LINES_A_PART // 2
        for label, text in _texts(self.shown.escalation):
            runs = [(piece.shown, inks.chip if piece.kind != "text" else inks.text) for piece in pieces(text)]
            lines = wrap(runs, room)
            if len(lines) > most:
                lines = [*lines[: most - 1], [(_("… all of it is a note below"), inks.dim)]]
            yield label, lines


def _texts(escalation: Escalation) -> Iterator[tuple[str, SafeText]]:
    """What the sheet says, part by part; an answer comes first."""
    sheet = escalation.sheet
    if escalation.answer:
        yield _("Answer"), clean_text(escalation.answer)
    yield _("Question"), clean_text(sheet.question)
    if escalation.answer:
        return
    yield _("Tried"), clean_text(sheet.tried)
    yield _("About"), clean_name(sheet.reference)
    how = clean_name(sheet.identity_how)
    yield _("Identity"), clean_text(word(IDENTITY, sheet.identity) + (f" · {how}" if how else ""))
    if sheet.at_risk_minor:
        yield _("At risk"), clean_name(f"{sheet.at_risk_minor / 100:,.2f} USD")


def _standing(escalation: Escalation) -> str:
    """Where it stands, with who has it."""
    name = clean_name(escalation.owner_name)
    match escalation.state:
        case EscalationState.ASKED:
            return _("not accepted yet")
        case EscalationState.ACCEPTED:
            return _("{name} has it").format(name=name or "?")
    state = word(ESCALATION_STATE, escalation.state)
    return f"{state} · {name}" if name else state


def _left(escalation: Escalation, now: Instant) -> str:
    """The tier's own clock, while it runs."""
    if escalation.state not in OPEN_ESCALATION or escalation.due_at is None:
        return ""
    if is_tier_late(escalation, now):
        return _("answer late by {left}").format(left=countdown(escalation.due_at, now).removeprefix("-"))
    return _("answer due in {left}").format(left=countdown(escalation.due_at, now))
