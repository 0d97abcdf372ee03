"""The form for an incident: its title and the rules by which new tickets join, with the tickets that answer now."""

import asyncio
from collections.abc import Iterable, Mapping

from textual import on, work
from textual.content import Content
from textual.timer import Timer

from console.envelopes import new_id
from console.i18n import gettext as _
from console.i18n import ngettext
from console.screens.form_screen import FormScreen
from console.widgets.composer_area import DraftArea
from console.widgets.form_field import CleanInput, FormField, Words
from console.workplace import Workplace
from desk.commands import SaveIncident
from desk.ids import IncidentId, TicketId
from desk.incidents import read_rule
from desk.outcome import View
from desk.query import QueryError, TicketQuery
from desk.records import Incident
from desk.text import clean_name

NEW = "new-incident"
_LOOK_AFTER_S = 0.3
_SHOWN = 5


class IncidentForm(FormScreen[IncidentId]):
    """Dismissed with the incident's id. Without an ``incident`` it is a new one, begun with ``title`` and ``rule``;
    ``slot`` keeps the drafts of several new ones apart."""

    def __init__(
        self,
        workplace: Workplace,
        incident: Incident | None = None,
        *,
        title: Mapping[str, str] | None = None,
        rule: str = "",
        slot: str = "",
    ) -> None:
        super().__init__(workplace, incident.id if incident else NEW, f"incident{slot}")
        self._incident = incident
        self._titles = incident.title if incident else title or {}
        self._rules = incident.rules if incident else (rule,)
        self._look: Timer | None = None

    def heading(self) -> str:
        """What this is."""
        return _("Change the incident") if self._incident else _("New incident: many tickets with one cause")

    def rows(self) -> Iterable[FormField]:
        """Titles, rules, and who answers them."""
        english = CleanInput(self._titles.get("en", ""), id="en", placeholder=_("such as: TRON withdrawals delayed"))
        yield FormField(_("Title, English"), english)
        yield FormField(
            _("Title, Chinese"), CleanInput(self._titles.get("zh", ""), id="zh", placeholder="波场提现延迟")
        )
        yield FormField(_("Rules"), DraftArea("\n".join(self._rules), id="rules"))
        how = _(
            "One rule a line, as in the search: network:tron pending. A new ticket that answers one joins and is told."
        )
        yield FormField("", Words(how))
        yield FormField(_("Answered by"), Words(_("counting…"), id="answers"))

    def on_mount(self) -> None:
        """Count at once."""
        super().on_mount()
        self._count()

    @on(DraftArea.Changed, "#rules")
    def _rules_changed(self) -> None:
        """Count once the typing rests."""
        if self._look is not None:
            self._look.stop()
        self._look = self.set_timer(_LOOK_AFTER_S, self._count)

    @work(exit_on_error=False, exclusive=True, group="count")
    async def _count(self) -> None:
        """Say which active tickets answer the rules now; they are not put in by saving."""
        queries: list[TicketQuery] = []
        for number, rule in enumerate(self._lines(), 1):
            try:
                queries.append(read_rule(rule))
            except QueryError as error:
                self._say_answers(_("Rule {n}: {why}").format(n=number, why=error))
                return
        if not queries:
            self._say_answers(_("No rule: tickets are put in by hand."))
            return
        self._say_answers(await asyncio.to_thread(self._words, queries))

    def _words(self, queries: list[TicketQuery]) -> str:
        """How many active tickets answer, and the first of them."""
        store = self.workplace.store
        found = store.answering(queries, self.workplace.clock())
        if not found:
            return _("No active ticket outside an incident answers; new ones that do will join.")
        n = len(found)
        words = ngettext(
            "{n} active ticket; it is offered after saving:", "{n} active tickets; they are offered after saving:", n
        )
        return "\n".join([words.format(n=f"{n:,}"), *map(self._line, found[:_SHOWN]), *(["…"] if n > _SHOWN else [])])

    def _line(self, ticket_id: TicketId) -> str:
        ticket = self.workplace.store.ticket(ticket_id)
        if ticket is None:
            return "?"
        return clean_name(f"{ticket.ref}  {ticket.customer_name} · {ticket.subject}", limit=100)

    def _say_answers(self, words: str) -> None:
        self.query_one("#answers", Words).update(Content(words))

    def _lines(self) -> tuple[str, ...]:
        text = self.query_one("#rules", DraftArea).text
        return tuple(line.strip() for line in text.splitlines() if line.strip())

    def action_submit(self) -> None:
        """Save it, unless the desk's rules say no."""
        values = self.values()
        incident_id = self._incident.id if self._incident else IncidentId(new_id(self.workplace.clock()))
        title = {lang: values[lang].strip() for lang in ("en", "zh") if values[lang].strip()}
        command = SaveIncident(incident_id=incident_id, title=title, rules=self._lines())
        now = self.workplace.store.incident(incident_id)
        refused = self.refused(command, View(policy=self.workplace.store.policy(), incident=now))
        if refused is None:
            self.send((command,), incident_id)
        else:
            self.fail_at({"bad-rule": "rules", "empty": "en"}.get(refused.code, ""), self.sentence_of(refused))
