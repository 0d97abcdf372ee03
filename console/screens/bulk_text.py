"""Writing one text for many tickets. It is sent by nobody here: what is written goes into a plan with a preview.

The text stays a draft until it is written anew, so that a plan that is thought better of loses nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.form_screen import FormScreen
from console.screens.outgoing_check import why_not_sent
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import Choice, FormField
from console.wording import LANGUAGE, STATUS, word
from console.workplace import Workplace
from desk.records import Status
from desk.text import clean_name

_LANE = "bulk"
_AFTERWARDS = (Status.WAITING, Status.ON_HOLD, Status.OPEN, Status.SOLVED)


@dataclass(frozen=True, slots=True)
class BulkText:
    """What was written; ``then`` is the status after a reply."""

    body: str
    then: Status | None = None


class BulkTextScreen(FormScreen[BulkText]):
    """Dismissed with the text. ``slot`` is ``reply`` or ``note``; ``languages`` counts the tickets by theirs."""

    def __init__(self, workplace: Workplace, slot: str, count: int, languages: Mapping[str, int]) -> None:
        super().__init__(workplace, _LANE, slot)
        self._kind = slot
        self._count = count
        self._languages = languages

    def heading(self) -> str:
        """To how many it goes."""
        words = (
            ngettext("Reply to {n} customer", "Reply to {n} customers", self._count)
            if self._kind == "reply"
            else ngettext("Note in {n} ticket", "Note in {n} tickets", self._count)
        )
        return words.format(n=f"{self._count:,}")

    def rows(self) -> Iterable[FormField]:
        """The text, and for a reply the status afterwards."""
        if self._kind == "reply":
            statuses = {status.value: word(STATUS, status) for status in _AFTERWARDS}
            yield FormField(_("Status afterwards"), Choice(statuses, Status.WAITING.value, id="then"))
        yield FormField(_("Text"), DraftArea(id="body"))

    def compose(self) -> ComposeResult:
        """The form, with a word about the languages above the keys."""
        yield from super().compose()
        if self._kind == "reply" and len(self._languages) > 1:
            yield Static(Content(clean_name(self._mixed(), limit=300)), id="form-notice", markup=False)

    def _mixed(self) -> str:
        """A warning: one text reads well in one language."""
        counted = _(", ").join(f"{word(LANGUAGE, lang)} {n:,}" for lang, n in self._languages.items())
        return _("! These customers write in different languages: {languages}. All of them get this one text.").format(
            languages=counted
        )

    def on_mount(self) -> None:
        """Begin in the text."""
        super().on_mount()
        self.query_one("#body", DraftArea).focus()

    def action_submit(self) -> None:
        """Hand the text on, unless it cannot go out to anybody."""
        values = self.values()
        body = values["body"].strip()
        if why := why_not_sent(self._kind, body, None, ()):
            self.fail(why)
        else:
            self._hand_on(BulkText(body, Status(values["then"]) if self._kind == "reply" else None))

    @work(exit_on_error=False, group="send")
    async def _hand_on(self, text: BulkText) -> None:
        if await self._save():
            self._submitted = True
            self.dismiss(text)
