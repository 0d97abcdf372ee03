"""Why a ticket stands where it does: the deadline, each reason that moves it, and the sum."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.i18n import gettext as _
from console.i18n import mark
from console.keys import bindings
from console.styles import use_style
from console.widgets.when import moment
from console.wording import CLOCK_LONG, SEVERITY, word
from desk.ids import Instant
from desk.records import Reason, Severity, Ticket
from desk.text import clean_name

_REASONS: Mapping[str, str] = {
    "emergency": mark("emergency: before everything else"),
    "severity": mark("severity {detail}"),
    "vip": mark("customer is {detail}"),
    "at_risk": mark("{detail} at risk"),
    "reopened": mark("reopened {detail} times"),
    "burst": mark("{detail} messages without an answer"),
    "waiting": mark("waits for somebody else"),
    "overridden": mark("set by {detail}"),
}


class WhyFirst(ModalScreen[None]):
    """Shows the sum; any of Esc, Enter and w closes it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")
    KEY_CONTEXTS = ("help",)

    def __init__(self, ticket: Ticket, now: Instant) -> None:
        super().__init__()
        self._ticket = ticket
        self._now = now

    def compose(self) -> ComposeResult:
        """The lines of the sum."""
        use_style(self.app, "picker.tcss")
        with Vertical(id="why", classes="window"):
            yield Static(Content("\n".join(why_lines(self._ticket, self._now))), markup=False)

    def on_mount(self) -> None:
        """Name the ticket."""
        self.query_one("#why").border_title = Content(_("Why {ref} is here").format(ref=clean_name(self._ticket.ref)))

    def action_scroll(self, _lines: int) -> None:
        """There is nothing to scroll."""

    def action_close(self) -> None:
        """Close the window."""
        self.dismiss(None)


def why_lines(ticket: Ticket, now: Instant) -> Iterator[str]:
    """The sum, line by line: where it starts, what moves it, where it ends. Pure."""
    if ticket.due_at is not None and ticket.due_clock is not None:
        due = _("{clock} due {moment}").format(
            clock=word(CLOCK_LONG, ticket.due_clock), moment=moment(ticket.due_at, now)
        )
        yield f"          {due}"
    else:
        yield "          " + _("no clock is running")
    for reason in ticket.reasons:
        yield f"{_shift(reason.shift_s):>8}  {_reason(reason)}"
    yield "─" * 40
    if any(reason.code == "emergency" for reason in ticket.reasons):
        yield "          " + _("first of all")
    else:
        yield "          " + _("its turn: {moment}").format(moment=moment(ticket.urgency_at, now))


def _shift(shift_s: int) -> str:
    """How far a reason moves it: ``−30 m``, ``+24 h``."""
    sign, s = ("−" if shift_s < 0 else "+"), abs(shift_s)
    if s >= 10 * 365 * 86_400:
        return "−∞"
    return f"{sign}{s // 3600} h" if s % 3600 == 0 else f"{sign}{s // 60} m"


def _reason(reason: Reason) -> str:
    """A reason in words."""
    detail: str = clean_name(reason.detail)
    if reason.code == "at_risk" and detail.isdecimal():
        detail = f"{int(detail) / 100:,.0f} USD"
    if reason.code == "severity" and detail in {severity.value for severity in Severity}:
        detail = word(SEVERITY, detail)
    if reason.code == "vip":
        detail = detail.upper()
    words = _REASONS.get(reason.code)
    return _(words).format(detail=detail) if words else clean_name(f"{reason.code} {detail}")
